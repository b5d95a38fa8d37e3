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
#include "gradus/model/ensemble.h"

namespace gradus::cli {
namespace {

constexpr double megabyte = 1e6;
constexpr double large_file = 64 * megabyte;

std::string several_networks() {
    return say("networks are dealt out, and each is trained on all data");
}

// Why each process needs all data; empty: it does not, as far as the options say.
std::string reason_for_all(const TrainingOptions& options, bool has_report) {
    const Choices& said = options.choices;
    const Recipe* resumed =
        options.resume == nullptr
            ? nullptr
            : std::visit([](const auto& model) { return &model.recipe; }, *options.resume);
    const bool several = resumed != nullptr ? fold_count(*resumed) > 0
                                            : said.ensemble.value_or(1) > 1 || said.folds ||
                                                  (options.member && options.from == nullptr);
    if (options.source.is_built_in()) return say("{} is built-in data", options.source.data);
    if (several) return several_networks();
    if ((said.task && is_unsupervised(*said.task)) ||
        said.pretrain.value_or(Pretrain::none) != Pretrain::none ||
        (resumed != nullptr &&
         (is_unsupervised(resumed->task) || resumed->pretraining.kind != Pretrain::none)))
        return say("machines are trained by each process on all data");
    if (said.batch == 0 || (resumed != nullptr && resumed->run.batch == 0))
        return say("a batch is all examples");
    if (has_report) return say("the report looks at all data");
    if (options.plan) return say("the plan measures on all data");
    if (options.source.read.label_first || options.source.of_all.shape ||
        (resumed != nullptr && resumed->shape.length > 1))
        return say("the columns are the places of a series");
    return "";
}

bool is_large(const std::string& file) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    return !unknown && double(size) >= large_file;
}

// A rank that finds another file, or was told something else, must not read it in another way: what differs
// is said later.
bool is_wanted_by_all(bool wanted) {
    std::vector<double> all(static_cast<std::size_t>(ranks().count()));
    all[static_cast<std::size_t>(ranks().rank())] = wanted ? 1 : 0;
    ranks().gather(all);
    return std::ranges::count(all, 1.0) == std::ssize(all);
}

}  // namespace

void add_share_option(CLI::App& command, std::optional<Sharing>& share) {
    if (!may_be_several()) return;
    static constexpr std::array names{"yes", "no"};
    add_name(
        command, "--share", share, names,
        say("each process holds its share of one network's table, or all; without it, a share of files of "
            "64 MB and more"));
}

void settle_sharing(std::optional<Sharing> share, bool has_report, TrainingOptions& options) {
    const std::string reason = reason_for_all(options, has_report);
    if (share == Sharing::yes && !reason.empty())
        throw Error(Fault::usage, {.place = "--share yes", .found = reason});
    if (ranks().count() == 1) return;
    const bool may = reason.empty() && share != Sharing::no;
    if (is_wanted_by_all(may && (share == Sharing::yes || is_large(options.source.data))))
        options.source.read.ranks = &ranks();
}

void require_shared(std::optional<Sharing> share, const Dataset& data, const Recipe& recipe) {
    if (share != Sharing::yes || ranks().count() == 1 || data.table.shared_by != nullptr) return;
    if (fold_count(recipe) > 0)
        throw Error(Fault::usage,
                    {.place = "--share yes", .found = several_networks(), .hint = "--ensemble 1"});
    throw Error(Fault::input,
                {.place = "--share yes",
                 .found = say("{} is no text table: each process holds all of it", file_of(data)),
                 .hint = say("without {}", "--share")});
}

}  // namespace gradus::cli
