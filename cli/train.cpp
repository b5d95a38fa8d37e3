// gradus train: learn from data, print how it went.

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/model_options.h"
#include "cli/plan.h"
#include "cli/plane.h"
#include "cli/plot.h"
#include "cli/ranks.h"
#include "cli/report.h"
#include "cli/same_everywhere.h"
#include "cli/sharing.h"
#include "cli/terminal.h"
#include "cli/train_notes.h"
#include "cli/training_events.h"
#include "cli/training_options.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/generators.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/model/training.h"
#include "gradus/nn/predictor.h"
#include "gradus/report/lines.h"
#include "gradus/report/report.h"

namespace gradus::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct TrainOptions {
    TrainingOptions training;
    std::string model;       // where it is written; empty: named after the data
    std::string checkpoint;  // empty: none
    std::optional<double> checkpoint_every;
    std::string resume;
    std::string from;
    std::string report;  // empty: none
    std::optional<Sharing> share;
    bool plot = false;  // the costs as curves at the end, also where stderr is no terminal
};

std::optional<AnyModel> read_if_named(const std::string& file, bool allow_external) {
    return file.empty() ? std::nullopt : std::optional(read_model(file, allow_external));
}

void require_state(const AnyModel& model, const std::string& file) {
    if (std::visit([](const auto& any) { return any.state.has_value(); }, model)) return;
    throw Error(Fault::input, {.place = "--resume",
                               .found = say("{} is the model of a finished run", file),
                               .expected = say("a checkpoint"),
                               .hint = "--from " + file});
}

// The training options with the models that a run begins with.
TrainingOptions with_models(TrainingOptions options, const std::optional<AnyModel>& resume,
                            const std::optional<AnyModel>& from, const std::string& from_file) {
    options.resume = resume ? &*resume : nullptr;
    options.from = from ? &*from : nullptr;
    options.from_file = from_file;
    return options;
}

// One run, and the lines about it.
class TrainCommand {
public:
    explicit TrainCommand(const TrainOptions& options)
        : options_(options),
          terminal_(options.training.terminal),
          resume_((require_own_files(), read_if_named(options.resume, options.training.allow_external))),
          from_(read_if_named(options.from, options.training.allow_external)) {
        take_member();
        if (from_)
            std::visit([&](const auto& m) { note_places(terminal_, m.target, m.features, data_.table); },
                       *from_);
        if (resume_) require_state(*resume_, options.resume);
        TrainingOptions with = with_models(options.training, resume_, from_, options.from);
        settle_sharing(options.share, !options.report.empty(), with);
        problem_ = with.problem(terminal_);
        problem_.recipe.run.threads = options.training.most_threads();
        require_same_beginning();
        require_writable(recipe_);
        require_same_everywhere(fmt::format("{} {} {} {}", to_text(recipe_), options_.training.plan,
                                            options_.checkpoint.empty(), options_.share == Sharing::yes),
                                models());
        require_shared(options_.share, data_);
        const bool named = !options_.model.empty();
        if (!named) options_.model = data_.name + ".onnx";
        require_own_files();  // by the name that it has now
        if (options_.training.plan) return;
        if (is_first()) require_writable_files();
        std::error_code none;
        if (!named && std::filesystem::exists(options_.model, none))
            terminal_.note("replaces", say("{}, which is there already (-o names another)", options_.model));
    }

    // If they cannot be written, better to know now.
    void require_writable_files() const {
        const AtomicFile model(options_.model);
        if (!options_.checkpoint.empty()) const AtomicFile checkpoint(options_.checkpoint);
        if (!options_.report.empty()) const AtomicFile report(options_.report);
    }

    // What it begins with, by what was read: another one must not go unseen among several processes.
    [[nodiscard]] std::vector<HasRead> models() const {
        std::vector<HasRead> models;
        if (ranks().count() == 1) return models;
        if (from_) models.emplace_back(options_.from, to_onnx(*from_));
        if (resume_) models.emplace_back(options_.resume, to_onnx(*resume_));
        return models;
    }

