// What does `gradus train` do? Prepare the data, build the network, run, measure.
#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "gradus/data/dataset.h"
#include "gradus/model/answers.h"
#include "gradus/model/baseline.h"
#include "gradus/model/linear_baseline.h"
#include "gradus/model/member_news.h"
#include "gradus/model/model.h"
#include "gradus/model/prepared.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/run.h"

namespace gradus {

/// What the network of one fold has reached.
struct MemberEvent {
    Index member = 0;          ///< its number, from 1
    Index members = 0;         ///< of so many
    Index updates = 0;         ///< made
    Index kept_updates = 0;    ///< behind its parameters
    Evaluation training = {};  ///< on the other folds, which it has learned from
    Evaluation fold = {};      ///< on its own fold
};

/// Who watches a run. The observer sees iteration 0, report_every, 2 report_every, ..., and the end of every
/// epoch; the time that it takes does not count, but for the ends of epochs between the reports of a run of
/// so many iterations: a clock would take longer than such an update. `progress` sees every update, of the
/// second run as well.
struct Watch {
    std::function<void(const Event&)> observe = {};                          ///< see above
    std::function<void(const Event&, Index planned_updates)> progress = {};  ///< see above
    std::function<void(const PretrainingEvent&)> pretraining = {};  ///< sees every update of the machines
    std::function<void(Index updates)> retraining = {};             ///< a second run begins, on all examples
    std::function<void(const MemberEvent&)> member = {};  ///< a fold's network is finished; in their order
    std::function<void(const Evaluation&)> linear = {};   ///< the linear baseline; only then it is computed
    Index report_every = 100;   ///< iterations, from one that is observed to the next
    std::stop_token stop = {};  ///< interrupts the run at its next update
    /// Receives the model as it is, with the state to go on from, every `checkpoint_every` seconds.
    std::function<void(const AnyModel&)> checkpoint = {};
    double checkpoint_every = 0;  ///< seconds
    /// Processes that train together and call this alike: they share each batch. Null: this one alone.
    Ranks* ranks = nullptr;
};

/// A model, and how it came about.
template <class T>
struct Trained {
    Model<T> model;            ///< what was learned
    double seconds = 0;        ///< wall time of the updates, validation left out
    bool interrupted = false;  ///< by Watch::stop: the model has a state to go on from
    /// Where a second run follows: those of the first to the validation examples, which it had not seen;
    /// empty when this call began in the second.
    Answers first_answers = {};
    Answers fold_answers = {};  ///< of an ensemble or a cross-validation: the out-of-fold answers
    Answers fold_linear = {};   ///< the same of the linear baselines, where Watch::linear asked for them
    std::vector<std::vector<CurvePoint>> fold_curves = {};  ///< the learning curves of these networks
    std::optional<LinearBaseline<T>> linear = {};  ///< where Watch::linear asked for it and it is finite
};

/// Where training begins, if not at the recipe's first weights.
template <class T>
struct Start {
    const Dataset* validation = nullptr;  ///< examples to validate with, instead of a share of the data
    const Model<T>* from = nullptr;       ///< its weights and features: fine-tuning
    const Model<T>* resume = nullptr;     ///< its state: the run goes on from there
    /// The first members of the ensemble, as train() makes them of member_recipe() on this data; they are not
    /// trained again (trial.h has some).
    std::span<const MemberNews<T>> members = {};
};

/// A callback after each run, the second too, where one follows: it sees what was learned, with the data as
/// the network saw it.
template <class T>
using Conclude = std::function<void(const Trained<T>&, const PreparedData<T>&)>;

/// Trains by the recipe, an ensemble or a cross-validation as ensemble.h says. Of these the watch sees the
/// progress of all networks as of one run, and each when it is finished. An interrupted training returns the
/// model as it is, with its state. Throws Error (usage) when the recipe or the start does not fit the data,
/// (input) when the memory does not suffice, (training) when training fails. T decides about the precision,
/// whatever the recipe says.
template <class T>
Trained<T> train(const Dataset& data, const Recipe& recipe, const Watch& watch = {},
                 const Conclude<T>& conclude = {}, const Start<T>& start = {});

/// A network with the recipe's first weights, or those of `from`, and the random state behind the first.
template <class T>
struct Beginning {
    Network<T> network;  ///< with its first weights
    RandomState random;  ///< behind the first weights
};
template <class T>
Beginning<T> begin(const Recipe& recipe, const Model<T>* from = nullptr);

/// What the machines learn from: all training examples, and those without a label; of a dbn the classes too.
template <class T>
PretrainingData<T> pretraining_data(const PreparedData<T>& prepared, const Recipe& recipe);

/// Pre-trains the network, if the recipe says so: it has the machines' weights then, and its random numbers
/// go on behind theirs. `see` sees every update; `stop` leaves the rest. Returns the machines.
template <class T>
std::vector<Rbm<T>> pretrain(Beginning<T>& beginning, const PreparedData<T>& prepared, const Recipe& recipe,
                             const std::function<void(const PretrainingEvent&)>& see = {},
                             const std::stop_token& stop = {});

/// Was it learned? Every example classified correctly, every label of every example right; for a regression,
/// R2 of at least 0.99. Of an unsupervised task nobody can say: false.
bool solved(const Evaluation& evaluation);

}  // namespace gradus
