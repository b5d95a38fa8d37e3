// What did a run do? Numbers that are measured from outside: looking changes no bit of the run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/doctor/machine_state.h"
#include "gradus/doctor/state.h"
#include "gradus/doctor/worth.h"
#include "gradus/model/training.h"

namespace gradus {

/// Are the answers numbers of any size, measured by R2? The targets, or the inputs themselves.
constexpr bool gives_values(Task task) {
    return task == Task::regress || is_unsupervised(task);
}

/// The costs of a run, thinned when there are many.
class Course {
public:
    /// Where the course was.
    struct Point {
        Index updates = 0;  ///< made
        double cost = 0;    ///< of an epoch, or of an update in runs of less than three epochs
        std::optional<double> validation = {};  ///< cost, where there are validation examples
    };

    /// Adds what an iteration did.
    void see(const Event& event);

    /// The points that are kept, in order.
    [[nodiscard]] const std::vector<Point>& points() const {
        return epochs_ < 3 ? steps_.points : by_epoch_.points;
    }
    [[nodiscard]] Index updates() const { return updates_; }  ///< seen

private:
    struct Line {
        std::vector<Point> points = {};
        Index every = 1, seen = 0;
        void add(const Point& point);
    };
    Line steps_, by_epoch_;
    Index epochs_ = 0, updates_ = 0;
};

/// One update, looked at closely.
struct Look {
    Index iteration = 0;      ///< of the run, from 0
    double cost = 0;          ///< of the batch, before the update
    double predicted = 0;     ///< change of this cost along the gradient: sum of g dw
    double actual = 0;        ///< the cost of the same batch after the update, less the cost before
    double update_ratio = 0;  ///< ||dw|| / ||w||, over all weights
    double decay = 0;         ///< weight decay times ||w||, to the norm of the gradient
    std::vector<double> gradients = {};  ///< of each W, the root of the mean of dW^2, the first layer first:
                                         ///< whether gradients vanish or explode
};

/// Where a run broke down.
struct Failure {
    Index iteration = 0;    ///< of the run, from 0
    std::string cell;       ///< the first number that is not finite: "Z1[3,5]"; empty when there is none
    std::string value;      ///< "inf", "nan"
    Index example = 0;      ///< the column's row among the data, from 1; 0 for weights and their gradients
    double first_cost = 0;  ///< of the first batch
    double last_cost = 0;   ///< the last that was finite; after an explosion, the cost of all examples
};

/// How well the probability of a class ranks its examples before the others.
struct Ranked {
    Estimate area = {};  ///< under the ROC curve
    Index members = 0;   ///< examples of the class
};

/// Everything that the doctor judges by. What is empty was not measured.
struct Measurements {
    Recipe recipe;                                ///< of the run
    std::vector<std::string> example_names = {};  ///< of the training examples, if they are few
    Evaluation training = {};                     ///< empty after a failure
    std::optional<Evaluation> validation = {};    ///< where examples were set aside
    std::optional<Worth> worth = {};              ///< beside the simplest answer and a linear model
    std::optional<Evaluation> linear = {};        ///< of the linear model, on the examples of `worth`
    /// Of a classification: how well the probability of each class ranks the examples of `worth`, the area
    /// under its ROC curve against the rest; NaN where there is none.
    std::vector<Ranked> ranked = {};
    std::optional<Evaluation> neighbours = {};  ///< what the nearest other training example tells
    Course history = {};                        ///< how the cost fell
    std::vector<MachineState> machines = {};    ///< of pre-training
    std::vector<Look> looks = {};               ///< at some of the updates
    std::optional<State> start = {};            ///< before the first update
    std::optional<State> end = {};              ///< after the last
    std::optional<Failure> failure = {};        ///< when it broke down
};

/// A run by the recipe (the first, with its validation examples), looked at closely at its beginning and,
/// more and more seldom, to its end. `model` is what it learned: the same bits as without the looks.
template <class T>
struct Observed {
    Measurements measured;     ///< what was seen
    Model<T> model;            ///< what was learned
    bool interrupted = false;  ///< by Watch::stop
};
template <class T>
Observed<T> observe(const Dataset& data, const Recipe& recipe, const Watch& watch = {},
                    const Dataset* validation = nullptr);

/// What a model reaches on the examples that it learned from, on those set aside (where there are none, the
/// first are judged), and beside what needs no network; `linear` may be null. At most 10,000 examples are
/// asked. What of the evaluations is there already is kept.
template <class T>
void measure_results(const Model<T>& model, const PreparedData<T>& prepared, const LinearBaseline<T>* linear,
                     Measurements& measured);

/// What it is worth by the out-of-fold answers of all training examples, and of the linear baselines' too
/// where they are there: instead of what measure_results found. `weights` of the examples, or none.
void judge_by_folds(Task task, const Answers& network, const Answers& linear, View<const double> truth,
                    Index classes, Judged judged, std::span<const double> weights, Measurements& measured);
/// The same without a target: how well the inputs come back, beside the mean of each over the training part.
/// R2 is the share of their variance that does.
template <class T>
void measure_reconstruction(const Model<T>& model, const PreparedData<T>& prepared, Measurements& measured);

}  // namespace gradus
