#include "gradus/model/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "gradus/data/generators.h"
#include "gradus/model/defaults.h"
#include "gradus/model/search_space.h"
#include "gradus/model/settings.h"
#include "tests/support/compare.h"
#include "tests/support/names.h"

namespace gradus::test {
namespace {

const std::string tutorial_recipe =
    "xor --task classify --scale none --net \"2 tanh\" --init normal --precision double "
    "--loss binary_cross_entropy --optimizer gd --learning-rate 0.3 --weight-decay 0 --schedule constant "
    "--batch full --iterations 1001 --validation 0 --seed 2 --data-seed 2";
const std::string classifier_recipe =
    "moons --task classify --scale standard --net \"64 relu, 64 relu\" --init auto --precision float "
    "--loss binary_cross_entropy --optimizer adam --learning-rate 0.001 --weight-decay 0 --schedule constant "
    "--batch 32 --epochs 200 --validation 0.2 --patience 20 --seed 0 --data-seed 0";

Dataset three_classes() {
    Dataset data = generate("moons", {.examples = 9});
    data.name = "three";
    data.class_names = {"a", "b", "c"};
    return data;
}

TEST(Recipe, OfATruthTableIsTheTutorials) {
    for (const std::string name : {"xor", "and", "or"}) {
        const Recipe recipe = make_recipe({}, generate(name));
        EXPECT_EQ(to_text(recipe), name + tutorial_recipe.substr(3));
        EXPECT_EQ(recipe.network, "2 tanh, 1 sigmoid");
        EXPECT_EQ(recipe.task, Task::classify);
        EXPECT_FALSE(recipe.retrain);
    }
}

TEST(Recipe, OfOtherDataSuitsMostOfThem) {
    const Recipe recipe = make_recipe({}, generate("moons"));
    EXPECT_EQ(to_text(recipe), classifier_recipe);
    EXPECT_EQ(recipe.network, "64 relu, 64 relu, 1 sigmoid");
    EXPECT_TRUE(recipe.retrain);
}

TEST(Recipe, OfAFileIsNotTheTutorialsWhateverItsName) {
    Dataset data = generate("xor", {.examples = 40});
    data.built_in = false;
    EXPECT_EQ(make_recipe({}, data).network, "64 relu, 64 relu, 1 sigmoid");
    EXPECT_EQ(make_recipe({}, data).seed, 0U);
}

// Four columns of numbers that rise.
Dataset examples_of(Index examples) {
    Dataset data{.name = "table", .Y = Matrix<double>(1, examples), .target_names = {"class"}};
    data.table = {.name = "table", .rows = examples};
    for (const char* name : {"a", "b", "c", "d"}) {
        Column column{.name = name};
        for (Index i = 0; i < examples; ++i) column.numbers.push_back(double(i));
        data.table.columns.push_back(column);
    }
    data.class_names = {"no", "yes"};
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = double(j % 2);
    return data;
}

const std::string table_recipe =
    "table --task classify --scale standard --encode none --net \"256 relu\" --init glorot --precision float "
    "--loss binary_cross_entropy --optimizer adamw --learning-rate 0.0005 --weight-decay 0.3 "
    "--schedule constant --batch 64 --epochs 200 --validation 0 --ensemble 8 --patience 20 --seed 0 "
    "--data-seed 0";

TEST(Recipe, OfATableIsAnEnsembleOfWideLayersWithSmallWeights) {
    const Recipe recipe = make_recipe({}, examples_of(400));
    EXPECT_EQ(to_text(recipe), table_recipe);
    EXPECT_EQ(recipe.network, "256 relu, 1 sigmoid");
}

TEST(Recipe, OfATableHasAsManyMembersAsCanStopByTheirFolds) {
    const auto members = [](const Dataset& data, const Choices& said = {}) {
        return make_recipe(said, data).ensemble;
    };
    EXPECT_EQ(members(examples_of(159)), 1);
    EXPECT_EQ(make_recipe({}, examples_of(159)).validation, 0.2);
    EXPECT_EQ(members(examples_of(160)), 8);
    EXPECT_EQ(members(examples_of(1499)), 8);
    EXPECT_EQ(members(examples_of(1500)), 5);
    EXPECT_EQ(members(examples_of(10'000)), 5);
    EXPECT_EQ(members(examples_of(10'001)), 4);
    EXPECT_EQ(members(examples_of(5'000'001)), 1);  // above 20 million numbers
    Dataset groups = examples_of(400);
    for (Index j = 0; j < 400; ++j) groups.together.push_back(j - j % 3);
    EXPECT_EQ(members(groups), 1);  // 134 of them
    EXPECT_EQ(members(examples_of(400), {.split = SplitBy::time}), 1);
    EXPECT_EQ(members(examples_of(400), {.folds = 5}), 1);
    EXPECT_EQ(members(examples_of(400), {.pretrain = Pretrain::rbm}), 1);
    EXPECT_EQ(members(examples_of(400), {.shape = Shape{.channels = 2, .length = 2}}), 1);
    EXPECT_EQ(members(generate("gauss", {.examples = 400})), 1);
}

TEST(Recipe, BinsOfMoreThanFiveMillionNumbersAreNotTried) {
    EXPECT_FALSE(rivals_of_default({}, examples_of(1'250'000)).empty());
    EXPECT_TRUE(rivals_of_default({}, examples_of(1'250'001)).empty());
}

TEST(Recipe, BehindWavesIsWiderAndSlowerAboveTenThousandRows) {
    const auto waves = [](Index examples) {
        const Dataset data = examples_of(examples);
        const Recipe recipe = make_recipe(rivals_of_default({}, data).at(1), data);
        return std::tuple(recipe.network, recipe.run.optimizer.learning_rate);
    };
    EXPECT_EQ(waves(10'000), (std::tuple("pbld, 128 relu, dropout 0.15, 1 sigmoid", 0.001)));
    EXPECT_EQ(waves(10'001), (std::tuple("pbld, 256 relu, dropout 0.15, 1 sigmoid", 0.0005)));
}

TEST(Recipe, OfColumnsInBinsHasTwoLayersInAnEnsemble) {
    EXPECT_EQ(make_recipe({.encoding = NumberEncoding::ple}, examples_of(400)).network,
              "128 relu, 128 relu, 1 sigmoid");
    EXPECT_EQ(make_recipe({.encoding = NumberEncoding::ple, .ensemble = 1}, examples_of(400)).network,
              "256 relu, 1 sigmoid");
}

TEST(Recipe, OfATableMakesAtLeastThreeUpdatesInAnEpoch) {
    const auto batch = [](Index examples) { return make_recipe({}, examples_of(examples)).run.batch; };
    EXPECT_EQ(batch(30), 8);
    EXPECT_EQ(batch(95), 16);
    EXPECT_EQ(batch(191), 32);
    EXPECT_EQ(batch(192), 64);
    EXPECT_EQ(batch(5000), 64);
}

// The default of each setting, as the recipe words it, said by somebody.
TEST(Recipe, IsTheSameForWhoSaysADefault) {
    Dataset series = examples_of(100);
    series.table.channels = 1;
    series.table.length = 16;
    const std::vector<Column> four = series.table.columns;
    for (int i = 0; i < 3; ++i)
        series.table.columns.insert(series.table.columns.end(), four.begin(), four.end());
    for (const Dataset& data : {examples_of(400), examples_of(60), examples_of(2000), series,
                                generate("moons"), generate("sine"), generate("xor"), three_classes()}) {
        const Recipe silent = make_recipe({}, data);
        const Choices all = choices_of(silent);
        EXPECT_EQ(to_text(make_recipe(all, data)), to_text(silent));
        for (const Setting& setting : settings()) {
            Choices one;
            const std::optional<std::string> value = setting.text(all);
            if (!value) continue;
            setting.read(one, *value);
            const Recipe said = make_recipe(one, data);
            EXPECT_EQ(to_text(said), to_text(silent)) << setting.id;
            EXPECT_EQ(said.retrain, silent.retrain) << setting.id;
        }
    }
}

TEST(Recipe, OfATableKeepsItsOtherSettingsForWhoNamesANetwork) {
    std::string expected = table_recipe;
    expected.replace(expected.find("256 relu"), 8, "8 tanh");
    EXPECT_EQ(to_text(make_recipe({.hidden = "8 tanh"}, examples_of(400))), expected);
}

TEST(Recipe, HasARateAndADecayInTheUnitsOfItsOptimizer) {
    const auto rate_and_decay = [](OptimizerKind kind, const Dataset& data) {
        const OptimizerSettings optimizer = make_recipe({.optimizer = kind}, data).run.optimizer;
        return std::pair(optimizer.learning_rate, optimizer.weight_decay);
    };
    EXPECT_EQ(rate_and_decay(OptimizerKind::adamw, examples_of(400)), std::pair(0.0005, 0.3));
    EXPECT_EQ(rate_and_decay(OptimizerKind::adam, examples_of(400)), std::pair(0.0005, 0.0));
    EXPECT_EQ(rate_and_decay(OptimizerKind::momentum, examples_of(400)), std::pair(0.01, 0.0));
    EXPECT_EQ(rate_and_decay(OptimizerKind::gd, generate("moons")), std::pair(0.01, 0.0));
    EXPECT_EQ(rate_and_decay(OptimizerKind::adam, generate("xor")), std::pair(0.3, 0.0));
}

TEST(Recipe, OfWideLayersThatWereMachinesHasSparseUnitsAndMomentum) {
    const auto pretrained = [](const std::string& net, Pretrain kind = Pretrain::rbm) {
        Choices said{.pretrain = kind};
        if (!net.empty()) said.hidden = net;
        const Recipe recipe = make_recipe(said, examples_of(400));
        return std::tuple(recipe.pretraining.sparsity, recipe.run.optimizer.kind,
                          recipe.run.optimizer.learning_rate, recipe.run.optimizer.weight_decay);
    };
    const auto wide = std::tuple(0.05, OptimizerKind::momentum, 0.1, 0.0),
               narrow = std::tuple(0.0, OptimizerKind::adamw, 0.0005, 0.3);
    EXPECT_EQ(pretrained(""), wide);
    EXPECT_EQ(pretrained("100 sigmoid, dropout 0.5, 200 sigmoid"), wide);
    EXPECT_EQ(pretrained("100, sigmoid"), wide);            // the same network in other words
    EXPECT_EQ(pretrained("100 sigmoid, 1 sigmoid"), wide);  // its end is the output, as where it is not said
    EXPECT_EQ(pretrained("100 sigmoid, 99 sigmoid"), narrow);
    EXPECT_EQ(pretrained("100 relu"), narrow);
    EXPECT_EQ(pretrained("100 sigmoid, 200 relu"), narrow);
    EXPECT_EQ(pretrained("100 sigmoid", Pretrain::dbn), std::tuple(0.0, OptimizerKind::momentum, 0.1, 0.0));
    EXPECT_EQ(make_recipe({.optimizer = OptimizerKind::adam, .pretrain = Pretrain::rbm}, examples_of(400))
                  .run.optimizer.learning_rate,
              0.001);
}

Dataset series_of(Index length, Index examples) {
    Dataset data = examples_of(examples);
    data.table.columns.resize(static_cast<std::size_t>(length), data.table.columns.front());
    data.table.channels = 1;
    data.table.length = length;
    return data;
}

std::string convolutions(const std::string& first, const std::string& pool = "") {
    return "conv 32x" + first + ", batchnorm, relu" + pool + ", conv 64x5 pad same, batchnorm, relu" + pool +
           ", conv 64x3 pad same, batchnorm, relu, globalavgpool, 1 sigmoid";
}

TEST(SearchSpace, OfSeriesHoldsTheNetworksThatAreTheirDefaults) {
    for (const Index length : {60, 150}) {  // without pooling, and with
        const Dataset data = series_of(length, 100);
        const Recipe usual = make_recipe({}, data);
        const SearchSpace space = read_search_space(space_for(data, usual).text, "series");
        const auto has_it = [&](const SearchedSetting& setting) {
            return std::ranges::any_of(setting.values, [&](const std::string& value) {
                return usual.network.starts_with(value + ", ");
            });
        };
        EXPECT_TRUE(std::ranges::any_of(space.settings, has_it)) << usual.network;
    }
}

TEST(Recipe, OfASeriesIsAConvolutionThatItsLengthDecides) {
    const auto network = [](Index length) { return make_recipe({}, series_of(length, 100)).network; };
    EXPECT_EQ(network(4), "flatten, 256 relu, 1 sigmoid");
    EXPECT_EQ(network(15), "flatten, 256 relu, 1 sigmoid");
    EXPECT_EQ(network(16), convolutions("7 pad same"));
    EXPECT_EQ(network(99), convolutions("7 pad same"));
    EXPECT_EQ(network(100), convolutions("7 pad same", ", maxpool 2"));
    EXPECT_EQ(network(361), convolutions("7 pad same", ", maxpool 4"));
    EXPECT_EQ(network(513), convolutions("15 stride 2 pad 7", ", maxpool 4"));
    EXPECT_EQ(network(2000), convolutions("31 stride 4 pad 15", ", maxpool 4"));
    Dataset columns = series_of(16, 100);
    columns.table.channels = columns.table.length = 0;
    EXPECT_EQ(make_recipe({.shape = Shape{.length = 16}}, columns).network, convolutions("7 pad same"));
    EXPECT_EQ(make_recipe({}, columns).network, "256 relu, 1 sigmoid");
}

TEST(Recipe, OfASeriesHasFewerEpochsTheMoreThereAre) {
    EXPECT_EQ(
        to_text(make_recipe({}, series_of(16, 400))),
        "table --task classify --shape 1x16 --scale standard --net \"conv 32x7 pad same, batchnorm, relu, "
        "conv 64x5 pad same, batchnorm, relu, conv 64x3 pad same, batchnorm, relu, globalavgpool\" --init "
        "auto --precision float --loss binary_cross_entropy --optimizer adamw --learning-rate 0.005 "
        "--weight-decay 0.05 --schedule cosine --batch 64 --epochs 100 --validation 0.2 --patience 20 "
        "--seed 0 --data-seed 0");
    const auto epochs = [](Index examples) { return make_recipe({}, series_of(16, examples)).run.epochs; };
    EXPECT_EQ(epochs(2), 200);
    EXPECT_EQ(epochs(100), 200);
    EXPECT_EQ(epochs(4000), 32);
    EXPECT_EQ(epochs(100'000), 10);
}

// Ten series would judge nothing, and their absence is felt.
TEST(Recipe, OfFewSeriesLearnsFromAllOfThemAtLast) {
    const Recipe few = make_recipe({}, series_of(16, 50));
    EXPECT_EQ(few.run.patience, 0);
    EXPECT_TRUE(few.retrain);
    EXPECT_TRUE(make_recipe({}, series_of(16, 999)).retrain);
    EXPECT_FALSE(make_recipe({}, series_of(16, 1000)).retrain);
    EXPECT_FALSE(make_recipe({.validation = 0}, series_of(16, 50)).retrain);
    EXPECT_FALSE(make_recipe({.iterations = 9}, series_of(16, 50)).retrain);
    EXPECT_FALSE(make_recipe({.ensemble = 2}, series_of(16, 50)).retrain);
    EXPECT_FALSE(make_recipe({}, series_of(15, 50)).retrain);
}

TEST(Recipe, IsDoneWhenTheValidationCostIsAThousandth) {
    EXPECT_EQ(make_recipe({}, generate("moons")).run.solved_below, 0.001);
    EXPECT_EQ(make_recipe({}, generate("sine")).run.solved_below, 0.001);
    EXPECT_EQ(make_recipe({.scaling = Scaling::none}, generate("sine")).run.solved_below, 0);
    EXPECT_EQ(make_recipe({.iterations = 9}, generate("moons")).run.solved_below, 0);
}

TEST(Recipe, TakesOutputAndLossFromTheTask) {
    const Recipe sine = make_recipe({}, generate("sine"));
    EXPECT_EQ(sine.network, "64 relu, 64 relu, 1 identity");
    EXPECT_EQ(sine.run.loss, LossKind::mean_squared);
    const Recipe three = make_recipe({}, three_classes());
    EXPECT_EQ(three.network, "64 relu, 64 relu, 3 softmax");
    EXPECT_EQ(three.run.loss, LossKind::cross_entropy);
    const Recipe regressed = make_recipe({.task = Task::regress}, generate("moons"));
    EXPECT_EQ(regressed.network, "64 relu, 64 relu, 1 identity");
    EXPECT_EQ(regressed.run.loss, LossKind::mean_squared);
}

// What is said replaces its part of the tutorial's recipe and nothing else.
struct Override {
    const char* name;
    Choices choices;
    const char *part, *replaced_by;
};
class Overrides : public testing::TestWithParam<Override> {};

TEST_P(Overrides, ReplaceTheirPart) {
    const auto& [name, choices, part, replaced_by] = GetParam();
    std::string expected = tutorial_recipe;
    const std::size_t place = expected.find(part);
    ASSERT_NE(place, std::string::npos);
    expected.replace(place, std::string(part).size(), replaced_by);
    EXPECT_EQ(to_text(make_recipe(choices, generate("xor"))), expected);
}
INSTANTIATE_TEST_SUITE_P(
    Recipe, Overrides,
    testing::Values(
        Override{"loss", {.loss = LossKind::mean_squared}, "binary_cross_entropy", "mean_squared"},
        Override{"init", {.initializer = Initializer::zeros}, "--init normal", "--init zeros"},
        Override{"optimizer", {.optimizer = OptimizerKind::rmsprop}, "gd", "rmsprop"},
        Override{"learning_rate", {.learning_rate = 0.01}, "0.3", "0.01"},
        Override{"momentum",
                 {.optimizer = OptimizerKind::nesterov, .momentum = 0.5},
                 "gd --learning-rate 0.3",
                 "nesterov --learning-rate 0.3 --momentum 0.5"},
        Override{"momentum_by_default",
                 {.optimizer = OptimizerKind::momentum},
                 "gd --learning-rate 0.3",
                 "momentum --learning-rate 0.3 --momentum 0.9"},
        Override{"betas_and_epsilon",
                 {.optimizer = OptimizerKind::adam, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-6},
                 "gd --learning-rate 0.3",
                 "adam --learning-rate 0.3 --beta1 0.8 --beta2 0.99 --epsilon 1e-06"},
        Override{"betas_as_they_are",
                 {.optimizer = OptimizerKind::adam, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
                 "gd",
                 "adam"},
        Override{"weight_decay", {.weight_decay = 0.01}, "--weight-decay 0", "--weight-decay 0.01"},
        Override{"clip_norm", {.clip_norm = 5}, "--weight-decay 0", "--weight-decay 0 --clip-norm 5"},
        Override{"schedule", {.schedule = Schedule::warmup_cosine}, "constant", "warmup-cosine"},
        Override{"batch", {.batch = 2}, "--batch full", "--batch 2"},
        Override{"iterations", {.iterations = 5}, "1001", "5"},
        Override{"epochs", {.epochs = 5}, "--iterations 1001", "--epochs 5"},
        Override{"iterations_and_epochs", {.epochs = 5, .iterations = 7}, "1001", "7"},
        Override{"validation", {.validation = 0.25}, "--validation 0", "--validation 0.25"},
        Override{"validation_and_epochs",
                 {.epochs = 5, .validation = 0.25},
                 "--iterations 1001 --validation 0",
                 "--epochs 5 --validation 0.25"},
        Override{"patience_of_so_many_updates",
                 {.validation = 0.25, .patience = 3},
                 "--validation 0",
                 "--validation 0.25"},
        Override{"shape",
                 {.shape = Shape{.channels = 1, .length = 2}},
                 "--scale none",
                 "--shape 1x2 --scale none"},
        Override{"shape_of_a_vector", {.shape = Shape{.channels = 2}}, "none", "none"},
        Override{"scale", {.scaling = Scaling::minmax}, "--scale none", "--scale minmax"},
        Override{"class_weights",
                 {.class_weights = ClassWeights::balanced},
                 "--schedule constant",
                 "--schedule constant --class-weights balanced"},
        Override{"seed", {.seed = 7}, "--seed 2 --data-seed 2", "--seed 7 --data-seed 7"},
        Override{"data_seed", {.data_seed = 7}, "--data-seed 2", "--data-seed 7"},
        Override{"precision", {.precision = Precision::single}, "double", "float"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Recipe, PutsTheHiddenLayersBeforeTheOutput) {
    const auto network = [](const char* hidden) {
        return make_recipe({.hidden = hidden}, generate("xor")).network;
    };
    EXPECT_EQ(network("8 relu, dropout 0.5"), "8 relu, dropout 0.5, 1 sigmoid");
    EXPECT_EQ(network(""), "1 sigmoid");
    EXPECT_EQ(network(" \t"), "1 sigmoid");
}

TEST(Recipe, SeedsDropoutWithItsSeed) {
    EXPECT_EQ(make_recipe({.seed = 7}, generate("moons")).run.mask_seed, 7U);
}

TEST(Recipe, RetrainsOnlyFewExamplesAfterStoppingEarly) {
    const auto retrains = [](Choices choices, Index examples) {
        return make_recipe(choices, generate("gauss", {.examples = examples})).retrain;
    };
    EXPECT_TRUE(retrains({}, 999));
    EXPECT_FALSE(retrains({}, 1000));
    EXPECT_TRUE(retrains({.patience = 5}, 999));
    EXPECT_TRUE(retrains({.validation = 0.2}, 999));
    EXPECT_TRUE(retrains({.validation = 0.4}, 999));
    EXPECT_FALSE(retrains({.validation = 0}, 999));
    EXPECT_FALSE(retrains({.iterations = 10}, 999));
    EXPECT_FALSE(retrains({.validation_file = "a.csv", .validation_examples = 100}, 999));
}

TEST(Recipe, DoesNotStopEarlyByFewerThanTwentyValidationExamples) {
    const auto patience = [](Choices choices, Index examples) {
        return make_recipe(choices, generate("gauss", {.examples = examples})).run.patience;
    };
    EXPECT_EQ(patience({}, 100), 20);
    EXPECT_EQ(patience({}, 94), 0);
    EXPECT_EQ(patience({.patience = 5}, 94), 0);
    EXPECT_EQ(patience({.iterations = 9, .patience = 5}, 500), 0);
    EXPECT_EQ(patience({.validation_file = "a.csv", .validation_examples = 19}, 500), 0);
    EXPECT_EQ(patience({.validation_file = "a.csv", .validation_examples = 20}, 500), 20);
    EXPECT_FALSE(make_recipe({}, generate("gauss", {.examples = 94})).retrain);
}

TEST(Recipe, TakesTheOutputLayerOfTheTaskAtTheEndOfTheNetworkAsIt) {
    const auto network = [](const char* said, const Dataset& data) {
        return make_recipe({.hidden = said}, data).network;
    };
    EXPECT_EQ(network("8 relu, 1 sigmoid", generate("moons")), "8 relu, 1 sigmoid");
    EXPECT_EQ(network("8 relu, 1, sigmoid", generate("moons")), "8 relu, 1 sigmoid");
    EXPECT_EQ(network("1 sigmoid", generate("moons")), "1 sigmoid");
    EXPECT_EQ(network("8 relu, 3 softmax", three_classes()), "8 relu, 3 softmax");
    EXPECT_EQ(network("8 relu, 1", generate("sine")), "8 relu, 1 identity");
    EXPECT_EQ(network("8 relu, 1 linear", generate("sine")), "8 relu, 1 identity");
    EXPECT_EQ(network("8 relu, 1 tanh", generate("moons")), "8 relu, 1 tanh, 1 sigmoid");
    EXPECT_EQ(network("8 relu, 2 sigmoid", generate("moons")), "8 relu, 2 sigmoid, 1 sigmoid");
    EXPECT_EQ(network("residual(2 relu, 2 sigmoid)", generate("moons")),
              "residual(2 relu, 2 sigmoid), 1 sigmoid");
}

TEST(Recipe, SaysANetworkSoThatItsEndIsNotTakenForItsOutput) {
    const auto words = [](const char* said, const Dataset& data) {
        return *choices_of(make_recipe({.hidden = said}, data)).hidden;
    };
    EXPECT_EQ(words("8 relu", generate("moons")), "8 relu");
    EXPECT_EQ(words("8 relu, 1 sigmoid", generate("moons")), "8 relu");
    EXPECT_EQ(words("1 sigmoid, 1 sigmoid", generate("moons")), "1 sigmoid, 1 sigmoid");
    EXPECT_EQ(words("3 sigmoid, 3 softmax", three_classes()), "3 sigmoid, 3 softmax");
}

TEST(Recipe, TakesTheTruthTablesSeedForTwo) {
    EXPECT_EQ(seed_for({}, "xor"), 2U);
    EXPECT_EQ(seed_for({}, "moons"), 0U);
    EXPECT_EQ(seed_for({.seed = 9}, "xor"), 9U);
}

Dataset three_labels() {
    Dataset data = dataset_of_labels(Matrix<double>{{1, 2, 3, 4}},
                                     Matrix<double>{{0, 1, 1, 0}, {0, 0, 1, 1}, {1, 0, 1, 0}});
    data.name = "labels";
    return data;
}

TEST(Recipe, OfLabelsHasASigmoidForEach) {
    const Recipe recipe = make_recipe({.hidden = "8 relu"}, three_labels());
    EXPECT_EQ(recipe.task, Task::multilabel);
    EXPECT_EQ(recipe.network, "8 relu, 3 sigmoid");
    EXPECT_EQ(recipe.run.loss, LossKind::binary_cross_entropy);
    EXPECT_EQ(make_recipe({.hidden = "8 relu, 3 sigmoid"}, three_labels()).network, "8 relu, 3 sigmoid");
    EXPECT_EQ(make_recipe({.hidden = "2 softmax"}, three_labels()).network, "2 softmax, 3 sigmoid");
    EXPECT_EQ(make_recipe({.task = Task::regress}, three_labels()).network, "64 relu, 64 relu, 3 identity");
}

struct Misfit {
    const char* name;
    Choices choices;
    std::string data, message;
};
class Misfits : public testing::TestWithParam<Misfit> {};

TEST_P(Misfits, AreRefused) {
    const Dataset data = GetParam().data == "three"    ? three_classes()
                         : GetParam().data == "labels" ? three_labels()
                                                       : generate(GetParam().data);
    EXPECT_EQ(error_of([&] { make_recipe(GetParam().choices, data); }), GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Recipe, Misfits,
    testing::Values(
        Misfit{"classes_from_values",
               {.task = Task::classify},
               "sine",
               "input: sine: the target \"y\" has no classes (hint: task = regress)"},
        Misfit{"cross_entropy_of_values",
               {.loss = LossKind::binary_cross_entropy},
               "sine",
               "input: loss: binary_cross_entropy needs classes, and this is a regression, expected "
               "mean_squared, "
               "mean_absolute or huber"},
        Misfit{"cross_entropy_of_two_classes",
               {.loss = LossKind::cross_entropy},
               "xor",
               "input: loss: cross_entropy needs an output for each class, and for two classes there is "
               "one output "
               "(hint: loss = binary_cross_entropy)"},
        Misfit{"class_weights_of_values",
               {.class_weights = ClassWeights::balanced},
               "sine",
               "input: class_weights: balanced needs classes, and this is a regression, expected none"},
        Misfit{"labels_from_classes",
               {.task = Task::multilabel},
               "three",
               "input: three: the target \"y\" is no label of 0 and 1 (hint: task = classify)"},
        Misfit{"classes_from_labels",
               {.task = Task::classify},
               "labels",
               "input: labels: the target \"y1\" has no classes (hint: task = multilabel)"},
        Misfit{
            "cross_entropy_of_labels",
            {.loss = LossKind::cross_entropy},
            "labels",
            "input: loss: cross_entropy needs one class for each example, and these are labels of which an "
            "example may have several (hint: loss = binary_cross_entropy)"},
        Misfit{"a_softmax_for_labels",
               {.hidden = "8 relu, 3 softmax"},
               "labels",
               "input: network \"8 relu, 3 softmax\": ends in an output layer of 3 softmax, expected 3 "
               "sigmoid, which follows from the task (hint: net = 8 relu, 3 sigmoid)"},
        Misfit{"another_output_layer",
               {.hidden = "8 relu, 3 sigmoid"},
               "three",
               "input: network \"8 relu, 3 sigmoid\": ends in an output layer of 3 sigmoid, expected 3 "
               "softmax, which "
               "follows from the task (hint: net = 8 relu, 3 softmax)"},
        Misfit{"softmax_for_two_classes",
               {.hidden = "2 softmax"},
               "moons",
               "input: network \"2 softmax\": ends in an output layer of 2 softmax, expected 1 sigmoid, "
               "which follows "
               "from the task (hint: net = 1 sigmoid)"},
        Misfit{"sigmoid_of_values",
               {.hidden = "8 relu, 1 sigmoid"},
               "sine",
               "input: network \"8 relu, 1 sigmoid\": ends in an output layer of 1 sigmoid, expected 1 "
               "identity, "
               "which follows from the task (hint: net = 8 relu, 1 identity)"},
        Misfit{"momentum_of_gd",
               {.momentum = 0.5},
               "xor",
               "usage: momentum: the optimizer gd has no momentum to set (hint: optimizer = momentum)"},
        Misfit{"beta1_of_gd",
               {.beta1 = 0.5},
               "xor",
               "usage: beta1: the optimizer gd has no beta1 to set (hint: optimizer = adam)"},
        Misfit{"epsilon_of_momentum",
               {.optimizer = OptimizerKind::momentum, .epsilon = 1e-6},
               "xor",
               "usage: epsilon: the optimizer momentum has no epsilon to set (hint: optimizer = adam)"},
        Misfit{"momentum_of_adam",
               {.momentum = 0.5},
               "moons",
               "usage: momentum: the optimizer adam has no momentum to set (hint: optimizer = momentum)"}),
    [](const auto& info) { return std::string(info.param.name); });

constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();
const std::string count_from = ", expected a whole number from ";

struct Invalid {
    Choices choices;
    std::string message;
};
const Invalid invalid[] = {
    {{.learning_rate = 0}, "learning_rate: 0, expected a positive number"},
    {{.learning_rate = -0.1}, "learning_rate: -0.1, expected a positive number"},
    {{.learning_rate = nan}, "learning_rate: nan, expected a positive number"},
    {{.learning_rate = infinity}, "learning_rate: inf, expected a positive number"},
    {{.momentum = -0.1}, "momentum: -0.1, expected a number from 0 to below 1"},
    {{.momentum = 1}, "momentum: 1, expected a number from 0 to below 1"},
    {{.momentum = nan}, "momentum: nan, expected a number from 0 to below 1"},
    {{.weight_decay = -1}, "weight_decay: -1, expected a number of at least 0"},
    {{.weight_decay = nan}, "weight_decay: nan, expected a number of at least 0"},
    {{.weight_decay = infinity}, "weight_decay: inf, expected a number of at least 0"},
    {{.clip_norm = 0}, "clip_norm: 0, expected a positive number"},
    {{.clip_norm = -1}, "clip_norm: -1, expected a positive number"},
    {{.clip_norm = nan}, "clip_norm: nan, expected a positive number"},
    {{.validation = -0.1}, "validation: -0.1, expected a share from 0 to below 1"},
    {{.validation = 1}, "validation: 1, expected a share from 0 to below 1"},
    {{.validation = nan}, "validation: nan, expected a share from 0 to below 1"},
    {{.batch = -1}, "batch: -1" + count_from + "0 to 1000000000000000"},
    {{.batch = 2'000'000'000'000'000}, "batch: 2e+15" + count_from + "0 to 1000000000000000"},
    {{.epochs = 0}, "epochs: 0" + count_from + "1 to 100000000 (hint: 0 with pretrain = rbm)"},
    {{.epochs = -3}, "epochs: -3" + count_from + "1 to 100000000"},
    {{.epochs = 100'000'001}, "epochs: 100000001" + count_from + "1 to 100000000"},
    {{.iterations = 0}, "iterations: 0" + count_from + "1 to 1000000000000000"},
    {{.iterations = 1'000'000'000'000'001},
     "iterations: 1000000000000001" + count_from + "1 to 1000000000000000"},
    {{.patience = 0}, "patience: 0" + count_from + "1 to 100000000"},
    {{.patience = -1}, "patience: -1" + count_from + "1 to 100000000"},
    {{.hidden = "64 rleu"},
     "network \"64 rleu\", character 4: \"rleu\", " + a_layer() + " (hint: did you mean relu?)"},
    {{.hidden = "100000, 100000"},
     "network \"100000, 100000\": has 10000300000 parameters or more, expected a model of at most 2 GiB "
     "(hint: fewer "
     "units)"},
};
class InvalidChoices : public testing::TestWithParam<Invalid> {};

TEST_P(InvalidChoices, AreRefusedWhateverTheData) {
    const std::string error = "usage: " + GetParam().message;
    EXPECT_EQ(error_of([] { require_valid(GetParam().choices); }), error);
    EXPECT_EQ(error_of([] { make_recipe(GetParam().choices, generate("moons")); }), error);
}
INSTANTIATE_TEST_SUITE_P(Recipe, InvalidChoices, testing::ValuesIn(invalid), [](const auto& info) {
    return "no_" + std::to_string(info.index) + "_" + as_test_name(info.param.message.substr(0, 24));
});

TEST(Recipe, TakesTheEdgesOfWhatIsValid) {
    for (const Choices& choices :
         {Choices{}, Choices{.learning_rate = std::numeric_limits<double>::min()},
          Choices{.learning_rate = 1e30}, Choices{.momentum = 0}, Choices{.weight_decay = 0},
          Choices{.validation = 0.999}, Choices{.batch = 0}, Choices{.hidden = ""}})
        EXPECT_EQ(error_of([&] { require_valid(choices); }), "no error");
}

}  // namespace
}  // namespace gradus::test
