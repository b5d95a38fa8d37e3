// gradus tune: which recipe suits the data better than the default one? It is searched for, and trained.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/ranks.h"
#include "cli/report.h"
#include "cli/same_everywhere.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/open.h"
#include "gradus/model/settings.h"
#include "gradus/model/tune.h"
#include "gradus/model/tune_log.h"
#include "gradus/report/lines.h"
#include "gradus/report/tune_report.h"

namespace gradus::cli {
namespace {

struct TuneOptions {
    TrainingOptions training;
    std::optional<Index> trials, workers;
    std::string space;   // a name or a file; empty: by the data
    std::string resume;  // empty: nothing is kept
    std::string report;
    std::string model;
};

std::string small_text(const std::string& file, std::size_t most) {
    const Bytes bytes = open_file(file);
    std::string text;
    std::array<char, 65536> block;
    for (std::size_t n = bytes->read(block); n > 0; n = bytes->read(block)) {
        text.append(block.data(), n);
        if (text.size() > most)
            throw Error(
                Fault::input,
                {.place = file, .found = say("more than {} bytes", most), .expected = say("a small text")});
    }
    return text;
}

class TuneCommand {
public:
    explicit TuneCommand(const TuneOptions& options)
        : options_(options),
          terminal_(options.training.terminal),
          problem_((require_own_files(), options.training.problem(terminal_))),
          said_(options.training.said_about(problem_)) {
        const bool named = !options_.model.empty();
        if (!named) options_.model = data_.name + ".onnx";
        require_own_files();
        if (is_first() && !options_.training.plan) require_writable_files();
        std::error_code none;
        if (!named && std::filesystem::exists(options_.model, none))
            terminal_.note("replaces", say("{}, which is there already (-o names another)", options_.model));
        read_space();
        read_log();
        std::vector<HasRead> files;
        if (!options_.resume.empty()) files.emplace_back(options_.resume, to_text(log_));
        require_same_everywhere(fmt::format("{} {} {} {} {}", log_.subject.recipe, log_.subject.space,
                                            trials(), options_.training.plan, options_.resume.empty()),
                                files);
    }

    // If they cannot be written, better to know now.
    void require_writable_files() const {
        const AtomicFile model(options_.model);
        if (!options_.report.empty()) const AtomicFile report(options_.report);
        if (!options_.resume.empty()) const AtomicFile resume(options_.resume);
    }

    int run() {
        if (Interrupt::anywhere()) return Interrupt::stopped_status();
        announce(terminal_, problem_, options_.training.source);
        note_search();
        if (options_.training.plan) return plan();
        tuned_ = tune(said_, data_, problem_.recipe, space_, settings());
        if (tuned_.interrupted) {
            terminal_.note("stopped",
                           options_.resume.empty()
                               ? say("before the end; with --resume FILE the scores would be kept")
                               : say("before the end; the same command goes on from {}", options_.resume));
            return Interrupt::stopped_status();
        }
        print_trials();
        print_effects();
        say_best();
        return recipe().precision == Precision::single ? train_best<float>() : train_best<double>();
    }

private:
    void require_own_files() const {
        const DataOptions& source = options_.training.source;
        const std::vector<std::string> data{source.is_built_in() ? "" : source.data, source.read.labels,
                                            options_.training.choices.validation_file, options_.space};
        std::vector<std::string> all = data;
        require_own_file("-o", options_.model, all);
        all.push_back(options_.model);
        require_own_file("--resume", options_.resume, all);
        all.push_back(options_.resume);
        require_own_file("--report", options_.report, all);
    }

    void read_space() {
        constexpr std::size_t longest = 1 << 20;
        std::string name = options_.space;
        if (name.empty()) name = space_for(data_, problem_.recipe).name;
        const auto named = std::ranges::find(named_spaces(), name, &NamedSpace::name);
        std::error_code none;
        if (named == named_spaces().end() && !std::filesystem::exists(name, none)) {
            std::vector<std::string> names;
            for (const NamedSpace& one : named_spaces()) names.emplace_back(one.name);
            throw Error(Fault::input, {.place = "--space",
                                       .found = say("{} is no file", name),
                                       .expected = say("a file, or {}", one_of(names))});
        }
        const SearchSpace whole = named != named_spaces().end()
                                      ? read_search_space(named->text, name)
                                      : read_search_space(small_text(name, longest), name);
        space_ = left_open(whole, said_, problem_.recipe);
        space_name_ = name;
        if (space_.settings.empty())
            throw Error(Fault::usage, {.place = "--space",
                                       .found = say("all that {} searches was said", name),
                                       .hint = say("leave one of these options out")});
    }

    void read_log() {
        log_.subject = {.data = fmt::format("{:016x}", fingerprint(data_)),
                        .recipe = to_text(problem_.recipe),
                        .space = to_text(space_)};
        std::error_code none;
        if (options_.resume.empty() || !std::filesystem::exists(options_.resume, none)) return;
        TuneLog before =
            read_tune_log(small_text(options_.resume, std::string().max_size()), options_.resume);
        require_same_subject(before.subject, log_.subject, options_.resume);
        known_ = before.scores;
        log_.scores = std::move(before.scores);
    }

