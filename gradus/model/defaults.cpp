#include "gradus/model/defaults.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <unordered_set>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/generators.h"
#include "gradus/data/shared_table.h"
#include "gradus/model/network_text.h"
#include "gradus/model/settings.h"
#include "gradus/nn/architecture.h"

namespace gradus {

bool is_pretrained(const Choices& said) {
    return said.pretrain.value_or(Pretrain::none) != Pretrain::none;
}

Task task_for(const Choices& choices, const Dataset& data) {
    if (choices.task && is_unsupervised(*choices.task)) {
        if (data.Y.rows() == 0) return *choices.task;
        throw Error(Fault::usage,
                    {.place = setting("task", task_names[static_cast<std::size_t>(*choices.task)]),
                     .found = say("the data has something to predict"),
                     .expected = say("data without a target"),
                     .hint = "without_target"});
    }
    if (data.Y.rows() == 0)
        throw Error(Fault::usage,
                    {.place = file_of(data),
                     .found = say("nothing is to be predicted"),
                     .expected = say("{} or {}", setting("task", "encode"), setting("task", "reconstruct"))});
    const Task natural = data.has_classes() ? Task::classify
                         : data.multilabel  ? Task::multilabel
                                            : Task::regress;
    if (choices.task == Task::multilabel && natural != Task::multilabel)
        throw Error(Fault::input,
                    {.place = file_of(data),
                     .found = say("the target \"{}\" is no label of 0 and 1", data.target_names.front()),
                     .hint = setting("task", task_names[static_cast<std::size_t>(natural)])});
    if (choices.task == Task::classify && natural != Task::classify)
        throw Error(Fault::input,
                    {.place = file_of(data),
                     .found = say("the target \"{}\" has no classes", data.target_names.front()),
                     .hint = setting("task", task_names[static_cast<std::size_t>(natural)])});
    return choices.task.value_or(natural);
}

namespace {

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
            .seed = 2,
            .precision = Precision::twice};
}

// Two layers, because the borders between classes in a plane wind.
Choices few_features_choices() {
    return {.hidden = "64 relu, 64 relu"};
}

// The examples of a batch: a power of two, so that an epoch has at least three updates, of 24 examples or
// more.
Index batch_for(Index examples) {
    return static_cast<Index>(
        std::bit_floor(static_cast<std::uint64_t>(std::clamp<Index>(examples / 3, 8, 64))));
}

// Not the places of a series or a picture.
bool has_columns(const Choices& said, const Table& table) {
    return table.divisor == 1 && (said.shape ? said.shape->length : table.length) <= 1;
}

// The networks of an ensemble: of each fold enough examples to stop one by, and of what belongs together. The
// future judges what is divided by time, and no fold of the past.
Index members_for(const Choices& said, const Dataset& data) {
    if (is_pretrained(said) || said.folds || said.split == SplitBy::time || !has_columns(said, data.table))
        return 1;
    constexpr Index many = 20'000'000;  // numbers: of a gigabyte four networks need 2.7 GB, one 1.5
    if (data.examples() * data.features() > many) return 1;
    const Index examples = data.examples(), members = examples < 1500 ? 8 : examples <= 10'000 ? 5 : 4;
    const std::set<Index> units(data.together.begin(), data.together.end());
    const Index apart = units.empty() ? examples : std::ssize(units);
    return apart < members * fewest_validation_examples ? 1 : members;
}

// What suits most tables: docs/accuracy.md has the figures. Small first weights that are pulled back to 0 are
// smooth between the examples. Bins make thresholds easy, which one network overdoes and the mean of several
// does less; over them, and only there, a second layer helps, and longer steps, because each fold stops its
// own network.
Choices table_choices(const Choices& said, const Dataset& data) {
    Choices choices{.hidden = "256 relu",
                    .initializer = Initializer::glorot,
                    .optimizer = OptimizerKind::adamw,
                    .learning_rate = 0.0005,
                    .weight_decay = 0.3,
                    .batch = batch_for(data.examples())};
    choices.ensemble = members_for(said, data);
    const bool bins = said.encoding == NumberEncoding::ple;
    if (!bins || said.ensemble.value_or(*choices.ensemble) == 1) return choices;
    choices.hidden = "128 relu, 128 relu";
    choices.learning_rate = 0.002;
    return choices;
}

