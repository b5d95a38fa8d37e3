// gradus seeds: how many first weights lead to a solution, and how do the others end?

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/plan.h"
#include "cli/plot.h"
#include "cli/progress.h"
#include "cli/ranks.h"
#include "cli/report.h"
#include "cli/same_everywhere.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/say.h"
#include "gradus/doctor/outcomes.h"
#include "gradus/explain/display_width.h"
#include "gradus/report/lines.h"

namespace gradus::cli {
namespace {

class SeedsCommand {
public:
    SeedsCommand(const TrainingOptions& options, Index count, bool plot)
        : terminal_(options.terminal),
          plans_(options.plan),
          draws_(!terminal_.quiet() && (plot || terminal_.live())),
          problem_(options.problem(terminal_)),
          count_(count),
          threads_(options.most_threads()) {}

    int run() {
        if (fold_count(recipe_) > 0)
            throw Error(Fault::usage, {.place = setting(recipe_.ensemble > 1 ? "ensemble" : "folds"),
                                       .found = say("each seed is one network by itself"),
                                       .hint = setting("ensemble", "1")});
        terminal_.note("recipe", problem_.recipe_as_typed);
        terminal_.note("seeds",
                       say("0 to {}, of the first weights and the order of the examples", count_ - 1));
        require_same_everywhere(fmt::format("{} {}", count_, plans_), {});
        if (plans_) {
            Recipe one = recipe_;
            one.run.threads = threads_;
            return print_plan(terminal_, data_, one, count_);
        }
        Index done = 0;
        const auto tried = [&] { progress_.report(double(++done), double(count_)); };
        auto outcomes = try_seeds(data_, recipe_, count_, threads_, Interrupt::token(), tried, &ranks());
        if (!outcomes) {
            terminal_.note("stopped", say("after {} of {} seeds", done, count_));
            return Interrupt::stopped_status();
        }
        outcomes_ = std::move(*outcomes);
        Recipe divided = recipe_;
        if (recipe_.retrain) divided.validation = 0;
        print(group(outcomes_, recipe_.task, example_names(data_, division(data_, divided).training)));
        return 0;
    }

private:
    void print(const std::vector<OutcomeGroup>& groups) {
        std::vector<std::uint32_t> solved;
        for (const Outcome& outcome : outcomes_)
            if (outcome.solved) solved.push_back(outcome.seed);

        terminal_.print_line(say("{} of {} solve {}", solved.size(),
                                 say_count(outcomes_.size(), "{} seed", "{} seeds"), data_.name));
        Json json_groups = Json::array();
        for (const OutcomeGroup& group : groups) {
            print_group(group);
            json_groups.push_back({{"cost", group.cost},
                                   {"count", group.seeds.size()},
                                   {"solved", group.solved},
                                   {"reason", group.reason},
                                   {"seeds", group.seeds}});
        }
        Json json{{"count", outcomes_.size()},
                  {"solved", solved.size()},
                  {"solved_seeds", solved},
                  {"groups", json_groups}};
        print_validation(json);
        terminal_.print_json(json);
        if (draws_) draw(groups);
    }

    // On stderr, as all that is about the run and no result: a line for each group.
    void draw(const std::vector<OutcomeGroup>& groups) const {
        constexpr int width = 40;
        for (const OutcomeGroup& group : groups) {
            const auto count = static_cast<double>(group.seeds.size());
            fmt::print(
                stderr, "{} {} {}\n",
                pad_left(std::isinf(group.cost) ? say("failed") : fmt::format("{:.6f}", group.cost), 12),
                bar(count / double(outcomes_.size()), width),
                say("{}, as seed {}", group.seeds.size(), group.seeds.front()));
        }
    }

    // How good each seed is on what was set aside: the same examples for all.
    void print_validation(Json& json) {
        std::vector<std::vector<NamedMetric>> all;
        for (const Outcome& outcome : outcomes_)
            if (outcome.validation && outcome.validation->examples > 0)
                all.push_back(named_metrics(*outcome.validation));
        if (all.empty()) return;
        Json metrics{{"seeds", all.size()}};
        terminal_.print_line(
            say_count(std::ssize(all), "Validation of {} seed: mean, standard deviation, lowest and highest",
                      "Validation of {} seeds: mean, standard deviation, lowest and highest"));
        for (std::size_t m = 0; m < all.front().size(); ++m) {
            std::vector<double> values;
            for (const std::vector<NamedMetric>& one : all) values.push_back(one[m].value);
            print_metric(all.front()[m].name, values, metrics);
        }
        json["validation"] = metrics;
    }

    void print_metric(const std::string& name, const std::vector<double>& values, Json& json) {
        const auto n = double(values.size());
        double mean = 0, squares = 0;
        for (const double x : values) mean += x / n;
        for (const double x : values) squares += (x - mean) * (x - mean);
        if (std::isnan(mean)) return;  // a metric that these examples do not have
        const double deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
        const auto [lowest, highest] = std::ranges::minmax(values);
        terminal_.print_line(fmt::format("  {} {:>10.4f} {:>10.4f} {:>10.4f} {:>10.4f}", pad_right(name, 18),
                                         mean, deviation, lowest, highest));
        json[name] = {{"mean", mean}, {"sd", deviation}, {"lowest", lowest}, {"highest", highest}};
    }

    void print_group(const OutcomeGroup& group) {
        const Index count = std::ssize(group.seeds);
        const std::string number = pad_left(std::to_string(count), 6);
        terminal_.print_line(std::isinf(group.cost)
                                 ? say_count(count, "{1} seed", "{1} seeds", number)
                                 : say_count(count, "{1} seed ends near cost {2:.6f}",
                                             "{1} seeds end near cost {2:.6f}", number, group.cost));
        terminal_.print_line(behind_label("       ", group.reason));
        terminal_.print_line(behind_label("       ", fmt::format("{}", fmt::join(group.seeds, " "))));
    }

    Interrupt interrupt_;
    Terminal terminal_;
    bool plans_, draws_;
    Problem problem_;
    const Dataset& data_ = problem_.data;
    const Recipe& recipe_ = problem_.recipe;
    Index count_, threads_;
    std::vector<Outcome> outcomes_;
    Progress progress_{terminal_, say("seeds")};
};

}  // namespace

Command seeds_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("seeds", say("which random seeds solve it, and how do the others fail?"));
    const auto options = std::make_shared<TrainingOptions>();
    const auto count = std::make_shared<std::optional<Index>>();
    options->refused = {
        {Task::encode, say_later("without a truth nobody can say which seeds solve it")},
        {Task::reconstruct, say_later("without a truth nobody can say which seeds solve it")}};
    command->option_defaults()->group(say("Seeds"));
    add_whole(*command, "--count", *count, 1, 1'000'000, say("try the seeds 0 .. N-1"))->default_str("100");
    const auto plot = std::make_shared<bool>(false);
    command
        ->add_flag("--plot", *plot,
                   say("the groups as bars, on stderr at the end; a terminal has them without it"))
        ->disable_flag_override();
    add_plan_option(*command, options->plan);
    add_training_options(*command, *options);
    add_pretraining_options(*command, *options);
    command->footer(as_for_train(*command) + "\n" + say("Examples") +
                    "\n  gradus seeds xor --count 100\n"
                    "  gradus seeds xor --net \"4 tanh\" --json");
    return {command, [options, count, plot] {
                if (!options->choices.ensemble) options->choices.ensemble = 1;  // each seed is one network
                return SeedsCommand(*options, count->value_or(100), *plot).run();
            }};
}

}  // namespace gradus::cli