    // Of an ensemble one network is trained further: which, has to be said. A checkpoint knows it.
    void take_member() {
        const std::optional<Index>& member = options_.training.member;
        if (from_) from_ = one_network(std::move(*from_), member, options_.from, nullptr);
        if (member && resume_)
            throw Error(Fault::usage, {.place = "--member",
                                       .found = say("the checkpoint says which network is trained"),
                                       .hint = say("without {}", "--member")});
    }

    int run() {
        if (options_.training.plan)
            return print_plan(terminal_, data_, recipe_,
                              recipe_.member > 0 ? 1 : std::max<Index>(1, fold_count(recipe_)));
        return recipe_.precision == Precision::single ? run_in<float>() : run_in<double>();
    }

private:
    // A model may be trained on under its own name, and end under that of its checkpoints; data is never
    // lost.
    void require_own_files() const {
        const DataOptions& source = options_.training.source;
        const std::vector<std::string> data{source.is_built_in() ? "" : source.data, source.read.labels,
                                            options_.training.choices.validation_file};
        require_own_file("-o", options_.model, data);
        require_own_file("--checkpoint", options_.checkpoint, data);
        std::vector<std::string> all = data;
        all.insert(all.end(), {options_.model, options_.checkpoint, options_.resume, options_.from});
        require_own_file("--report", options_.report, all);
    }

