// gradus explain: every number of one iteration, phase by phase.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/explain/explain.h"
#include "gradus/explain/json.h"
#include "gradus/explain/machine_trace.h"
#include "gradus/explain/trace.h"
#include "gradus/model/training.h"

namespace gradus::cli {
namespace {

// From this iteration on, another learning rate.
struct Branch {
    Index iteration;
    double learning_rate;
};

// "37:3"
Branch read_branch(const std::string& text) {
    const std::size_t colon = text.find(':');
    const double iteration = to_number(text.substr(0, colon));
    const double rate = colon == std::string::npos ? 0 : to_number(text.substr(colon + 1));
    if (iteration >= 0 && iteration == std::floor(iteration) && iteration <= double(most_iterations) &&
        rate > 0)
        return {static_cast<Index>(iteration), rate};
    throw Error(Fault::usage, {.place = "--branch",
                               .found = '"' + text + '"',
                               .expected = say("an iteration and a learning rate, as in 37:3")});
}

// "7" or "dW2"; which there are depends on the network.
std::string read_phase(const std::string& text) {
    const bool number =
        !text.empty() && std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
    if (number) whole_number("--phase", text, 1, 1'000'000);
    return text;
}

struct ExplainOptions {
    TrainingOptions training;
    std::optional<Index> iteration;
    std::optional<std::string> phase;     // its number, or its title
    std::optional<Index> pretrain_layer;  // of which the machine is meant, from 1; 0: the network
    std::optional<Branch> branch;
    std::optional<CellName> cell;
    bool check = false;
};

// What is explained: a network that learns from examples. (It may come from other places than a recipe.)
template <class T>
struct Subject {
    Subject(const Dataset& data, const Recipe& recipe, const Dataset* validation, const Model<T>* saved)
        : prepared(data, recipe, recipe.validation, validation, saved),
          beginning(begin<T>(recipe, saved)),
          settings(recipe.run) {}

    PreparedData<T> prepared;
    Beginning<T> beginning;
    RunSettings settings;
};

class ExplainCommand {
public:
    explicit ExplainCommand(const ExplainOptions& options)
        : options_(options),
          terminal_(options.training.terminal),
          problem_(options.training.problem(terminal_)) {
        problem_.recipe.run.threads = options.training.most_threads();
        require_pretraining_fits();
    }

    int run() { return recipe_.precision == Precision::single ? run_in<float>() : run_in<double>(); }

private:
    void require_pretraining_fits() const {
        const bool pretrained = recipe_.pretraining.kind != Pretrain::none;
        if (!pretrained && options_.pretrain_layer)
            throw Error(Fault::usage, {.place = "--pretrain-layer",
                                       .found = say("nothing is pre-trained"),
                                       .hint = setting("pretrain", "rbm")});
        if (machine() == 0 && recipe_.task == Task::encode)
            throw Error(Fault::usage,
                        {.place = "--pretrain-layer 0",
                         .found = say("only the machines learn: there is no step of the network"),
                         .hint = "--pretrain-layer 1"});
        if (machine() > 0 && options_.branch)
            throw Error(Fault::usage,
                        {.place = "--branch",
                         .found = say("is about the updates of the network, not of a machine"),
                         .hint = say("{}, or {}", "--pretrain-layer 0", setting("pretrain_learning_rate"))});
    }

    // Which layer's machine is explained, from 1; 0: the network.
    [[nodiscard]] Index machine() const {
        return recipe_.pretraining.kind == Pretrain::none ? 0 : options_.pretrain_layer.value_or(1);
    }

    template <class T>
    int run_in() {
        Subject<T> subject(data_, recipe_, problem_.validation ? &*problem_.validation : nullptr,
                           problem_.saved ? &std::get<Model<T>>(*problem_.saved) : nullptr);
        inputs_ = visible(subject.prepared.features.names());
        const Index iteration = options_.iteration.value_or(0);
        if (machine() > 0) return explain_machine(subject, machine() - 1, iteration);
        if (recipe_.pretraining.kind != Pretrain::none) {
            Progress progress(terminal_, say("updates"));
            pretrain(
                subject.beginning, subject.prepared, recipe_,
                [&](const PretrainingEvent& event) { report(progress, event); }, Interrupt::token());
            if (Interrupt::exit_status() != 0) return Interrupt::exit_status();
        }
        std::optional<RunState<T>> state;
        if (options_.branch) {
            state = state_after(subject, std::min(options_.branch->iteration, iteration), state);
            subject.settings.optimizer.learning_rate = options_.branch->learning_rate;
        }
        state = state_after(subject, iteration, state);
        if (Interrupt::exit_status() != 0) return Interrupt::exit_status();
        print(trace<T>(subject.beginning.network, subject.prepared.training(), subject.settings, *state));
        return 0;
    }

    static void report(Progress& progress, const PretrainingEvent& event) {
        progress.report(double(event.machine * event.planned + event.update.iteration + 1),
                        double(event.machines * event.planned), event.update.cost);
    }

