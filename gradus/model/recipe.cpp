#include "gradus/model/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "gradus/core/error.h"
#include "gradus/data/generators.h"
#include "gradus/model/prepared.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/network.h"

namespace gradus {
namespace {

void require_between(const char* option, std::optional<double> value, double low, double high,
                     const char* expected) {
    if (value && !(low <= *value && *value <= high))
        throw Error(Fault::usage, {.place = option, .found = to_text(*value), .expected = expected});
}

void require_positive(const char* option, std::optional<double> value) {
    constexpr double smallest = std::numeric_limits<double>::denorm_min();
    require_between(option, value, smallest, std::numeric_limits<double>::max(), "a positive number");
}

void require_count(const char* option, std::optional<Index> value, Index low, Index high) {
    const std::string expected = fmt::format("a whole number from {} to {}", low, high);
    require_between(option, value ? std::optional(double(*value)) : std::nullopt, double(low), double(high),
                    expected.c_str());
}

void require_optimizer_fits(const Choices& choices, OptimizerKind optimizer) {
    if (choices.momentum && optimizer != OptimizerKind::momentum && optimizer != OptimizerKind::nesterov)
        throw Error(Fault::usage, {.place = "--momentum",
                                   .found = fmt::format("the optimizer {} has no momentum to set",
                                                        optimizer_names[static_cast<std::size_t>(optimizer)]),
                                   .hint = "--optimizer momentum"});
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
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
                                   .found = fmt::format("has {} parameters or more", parameters),
                                   .expected = "a model of at most 2 GiB",
                                   .hint = "fewer units"});
}

Shape shape_for(const Choices& choices, const Dataset& data, const Recipe& recipe) {
    const double set_aside = recipe.validation_file.empty() ? recipe.validation : 0;
    const Table& table = data.table;
    if (!choices.shape && table.length > 0) return {.channels = table.channels, .length = table.length};
    const Index width = input_width(data, set_aside, recipe.data_seed);
    const Shape shape = choices.shape.value_or(Shape{.channels = width});
    if (shape.channels < 1 || shape.length < 1 || shape.channels > width / shape.length ||
        shape.size() != width)
        throw Error(Fault::input,
                    {.place = "--shape",
                     .found = fmt::format("{} are not the {} features of {}", shape.text(), width, data.name),
                     .hint = fmt::format("--shape 1x{}", width)});
    return shape;
}

Task task_for(const Choices& choices, const Dataset& data) {
    const Task natural = data.has_classes() ? Task::classify : Task::regress;
    if (choices.task == Task::classify && natural == Task::regress)
        throw Error(Fault::input,
                    {.place = data.name,
                     .found = fmt::format("the target \"{}\" has no classes", data.target_names.front()),
                     .hint = "--task regress"});
    return choices.task.value_or(natural);
}

std::string output_layer(Task task, const Dataset& data) {
    if (task == Task::regress) return fmt::format("{} identity", data.Y.rows());
    if (data.class_names.size() == 2) return "1 sigmoid";
    return fmt::format("{} softmax", data.class_names.size());
}

LossKind natural_loss(Task task, const Dataset& data) {
    if (task == Task::regress) return LossKind::mean_squared;
    return data.class_names.size() == 2 ? LossKind::binary_cross_entropy : LossKind::cross_entropy;
}

void require_loss_fits(LossKind loss, Task task, const Dataset& data) {
    if (task == Task::regress && (loss == LossKind::binary_cross_entropy || loss == LossKind::cross_entropy))
        throw Error(Fault::input, {.place = "--loss",
                                   .found = std::string(loss_names[static_cast<std::size_t>(loss)]) +
                                            " needs classes, and this is a regression",
                                   .expected = "mean_squared, mean_absolute or huber"});
    if (loss == LossKind::cross_entropy && data.class_names.size() == 2)
        throw Error(Fault::input, {.place = "--loss",
                                   .found = "cross_entropy needs an output for each class, and for two "
                                            "classes there is one output",
                                   .hint = "--loss binary_cross_entropy"});
}

void require_class_weights_fit(ClassWeights weights, Task task) {
    if (task == Task::regress && weights == ClassWeights::balanced)
        throw Error(Fault::input, {.place = "--class-weights",
                                   .found = "balanced needs classes, and this is a regression",
                                   .expected = "none"});
}

