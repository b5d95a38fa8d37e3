// gradus explain: every number of one iteration, phase by phase.

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/inspect/explain.h"
#include "gradus/model/training.h"
#include "gradus/nn/trace.h"

namespace gradus::cli {
namespace {

struct ExplainOptions {
    TrainingOptions training;
    std::optional<Index> iteration;
    std::optional<Index> phase;
};

// What is explained: a network that learns from examples. (It may come from other places than a recipe.)
template <class T>
struct Subject {
    Subject(const Dataset& data, const Recipe& recipe)
        : prepared(data, recipe, recipe.validation), beginning(begin<T>(recipe)), settings(recipe.run) {}

    PreparedData<T> prepared;
    Beginning<T> beginning;
    RunSettings settings;
};

Json to_json(const Trace& trace, std::size_t number) {
    const Phase& phase = trace.phases[number];
    Json tensors = Json::array();
    for (const Tensor& tensor : phase.tensors)
        tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"values", tensor.values}});
    return {{"iteration", trace.iteration}, {"phase", number + 1}, {"title", phase.title},
            {"formula", phase.formula()},   {"tensors", tensors},  {"cost", trace.cost}};
}

class ExplainCommand {
public:
    explicit ExplainCommand(const ExplainOptions& options)
        : options_(options),
          terminal_(options.training.terminal),
          problem_(options.training.problem(terminal_)) {
        problem_.recipe.run.threads = options.training.most_threads();
    }

    int run() { return recipe_.precision == Precision::single ? run_in<float>() : run_in<double>(); }

private:
    template <class T>
    int run_in() {
        Subject<T> subject(data_, recipe_);
        Network<T>& network = subject.beginning.network;
        Run<T> run(network, subject.prepared.training(), subject.prepared.validation(), subject.settings,
                   subject.beginning.random);
        go_to(run, options_.iteration.value_or(0));
        if (Interrupt::exit_status() != 0) return Interrupt::exit_status();
        print(trace<T>(network, subject.prepared.training(), subject.settings, run.state()),
              subject.prepared.features.names());
        return 0;
    }

    // Makes so many updates, and demands that an iteration follows them.
    template <class T>
    void go_to(Run<T>& run, Index updates) {
        const auto beyond = [updates](Index last) {
            return Error(Fault::input,
                         {.place = "--iteration",
                          .found = std::to_string(updates),
                          .expected = "0 to " + std::to_string(last) + ", the last iteration of this run"});
        };
        if (updates >= run.planned_updates()) throw beyond(run.planned_updates() - 1);
        Progress progress(terminal_, "updates");
        while (run.updates() < updates && !interrupt_.token().stop_requested()) {
            const Event event = *run.next();
            progress.report(double(event.iteration + 1), double(updates), event.cost);
            if (event.last) throw beyond(event.iteration);
        }
    }

    void print(const Trace& trace, const std::vector<std::string>& inputs) {
        std::size_t first = 0, end = trace.phases.size();
        if (options_.phase) {
            first = phase_number(trace, *options_.phase);
            end = first + 1;
        }
        terminal_.note("network", network_text());
        terminal_.note("batch", batch_text(trace));
        terminal_.print_line(headline(trace, recipe_.task));
        const RowNames names{.inputs = inputs, .outputs = output_names()};
        for (std::size_t i = first; i < end; ++i) {
            for (const std::string& line : phase_text(trace, i, names)) terminal_.print_line(line);
            terminal_.print_json(to_json(trace, i));
        }
        if (!trace.failure.empty()) throw Error(Fault::training, {.found = trace.failure});
    }

    static std::size_t phase_number(const Trace& trace, Index wanted) {
        const auto all = static_cast<Index>(trace.phases.size());
        if (wanted <= all) return static_cast<std::size_t>(wanted - 1);
        std::string titles;
        for (Index i = 0; i < all; ++i)
            titles += fmt::format("{}{} {}", i == 0 ? "" : ", ", i + 1,
                                  trace.phases[static_cast<std::size_t>(i)].title);
        throw Error(Fault::input, {.place = "--phase", .found = std::to_string(wanted), .expected = titles});
    }

    [[nodiscard]] std::vector<std::string> output_names() const {
        return recipe_.task == Task::classify ? data_.class_names : data_.target_names;
    }

    [[nodiscard]] std::string network_text() const {
        return recipe_.shape.text() + " inputs, " + recipe_.network;
    }

    static std::string batch_text(const Trace& trace) {
        return counted(static_cast<Index>(trace.examples.size()), "example");
    }

    const ExplainOptions& options_;
    Interrupt interrupt_;
    Terminal terminal_;
    Problem problem_;
    const Dataset& data_ = problem_.data;
    const Recipe& recipe_ = problem_.recipe;
};

}  // namespace

Command explain_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("explain", "every number of one iteration, phase by phase");
    const auto options = std::make_shared<ExplainOptions>();
    add_training_options(*command, options->training);
    command->option_defaults()->group("What to explain");
    add_whole(*command, "--iteration", options->iteration, 0, most_iterations,
              "the iteration that follows so many updates")
        ->default_str("0");
    add_whole(*command, "--phase", options->phase, 1, 1'000'000, "only this phase")->default_str("all");
    command->footer(training_footer() +
                    "\n"
                    "Examples\n"
                    "  gradus explain xor --iteration 0\n"
                    "  gradus explain xor --iteration 100 --cell 'dW1[2,1]'");
    return {command, [options] { return ExplainCommand(*options).run(); }};
}

}  // namespace gradus::cli