    template <class T>
    int run_in() {
        if (Interrupt::anywhere()) return Interrupt::stopped_status();
        announce(terminal_, problem_, options_.training.source);
        note_what_judges(terminal_, problem_, options_.training.choices.patience);
        if (options_.checkpoint_every && options_.checkpoint.empty())
            terminal_.note("note", say("--checkpoint-every {} writes nothing: no --checkpoint names a file",
                                       to_text(*options_.checkpoint_every)));
        note_unlabelled(terminal_, problem_);
        events_.emplace(terminal_, problem_);
        std::optional<std::vector<Finding>> findings;
        std::vector<std::string> plane;
        const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
            const bool is_shared = prepared.shared_by != nullptr;  // then all look at it together
            if (!is_first() && !is_shared) return;
            if (draws() || is_shared) plane = plane_of<T>(trained.model, prepared.training());
            const bool again = folds() == 0 && trained.model.validation && !prepared.validates();
            // of a second run the costs are those of the run before; without a truth the machines are judged
            // alone
            if (!is_diagnosed() || (again && !is_unsupervised(recipe_.task))) return;
            findings = check<T>(data_, recipe_, events_->course(), trained, prepared,
                                problem_.validation ? &*problem_.validation : nullptr, Interrupt::token());
        };
        const Trained<T> trained = train<T>(data_, recipe_, watch(), conclude, start<T>());
        note_columns(terminal_, problem_, trained.model.features, trained.model.target);
        if (!is_first()) return 0;
        if (trained.interrupted) {
            const std::string& file = options_.checkpoint.empty() ? options_.model : options_.checkpoint;
            write_model(file, trained.model);
            terminal_.note("stopped",
                           say("after {}; go on with --resume {}",
                               say_count(updates_of(trained.model).first, "{} update", "{} updates"), file));
            return Interrupt::stopped_status();
        }
        write_model(options_.model, trained.model);
        if (!options_.report.empty()) write_report(trained);
        if (shows_examples()) print_predictions(trained);
        finish(trained);
        plot_costs(trained.model.curve);
        for (const std::string& line : plane)
            if (draws()) fmt::print(stderr, "{}\n", line);
        if (findings) note_findings(terminal_, *findings, words_for_the_doctor());
        return 0;
    }

    [[nodiscard]] Index folds() const { return fold_count(recipe_); }

    // On stderr, as all that is about the run and no result.
    [[nodiscard]] bool draws() const { return !terminal_.quiet() && (options_.plot || terminal_.live()); }

    void plot_costs(const std::vector<CurvePoint>& curve) const {
        if (!draws() || curve.size() < 2) return;
        std::vector<double> costs, validation;
        for (const CurvePoint& point : curve) {
            costs.push_back(point.cost);
            if (point.validation_cost) validation.push_back(*point.validation_cost);
        }
        const std::string first = say("iteration {}", curve.front().iteration);
        const std::string last = say("iteration {}", curve.back().iteration);
        const auto show = [&](const std::string& title, const std::vector<double>& values) {
            if (values.size() < 2) return;
            fmt::print(stderr, "{}\n", title);
            for (const std::string& line : plot(values, first, last)) fmt::print(stderr, "{}\n", line);
        };
        show(say("cost"), costs);
        show(say("validation cost"), validation);
    }

    [[nodiscard]] bool is_diagnosed() const {
        return is_unsupervised(recipe_.task) ? recipe_.pretraining.kind != Pretrain::none
                                             : recipe_.run.epochs > 0;
    }

    // The doctor begins from first weights of its own.
    [[nodiscard]] std::string words_for_the_doctor() const {
        return resume_ || from_ || is_unsupervised(recipe_.task) ? "" : options_.training.words();
    }

    template <class T>
    void write_report(const Trained<T>& trained) const {
        const ReportSource source{.validation = problem_.validation ? &*problem_.validation : nullptr,
                                  .target = target_sentence(data_, options_.training.source),
                                  .notes = terminal_.notes()};
        write_file(options_.report, html_report(trained, data_, source));
    }

    // A run that began with a model's weights needs them again: for its second run.
    void require_same_beginning() const {
        if (!resume_) return;
        const Recipe& run =
            std::visit([](const auto& model) -> const Recipe& { return model.recipe; }, *resume_);
        const std::string& before = run.from;
        const Index member = run.from_member;
        if (before == recipe_.from && member == recipe_.from_member) return;
        const std::string again = "--from " + before + (run.from_external ? " --allow-external" : "");
        throw Error(Fault::input, {.place = "--resume",
                                   .found = before.empty() ? say("the run did not begin with another model")
                                                           : say("the run began with the model {}", before),
                                   .hint = before.empty() ? "without --from"
                                           : member > 0   ? fmt::format("{} --member {}", again, member)
                                                          : again});
    }

    template <class T>
    Start<T> start() const {
        const auto model = [](const std::optional<AnyModel>& any) {
            return any ? &std::get<Model<T>>(*any) : nullptr;
        };
        return {.validation = problem_.validation ? &*problem_.validation : nullptr,
                .from = model(from_),
                .resume = model(resume_),
                .members = members_of<T>(problem_.members)};
    }

    Watch watch() {
        Watch watch = events_->watch();
        if (options_.checkpoint.empty()) return watch;
        watch.checkpoint = [this](const AnyModel& model) {
            if (is_first()) write_model(options_.checkpoint, model);
        };
        watch.checkpoint_every = options_.checkpoint_every.value_or(60);
        return watch;
    }

    [[nodiscard]] bool shows_examples() const {
        return is_truth_table(data_) && data_.examples() == 4 && !is_unsupervised(recipe_.task);
    }

    template <class T>
    void print_predictions(const Trained<T>& trained) {
        const Matrix<T> A = outputs(trained.model, data_.table);
        const std::vector<Column>& columns = data_.table.columns;
        for (std::size_t j = 0; j < static_cast<std::size_t>(data_.examples()); ++j)
            print_prediction(columns[0].numbers[j], columns[1].numbers[j],
                             A.view().columns({static_cast<Index>(j), static_cast<Index>(j) + 1}));
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
        if (!shows_examples()) terminal_.print_line(metrics_line("training", trained.model.training));
        if (trained.model.out_of_fold)
            terminal_.print_line(metrics_line("out of fold", *trained.model.out_of_fold));
        if (!shows_examples() && trained.model.validation)
            terminal_.print_line(metrics_line("validation", *trained.model.validation));
        if (trained.model.out_of_fold)
            terminal_.note("score",
                           say("out of fold: each example is answered by the one network that was not "
                               "trained on it"));
        const auto [updates, kept] = updates_of(trained.model);
        terminal_.note("done",
                       say("{} in {:.3f} s; the model is {}", say_count(updates, "{} update", "{} updates"),
                           trained.seconds, options_.model));
        if ((recipe_.ensemble == 1 || recipe_.member > 0) && kept < updates)
            terminal_.note("kept", say("the weights after {}: they had the lowest validation cost",
                                       say_count(trained.model.kept_updates, "{} update", "{} updates")));
        const auto json = [&](const Evaluation& part) { return to_json(part, names_of(data_)); };
        terminal_.print_json(Json{
            {"event", "done"},
            {"model", options_.model},
            {"iterations", updates},
            {"kept_iterations", kept},
            {"cost", recipe_.task == Task::encode ? Json() : Json(trained.model.training.loss)},
            {"train", json(trained.model.training)},
            {"out_of_fold", trained.model.out_of_fold ? json(*trained.model.out_of_fold) : Json(nullptr)},
            {"validation", trained.model.validation ? json(*trained.model.validation) : Json(nullptr)},
            {"linear", events_->linear() ? json(*events_->linear()) : Json(nullptr)},
            {"seconds", trained.seconds},
            {"total_seconds", std::chrono::duration<double>(Clock::now() - began_).count()}});
    }

    Clock::time_point began_ = Clock::now();
    Interrupt interrupt_;
    TrainOptions options_;
    Terminal terminal_;
    std::optional<AnyModel> resume_, from_;
    Problem problem_;
    const Dataset& data_ = problem_.data;
    const Recipe& recipe_ = problem_.recipe;
    std::optional<TrainingEvents> events_;
};

