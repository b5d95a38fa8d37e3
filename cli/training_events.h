// What is told while a training goes on: lines, their JSON, and how far it is.
#pragma once

#include <optional>

#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/doctor/measurements.h"
#include "gradus/model/training.h"

namespace gradus::cli {

/// Tells of one training. What it is made of must outlive it.
class TrainingEvents {
public:
    TrainingEvents(Terminal& terminal, const Problem& problem);
    TrainingEvents(const TrainingEvents&) = delete;
    TrainingEvents& operator=(const TrainingEvents&) = delete;
    ~TrainingEvents() = default;

    /// Tells what it sees; an interrupt stops the run. Valid as long as this object.
    Watch watch();

    [[nodiscard]] const Course& course() const { return course_; }  ///< of the first run, without folds
    [[nodiscard]] const std::optional<Evaluation>& linear() const { return linear_; }  ///< the baseline

private:
    void observe(const Event& event);
    void observe(const PretrainingEvent& event);
    void observe(const MemberEvent& event);
    void note_linear(const Evaluation& linear);
    void start_again(Index updates);
    void report_epoch(const Event& event, const Event::EpochEnd& end);

    Terminal& terminal_;
    const Problem& problem_;
    const Recipe& recipe_ = problem_.recipe;
    Index folds_ = 0;
    Index every_ = 0;  // updates from one cost line to the next
    std::optional<Progress> progress_;
    Course course_;
    bool again_ = false;  // is it the second run?
    std::optional<Evaluation> linear_;
};

}  // namespace gradus::cli
