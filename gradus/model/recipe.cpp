#include "gradus/model/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/generators.h"
#include "gradus/data/series.h"
#include "gradus/model/defaults.h"
#include "gradus/model/network_text.h"
#include "gradus/model/prepared.h"
#include "gradus/model/settings.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/network.h"

namespace gradus {
namespace {

void require_optimizer_fits(const Choices& choices, OptimizerKind optimizer) {
    const auto require = [&](bool said, bool has, const char* id, const char* better) {
        if (said && !has)
            throw Error(Fault::usage, {.place = setting(id),
                                       .found = say("the optimizer {} has no {} to set",
                                                    optimizer_names[static_cast<std::size_t>(optimizer)], id),
                                       .hint = setting("optimizer", better)});
    };
    require(choices.momentum.has_value(), has_momentum(optimizer), "momentum", "momentum");
    require(choices.beta1.has_value(), has_betas(optimizer), "beta1", "adam");
    require(choices.beta2.has_value(), has_betas(optimizer), "beta2", "adam");
    require(choices.epsilon.has_value(), has_epsilon(optimizer), "epsilon", "adam");
}

// A mistake in the text, or more parameters than any data could need, shows before there is data. Whether a
// layer fits examples whose shape was not said, the data will tell.
template <class T>
void require_network(std::optional<Shape> shape, const std::string& hidden) {
    if (is_blank(hidden)) return;
    const auto layers = read_layers<T>(hidden);
    Index parameters = 0;
    try {
        parameters = Network<T>::count_parameters(shape.value_or(Shape{}), layers);
    } catch (const Error&) {
        if (shape) throw;
    }
    if (parameters > Network<T>::most_parameters)
        throw Error(Fault::usage, {.place = fmt::format("network \"{}\"", hidden),
                                   .found = say("has {} parameters or more", parameters),
                                   .expected = say("a model of at most 2 GiB"),
                                   .hint = say("fewer units")});
}

Shape shape_for(const Choices& choices, const Dataset& data, const Recipe& recipe) {
    const Table& table = data.table;
    const Shape series{.channels = table.channels, .length = table.length};
    if (table.length > 0 && choices.shape.value_or(series) == series)
        return {.channels = series.channels + (has_unequal_lengths(table) ? 1 : 0), .length = series.length};
    const Index width = input_width(data, recipe);
    if (width == 0)
        throw Error(Fault::input, {.place = file_of(data),
                                   .found = say("no column has a value in the training rows"),
                                   .expected = say("something to learn from"),
                                   .hint = recipe.validation > 0 ? setting("validation", "0") : ""});
    const Shape shape = choices.shape.value_or(Shape{.channels = width});
    if (shape.channels < 1 || shape.length < 1 || shape.channels > width / shape.length ||
        shape.size() != width)
        throw Error(Fault::input,
                    {.place = setting("shape"),
                     .found = say("{} are not the {} features of {}", shape.text(), width, data.name),
                     .hint = setting("shape", fmt::format("1x{}", width))});
    return shape;
}

// The places of a series are one thing, seen by the same weights; and so are pixels.
void require_columns_to_encode(const Choices& said, const Dataset& data, const Recipe& recipe) {
    if (recipe.encoding == NumberEncoding::none) return;
    const bool pixels = data.table.divisor != 1;
    const Index length = said.shape ? said.shape->length : data.table.length;
    if (!pixels && length <= 1 && !has_unequal_lengths(data.table)) return;
    throw Error(Fault::input, {.place = setting("encode", "ple"),
                               .found = pixels ? say("the examples of {} are images", data.name)
                                               : say("the examples of {} are series", data.name),
                               .expected = say("a table, whose columns mean different things"),
                               .hint = setting("encode", "none")});
}

LossKind natural_loss(Task task, const Dataset& data) {
    if (task == Task::regress) return LossKind::mean_squared;
    const bool binary = task == Task::multilabel || data.class_names.size() == 2;
    return binary ? LossKind::binary_cross_entropy : LossKind::cross_entropy;
}

// An autoencoder's last layer: pixels and what else is a probability are reconstructed as one.
std::string reconstruction_activation(const Choices& said, const Dataset& data, const Recipe& recipe) {
    const VisibleChoice visible = said.visible.value_or(VisibleChoice::automatic);
    const bool bernoulli = visible == VisibleChoice::automatic ? input_range(data, recipe).from_0_to_1
                                                               : visible == VisibleChoice::bernoulli;
    return bernoulli ? "sigmoid" : "identity";
}

void require_loss_fits(LossKind loss, const Recipe& recipe, const Dataset& data) {
    const Task task = recipe.task;
    if (task == Task::reconstruct && loss == LossKind::cross_entropy)
        throw Error(Fault::input,
                    {.place = setting("loss"),
                     .found = say("cross_entropy needs classes, and this is a reconstruction"),
                     .expected = say("mean_squared, mean_absolute, huber or binary_cross_entropy")});
    if (task == Task::reconstruct && needs_probabilities(loss) && !recipe.network.ends_with("sigmoid"))
        throw Error(Fault::input, {.place = setting("loss"),
                                   .found = say("binary_cross_entropy needs inputs from 0 to 1"),
                                   .hint = setting("scale", "minmax")});
    if (task == Task::regress && needs_probabilities(loss))
        throw Error(Fault::input, {.place = setting("loss"),
                                   .found = say("{} needs classes, and this is a regression",
                                                loss_names[static_cast<std::size_t>(loss)]),
                                   .expected = say("mean_squared, mean_absolute or huber")});
    if (task == Task::multilabel && loss == LossKind::cross_entropy)
        throw Error(Fault::input, {.place = setting("loss"),
                                   .found = say("cross_entropy needs one class for each example, and these "
                                                "are labels of which an example may have several"),
                                   .hint = setting("loss", "binary_cross_entropy")});
    if (loss == LossKind::cross_entropy && data.class_names.size() == 2)
        throw Error(
            Fault::input,
            {.place = setting("loss"),
             .found =
                 say("cross_entropy needs an output for each class, and for two classes there is one output"),
             .hint = setting("loss", "binary_cross_entropy")});
}

void require_class_weights_fit(ClassWeights weights, Task task) {
    if (weights == ClassWeights::balanced && (task == Task::regress || is_unsupervised(task)))
        throw Error(
            Fault::input,
            {.place = setting("class_weights"),
             .found = task == Task::regress ? say("balanced needs classes, and this is a regression")
                                            : say("balanced needs classes, and nothing is to be predicted"),
             .expected = say("none")});
}

Index examples_to_validate(const Choices& choices, const Recipe& recipe, const Dataset& data) {
    if (const Index folds = fold_count(recipe); folds > 0)
        return (data.examples() - validation_examples(data, recipe)) / folds;
    if (!recipe.validation_file.empty())
        return choices.validation_examples.value_or(fewest_validation_examples);
    return validation_examples(data, recipe);
}

// A truth with probability 0.999, or R2 = 0.999: more training would only take time.
double solved_below(const Recipe& recipe) {
    const bool values = recipe.task == Task::regress || recipe.task == Task::reconstruct;
    const bool has_scale = !values || recipe.scaling != Scaling::none;
    return has_scale && recipe.run.patience > 0 ? 0.001 : 0;
}

// A run of so many updates, or with so few validation examples, is not stopped early.
void settle_early_stopping(const Choices& choices, const Dataset& data, Recipe& recipe) {
    RunSettings& run = recipe.run;
    if (run.iterations > 0 || examples_to_validate(choices, recipe, data) < fewest_validation_examples)
        run.patience = 0;
    run.solved_below = solved_below(recipe);
    constexpr Index few = 1000;  // so few examples are too precious to leave out in the end
    const bool is_series = recipe.shape.length >= shortest_series && recipe.validation > 0 &&
                           !is_unsupervised(recipe.task) && recipe.pretraining.kind == Pretrain::none;
    recipe.retrain = (run.patience > 0 || is_series) && run.iterations == 0 && run.epochs > 0 &&
                     recipe.validation_file.empty() && data.examples() < few && fold_count(recipe) == 0;
}

}  // namespace

// What is said about machines where there are none; or no epoch, and nothing before it.
static void require_pretraining(const Choices& choices) {
    if (is_pretrained(choices)) return;
    for (const Setting& row : settings())
        if (std::string_view(row.group.english) == "Pretraining" && row.id != "pretrain" && row.text(choices))
            throw Error(Fault::usage, {.place = setting(row.id),
                                       .found = say("nothing is pre-trained"),
                                       .hint = setting("pretrain", "rbm")});
    if (choices.epochs == 0)
        throw Error(Fault::usage, {.place = setting("epochs"),
                                   .found = "0",
                                   .expected = say("a whole number from {} to {}{}", 1, most_epochs, ""),
                                   .hint = say("0 with {}", setting("pretrain", "rbm"))});
}

// Machines learn by settings of their own.
static void require_encoding(const Choices& choices) {
    if (choices.task != Task::encode) return;
    const std::string place = setting("task", "encode");
    const Pretrain pretrain = choices.pretrain.value_or(Pretrain::none);
    if (pretrain == Pretrain::none)
        throw Error(Fault::usage, {.place = place,
                                   .found = say("nothing is pre-trained, and nothing else is learned"),
                                   .hint = setting("pretrain", "rbm")});
    if (pretrain == Pretrain::dbn)
        throw Error(Fault::usage, {.place = place,
                                   .found = say("there are no classes for its last machine to see"),
                                   .hint = setting("pretrain", "rbm")});
    for (const Setting& row : settings()) {
        if (!is_about_updates(row) || !row.text(choices) || (row.id == "epochs" && choices.epochs == 0))
            continue;
        const std::string own = "pretrain_" + row.id;
        const bool has_own = std::ranges::count(settings(), own, &Setting::id) > 0;
        throw Error(Fault::usage, {.place = setting(row.id),
                                   .found = say("{} makes no update after the pre-training", place),
                                   .hint = has_own ? setting(own) : say("without {}", setting(row.id))});
    }
}

// A machine or an autoencoder gives back what it sees, and bins are no column.
static void require_no_bins(const Choices& choices) {
    if (choices.encoding != NumberEncoding::ple) return;
    const bool unsupervised = choices.task && is_unsupervised(*choices.task);
    if (!unsupervised && !is_pretrained(choices)) return;
    throw Error(Fault::usage,
                {.place = setting("encode", "ple"),
                 .found = say("the inputs are what is learned here, and bins cannot be given back"),
                 .expected = say("a classification or a regression without pre-training"),
                 .hint = setting("encode", "none")});
}

// An ensemble has its own folds; and what is judged by folds has a truth, and begins anew with each.
static void require_folds(const Choices& choices) {
    const Index ensemble = choices.ensemble.value_or(1);
    if (ensemble > 1 && choices.folds && *choices.folds != ensemble)
        throw Error(Fault::usage, {.place = setting("folds"),
                                   .found = say("{} folds for an ensemble of {}", *choices.folds, ensemble),
                                   .expected = say("as many folds as members"),
                                   .hint = say("without {}", setting("folds"))});
    if (ensemble == 1 && !choices.folds) return;
    const std::string place = setting(ensemble > 1 ? "ensemble" : "folds");
    if (choices.task && is_unsupervised(*choices.task))
        throw Error(Fault::usage, {.place = place,
                                   .found = say("nothing is to be predicted: the task is {}",
                                                task_names[static_cast<std::size_t>(*choices.task)]),
                                   .hint = say("without {}", place)});
    if (is_pretrained(choices))
        throw Error(Fault::usage, {.place = place,
                                   .found = say("a network that is pre-trained is trained once"),
                                   .hint = say("without {}", setting("pretrain"))});
}

void require_valid(const Choices& choices) {
    for (const Setting& setting : settings()) setting.require_valid(choices);
    require_folds(choices);
    require_encoding(choices);
    require_no_bins(choices);
    require_pretraining(choices);
    if (!choices.hidden) return;
    if (choices.precision == Precision::twice) {
        require_network<double>(choices.shape, *choices.hidden);
    } else {
        require_network<float>(choices.shape, *choices.hidden);
    }
}

std::uint32_t seed_for(const Choices& choices, std::string_view built_in_name) {
    return choices.seed.value_or(is_truth_table(built_in_name) ? 2 : 0);
}

// The whole network, and the loss where none was said.
static void put_network(Recipe& recipe, Choices& choices, const Choices& said, const Dataset& data) {
    if (recipe.task == Task::encode) {
        recipe.network = *choices.hidden;
        if (is_blank(recipe.network))
            throw Error(Fault::usage, {.place = setting("net"),
                                       .found = say("there is no hidden layer"),
                                       .expected = say("dense layers with sigmoid or relu units"),
                                       .hint = setting("net", "256 sigmoid")});
        recipe.run.loss = LossKind::mean_squared;
        recipe.run.epochs = recipe.run.iterations = recipe.run.patience = 0;
        return;
    }
    if (recipe.task == Task::reconstruct) {
        if (recipe.shape.length > 1 && has_unequal_lengths(data.table))
            throw Error(Fault::input, {.place = file_of(data),
                                       .found = say("its series end early"),
                                       .expected = say("examples that are all as long as each other")});
        const std::string activation = reconstruction_activation(said, data, recipe);
        recipe.network = unrolled(*choices.hidden, recipe.shape.size(), activation);
        if (recipe.pretraining.kind != Pretrain::none)  // the first machine as the last layer
            recipe.pretraining.visible =
                activation == "sigmoid" ? VisibleChoice::bernoulli : VisibleChoice::gaussian;
        if (!choices.loss)
            recipe.run.loss =
                activation == "sigmoid" ? LossKind::binary_cross_entropy : LossKind::mean_squared;
        return;
    }
    recipe.network = whole_network(*choices.hidden, output_layer(recipe.task, data));
}

Recipe make_recipe(const Choices& said, const Dataset& data) {
    require_valid(said);
    require_valid(data);
    Choices choices = over(natural_choices(said, data), said);
    choices.task = task_for(said, data);
    if (!choices.loss && !is_unsupervised(*choices.task)) choices.loss = natural_loss(*choices.task, data);
    if (!choices.data_seed) choices.data_seed = choices.seed;

    Recipe recipe{.source = shell_word(data.name)};
    for (const Setting& setting : settings()) setting.put(recipe, choices);
    recipe.group = data.group_name;  // the data knows
    recipe.weight = data.weight_name;
    recipe.run.mask_seed = recipe.seed;
    if (recipe.ensemble > 1) recipe.folds = 0;  // which are as many
    recipe.validation_file = std::filesystem::path(said.validation_file).filename().string();
    require_columns_to_encode(said, data, recipe);
    recipe.shape = shape_for(said, data, recipe);
    put_network(recipe, choices, said, data);
    require_loss_fits(recipe.run.loss, recipe, data);
    require_class_weights_fit(recipe.class_weights, recipe.task);
    require_optimizer_fits(said, recipe.run.optimizer.kind);
    settle_early_stopping(said, data, recipe);
    if (recipe.pretraining.kind == Pretrain::dbn && recipe.task != Task::classify)
        throw Error(Fault::input, {.place = setting("pretrain", "dbn"),
                                   .found = say("there are no classes for its last machine to see"),
                                   .hint = setting("pretrain", "rbm")});
    if (recipe.pretraining.kind != Pretrain::none)
        machine_places(Network<float>(recipe.shape, recipe.network, {.initializer = Initializer::zeros}),
                       stack_of(recipe.task));
    return recipe;
}

std::string to_text(const Recipe& recipe) {
    std::string text = recipe.source;
    if (!recipe.from.empty()) text += " --from " + shell_word(recipe.from);
    if (const Index member = std::max(recipe.from_member, recipe.member); member > 0)
        text += " --member " + std::to_string(member);
    if (recipe.from_external) text += " --allow-external";
    Choices choices = choices_of(recipe);
    if (choices.seed) *choices.seed -= static_cast<std::uint32_t>(recipe.member);  // the ensemble's
    for (const Setting& setting : settings()) {
        const bool from_the_model = !recipe.from.empty() && (setting.id == "net" || setting.id == "init");
        if (const auto value = setting.text(choices); value && !from_the_model)
            text += " " + (setting.values.empty() ? option_of(setting.id) : option_of(setting.id, *value));
    }
    return text;
}

}  // namespace gradus