// What the tutorial does.
Choices truth_table_choices() {
    return {.hidden = "2 tanh",
            .initializer = Initializer::normal,
            .optimizer = OptimizerKind::gd,
            .learning_rate = 0.3,
            .batch = 0,
            .iterations = 1001,
            .validation = 0,
            .scaling = Scaling::none,
            .precision = Precision::twice};
}

// What suits most networks. Two layers, because the borders between classes in a plane wind.
Choices usual_choices() {
    return {.hidden = "64 relu, 64 relu",
            .initializer = Initializer::automatic,
            .optimizer = OptimizerKind::adam,
            .learning_rate = 0.001,
            .weight_decay = 0,
            .batch = 32,
            .validation = 0.2,
            .scaling = Scaling::standard,
            .precision = Precision::single};
}

// The examples of a batch: a power of two, so that an epoch has at least three updates.
Index batch_for(Index examples) {
    return static_cast<Index>(
        std::bit_floor(static_cast<std::uint64_t>(std::clamp<Index>(examples / 3, 8, 64))));
}

// What suits most tables: docs/accuracy.md has the figures. One wide layer that begins with small weights and
// is pulled back to them is smooth between the examples; a second layer made most tables worse.
Choices table_choices(Index examples) {
    Choices choices = usual_choices();
    choices.hidden = "256 relu";
    choices.initializer = Initializer::glorot;
    choices.optimizer = OptimizerKind::adamw;
    choices.learning_rate = 0.0005;
    choices.weight_decay = 0.3;
    choices.batch = batch_for(examples);
    return choices;
}

// What is to be seen in a series may be seen at any place of it.
Choices series_choices(Index examples) {
    Choices choices = usual_choices();
    choices.hidden =
        "conv 32x5 pad same relu, maxpool 2, conv 64x5 pad same relu, maxpool 2, flatten, 64 relu";
    choices.batch = batch_for(examples);
    return choices;
}

// Who names a network or an optimizer has settings in mind that the other recipes would upset.
Choices natural_choices(const Choices& said, const Dataset& data) {
    constexpr Index few_features = 3, shortest_series = 16;
    if (is_truth_table(data.name)) return truth_table_choices();
    if (said.hidden || said.optimizer) return usual_choices();
    const Index length = said.shape ? said.shape->length : data.table.length;
    if (length >= shortest_series) return series_choices(data.examples());
    return data.features() <= few_features ? usual_choices() : table_choices(data.examples());
}

// A truth with probability 0.999, or R2 = 0.999: more training would only take time.
double solved_below(const Recipe& recipe) {
    const bool has_scale = recipe.task == Task::classify || recipe.scaling != Scaling::none;
    return has_scale && recipe.run.patience > 0 ? 0.001 : 0;
}

}  // namespace

void require_valid(const Choices& choices) {
    require_positive("--learning-rate", choices.learning_rate);
    require_between("--momentum", choices.momentum, 0, std::nextafter(1.0, 0.0),
                    "a number from 0 to below 1");
    require_between("--weight-decay", choices.weight_decay, 0, std::numeric_limits<double>::max(),
                    "a number of at least 0");
    require_positive("--clip-norm", choices.clip_norm);
    require_between("--validation", choices.validation, 0, std::nextafter(1.0, 0.0),
                    "a share from 0 to below 1");
    require_count("--batch", choices.batch, 0, most_iterations);
    require_count("--epochs", choices.epochs, 1, most_epochs);
    require_count("--iterations", choices.iterations, 1, most_iterations);
    require_count("--patience", choices.patience, 1, most_epochs);
    if (!choices.hidden) return;
    if (choices.precision == Precision::twice) {
        require_network<double>(choices.shape, *choices.hidden);
    } else {
        require_network<float>(choices.shape, *choices.hidden);
    }
}

std::uint32_t seed_for(const Choices& choices, std::string_view data_name) {
    return choices.seed.value_or(is_truth_table(data_name) ? 2 : 0);
}