void add_file_options(CLI::App& command, TrainOptions& options) {
    command.option_defaults()->group(say("Files"));
    const auto add_file = [&command](const std::string& option, std::string& to, const std::string& help) {
        return add_value(command, option, "FILE", help, [&to](const std::string& text) { to = text; });
    };
    add_file("-o,--model", options.model, say("where the model is written"))
        ->default_str(say("<name of DATA>.onnx"));
    add_file("--checkpoint", options.checkpoint,
             say("also written while training, and when it is interrupted"));
    add_real(command, "--checkpoint-every", options.checkpoint_every, say("seconds from one to the next"))
        ->default_str("60");
    add_file("--resume", options.resume, say("a checkpoint: go on to the same end, bit for bit"));
    add_plan_option(command, options.training.plan);
    add_share_option(command, options.share);
    command
        .add_flag("--plot", options.plot,
                  say("the costs as curves, and the plane of two inputs, on stderr at the end; a terminal "
                      "has them without it"))
        ->disable_flag_override();
    add_file("--report", options.report,
             say("a page (HTML): beside a linear model, curves, thresholds or residuals, columns, the worst "
                 "examples"));
    add_file(
        "--from", options.from,
        say("a model of train, or of another program: begin with its weights and features (fine-tuning)"));
    add_member_option(
        command, options.training,
        say("of the ensemble this network alone, counted from 1; behind --from: that to begin with"));
    add_external_option(command, options.training.allow_external);
}

}  // namespace

Command train_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("train", say("learn from data"));
    const auto options = std::make_shared<TrainOptions>();
    options->training.with_model = "DATA --from MODEL";
    add_training_options(*command, options->training);
    add_pretraining_options(*command, options->training);
    add_file_options(*command, *options);
    command->footer(training_footer() + "\n" + say("Examples") +
                    "\n  gradus train iris.csv\n"
                    "  gradus train spirals --net \"64 tanh, 64 tanh\" --learning-rate 0.01");
    return {command, [options] { return TrainCommand(*options).run(); }};
}

}  // namespace gradus::cli