// How many units the narrowest hidden layer has when all of them are sigmoid; else 0.
Index narrowest_sigmoid(const std::string& said, const std::string& output) {
    const std::string hidden = hidden_layers(whole_network(said, output));
    if (is_blank(hidden)) return 0;
    const auto layers = read_layers<float>(hidden);
    std::vector<Index> units;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerDescription layer = layers[i]->describe();
        if (layer.kind != "dense") continue;
        if (i + 1 == layers.size() || layers[i + 1]->describe().kind != "sigmoid") return 0;
        units.push_back(layer.whole("units"));
    }
    return units.empty() ? 0 : *std::ranges::min_element(units);
}

// What suits layers that were machines first: docs/accuracy.md. Of many units a few that are on for an
// example are better features, and steps of the gradient's length leave these where they are good; Adam's are
// as long for weights that matter little.
Choices pretrained_choices(const Choices& said, const Dataset& data, Choices choices) {
    constexpr Index many = 100;  // so that five are on
    if (!said.hidden) choices.hidden = "500 sigmoid, dropout 0.5";
    const Task task = task_for(said, data);
    if (narrowest_sigmoid(said.hidden.value_or(*choices.hidden), output_layer(task, data)) < many)
        return choices;
    if (said.pretrain == Pretrain::rbm)
        choices.sparsity = 0.05;                // machines that are to dream learn what is there
    if (task == Task::regress) return choices;  // whose derivatives have no bound
    choices.optimizer = OptimizerKind::momentum;
    choices.learning_rate = 0.1;
    choices.weight_decay = 0;
    return choices;
}

// What is to be seen in a series may be seen at any place of it: filters, and the mean of what they found. In
// a long series it is wider, and between the layers every second or fourth place is enough. So many epochs
// that the updates grow with the square root of the examples.
Choices series_choices(Index length, Index examples) {
    const auto power = [](Index places) { return static_cast<std::uint64_t>(std::max<Index>(places, 1)); };
    const auto stride = static_cast<Index>(std::bit_ceil(power((length + 511) / 512)));
    const auto pool = std::min<Index>(static_cast<Index>(std::bit_floor(power(length / stride / 50))), 4);
    const Index window = stride == 1 ? 7 : 8 * stride - 1;
    const std::string first = stride == 1 ? "pad same" : fmt::format("stride {} pad {}", stride, window / 2);
    const std::string pooled = pool == 1 ? "" : fmt::format(", maxpool {}", pool);
    const double epochs = std::round(2000 / std::sqrt(double(std::max<Index>(examples, 1))));
    return {
        .hidden = fmt::format("conv 32x{0} {1}, batchnorm, relu{2}, conv 64x5 pad same, batchnorm, relu{2}, "
                              "conv 64x3 pad same, batchnorm, relu, globalavgpool",
                              window, first, pooled),
        .optimizer = OptimizerKind::adamw,
        .learning_rate = 0.005,
        .weight_decay = 0.05,
        .schedule = Schedule::cosine,
        .batch = batch_for(examples),
        .epochs = static_cast<Index>(std::clamp(epochs, 10.0, 200.0))};
}

// Of an autoencoder: a wide layer, then a code of a quarter of the features.
Choices unsupervised_choices(const Choices& said, const Dataset& data) {
    const bool machines = is_pretrained(said);
    const auto features = std::max<Index>(data.features(), 1);
    const auto wide =
        static_cast<Index>(std::bit_floor(static_cast<std::uint64_t>(std::clamp<Index>(features, 16, 256))));
    const Index code = std::clamp<Index>(features / 4, 1, 32);
    std::string hidden = *said.task == Task::encode ? "256 sigmoid"
                         : machines                 ? fmt::format("{} sigmoid, {} sigmoid", wide, code)
                                                    : fmt::format("{} relu, {} identity", wide, code);
    const Index length = said.shape ? said.shape->length : data.table.length;
    if (length > 1) hidden = "flatten, " + hidden;
    return {.hidden = hidden, .batch = batch_for(data.examples())};
}