Recipe make_recipe(const Choices& choices, const Dataset& data) {
    require_valid(choices);
    const Choices natural = natural_choices(choices, data);
    const auto pick = [](const auto& said, const auto& otherwise) { return said ? *said : *otherwise; };

    Recipe recipe;
    recipe.task = task_for(choices, data);
    const std::string hidden = pick(choices.hidden, natural.hidden);
    recipe.network = (is_blank(hidden) ? "" : hidden + ", ") + output_layer(recipe.task, data);
    recipe.initializer = pick(choices.initializer, natural.initializer);
    recipe.validation = pick(choices.validation, natural.validation);
    recipe.scaling = pick(choices.scaling, natural.scaling);
    recipe.class_weights = choices.class_weights.value_or(ClassWeights::none);
    recipe.seed = seed_for(choices, data.name);
    recipe.data_seed = choices.data_seed.value_or(recipe.seed);
    recipe.precision = pick(choices.precision, natural.precision);
    recipe.validation_file = choices.validation_file;
    recipe.shape = shape_for(choices, data, recipe);

    RunSettings& run = recipe.run;
    run.loss = choices.loss.value_or(natural_loss(recipe.task, data));
    require_loss_fits(run.loss, recipe.task, data);
    require_class_weights_fit(recipe.class_weights, recipe.task);
    run.optimizer = {.kind = pick(choices.optimizer, natural.optimizer),
                     .learning_rate = pick(choices.learning_rate, natural.learning_rate),
                     .momentum = choices.momentum.value_or(0.9),
                     .weight_decay = choices.weight_decay.value_or(natural.weight_decay.value_or(0)),
                     .clip_norm = choices.clip_norm.value_or(0)};
    require_optimizer_fits(choices, run.optimizer.kind);
    run.schedule = choices.schedule.value_or(Schedule::constant);
    run.batch = pick(choices.batch, natural.batch);
    run.epochs = choices.epochs.value_or(200);
    run.iterations = choices.iterations.value_or(choices.epochs ? 0 : natural.iterations.value_or(0));
    run.patience = choices.patience.value_or(run.iterations > 0 ? 0 : 20);
    run.solved_below = solved_below(recipe);
    run.mask_seed = recipe.seed;

    constexpr Index few = 1000;  // so few examples are too precious to leave out in the end
    const bool stops_early =
        recipe.validation > 0 && recipe.validation_file.empty() && run.patience > 0 && run.iterations == 0;
    recipe.retrain = stops_early && !choices.validation && data.examples() < few;
    return recipe;
}

std::string to_text(const Recipe& recipe) {
    const auto name = [](const auto& names, auto value) { return names[static_cast<std::size_t>(value)]; };
    const RunSettings& run = recipe.run;
    const OptimizerSettings& optimizer = run.optimizer;
    const bool has_momentum =
        optimizer.kind == OptimizerKind::momentum || optimizer.kind == OptimizerKind::nesterov;
    std::string text = fmt::format("--loss {} --init {} --optimizer {} --learning-rate {}",
                                   name(loss_names, run.loss), name(initializer_names, recipe.initializer),
                                   name(optimizer_names, optimizer.kind), optimizer.learning_rate);
    if (has_momentum) text += fmt::format(" --momentum {}", optimizer.momentum);
    if (optimizer.weight_decay > 0) text += fmt::format(" --weight-decay {}", optimizer.weight_decay);
    if (optimizer.clip_norm > 0) text += fmt::format(" --clip-norm {}", optimizer.clip_norm);
    text += fmt::format(" --schedule {}", name(schedule_names, run.schedule));
    text += run.batch == 0 ? " --batch full" : fmt::format(" --batch {}", run.batch);
    text += run.iterations > 0 ? fmt::format(" --iterations {}", run.iterations)
                               : fmt::format(" --epochs {}", run.epochs);
    if (!recipe.validation_file.empty()) {
        text += " --validation " + recipe.validation_file;
    } else if (!recipe.retrain) {
        text += fmt::format(" --validation {}", recipe.validation);
    }
    if ((recipe.validation > 0 || !recipe.validation_file.empty()) && run.patience > 0)
        text += fmt::format(" --patience {}", run.patience);
    if (recipe.shape.length > 1)
        text += fmt::format(" --shape {}x{}", recipe.shape.channels, recipe.shape.length);
    text += fmt::format(" --scale {}", name(scaling_names, recipe.scaling));
    if (recipe.class_weights == ClassWeights::balanced) text += " --class-weights balanced";
    return text + fmt::format(" --seed {} --data-seed {} --precision {}", recipe.seed, recipe.data_seed,
                              name(precision_names, recipe.precision));
}

}  // namespace gradus
