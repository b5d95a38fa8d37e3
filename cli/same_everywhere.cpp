#include "cli/same_everywhere.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "cli/ranks.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus::cli {
namespace {

// As many bits as a double holds: FNV-1a (Fowler, Noll and Vo 1991).
std::uint64_t print_of(std::string_view text) {
    std::uint64_t print = 14695981039346656037ULL;
    for (const char c : text) print = (print ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return print;
}

// The first process, counted from 1, that has another number than the first.
std::optional<Index> other_than_the_first(std::uint64_t own) {
    std::vector<double> all(static_cast<std::size_t>(ranks().count()));
    all[static_cast<std::size_t>(ranks().rank())] = double(own >> 11);
    ranks().gather(all);
    const auto other = std::ranges::find_if(all, [&](double print) { return print != all.front(); });
    if (other == all.end()) return {};
    return other - all.begin() + 1;
}

}  // namespace

void require_no_stdin(const std::vector<std::string>& files) {
    if (ranks().count() > 1 && std::ranges::count(files, "-") > 0)
        throw Error(Fault::usage, {.place = "-",
                                   .found = say("mpirun gives standard input to the first process alone"),
                                   .expected = say("a file, which all can read")});
}

void require_same_everywhere(const Dataset& data, const std::string& file) {
    if (ranks().count() == 1) return;
    if (const auto other = other_than_the_first(print_of(GRADUS_VERSION)))
        throw Error(Fault::input,
                    {.place = "gradus-mpi",
                     .found = say("process {} is another version of the program than the first, "
                                  "which is {}",
                                  *other, GRADUS_VERSION),
                     .expected = say("the same program for all")});
    if (const auto other = other_than_the_first(fingerprint(data)))
        throw Error(Fault::input, {.place = file,
                                   .found = say("process {} has read other data than the first", *other),
                                   .expected = say("the same file for all")});
}

}  // namespace gradus::cli
