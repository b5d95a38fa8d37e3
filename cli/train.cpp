// gradus train: learn from data, print how it went.

#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/data/generators.h"
#include "gradus/model/training.h"
#include "gradus/nn/predictor.h"

namespace gradus::cli {
namespace {

using Clock = std::chrono::steady_clock;

// One run, and the lines about it.
class TrainCommand {
public:
    explicit TrainCommand(const TrainingOptions& options)
        : terminal_(options.terminal), data_(options.load()), recipe_(make_recipe(options.choices, data_)) {}

    int run() { return recipe_.precision == Precision::single ? run_in<float>() : run_in<double>(); }

private:
    template <class T>
    int run_in() {
        announce(terminal_, data_, recipe_, begin<T>(data_, recipe_).network.parameters().size());
        const Interrupt interrupt;
        const Trained<T> trained = train<T>(data_, recipe_, watch(interrupt));
        if (trained.interrupted) {
            terminal_.note("stopped", fmt::format("after {} updates; nothing was saved", trained.updates));
            return Interrupt::exit_status();
        }
        if (shows_examples()) print_predictions(trained);
        finish(trained.training, trained.validation, trained.updates, trained.seconds);
        return 0;
    }

    Watch watch(const Interrupt& interrupt) {
        return {.observe = [this](const Event& event) { observe(event); },
                .retraining =
                    [this](Index updates) {
                        terminal_.note(
                            "again", fmt::format("now on all {} examples, for the {} updates that were best",
                                                 data_.examples(), updates));
                    },
                .report_every = every(),
                .stop = interrupt.token()};
    }

    // At most a thousand cost lines.
    [[nodiscard]] Index every() const {
        Index every = 100;
        while (recipe_.run.iterations / every > 1000) every *= 10;
        return every;
    }

    [[nodiscard]] bool by_iterations() const { return recipe_.run.iterations > 0; }

    void observe(const Event& event) {
        if (!by_iterations()) {
            if (event.epoch_end) report_epoch(event, *event.epoch_end);
        } else if (event.iteration % every() == 0) {
            report_iteration(event);
        }
        const double share = by_iterations() ? double(event.iteration) / double(recipe_.run.iterations)
                                             : double(event.epoch) / double(recipe_.run.epochs);
        terminal_.progress(share, fmt::format("cost {:.6f}", event.cost));
    }

    void report_iteration(const Event& event) {
        terminal_.print_line(fmt::format("Cost after iteration# {}: {:.6f}", event.iteration, event.cost));
        terminal_.print_json(progress(event, event.cost));
    }

    void report_epoch(const Event& event, const Event::EpochEnd& end) {
        std::string line = fmt::format("Cost after epoch# {}: {:.6f}", event.epoch, end.cost);
        Json json = progress(event, end.cost);
        if (end.validation_cost) {
            line += fmt::format("  validation: {:.6f}", *end.validation_cost);
            json["validation_cost"] = *end.validation_cost;
        }
        constexpr Index epochs_between_lines = 10;
        if (event.epoch % epochs_between_lines == 0 || event.last) terminal_.print_line(line);
        terminal_.print_json(json);
    }

    static Json progress(const Event& event, double cost) {
        return {
            {"event", "progress"}, {"iteration", event.iteration}, {"epoch", event.epoch}, {"cost", cost}};
    }

    [[nodiscard]] bool shows_examples() const { return is_truth_table(data_.name) && data_.examples() == 4; }

    template <class T>
    void print_predictions(const Trained<T>& trained) {
        Matrix<double> scaled = data_.X;
        trained.scaler.apply(scaled);
        Predictor<T> predict(trained.network);
        for (Index j = 0; j < data_.examples(); ++j) {
            Matrix<T> x(2, 1);
            for (Index i = 0; i < 2; ++i) x(i, 0) = static_cast<T>(scaled(i, j));
            const View<const T> a = predict(x);
            const std::string answer =
                recipe_.task == Task::classify
                    ? data_.class_names[static_cast<std::size_t>(classes_of(a).front())]
                    : fmt::format("{:.6f}", a(0, 0));
            terminal_.print_line(fmt::format("Neural Network prediction for example ({}, {}) is {}",
                                             data_.X(0, j), data_.X(1, j), answer));
            terminal_.print_json(Json{{"event", "prediction"},
                                      {"example", {data_.X(0, j), data_.X(1, j)}},
                                      {"prediction", answer},
                                      {"output", a(0, 0)}});
        }
    }

    void finish(const Evaluation& training, const std::optional<Evaluation>& validation, Index updates,
                double seconds) {
        if (!shows_examples()) {
            terminal_.print_line(metrics_line("training", training));
            if (validation) terminal_.print_line(metrics_line("validation", *validation));
        }
        const double total = std::chrono::duration<double>(Clock::now() - began_).count();
        terminal_.note("done", fmt::format("{} updates in {:.3f} s", updates, seconds));
        terminal_.print_json(
            Json{{"event", "done"},
                 {"model", nullptr},
                 {"iterations", updates},
                 {"cost", training.loss},
                 {"train", to_json(training, data_.class_names)},
                 {"validation", validation ? to_json(*validation, data_.class_names) : Json(nullptr)},
                 {"seconds", seconds},
                 {"total_seconds", total}});
    }

    Clock::time_point began_ = Clock::now();
    Terminal terminal_;
    Dataset data_;
    Recipe recipe_;
};

}  // namespace

void add_train(CLI::App& app, int& status) {
    CLI::App* command = app.add_subcommand("train", "learn from data");
    const auto options = std::make_shared<TrainingOptions>();
    add_training_options(*command, *options);
    command->footer(
        "Examples:\n"
        "  gradus train xor\n"
        "  gradus train spirals --net \"64 relu, 64 relu\" --epochs 300 --json");
    command->callback([options, &status] { status = TrainCommand(*options).run(); });
}

}  // namespace gradus::cli
