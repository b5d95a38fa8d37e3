// gradus train: learn from data, print how it went.

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/data/generators.h"
#include "gradus/inspect/diagnosis.h"
#include "gradus/model/training.h"
#include "gradus/nn/predictor.h"

namespace gradus::cli {
namespace {

using Clock = std::chrono::steady_clock;

// One run, and the lines about it.
class TrainCommand {
public:
    explicit TrainCommand(const TrainingOptions& options)
        : terminal_(options.terminal), problem_(options.problem()) {
        problem_.recipe.run.threads = options.most_threads();
    }

    int run() { return recipe_.precision == Precision::single ? run_in<float>() : run_in<double>(); }

private:
    template <class T>
    int run_in() {
        announce(terminal_, data_, recipe_);
        progress_.emplace(terminal_, "updates");
        std::vector<Finding> findings;
        const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
            findings = check<T>(data_, recipe_, history_, trained, prepared);
        };
        const Trained<T> trained = train<T>(data_, recipe_, watch(), conclude);
        if (Interrupt::exit_status() != 0) {
            terminal_.note("stopped", "after " + counted(trained.updates, "update") + "; nothing is saved");
            return Interrupt::exit_status();
        }
        if (shows_examples()) print_predictions(trained);
        finish(trained);
        note_findings(terminal_, findings);
        return 0;
    }

    Watch watch() {
        return {.observe = [this](const Event& event) { observe(event); },
                .progress =
                    [this](const Event& event, Index planned) {
                        progress_->report(double(event.iteration + 1), double(planned), event.cost);
                    },
                .retraining = [this](Index updates) { start_again(updates); },
                .report_every = every(),
                .stop = interrupt_.token()};
    }

    void start_again(Index updates) {
        terminal_.note("again", fmt::format("now on all {}, for the {} that {} best",
                                            counted(data_.examples(), "example"), counted(updates, "update"),
                                            updates == 1 ? "was" : "were"));
        progress_.emplace(terminal_, "updates");
    }

    // At most a thousand cost lines.
    [[nodiscard]] Index every() const {
        Index every = 100;
        while (recipe_.run.iterations / every > 1000) every *= 10;
        return every;
    }

    void observe(const Event& event) {
        history_.see(event);
        if (recipe_.run.iterations == 0) {
            if (event.epoch_end) report_epoch(event, *event.epoch_end);
        } else if (event.iteration % every() == 0) {
            terminal_.print_line(
                fmt::format("Cost after iteration# {}: {:.6f}", event.iteration, event.cost));
            terminal_.print_json(progress_json(event, event.cost));
        }
    }

    void report_epoch(const Event& event, const Event::EpochEnd& end) {
        std::string line = fmt::format("Cost after epoch# {}: {:.6f}", event.epoch, end.cost);
        Json json = progress_json(event, end.cost);
        if (end.validation_cost) {
            line += fmt::format("  validation: {:.6f}", *end.validation_cost);
            json["validation_cost"] = *end.validation_cost;
        }
        constexpr Index epochs_between_lines = 10;
        if (event.epoch % epochs_between_lines == 0 || event.last) terminal_.print_line(line);
        terminal_.print_json(json);
    }

    static Json progress_json(const Event& event, double cost) {
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
            print_prediction(data_.X(0, j), data_.X(1, j), predict(x));
        }
    }

    template <class T>
    void print_prediction(double x1, double x2, View<const T> a) {
        const std::string answer = recipe_.task == Task::classify
                                       ? data_.class_names[static_cast<std::size_t>(classes_of(a).front())]
                                       : fmt::format("{:.6f}", a(0, 0));
        terminal_.print_line(
            fmt::format("Neural Network prediction for example ({}, {}) is {}", x1, x2, answer));
        terminal_.print_json(Json{
            {"event", "prediction"}, {"example", {x1, x2}}, {"prediction", answer}, {"output", a(0, 0)}});
    }

    template <class T>
    void finish(const Trained<T>& trained) {
        if (!shows_examples()) {
            terminal_.print_line(metrics_line("training", trained.training));
            if (trained.validation) terminal_.print_line(metrics_line("validation", *trained.validation));
        }
        terminal_.note("done",
                       fmt::format("{} in {:.3f} s", counted(trained.updates, "update"), trained.seconds));
        if (trained.kept_updates < trained.updates)
            terminal_.note("kept", "the weights after " + counted(trained.kept_updates, "update") +
                                       ": they had the lowest validation cost");
        const auto json = [&](const Evaluation& part) { return to_json(part, data_.class_names); };
        terminal_.print_json(
            Json{{"event", "done"},
                 {"model", nullptr},
                 {"iterations", trained.updates},
                 {"kept_iterations", trained.kept_updates},
                 {"cost", trained.training.loss},
                 {"train", json(trained.training)},
                 {"validation", trained.validation ? json(*trained.validation) : Json(nullptr)},
                 {"seconds", trained.seconds},
                 {"total_seconds", std::chrono::duration<double>(Clock::now() - began_).count()}});
    }

    Clock::time_point began_ = Clock::now();
    Interrupt interrupt_;
    Terminal terminal_;
    Problem problem_;
    const Dataset& data_ = problem_.data;
    const Recipe& recipe_ = problem_.recipe;
    std::optional<Progress> progress_;
    History history_;
};

}  // namespace

Command train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", "learn from data");
    const auto options = std::make_shared<TrainingOptions>();
    add_training_options(*command, *options);
    command->footer(training_footer() +
                    "\n"
                    "Examples\n"
                    "  gradus train xor\n"
                    "  gradus train spirals --net \"64 tanh, 64 tanh\" --learning-rate 0.01");
    return {command, [options] { return TrainCommand(*options).run(); }};
}

}  // namespace gradus::cli
