#include "cli/sharing.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <vector>

#include "cli/arguments.h"
#include "cli/ranks.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/shared_table.h"
#include "gradus/files/free_memory.h"
#include "gradus/model/memory.h"

namespace gradus::cli {
namespace {

constexpr double megabyte = 1e6;
constexpr double large_file = 64 * megabyte;

// Why each process needs all data; empty: it does not, as far as the options say.
std::string reason_for_all(const TrainingOptions& options, bool has_report) {
    const Choices& said = options.choices;
    const Recipe* resumed =
        options.resume == nullptr
            ? nullptr
            : std::visit([](const auto& model) { return &model.recipe; }, *options.resume);
    if (options.source.is_built_in()) return say("{} is built-in data", options.source.data);
    if ((said.task && is_unsupervised(*said.task)) ||
        said.pretrain.value_or(Pretrain::none) != Pretrain::none ||
        (resumed != nullptr &&
         (is_unsupervised(resumed->task) || resumed->pretraining.kind != Pretrain::none)))
        return say("machines are trained by each process on all data");
    if (said.batch == 0 || (resumed != nullptr && resumed->run.batch == 0))
        return say("a batch is all examples");
    if (has_report) return say("the report looks at all data");
    return "";
}

bool is_large(const std::string& file) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    return !unknown && double(size) >= large_file;
}

bool is_true_of_all(bool here) {
    std::vector<double> all(static_cast<std::size_t>(ranks().count()));
    all[static_cast<std::size_t>(ranks().rank())] = here ? 1 : 0;
    ranks().gather(all);
    return std::ranges::count(all, 1.0) == std::ssize(all);
}

bool can_hold_all(const Problem& problem) {
    const Dataset& data = problem.data;
    const auto needed = [&](Held held) {
        return memory_needed(data, problem.recipe, data.examples(), false, held);
    };
    return double(ranks_here()) * (needed(Held::all) - needed(Held::as_now)) <= memory_available();
}

}  // namespace

void add_share_option(CLI::App& command, std::optional<Sharing>& share) {
    if (!may_be_several()) return;
    static constexpr std::array names{"yes", "no"};
    add_name(
        command, "--share", share, names,
        say("each process holds its share of the data, or all; without it, its share of files of 64 MB and "
            "more, but of several networks all where the memory suffices"));
}

void settle_sharing(std::optional<Sharing> share, bool has_report, TrainingOptions& options) {
    const std::string reason = reason_for_all(options, has_report);
    if (share == Sharing::yes && !reason.empty())
        throw Error(Fault::usage, {.place = "--share yes", .found = reason});
    if (ranks().count() == 1) return;
    options.stays_shared = share == Sharing::yes;
    const bool may = reason.empty() && share != Sharing::no;
    // A rank that finds another file, or was told something else, must not read it in another way: what
    // differs is said later.
    if (is_true_of_all(may && (share == Sharing::yes || is_large(options.source.data))))
        options.source.read.ranks = &ranks();
}

void hold_all_where_dealt_out(const TrainingOptions& options, Problem& problem) {
    if (problem.data.table.shared_by == nullptr || fold_count(problem.recipe) == 0) return;
    if (options.stays_shared || !is_true_of_all(can_hold_all(problem))) return;
    keep_everywhere(problem.data.table);
    for (Table& table : problem.data.unlabelled) keep_everywhere(table);
    if (problem.validation) keep_everywhere(problem.validation->table);
}

void require_shared(std::optional<Sharing> share, const Dataset& data) {
    if (share != Sharing::yes || ranks().count() == 1 || data.table.shared_by != nullptr) return;
    throw Error(Fault::input, {.place = "--share yes",
                               .found = say("each process holds all of {}", file_of(data)),
                               .hint = say("without {}", "--share")});
}

}  // namespace gradus::cli
