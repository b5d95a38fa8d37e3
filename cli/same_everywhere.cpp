#include "cli/same_everywhere.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "cli/ranks.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus::cli {
namespace {

Fingerprint print_of(std::string_view text) {
    Fingerprint print;
    print.add(text);
    return print;
}

// The program's own file, which tells builds of one version apart; nothing where a system does not show it.
Fingerprint print_of_program() {
    std::ifstream program("/proc/self/exe", std::ios::binary);
    return print_of(std::string(std::istreambuf_iterator<char>(program), {}));
}

// The first process, counted from 1, that has another number than the first.
std::optional<Index> other_than_the_first(const Fingerprint& own) {
    std::vector<double> all(static_cast<std::size_t>(ranks().count()));
    all[static_cast<std::size_t>(ranks().rank())] =
        double(own.value() >> 11);  // as many bits as a double holds
    ranks().gather(all);
    const auto other = std::ranges::find_if(all, [&](double print) { return print != all.front(); });
    if (other == all.end()) return {};
    return other - all.begin() + 1;
}

}  // namespace

std::vector<HasRead> examples_read(const Problem& problem, const DataOptions& source) {
    std::vector<HasRead> files;
    if (ranks().count() == 1) return files;
    files.emplace_back(source.data, fingerprint(problem.data));
    if (problem.validation)
        files.emplace_back(problem.recipe.validation_file, fingerprint(*problem.validation));
    return files;
}

void require_same_program() {
    if (ranks().count() == 1) return;
    if (const auto other = other_than_the_first(print_of(GRADUS_VERSION)))
        throw Error(Fault::input,
                    {.place = "gradus-mpi",
                     .found = say("process {} is another version of the program than the first, "
                                  "which is {}",
                                  *other, GRADUS_VERSION),
                     .expected = say("the same program for all")});
    if (const auto other = other_than_the_first(print_of_program()))
        throw Error(Fault::input,
                    {.place = "gradus-mpi",
                     .found = say("process {} is another build of the program than the first", *other),
                     .expected = say("the same program for all")});
}

// The settings first: they decide how many files there are.
void require_same_everywhere(const std::string& settings, const std::vector<HasRead>& files) {
    if (ranks().count() == 1) return;
    if (const auto other = other_than_the_first(print_of(settings)))
        throw Error(Fault::input, {.place = "gradus-mpi",
                                   .found = say("process {} has other settings than the first", *other),
                                   .expected = say("the same command for all")});
    for (const HasRead& file : files)
        if (const auto other = other_than_the_first(file.print))
            throw Error(Fault::input, {.place = file.name,
                                       .found = say("process {} has read other data than the first", *other),
                                       .expected = say("the same file for all")});
}

}  // namespace gradus::cli
