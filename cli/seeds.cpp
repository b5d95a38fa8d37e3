// gradus seeds: how many first weights lead to a solution, and how do the others end?

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/model/training.h"

namespace gradus::cli {
namespace {

struct Outcome {
    std::uint32_t seed = 0;
    bool solved = false;
    double cost = 0;  ///< infinite when training failed
    Index wrong = 0;  ///< examples, for a classification
};

// Seeds that ended alike.
struct Group {
    bool solved = false;
    double cost = 0;  ///< the median
    std::string reason;
    std::vector<std::uint32_t> seeds = {};
};

template <class T>
Outcome try_seed(const Dataset& data, Recipe recipe, std::uint32_t seed, const std::stop_token& stop) {
    recipe.seed = seed;
    recipe.run.mask_seed = seed;
    Outcome outcome{.seed = seed};
    try {
        const Evaluation result = train<T>(data, recipe, {.stop = stop}).training;
        outcome.solved = solved(result);
        outcome.cost = result.loss;
        outcome.wrong = std::lround((1 - result.accuracy) * double(result.examples));
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        outcome.cost = std::numeric_limits<double>::infinity();
    }
    return outcome;
}

std::string reason_of(const std::vector<Outcome>& members, const Dataset& data, Task task) {
    if (members.front().solved)
        return task == Task::classify ? "every example is classified correctly" : "R2 is at least 0.99";
    if (std::isinf(members.front().cost))
        return "training failed: a cost or weight was no longer a reasonable number";
    if (task == Task::regress) return "R2 stays below 0.99";
    const auto [fewest, most] = std::ranges::minmax(members, {}, &Outcome::wrong);
    const std::string count = fewest.wrong == most.wrong ? std::to_string(most.wrong)
                                                         : fmt::format("{} to {}", fewest.wrong, most.wrong);
    return fmt::format("{} of {} examples are on the wrong side", count, data.examples());
}

// Solved runs are one group; the others belong together while their costs, in ascending order, have no gap.
std::vector<Group> group(std::vector<Outcome> outcomes, const Dataset& data, Task task) {
    std::ranges::sort(outcomes, [](const Outcome& a, const Outcome& b) {
        if (a.solved != b.solved) return a.solved;
        return a.cost != b.cost ? a.cost < b.cost : a.seed < b.seed;
    });
    constexpr double gap = 0.05;
    std::vector<std::vector<Outcome>> parts;
    for (const Outcome& outcome : outcomes) {
        const bool alike = !parts.empty() && parts.back().back().solved == outcome.solved &&
                           (outcome.solved ||
                            outcome.cost <= parts.back().back().cost + gap * (1 + parts.back().back().cost));
        if (!alike) parts.emplace_back();
        parts.back().push_back(outcome);
    }
    std::vector<Group> groups;
    for (const std::vector<Outcome>& part : parts) {
        Group group{.solved = part.front().solved,
                    .cost = part[part.size() / 2].cost,
                    .reason = reason_of(part, data, task)};
        for (const Outcome& outcome : part) group.seeds.push_back(outcome.seed);
        std::ranges::sort(group.seeds);
        groups.push_back(group);
    }
    std::ranges::stable_sort(groups,
                             [](const Group& a, const Group& b) { return a.seeds.size() > b.seeds.size(); });
    return groups;
}

class SeedsCommand {
public:
    SeedsCommand(const TrainingOptions& options, Index count)
        : terminal_(options.terminal),
          data_(options.load()),
          recipe_(make_recipe(options.choices, data_)),
          outcomes_(static_cast<std::size_t>(count)),
          threads_(std::min(options.most_threads(), count)) {}

    int run() {
        const Interrupt interrupt;
        terminal_.note("recipe", to_text(recipe_));
        try_all(interrupt.token());
        if (Interrupt::exit_status() != 0) return Interrupt::exit_status();
        print(group(outcomes_, data_, recipe_.task));
        return 0;
    }

private:
    void try_all(const std::stop_token& stop) {
        std::vector<std::jthread> team;
        for (Index i = 0; i < threads_; ++i) team.emplace_back([this, &stop] { work(stop); });
        team.clear();  // joins
        if (failure_) std::rethrow_exception(failure_);
    }

    void work(const std::stop_token& stop) {
        try {
            for (std::size_t i = next_++; i < outcomes_.size() && !stop.stop_requested(); i = next_++) {
                const auto seed = static_cast<std::uint32_t>(i);
                outcomes_[i] = recipe_.precision == Precision::single
                                   ? try_seed<float>(data_, recipe_, seed, stop)
                                   : try_seed<double>(data_, recipe_, seed, stop);
                const std::scoped_lock lock(mutex_);
                ++done_;
                terminal_.progress(double(done_) / double(outcomes_.size()), fmt::format("{} seeds", done_));
            }
        } catch (...) {
            const std::scoped_lock lock(mutex_);
            failure_ = std::current_exception();
            next_ = outcomes_.size();
        }
    }

    void print(const std::vector<Group>& groups) {
        std::vector<std::uint32_t> solved;
        for (const Outcome& outcome : outcomes_)
            if (outcome.solved) solved.push_back(outcome.seed);

        terminal_.print_line(
            fmt::format("{} of {} seeds solve {}", solved.size(), outcomes_.size(), data_.name));
        Json json_groups = Json::array();
        for (const Group& group : groups) {
            terminal_.print_line(fmt::format("{:>6} seeds end near cost {:.6f}: {}", group.seeds.size(),
                                             group.cost, group.reason));
            terminal_.print_line(fmt::format("       {}", fmt::join(group.seeds, " ")));
            json_groups.push_back({{"cost", group.cost},
                                   {"count", group.seeds.size()},
                                   {"solved", group.solved},
                                   {"reason", group.reason},
                                   {"seeds", group.seeds}});
        }
        terminal_.print_json(Json{{"count", outcomes_.size()},
                                  {"solved", solved.size()},
                                  {"solved_seeds", solved},
                                  {"groups", json_groups}});
    }

    Terminal terminal_;
    Dataset data_;
    Recipe recipe_;
    std::vector<Outcome> outcomes_;
    Index threads_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;  // guards what follows, and the terminal
    std::size_t done_ = 0;
    std::exception_ptr failure_;
};

}  // namespace

void add_seeds(CLI::App& app, int& status) {
    CLI::App* command = app.add_subcommand("seeds", "how many first weights lead to a solution?");
    const auto options = std::make_shared<TrainingOptions>();
    const auto count = std::make_shared<std::optional<Index>>();
    add_training_options(*command, *options);
    add_whole(*command, "--count", *count, 1, 1'000'000, "try the seeds 0 .. N-1 (100)");
    command->footer(
        "Examples:\n"
        "  gradus seeds xor --count 100\n"
        "  gradus seeds xor --net \"4 tanh\" --count 100 --json");
    command->callback(
        [options, count, &status] { status = SeedsCommand(*options, count->value_or(100)).run(); });
}

}  // namespace gradus::cli