Choices choices_for(const Choices& said, const Dataset& data) {
    if (said.task && is_unsupervised(*said.task)) return unsupervised_choices(said, data);
    if (is_truth_table(data)) return truth_table_choices();
    const Index length = said.shape ? said.shape->length : data.table.length;
    if (length >= shortest_series && !is_pretrained(said)) return series_choices(length, data.examples());
    Choices choices = data.features() <= few_features ? few_features_choices() : table_choices(said, data);
    if (is_pretrained(said)) choices = pretrained_choices(said, data, std::move(choices));
    if (length > 1) choices.hidden = "flatten, " + *choices.hidden;
    return choices;
}

// Pixels, and what else is a probability: in the columns that have these names.
bool is_from_0_to_1(const Table& table, const std::unordered_set<std::string>& names) {
    return std::ranges::all_of(table.columns, [&](const Column& column) {
        if (!names.contains(column.name)) return true;
        const Shown shown(column);
        return !column.is_text() && !column.is_date() &&
               std::ranges::all_of(column.numbers, [&](double x) { return x >= 0 && x <= table.divisor; });
    });
}

// Of all rows that are learned from.
bool is_from_0_to_1(const Dataset& data, bool pretrained) {
    std::unordered_set<std::string> names;
    for (const Column& column : data.table.columns) names.insert(column.name);
    return is_from_0_to_1(data.table, names) &&
           (!pretrained || std::ranges::all_of(data.unlabelled, [&](const Table& table) {
               return is_from_0_to_1(table, names);
           }));
}

// Epochs of each machine: few examples make few updates.
Index pretrain_epochs_for(const Dataset& data, Index batch) {
    constexpr Index enough = 1000, fewest = 20, most = 200;
    Index rows = data.examples();
    for (const Table& table : data.unlabelled) rows += table.rows;
    const Index updates = std::max<Index>(1, (rows + batch - 1) / batch);
    return std::clamp((enough + updates - 1) / updates, fewest, most);
}

}  // namespace

// A rate is measured in other units where steps have the gradient's length, and a decay where
// it goes through the gradient.
Choices natural_choices(const Choices& said, const Dataset& data) {
    Choices natural;
    for (const Setting& setting : settings()) setting.use_default(natural);
    natural = over(natural, choices_for(said, data));
    if (is_pretrained(said))
        natural.pretrain_epochs = pretrain_epochs_for(data, std::max<Index>(1, *natural.pretrain_batch));
    const bool likes_probabilities = is_pretrained(said) || said.task == Task::reconstruct;
    if (likes_probabilities && is_from_0_to_1(data, is_pretrained(said)))
        natural.scaling = Scaling::none;  // as Bernoulli units like it
    if (said.ensemble.value_or(*natural.ensemble) > 1 || said.folds)
        natural.validation = 0;  // the folds validate
    const OptimizerKind kind = said.optimizer.value_or(*natural.optimizer);
    if (is_truth_table(data) || kind == *natural.optimizer) return natural;
    if (!is_adaptive(kind)) natural.learning_rate = 0.01;
    if (is_adaptive(kind) && !is_adaptive(*natural.optimizer)) natural.learning_rate = 0.001;
    natural.weight_decay = 0;
    return natural;
}

// Waves make a curve of each number whose bends are learned, not laid where the rows are. That takes up to
// three times as long; docs/accuracy.md says where it helps.
std::vector<Choices> rivals_of_default(const Choices& said, const Dataset& data) {
    constexpr Index most_columns = 100, most_numbers = 5'000'000;  // each of which becomes about thirty
    const Index numbers = std::ranges::count_if(
        data.table.columns, [](const Column& column) { return !column.is_text() && !column.is_date(); });
    if (said.encoding || data.features() <= few_features || members_for(said, data) == 1 || numbers == 0 ||
        numbers > most_columns || numbers * data.examples() > most_numbers)
        return {};
    const Choices bins = over({.encoding = NumberEncoding::ple}, said);
    if (said.hidden) return {bins};
    if (data.examples() > 10'000) return {bins, over({.hidden = "pbld, 256 relu, dropout 0.15"}, said)};
    Choices waves{.hidden = "pbld, 128 relu, dropout 0.15"};
    if (!said.optimizer) waves.learning_rate = 0.001;  // else it is measured in other units
    return {bins, over(waves, said)};
}

}  // namespace gradus
