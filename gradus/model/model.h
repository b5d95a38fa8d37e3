// What is kept of a run? The model: everything that it takes to predict, to look inside and to go on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/data/features.h"
#include "gradus/data/table.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/metrics.h"
#include "gradus/nn/network.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/pretraining.h"
#include "gradus/nn/run.h"

namespace gradus {

/// What is predicted. A regression's network learns each target on the scale of its line; a prediction is
/// output * divisor + offset. A multi-label's has an output for each name, the probability of that label. A
/// reconstruction has an output for each input, called as this is, with a line as a regression has; `encode`
/// one for each hidden unit: h1, h2, ...
struct Target {
    Task task = Task::classify;             ///< what is learned of an example
    std::vector<std::string> names = {};    ///< of the targets; of classes one, or those of one-hot columns
    std::vector<std::string> classes = {};  ///< of a classification, in the order of the outputs; else empty
    std::vector<Line> lines = {};           ///< of each target of a regression, or each input; else empty
    /// Float is too coarse for a target (float_is_coarse): in the graph the predictions leave in double.
    bool in_double = false;
    std::string output = {};  ///< of another program's model, which names no target: its last output
    /// Of an ensemble's regression: each target's smallest value in training; no prediction is below
    /// (clipped).
    std::vector<double> lowest = {};
    std::vector<double> highest = {};     ///< and the largest; both are empty where nothing is clipped
    std::vector<std::string> units = {};  ///< that each target was written with in a table; empty: none

    bool operator==(const Target&) const = default;
};

/// One point of the learning curves.
struct CurvePoint {
    Index iteration = 0;                         ///< of the run, from 0
    Index epoch = 0;                             ///< of the run, from 0
    double cost = 0;                             ///< of the training examples
    std::optional<double> validation_cost = {};  ///< where there are validation examples

    bool operator==(const CurvePoint&) const = default;
};

/// One more network of an ensemble.
template <class T>
struct Member {
    Network<T> network;                  ///< of the same layers as the first
    std::vector<CurvePoint> curve = {};  ///< how its cost fell
    Index updates = 0;                   ///< made
    Index kept_updates = 0;              ///< behind its parameters
};

/// What tells rows again without keeping them (seen_rows.h): of their 64-bit prints
struct RowPrint {
    std::uint64_t sum = 0;                     ///< the sum, modulo 2^64
    std::vector<std::uint64_t> smallest = {};  ///< the smallest, at most 64, ascending

    bool operator==(const RowPrint&) const = default;
};

/// Where a model comes from, in a word each: nothing here depends on a clock, a path or a thread.
struct Origin {
    std::string data;               ///< its name
    Index examples = 0;             ///< how many
    std::uint64_t fingerprint = 0;  ///< of the data set (dataset.h)
    RowPrint rows = {};             ///< of its rows; empty before the run has ended

