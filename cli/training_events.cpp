#include "cli/training_events.h"

#include "cli/interrupt.h"
#include "cli/ranks.h"
#include "cli/report.h"
#include "cli/train_notes.h"
#include "gradus/core/say.h"
#include "gradus/report/lines.h"

namespace gradus::cli {

static Json or_null(const std::optional<double>& number) {
    return number ? Json(*number) : Json(nullptr);
}

static Json progress_json(const Event& event, double cost) {
    return {{"event", "progress"}, {"iteration", event.iteration}, {"epoch", event.epoch}, {"cost", cost}};
}

TrainingEvents::TrainingEvents(Terminal& terminal, const Problem& problem)
    : terminal_(terminal),
      problem_(problem),
      folds_(fold_count(recipe_)),
      every_(updates_between_lines(recipe_.run.iterations)) {
    progress_.emplace(terminal_, say("updates"));
}

Watch TrainingEvents::watch() {
    return {.observe = [this](const Event& event) { observe(event); },
            .progress =
                [this](const Event& event, Index planned) {
                    if (!again_ && folds_ == 0) course_.see(event);
                    progress_->report(double(event.iteration + 1), double(planned), event.cost);
                },
            .pretraining = [this](const PretrainingEvent& event) { observe(event); },
            .retraining = [this](Index updates) { start_again(updates); },
            .member = [this](const MemberEvent& event) { observe(event); },
            .linear = [this](const Evaluation& linear) { note_linear(linear); },
            .report_every = every_,
            .stop = Interrupt::token(),
            .ranks = &ranks()};
}

// A line for each layer now and then, and in the end; every epoch as JSON.
void TrainingEvents::observe(const PretrainingEvent& event) {
    if (event.update.iteration == 0) {
        terminal_.note("pretrain",
                       say("layer {} of {}: {} updates", event.machine + 1, event.machines, event.planned));
        progress_.emplace(terminal_, say("updates"));
    }
    progress_->report(double(event.update.iteration + 1), double(event.planned), event.update.cost);
    if (!event.update.epoch_end) return;
    if (const auto line = pretraining_line(event)) terminal_.print_line(*line);
    terminal_.print_json(Json{{"event", "pretrain"},
                              {"layer", event.machine + 1},
                              {"epoch", event.update.epoch},
                              {"reconstruction_error", event.update.epoch_end->cost},
                              {"pseudo_likelihood", or_null(event.pseudo_likelihood)},
                              {"free_energy_gap", or_null(event.free_energy_gap)}});
    if (event.update.last && event.machine + 1 == event.machines)
        progress_.emplace(terminal_, say("updates"));
}

// The network of one fold is finished.
void TrainingEvents::observe(const MemberEvent& event) {
    const char* const what = recipe_.ensemble > 1 ? "member" : "fold";
    terminal_.print_line(member_line(event, recipe_));
    terminal_.print_json(Json{{"event", what},
                              {what, event.member},
                              {"of", event.members},
                              {"iterations", event.updates},
                              {"kept_iterations", event.kept_updates},
                              {"cost", event.training.loss},
                              {"fold_cost", event.fold.loss}});
}

void TrainingEvents::note_linear(const Evaluation& linear) {
    linear_ = linear;
    terminal_.note("linear", linear_note(linear, folds_ > 0                          ? say("out of fold")
                                                 : validation_examples(problem_) > 0 ? say("validation")
                                                                                     : say("training")));
}

void TrainingEvents::start_again(Index updates) {
    again_ = true;
    const std::string examples = say_count(problem_.data.examples(), "{} example", "{} examples");
    if (folds_ > 0)
        terminal_.note("again", say_count(updates, "on all {1}, for {0} update: the mean of the folds",
                                          "on all {1}, for {0} updates: the mean of the folds", examples));
    else if (recipe_.run.patience == 0)
        terminal_.note("again", say_count(updates, "on all {1}, for {0} update, as many as before",
                                          "on all {1}, for {0} updates, as many as before", examples));
    else
        terminal_.note("again",
                       say_count(updates, "on all {1}, for {0} update: the number that validated best",
                                 "on all {1}, for {0} updates: the number that validated best", examples));
    progress_.emplace(terminal_, say("updates"));
}

void TrainingEvents::observe(const Event& event) {
    if (recipe_.run.iterations == 0) {
        if (event.epoch_end) report_epoch(event, *event.epoch_end);
    } else if (const auto line = iteration_line(event, every_)) {
        terminal_.print_line(*line);
        terminal_.print_json(progress_json(event, event.cost));
    }
}

void TrainingEvents::report_epoch(const Event& event, const Event::EpochEnd& end) {
    if (const auto line = epoch_line(event)) terminal_.print_line(*line);
    Json json = progress_json(event, end.cost);
    if (end.validation_cost) json["validation_cost"] = *end.validation_cost;
    terminal_.print_json(json);
}

}  // namespace gradus::cli
