// gradus doctor: why does it not learn?

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/say.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/explain/display_width.h"

namespace gradus::cli {
namespace {

class DoctorCommand {
public:
    explicit DoctorCommand(const TrainingOptions& options)
        : terminal_(options.terminal), problem_(options.problem(terminal_)) {
        problem_.recipe.run.threads = options.most_threads();
    }

    int run() {
        if (!problem_.saved) terminal_.note("recipe", problem_.recipe_as_typed);
        progress_.emplace(terminal_, say("updates"));
        const Diagnosis diagnosis =
            problem_.recipe.precision == Precision::single ? diagnose_in<float>() : diagnose_in<double>();
        if (Interrupt::exit_status() != 0) {
            terminal_.note("stopped", say("before there was a diagnosis"));
            return Interrupt::exit_status();
        }
        print(diagnosis);
        return 0;
    }

private:
    template <class T>
    Diagnosis diagnose_in() {
        const Watch watch{.progress =
                              [this](const Event& event, Index planned) {
                                  progress_->report(double(event.iteration + 1), double(planned), event.cost);
                              },
                          .pretraining =
                              [this](const PretrainingEvent& event) {
                                  progress_->report(
                                      double(event.machine * event.planned + event.update.iteration + 1),
                                      double(event.machines * event.planned), event.update.cost);
                              },
                          .stop = Interrupt::token()};
        const auto trying = [this](const Cure& cure) {
            terminal_.note("trying", cure.option());
            progress_.emplace(terminal_, say("updates"));
        };
        if (problem_.saved) note_seen(terminal_, std::get<Model<T>>(*problem_.saved), problem_.data);
        return problem_.saved
                   ? diagnose<T>(std::get<Model<T>>(*problem_.saved), problem_.data, problem_.recipe)
                   : diagnose<T>(problem_.data, problem_.recipe, watch, trying,
                                 problem_.validation ? &*problem_.validation : nullptr);
    }

    void print(const Diagnosis& diagnosis) {
        for (std::size_t i = 0; i < diagnosis.findings.size(); ++i) {
            const Finding& finding = diagnosis.findings[i];
            terminal_.print_line(behind_label(fmt::format("{}. ", i + 1), finding.sentence));
            terminal_.print_line(behind_label(pad_right(say("   measured"), 13), finding.evidence));
            if (!finding.hint.empty()) terminal_.print_line(pad_right(say("   type"), 13) + finding.hint);
            terminal_.print_json(Json{{"finding", finding.name},
                                      {"weight", finding.weight},
                                      {"sentence", finding.sentence},
                                      {"evidence", finding.evidence},
                                      {"hint", finding.hint}});
        }
        for (const Finding& sign : diagnosis.harmless) {
            terminal_.print_line(behind_label("", say("no fault: {} ({})", sign.sentence, sign.evidence)));
            terminal_.print_json(
                Json{{"no_fault", sign.name}, {"sentence", sign.sentence}, {"evidence", sign.evidence}});
        }
        const std::string opinion = verdict(diagnosis);
        terminal_.print_line(
            behind_label("", diagnosis.findings.empty() ? say("nothing found: {}", opinion) : opinion));
        terminal_.print_json(Json{{"findings", diagnosis.findings.size()}, {"verdict", opinion}});
    }

    Interrupt interrupt_;
    Terminal terminal_;
    Problem problem_;
    std::optional<Progress> progress_;
};

}  // namespace

Command doctor_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("doctor", say("why does it not learn? What to type"));
    const auto options = std::make_shared<TrainingOptions>();
    options->takes_machines = true;
    add_model_or_training_options(*command, *options);
    add_pretraining_options(*command, *options);
    command->footer(as_for_train(*command) + "\n" + say("Examples") +
                    "\n  gradus doctor xor --seed 0\n"
                    "  gradus doctor iris.onnx iris.csv");
    return {command, [options] { return DoctorCommand(*options).run(); }};
}

}  // namespace gradus::cli