    bool operator==(const Origin&) const = default;
};

/// Where the network of one fold stands, while not all of them are finished.
template <class T>
struct FoldState {
    RunState<T> run;                     ///< of a finished one: its parameters, and that it is finished
    std::vector<CurvePoint> curve = {};  ///< how its cost fell
    Index updates = 0;                   ///< made
    Index kept_updates = 0;              ///< of a finished one: behind its parameters
};

/// What a run needs besides the model to go on to the same bits as if it had never been stopped.
template <class T>
struct TrainingState {
    RunState<T> run;                  ///< of the run that goes on
    bool on_all_examples = false;     ///< it is the second run, which repeats the first on all examples
    Index first_kept_updates = 0;     ///< of the first run, when this is the second
    Index first_planned_updates = 0;  ///< the same; the schedule goes over them
    /// Where the pre-training stands, while it lasts: the run has not begun.
    std::optional<typename Pretraining<T>::State> pretraining = {};
    /// Of an ensemble, or while a cross-validation lasts: where each fold's network stands, empty where it
    /// has not begun; `run` has not begun either.
    std::vector<std::optional<FoldState<T>>> folds = {};
};

/// A trained network and all that belongs to it.
template <class T>
struct Model {
    Network<T> network;                  ///< with its numbers; of an ensemble the first
    Features features = {};              ///< what it sees of a row; empty: the numbers as they are
    Target target = {};                  ///< what its outputs mean
    Recipe recipe = {};                  ///< how it was trained
    Origin origin = {};                  ///< on what
    double baseline = 0;                 ///< what needs no network (training.h)
    std::vector<CurvePoint> curve = {};  ///< how the cost fell
    Index updates = 0;                   ///< made, in the run that the network comes from
    Index kept_updates = 0;              ///< behind its parameters: fewer when an earlier state was the best
    Evaluation training = {};            ///< empty (no examples) when the run was interrupted, as the next
    std::optional<Evaluation> validation = {};  ///< by the network that never saw these examples
    /// Of all training examples, each answered by the one network that was trained without its fold: the
    /// score of an ensemble, and of a recipe that was judged by cross-validation.
    std::optional<Evaluation> out_of_fold = {};
    std::vector<Member<T>> others = {};  ///< of an ensemble, behind the first: answers are the mean of all
    Table sample = {};                   ///< the first three examples of the training part: the self-test
    std::vector<Rbm<T>> machines = {};   ///< as pre-training learned them, from the first layer; empty: none
    std::optional<TrainingState<T>> state = {};  ///< of a checkpoint, and of a run that was interrupted
};

/// A model in either precision, as a file may hold it.
using AnyModel = std::variant<Model<float>, Model<double>>;

/// The features of numbers as they are: columns called "1", "2", ..., neither scaled nor filled.
Features plain_features(Index count);

/// The model with what was left empty (Error (usage) where its network was moved from): plain features; of a
/// target, what the last layer says (after one sigmoid the classes 0 and 1, after a softmax 0, 1, 2, ...,
/// else values); a recipe with this network. So Model<double>{.network = network} is a model.
template <class T>
Model<T> completed(Model<T> model);

/// How many networks answer: 1, or those of an ensemble.
template <class T>
Index members(const Model<T>& model) {
    return static_cast<Index>(model.others.size()) + 1;
}

/// One network of an ensemble as a model by itself, counted from 1: what it learned, its curve and its part
/// of the recipe, without the metrics of the whole. Throws Error (usage) unless there is such a member.
template <class T>
Model<T> member(const Model<T>& ensemble, Index number);

/// What answers: the network, or the mean of an ensemble's. The model must outlive it and stay where it is.
template <class T>
Predictor<T> predictor(const Model<T>& model, Index batch);

/// The loss of the model's recipe on the outputs of predictor().
template <class T>
std::unique_ptr<Loss<T>> loss_of(const Model<T>& model);

/// The network's outputs (out x rows) for the rows of a table. A model without features sees the table's
/// columns as they are. Throws Error (input) when columns are missing, (usage) when the table or the model is
/// inconsistent.
template <class T>
Matrix<T> outputs(const Model<T>& model, const Table& table);

/// What a model says to examples.
template <class T>
struct Outputs {
    Matrix<T> A = {};                 ///< out x n
    std::vector<double> losses = {};  ///< of each example
};

/// The same for encoded examples with their truth. Of examples that several processes share each asks for its
/// own, and all get to know all; they all call it.
template <class T>
Outputs<T> outputs(const Model<T>& model, const Examples<T>& examples);

/// The probability of each class (classes x examples), [1 - p; p] for two, from a classifier's outputs.
/// Throws Error (usage) for outputs of no rows.
template <class T>
Matrix<T> probabilities(View<const T> outputs);
template <class T>
Matrix<T> probabilities(const Matrix<T>& outputs) {
    return probabilities(outputs.view());
}

/// A regression's predictions in the targets' own units: output * divisor + offset, in double, between lowest
/// and highest where the target has them; of a target without lines the outputs as they are. Throws Error
/// (usage) unless there is a row for each line.
template <class T>
Matrix<double> in_own_units(const Target& target, View<const T> outputs);
template <class T>
Matrix<double> in_own_units(const Target& target, const Matrix<T>& outputs) {
    return in_own_units(target, outputs.view());
}

/// How good the model is on encoded examples X with outputs Y and truth (as PreparedData makes them; an
/// unsupervised task asks for X alone): the
/// loss on the scale of the outputs; all else in double, of a regression in the targets' own units against
/// the truth; each example counts with its weight, when weights (1 x n) are given. Throws Error (usage) when
/// the sizes do not fit.
template <class T>
Evaluation evaluate_in_own_units(const Model<T>& model, Same<T> X, Same<T> Y, View<const double> truth,
                                 View<const double> weights = {});

/// The same of examples that several processes may share, who then all call it.
template <class T>
Evaluation evaluate_in_own_units(const Model<T>& model, const Examples<T>& examples, View<const double> truth,
                                 View<const double> weights = {});

/// The same of outputs A (out x n) that are there already; the loss is that of the outputs alone.
template <class T>
Evaluation evaluate_outputs(const Model<T>& model, Same<T> A, Same<T> Y, View<const double> truth,
                            View<const double> weights = {});

/// The same for a data set, with its weights. Throws Error (input) unless it has the model's columns and
/// classes.
template <class T>
Evaluation evaluate(const Model<T>& model, const Dataset& data);

}  // namespace gradus