    // The update of a machine, behind those of the machines below it.
    template <class T>
    int explain_machine(Subject<T>& subject, Index wanted, Index iteration) {
        const auto machines =
            static_cast<Index>(machine_places(subject.beginning.network, stack_of(recipe_.task)).size());
        if (wanted >= machines)
            throw Error(Fault::input,
                        {.place = "--pretrain-layer",
                         .found = std::to_string(wanted + 1),
                         .expected = say("0 to {}, the last layer that is pre-trained", machines)});
        Pretraining<T> pretraining(subject.beginning.network, pretraining_data(subject.prepared, recipe_),
                                   recipe_.pretraining, subject.beginning.random, recipe_.run.mask_seed,
                                   recipe_.run.threads);
        Progress progress(terminal_, say("updates"));
        const auto require_planned = [&](Index planned) {
            if (iteration < planned) return;
            throw Error(Fault::input,
                        {.place = "--iteration",
                         .found = std::to_string(iteration),
                         .expected = say("0 to {}, the last iteration of this layer", planned - 1)});
        };
        if (wanted == 0) require_planned(pretraining.current().planned);
        for (Index layer = 0, updates = 0; layer < wanted || updates < iteration;) {
            const PretrainingEvent event = *pretraining.next();
            report(progress, event);
            if (Interrupt::token().stop_requested()) return Interrupt::exit_status();
            updates = event.update.last ? 0 : event.update.iteration + 1;
            if (!event.update.last) continue;
            if (++layer == wanted) require_planned(pretraining.current().planned);
        }
        print_machine(pretraining.current());
        return 0;
    }

    template <class T>
    void print_machine(const MachineRun<T>& now) {
        const Trace trace = gradus::trace(now);
        std::optional<std::size_t> only;
        if (options_.phase) only = phase_number(trace, *options_.phase);
        std::optional<CellReport> cell;
        if (options_.cell) cell = explain_cell(trace, *options_.cell, only, "--cell");
        terminal_.note("machine", machine_text(now.machine));
        terminal_.note("batch", batch_text(trace));
        terminal_.print_line(machine_headline(trace));
        print_cell(cell, trace);
        const std::vector<std::string> below = now.number == 0 ? inputs_ : std::vector<std::string>();
        for (std::size_t i = only.value_or(0); !cell && i < (only ? *only + 1 : trace.phases.size()); ++i) {
            print_lines(phase_text(trace, i, {.inputs = below, .outputs = below}));
            terminal_.print_json_text(to_json(trace, i));
        }
        if (!trace.failure.empty()) throw Error(Fault::training, {.found = trace.failure});
        if (options_.check) {
            const MachineCheck check = check_machine(now, trace, "--check");
            print_lines(check_text(check));
            terminal_.print_json_text(to_json(check, trace));
        }
    }

    template <class T>
    static std::string machine_text(const Rbm<T>& machine) {
        const auto kind = [](const auto& names, auto unit) { return names[static_cast<std::size_t>(unit)]; };
        const std::string text = say("{} visible units ({}), {} hidden units ({})", machine.visible(),
                                     kind(visible_units_names, machine.visible_units()), machine.hidden(),
                                     kind(hidden_units_names, machine.hidden_units()));
        return machine.labels() > 0
                   ? say("{}; the last {} of the visible ones are the classes", text, machine.labels())
                   : text;
    }

    void print_cell(const std::optional<CellReport>& cell, const Trace& trace) {
        if (!cell) return;
        print_lines(cell_text(*cell, trace));
        terminal_.print_json_text(to_json(*cell, trace.iteration));
    }

    // The state after so many updates, from its beginning or from an earlier state.
    template <class T>
    RunState<T> state_after(Subject<T>& subject, Index updates, const std::optional<RunState<T>>& from) {
        Run<T> run(subject.beginning.network, subject.prepared.training(), subject.prepared.watched(),
                   subject.settings, subject.beginning.random);
        if (from) run.restore(*from);
        go_to(run, updates);
        return run.state();
    }

    // Makes so many updates, and demands that an iteration follows them.
    template <class T>
    void go_to(Run<T>& run, Index updates) {
        const auto beyond = [updates](Index last) {
            return Error(Fault::input, {.place = "--iteration",
                                        .found = std::to_string(updates),
                                        .expected = say("0 to {}, the last iteration of this run", last)});
        };
        if (updates >= run.planned_updates()) throw beyond(run.planned_updates() - 1);
        Progress progress(terminal_, say("updates"));
        while (run.updates() < updates && !Interrupt::token().stop_requested()) {
            const Event event = *run.next();
            progress.report(double(event.iteration + 1), double(updates), event.cost);
            if (event.last) throw beyond(event.iteration);
        }
    }