    [[nodiscard]] Index trials() const { return options_.trials.value_or(32); }

    void note_search() {
        std::vector<std::string> names;
        for (const SearchedSetting& setting : space_.settings)
            names.push_back(option_of(setting.id).substr(2));
        terminal_.note("space", say("{}: {}", space_name_, listed(names)));
        if (!known_.empty())
            terminal_.note("resume", say_count(std::ssize(known_), "{1} has {0} score", "{1} has {0} scores",
                                               options_.resume));
    }

    TuneSettings settings() {
        TuneSettings settings{.trials = trials(),
                              .workers = options_.workers.value_or(options_.training.most_threads()),
                              .seed = problem_.recipe.seed,
                              .stop = Interrupt::token(),
                              .ranks = &ranks()};
        settings.known = [this](Index trial, Index fold) -> const FoldScore* {
            const auto found = known_.find({trial, fold});
            return found == known_.end() ? nullptr : &found->second;
        };
        if (!options_.resume.empty() && is_first())
            settings.keep = [this](Index trial, Index fold, const FoldScore& score) {
                log_.scores[{trial, fold}] = score;
                write_file(options_.resume, to_text(log_));
            };
        settings.progress = [this](double done, double all) { progress_.report(done, all); };
        return settings;
    }

    // A search that is stopped before its first network has said how many there are.
    int plan() {
        std::stop_source stop;
        stop.request_stop();
        Index networks = 0;
        TuneSettings settings{.trials = trials(), .seed = problem_.recipe.seed, .stop = stop.get_token()};
        settings.progress = [&](double, double all) { networks = std::lround(all); };
        tune(said_, data_, problem_.recipe, space_, settings);
        Recipe recipe = problem_.recipe;
        recipe.run.threads = options_.workers.value_or(options_.training.most_threads());
        return print_plan(terminal_, data_, recipe, networks);
    }

    [[nodiscard]] const TunedTrial& at(Index place) const {
        return tuned_.trials[static_cast<std::size_t>(place)];
    }
    [[nodiscard]] const Recipe& recipe() const { return at(tuned_.best).recipe; }

    void print_trials() {
        terminal_.print_line(say("trial folds  loss out of fold   against the default    settings"));
        for (const Index place : in_order(tuned_)) {
            const TunedTrial& trial = at(place);
            const Estimate more = gain(trial, tuned_.trials.front());
            terminal_.print_line(fmt::format(
                "{:>5} {:>5}  {:>16}   {:<20}   {}", trial.number, trial.folds.size(), number(trial.loss()),
                trial.number == 1 || std::isinf(trial.loss())
                    ? ""
                    : fmt::format("{:+.4f} +- {:.4f}", -more.value, more.standard_error),
                trial.number == 1 ? say("the default") : typed(trial)));
            Json drawn = Json::object();
            for (const auto& [id, value] : trial.drawn) drawn[id] = value;
            terminal_.print_json(Json{{"event", "trial"},
                                      {"trial", trial.number},
                                      {"folds", trial.folds.size()},
                                      {"loss", finite(trial.loss())},
                                      {"change", finite(-more.value)},
                                      {"change_se", more.standard_error},
                                      {"drawn", drawn},
                                      {"recipe", to_text(trial.recipe)}});
        }
    }

