#include "cli/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/progress.h"
#include "cli/ranks.h"
#include "gradus/model/scale.h"

namespace gradus::cli {
namespace {

constexpr Index most_ranks = 1024;

// 1, 2, 4, ..., and as many as there are now.
std::vector<Index> numbers_of_ranks() {
    std::vector<Index> numbers{ranks().count()};
    for (Index n = 1; n <= most_ranks; n *= 2) numbers.push_back(n);
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

std::string short_text(double seconds) {
    if (seconds < 1e-3) return fmt::format("{:.2f} us", seconds * 1e6);
    if (seconds < 1) return fmt::format("{:.2f} ms", seconds * 1e3);
    return duration_text(seconds);
}

class Plan {
public:
    Plan(Terminal& terminal, const TrainingCosts& costs, const Link& link)
        : terminal_(terminal), costs_(costs), link_(link) {
        for (const Index n : numbers_of_ranks()) all_.push_back(predicted(costs, link, n));
    }

    void print() const {
        say_what_was_measured();
        print_table();
        const Prediction& fastest = *std::ranges::min_element(all_, {}, &Prediction::training);
        Index worth = 1;
        for (const Prediction& one : all_)
            if (efficiency(one) >= 0.5) worth = std::max(worth, one.ranks);
        terminal_.print_line(
            fastest.ranks == 1
                ? say("One process is the fastest: more would wait for each other longer than they compute.")
                : say("{} processes are the fastest, {:.1f} times as fast as one; of up to {} each does at "
                      "least\n"
                      "half as much as one alone.",
                      fastest.ranks, speed_up(fastest), worth));
        terminal_.print_json(json(fastest.ranks, worth));
    }

private:
    [[nodiscard]] double speed_up(const Prediction& one) const {
        return all_.front().training / one.training;
    }
    [[nodiscard]] double efficiency(const Prediction& one) const { return speed_up(one) / double(one.ranks); }

    void say_what_was_measured() const {
        if (costs_.together)
            terminal_.note("plan", say("each process holds its share of the data: they train {} networks one "
                                       "after the other",
                                       costs_.networks));
        if (costs_.networks > 1 && !costs_.together)
            terminal_.note("plan", say("{} networks are dealt out, each process trains {} at a time",
                                       costs_.networks, costs_.at_once));
        else if (costs_.shares_batches)
            terminal_.note("plan", say("the processes share each batch of {} examples",
                                       costs_.updates.front().examples));
        else
            terminal_.note("plan", say("the network is so small that each process computes all of it"));
        terminal_.note("plan", say("{} updates at most, {:.1f} KB of parameters", costs_.planned_updates,
                                   costs_.parameter_bytes / 1024));
        const std::string link = say("a message takes {:.1f} us, and {:.2f} GB are sent in a second",
                                     link_.latency * 1e6, link_.bandwidth / 1e9);
        terminal_.note("plan", link_.measured ? say("measured: {}", link)
                                              : say("assumed (two processes measure it): {}", link));
    }

    void print_table() const {
        terminal_.print_line(say("processes    an update   all updates   times as fast   of each used"));
        for (const Prediction& one : all_)
            terminal_.print_line(fmt::format("{:>9} {:>12} {:>13} {:>15.2f} {:>12.0f} %", one.ranks,
                                             short_text(one.update), short_text(one.training), speed_up(one),
                                             100 * efficiency(one)));
    }

    [[nodiscard]] Json json(Index fastest, Index worth) const {
        Json ranks = Json::array();
        for (const Prediction& one : all_)
            ranks.push_back({{"ranks", one.ranks},
                             {"update_seconds", one.update},
                             {"training_seconds", one.training},
                             {"speed_up", speed_up(one)},
                             {"efficiency", efficiency(one)}});
        return {{"event", "plan"},
                {"networks", costs_.networks},
                {"at_once", costs_.at_once},
                {"together", costs_.together},
                {"shares_batches", costs_.shares_batches},
                {"planned_updates", costs_.planned_updates},
                {"parameter_bytes", costs_.parameter_bytes},
                {"latency", link_.latency},
                {"bandwidth", link_.bandwidth},
                {"measured", link_.measured},
                {"ranks", ranks},
                {"fastest", fastest},
                {"half_used", worth}};
    }

    Terminal& terminal_;
    const TrainingCosts& costs_;
    const Link& link_;
    std::vector<Prediction> all_;
};

}  // namespace

void add_plan_option(CLI::App& command, bool& plan) {
    if (!may_be_several()) return;
    command
        .add_flag(
            "--plan", plan,
            say("says how long 1 to 1024 processes would take, by what is measured here; trains nothing"))
        ->disable_flag_override();
}

int print_plan(Terminal& terminal, const Dataset& data, const Recipe& recipe, Index networks) {
    const Link link = measured_link(ranks());
    const TrainingCosts costs = measured_costs(data, recipe, networks, ranks());
    Plan(terminal, costs, link).print();
    return 0;
}

}  // namespace gradus::cli