    void print(const Trace& trace) {
        std::optional<std::size_t> only;
        if (options_.phase) only = phase_number(trace, *options_.phase);
        std::optional<CellReport> cell;
        if (options_.cell) cell = explain_cell(layers_, trace, *options_.cell, only, "--cell");
        terminal_.note("network", network_text());
        terminal_.note("batch", batch_text(trace));
        terminal_.print_line(headline(trace, recipe_.task));
        print_cell(cell, trace);
        for (std::size_t i = only.value_or(0); !cell && i < (only ? *only + 1 : trace.phases.size()); ++i)
            print_phase(trace, i);
        if (!trace.failure.empty()) throw Error(Fault::training, {.found = trace.failure});
        if (options_.check) {
            const StepCheck check = check_step(layers_, trace, recipe_.run);
            print_lines(check_text(check));
            terminal_.print_json_text(to_json(check, trace.iteration));
        }
    }

    void print_phase(const Trace& trace, std::size_t number) {
        const RowNames names{.inputs = inputs_, .outputs = output_names()};
        print_lines(phase_text(trace, number, names));
        const Phase& phase = trace.phases[number];
        constexpr std::size_t few = 4;
        if (phase.kind == PhaseKind::gradient && trace.examples.size() <= few)
            print_lines(sum_text(explain_cell(
                layers_, trace, {phase.title, std::vector<Index>(phase.tensors.front().shape.size(), 1)},
                number, "")));
        terminal_.print_json_text(to_json(trace, number));
    }

    void print_lines(const std::vector<std::string>& lines) {
        for (const std::string& line : lines) terminal_.print_line(line);
    }

    // By its number, its title, or one of its results.
    static std::size_t phase_number(const Trace& trace, const std::string& wanted) {
        std::string titles;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < trace.phases.size(); ++i) {
            const Phase& phase = trace.phases[i];
            const auto is_wanted = [&](const Operation& o) { return o.result == wanted; };
            const bool made =
                phase.kind != PhaseKind::update && std::ranges::any_of(phase.operations, is_wanted);
            if (wanted == std::to_string(i + 1) || wanted == phase.title || made) return i;
            titles += fmt::format("{}{} {}", i == 0 ? "" : ", ", i + 1, phase.title);
            names.push_back(phase.title);
        }
        throw Error(
            Fault::input,
            {.place = "--phase", .found = wanted, .expected = titles, .hint = did_you_mean(wanted, names)});
    }

    [[nodiscard]] std::vector<std::string> output_names() const {
        if (recipe_.task == Task::reconstruct) return inputs_;
        return visible(recipe_.task == Task::classify ? data_.class_names : data_.target_names);
    }

    [[nodiscard]] std::string network_text() const {
        return say("{} inputs, {}", recipe_.shape.text(), recipe_.network);
    }

    // "examples 17, 3, 250 and 29 others"
    static std::string batch_text(const Trace& trace) {
        const auto m = static_cast<Index>(trace.examples.size());
        if (std::ranges::is_sorted(trace.examples) && trace.examples.back() == m - 1)
            return say_count(m, "all {} training example", "all {} training examples");
        constexpr Index few = 12;
        std::string text;
        for (Index j = 0; j < std::min(m, few); ++j)
            text += fmt::format("{}{}", j == 0 ? "" : ", ", trace.examples[static_cast<std::size_t>(j)] + 1);
        return m > few ? say("training examples {} and {} others", text, m - few)
                       : say("training examples {}", text);
    }

    const ExplainOptions& options_;
    Interrupt interrupt_;
    Terminal terminal_;
    std::vector<std::string> inputs_;  // what the network's input numbers are called
    Problem problem_;
    const Dataset& data_ = problem_.data;
    const Recipe& recipe_ = problem_.recipe;
    Network<double> layers_{recipe_.shape, recipe_.network};
};

}  // namespace

Command explain_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("explain", say("every number of one iteration, phase by phase"));
    const auto options = std::make_shared<ExplainOptions>();
    command->option_defaults()->group(say("What to explain"));
    add_whole(*command, "--iteration", options->iteration, 0, most_iterations,
              say("the iteration that follows so many updates"))
        ->default_str("0");
    add_value(*command, "--phase", "K|NAME", say("only this phase, by its number or its title"),
              [options](const std::string& text) { options->phase = read_phase(text); })
        ->default_str("all");
    add_whole(*command, "--pretrain-layer", options->pretrain_layer, 0, 1'000'000,
              say("of --pretrain: the machine of this layer, whose updates --iteration then counts; 0: the "
                  "network behind the machines"))
        ->default_str("1");
    add_value(*command, "--branch", "N:RATE", say("from iteration N on, another learning rate"),
              [options](const std::string& text) { options->branch = read_branch(text); });
    add_value(*command, "--cell", "NAME", say("where this number comes from, as in dW1[2,1]"),
              [options](const std::string& text) { options->cell = CellName::read(text, "--cell"); });
    command
        ->add_flag("--check", options->check, say("gradient check: central differences beside the gradients"))
        ->disable_flag_override();
    add_model_or_training_options(*command, options->training);
    add_pretraining_options(*command, options->training);
    command->footer(as_for_train(*command) + "\n" + say("Examples") +
                    "\n  gradus explain xor --iteration 100 --cell 'dW1[2,1]'\n"
                    "  gradus explain digits.csv --pretrain rbm --iteration 50 --phase negative");
    return {command, [options] { return ExplainCommand(*options).run(); }};
}

}  // namespace gradus::cli