    static std::string number(double loss) {
        return std::isinf(loss) ? say("failed") : fmt::format("{:.4f}", loss);
    }
    static Json finite(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

    void print_effects() {
        const std::vector<TuneEffect> effects = main_effects(tuned_, space_);
        if (!effects.empty()) {
            terminal_.print_line("");
            terminal_.print_line(
                say("What mattered, on the first rung: the change of the loss where a setting was\n"
                    "said, against the trials that left it as the default has it"));
        }
        for (const TuneEffect& effect : effects) {
            const std::string name = option_of(effect.id).substr(2) + " " + effect.value;
            const Estimate percent = in_percent(effect.change);
            terminal_.print_line(fmt::format("{} {:>9}   {:+.1f} % +- {:.1f} %", pad_right(name, 36),
                                             say_count(effect.trials, "{} trial", "{} trials"), percent.value,
                                             percent.standard_error));
            terminal_.print_json(Json{{"event", "effect"},
                                      {"setting", effect.id},
                                      {"value", effect.value},
                                      {"trials", effect.trials},
                                      {"log_ratio", effect.change.value},
                                      {"log_ratio_se", effect.change.standard_error}});
        }
    }

    void say_best() {
        problem_.recipe = recipe();
        terminal_.print_line("");
        terminal_.print_line(say("Taken: {}.", verdict(tuned_)));
        const std::string words = options_.training.as_typed(problem_);
        terminal_.note("recipe", words);
        if (!options_.report.empty() && is_first())
            write_file(options_.report, html_report(tuned_, space_, data_.name, words));
    }

    template <class T>
    int train_best() {
        problem_.recipe.run.threads = options_.training.most_threads();
        Progress updates(terminal_, say("updates"));
        const Watch watch{.progress =
                              [&](const Event& event, Index planned) {
                                  updates.report(double(event.iteration + 1), double(planned), event.cost);
                              },
                          .stop = Interrupt::token(),
                          .ranks = &ranks()};
        const Start<T> start{.validation = problem_.validation ? &*problem_.validation : nullptr};
        const Trained<T> trained = train<T>(data_, problem_.recipe, watch, {}, start);
        if (trained.interrupted) {
            terminal_.note("stopped", say("while the best recipe was trained: the words above train it"));
            return Interrupt::stopped_status();
        }
        if (is_first()) write_model(options_.model, trained.model);
        finish(trained);
        return 0;
    }

    template <class T>
    void finish(const Trained<T>& trained) {
        const Model<T>& model = trained.model;
        terminal_.print_line("");
        terminal_.print_line(metrics_line("training", model.training));
        if (model.out_of_fold) terminal_.print_line(metrics_line("out of fold", *model.out_of_fold));
        if (model.validation) terminal_.print_line(metrics_line("validation", *model.validation));
        terminal_.note("done", say("the model is {}", options_.model));
        const auto json = [&](const Evaluation& part) { return to_json(part, names_of(data_)); };
        const TunedTrial& best = at(tuned_.best);
        const Estimate more = gain(best, tuned_.trials.front());
        terminal_.print_json(
            Json{{"event", "done"},
                 {"model", options_.model},
                 {"trial", best.number},
                 {"recipe", to_text(best.recipe)},
                 {"loss", finite(best.loss())},
                 {"default_loss", finite(tuned_.trials.front().loss())},
                 {"change", finite(-more.value)},
                 {"change_se", more.standard_error},
                 {"train", json(model.training)},
                 {"out_of_fold", model.out_of_fold ? json(*model.out_of_fold) : Json(nullptr)},
                 {"validation", model.validation ? json(*model.validation) : Json(nullptr)},
                 {"total_seconds", std::chrono::duration<double>(Clock::now() - began_).count()}});
    }

    using Clock = std::chrono::steady_clock;

    Clock::time_point began_ = Clock::now();
    Interrupt interrupt_;
    TuneOptions options_;
    Terminal terminal_;
    Problem problem_;
    const Dataset& data_ = problem_.data;
    Choices said_;
    SearchSpace space_;
    std::string space_name_;
    std::map<std::pair<Index, Index>, FoldScore> known_;  // from before, which no thread changes
    TuneLog log_;
    Tuned tuned_;
    Progress progress_{terminal_, say("folds")};
};

void add_tune_options(CLI::App& command, TuneOptions& options) {
    command.option_defaults()->group(say("Search"));
    const auto add_file = [&command](const std::string& option, const std::string& type, std::string& to,
                                     const std::string& help) {
        return add_value(command, option, type, help, [&to](const std::string& text) { to = text; });
    };
    add_whole(command, "--trials", options.trials, 1, 100'000, say("so many recipes, the default among them"))
        ->default_str("32");
    add_file("--space", "NAME|FILE", options.space, say("which settings are searched, and what they may be"))
        ->default_str(say("by the data"));
    add_whole(command, "--workers", options.workers, 1, 1024,
              say("so many networks are trained at a time; the result is the same"))
        ->default_str(say("one for each core"));
    add_file(
        "--resume", "FILE", options.resume,
        say("takes each score as soon as it is known; where the file is there, the search goes on from it"));
    add_plan_option(command, options.training.plan);
    add_file("--report", "FILE", options.report, say("a page (HTML): the trials, and what mattered"));
    add_file("-o,--model", "FILE", options.model, say("where the model is written"))
        ->default_str(say("<name of DATA>.onnx"));
}

// Those of tables, as their texts; networks for series are longer than a line.
std::string spaces() {
    std::string text;
    for (const NamedSpace& space : named_spaces()) {
        std::string lines = fmt::format("\n  {}\n    ", space.name);
        for (const char c : space.text.substr(0, space.text.size() - 1))
            lines += c == '\n' ? "\n    " : std::string(1, c);
        if (space.text.find("net ") == std::string_view::npos) text += lines;
    }
    return text + "\n";
}

}  // namespace

Command tune_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("tune", say("search for a better recipe, and train it"));
    const auto options = std::make_shared<TuneOptions>();
    constexpr Phrase no_truth = say_later("without a truth nobody can say which recipe is better");
    options->training.refused = {{Task::encode, no_truth}, {Task::reconstruct, no_truth}};
    add_tune_options(*command, *options);
    add_training_options(*command, options->training);
    command->footer(as_for_train(*command) + "\n" +
                    say("A space is a text: a line for each setting, its name, then values or a range of\n"
                        "numbers (\"learning-rate 0.0001..0.01 log\"); # begins a comment. Names are those\n"
                        "of the options that say how to learn; instead of \"net\" its pieces: width, depth,\n"
                        "activation, dropout. What is typed as an option is not searched. By the data:") +
                    spaces() + "\n" + say("Examples") +
                    "\n  gradus tune iris.csv\n"
                    "  gradus tune wine.csv --trials 64 --resume wine.tune --learning-rate 0.001");
    return {command, [options] { return TuneCommand(*options).run(); }};
}

}  // namespace gradus::cli
