// Which choices (hyperparameters) make a run? What was said, and what follows from the data where nothing was
// said.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "gradus/data/dataset.h"
#include "gradus/data/division.h"
#include "gradus/data/features.h"
#include "gradus/nn/initializer.h"
#include "gradus/nn/layer.h"
#include "gradus/nn/metrics.h"
#include "gradus/nn/pretraining.h"
#include "gradus/nn/run.h"

namespace gradus {

inline constexpr std::array task_names{"classify", "regress", "multilabel", "encode", "reconstruct"};

enum class Precision { single, twice };  ///< float32 and float64
inline constexpr std::array precision_names{"float", "double"};

/// Against class imbalance.
enum class ClassWeights {
    balanced,  ///< each class counts alike: a loss is multiplied by n / (classes * examples of its class)
    none,
};
inline constexpr std::array class_weights_names{"balanced", "none"};

/// More of them is a mistake in typing: so many updates take years.
inline constexpr Index most_iterations = 1'000'000'000'000'000;
inline constexpr Index most_epochs = 100'000'000;

/// What somebody said about a run; what is left empty follows from the data. gradus/model/settings.h has a
/// row about each.
struct Choices {
    /// @{
    std::optional<Task> task = {};           ///< as the option of this name: `gradus train --help`
    std::optional<Shape> shape = {};         ///< of an example; its features channel after channel
    std::optional<std::string> hidden = {};  ///< the hidden layers: "64 relu, dropout 0.2"
    std::optional<LossKind> loss = {};
    std::optional<Initializer> initializer = {};
    std::optional<OptimizerKind> optimizer = {};
    std::optional<double> learning_rate = {};
    std::optional<double> momentum = {};
    std::optional<double> beta1 = {};
    std::optional<double> beta2 = {};
    std::optional<double> epsilon = {};
    std::optional<double> weight_decay = {};
    std::optional<double> clip_norm = {};
    std::optional<Schedule> schedule = {};
    std::optional<Index> batch = {};  ///< 0: all examples
    std::optional<Index> epochs = {};
    std::optional<Index> iterations = {};
    std::optional<double> validation = {};          ///< the share of the examples that is set aside
    std::string validation_file = {};               ///< when the examples set aside come from a file
    std::optional<Index> validation_examples = {};  ///< how many that file has
    std::optional<Index> patience = {};
    std::optional<Scaling> scaling = {};
    std::optional<NumberEncoding> encoding = {};
    std::optional<ClassWeights> class_weights = {};
    std::optional<std::string> group = {};   ///< the column whose rows of one value lie on one side
    std::optional<std::string> weight = {};  ///< the column that says how much each row counts
    std::optional<SplitBy> split = {};
    std::optional<Index> ensemble = {};  ///< how many networks are averaged
    std::optional<Index> folds = {};     ///< of the cross-validation that judges the recipe
    std::optional<std::uint32_t> seed = {};
    std::optional<std::uint32_t> data_seed = {};
    std::optional<Precision> precision = {};
    std::optional<Pretrain> pretrain = {};
    std::optional<Index> pretrain_epochs = {};
    std::optional<Index> pretrain_batch = {};
    std::optional<double> pretrain_learning_rate = {};
    std::optional<double> pretrain_momentum = {};
    std::optional<double> pretrain_weight_decay = {};
    std::optional<Index> cd = {};
    std::optional<bool> persistent = {};
    std::optional<Index> dream_steps = {};
    std::optional<double> sparsity = {};
    std::optional<VisibleChoice> visible = {};
    /// @}
};

/// Every choice about a run, none left open.
struct Recipe {
    std::string source;          ///< DATA and the options of reading it, as words of a command line
    Task task = Task::classify;  ///< what is learned of an example
    Shape shape = {};            ///< of an encoded example
    std::string network = {};    ///< with the output layer
    Initializer initializer = Initializer::automatic;  ///< of the first weights
    RunSettings run = {};                              ///< loss, optimizer, batches, epochs
    double validation = 0.2;                           ///< the share of the examples that is set aside
    std::string validation_file = {};                  ///< its name; then nothing of the data is set aside
    std::string group = {};                            ///< as Dataset::group_name, which divides
    std::string weight = {};          ///< as Dataset::weight_name, of whoever says how much a row counts
    SplitBy split = SplitBy::random;  ///< how the share is chosen, and the folds
    Index ensemble = 1;  ///< networks, each trained without one fold, whose answers are averaged (ensemble.h)
    Index folds = 0;     ///< of the cross-validation; 0: none. An ensemble has as many as members
    Index member = 0;    ///< of the ensemble, or fold of the cross-validation, from 1; 0: the whole
    Scaling scaling = Scaling::standard;              ///< of the inputs
    NumberEncoding encoding = NumberEncoding::none;   ///< of a table's numbers, beside the scaled ones
    ClassWeights class_weights = ClassWeights::none;  ///< how much the examples of rare classes count
    /// Again on all examples, for the number of updates that was best on the validation examples.
    bool retrain = false;
    std::uint32_t seed = 0;       ///< of the weights, the order of the examples and dropout
    std::uint32_t data_seed = 0;  ///< of built-in data, and of the division into training and validation
    Precision precision = Precision::single;  ///< of all numbers
    PretrainingSettings pretraining = {};     ///< before the run, which then begins with its weights
    Index from_member = 0;       ///< of the ensemble in this file, whose member it begins with; 0: it is none
    bool from_external = false;  ///< may that model have weights in a second file?
    std::string from = {};       ///< the file of the model whose weights it begins with; empty: it draws them
};

/// The layers that this task's network learns as machines.
constexpr Stack stack_of(Task task) {
    return task == Task::encode        ? Stack::whole
           : task == Task::reconstruct ? Stack::unrolled
                                       : Stack::below_the_output;
}

/// The folds that the rows are divided into: one for each member of an ensemble; 0: none.
constexpr Index fold_count(const Recipe& recipe) {
    return recipe.ensemble > 1 ? recipe.ensemble : recipe.folds;
}

/// More members than this no table is divided into.
inline constexpr Index most_members = 100;

/// So few validation examples neither stop a run nor choose its weights: what they say is mostly chance.
inline constexpr Index fewest_validation_examples = 20;

/// Throws Error (usage) for a choice that is wrong by itself, whatever the data: a rate that is not positive,
/// a network text with a mistake, an unknown loss.
void require_valid(const Choices& choices);

/// Up to so many features are a plane, or little more: two hidden layers, and no ensemble by default.
inline constexpr Index few_features = 3;

/// The recipe for this data: what the data leads to, and what was said in its place; a choice replaces its
/// own default and no other (but the rate and the decay that nobody said follow the optimizer, whose units
/// they have). The built-in truth tables xor, and, or lead to the tutorial's: 2 tanh, normal weights,
/// gradient descent with rate 0.3, all examples at a time, 1001 updates, seed 2, double. Throws Error as
/// require_valid does; (input) when a choice does not fit the data.
Recipe make_recipe(const Choices& choices, const Dataset& data);

/// The seed that the choices and the data's name lead to (built-in data is made from it, before there is a
/// recipe).
std::uint32_t seed_for(const Choices& choices, std::string_view built_in_name);

/// The recipe as words that, typed behind `gradus train`, train the same model.
std::string to_text(const Recipe& recipe);

}  // namespace gradus
