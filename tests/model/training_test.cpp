#include "gradus/model/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/data/generators.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

Dataset gauss(Index examples) {
    return generate("gauss", {.examples = examples, .seed = 1});
}
// A recipe that stops early within a few epochs.
Choices brief() {
    return {
        .hidden = "4 tanh", .learning_rate = 0.1, .epochs = 12, .patience = 3, .precision = Precision::twice};
}

TEST(Training, LearnsTheTutorialsXor) {
    const Dataset data = generate("xor");
    const Trained<double> trained = train<double>(data, make_recipe({}, data));
    EXPECT_EQ(trained.model.updates, 1001);
    EXPECT_TRUE(close<double>(
        trained.model.network.parameter("W1"),
        Matrix<double>{{3.1470882462501657, -3.025152840897439}, {-3.4823626791135984, 3.6000138381316096}},
        {.absolute = 1e-9}));
    EXPECT_TRUE(close<double>(trained.model.network.parameter("b2"), Matrix<double>{{4.4974527349249565}},
                              {.absolute = 1e-9}));
    EXPECT_EQ(trained.model.training.accuracy, 1);
    EXPECT_FALSE(trained.model.validation);
    EXPECT_TRUE(solved(trained.model.training));
}

TEST(Training, RetrainsFewExamplesAllTogetherForTheBestNumberOfUpdates) {
    const Dataset data = gauss(120);
    const Recipe recipe = make_recipe(brief(), data);
    Index best = 0;
    const Trained<double> trained =
        train<double>(data, recipe, {.retraining = [&](Index updates) { best = updates; }});
    ASSERT_GT(best, 0);
    EXPECT_EQ(trained.model.kept_updates, best);
    EXPECT_EQ(trained.model.training.examples, 120);
    EXPECT_EQ(trained.model.validation->examples, 24);

    // the same by hand
    const PreparedData<double> all(data, recipe, 0);
    auto [network, random] = begin<double>(recipe);
    RunSettings settings = recipe.run;
    settings.iterations = best;
    gradus::Run<double> run(network, all.training(), settings, random);
    while (run.next()) continue;
    EXPECT_TRUE(same_bits<double>(trained.model.network.parameters(), network.parameters()));
}

TEST(Training, KeepsTheBestWeightsOfManyExamplesWithoutRetraining) {
    const Dataset data = gauss(1000);
    const Recipe recipe = make_recipe(brief(), data);
    bool retrained = false;
    const Trained<double> trained =
        train<double>(data, recipe, {.retraining = [&](Index) { retrained = true; }});
    EXPECT_FALSE(retrained);
    EXPECT_EQ(trained.model.training.examples, 800);

    const PreparedData<double> prepared(data, recipe, 0.2);
    auto [network, random] = begin<double>(recipe);
    gradus::Run<double> run(network, prepared.training(), prepared.validation(), recipe.run, random);
    while (run.next()) continue;
    EXPECT_TRUE(same_bits<double>(trained.model.network.parameters(), network.parameters()));
    EXPECT_EQ(trained.model.kept_updates, run.kept_updates());
    EXPECT_EQ(trained.model.validation->loss, run.state().best->cost);
}

TEST(Training, IsTheSameWatchedOrNot) {
    const Dataset data = gauss(60);
    const Recipe recipe = make_recipe(brief(), data);
    std::vector<Index> seen;
    const auto watched =
        train<double>(data, recipe, {.observe = [&](const Event& e) { seen.push_back(e.iteration); }});
    EXPECT_FALSE(seen.empty());
    EXPECT_TRUE(same_bits<double>(watched.model.network.parameters(),
                                  train<double>(data, recipe).model.network.parameters()));
}

TEST(Training, ShowsItsWatcherEveryHundredthIterationAndTheEndsOfEpochs) {
    const Dataset data = generate("xor");
    std::vector<Index> seen;
    train<double>(data, make_recipe({.batch = 3, .iterations = 6}, data),
                  {.observe = [&](const Event& e) { seen.push_back(e.iteration); }, .report_every = 4});
    EXPECT_EQ(seen, (std::vector<Index>{0, 1, 3, 4, 5}));  // epochs end at 1, 3 and 5
}

TEST(Training, StopsWhenAskedAndSaysHowManyUpdatesStandBehindItsNetwork) {
    const Dataset data = gauss(60);
    const Recipe recipe = make_recipe(brief(), data);
    std::stop_source source;
    const auto trained = train<double>(data, recipe,
                                       {.observe =
                                            [&](const Event& e) {
                                                if (e.iteration == 5) source.request_stop();
                                            },
                                        .report_every = 1,
                                        .stop = source.get_token()});
    EXPECT_TRUE(trained.interrupted);
    EXPECT_EQ(trained.model.updates, 6);
    EXPECT_EQ(trained.model.kept_updates, 6);
    const PreparedData<double> prepared(data, recipe, 0.2);
    auto [network, random] = begin<double>(recipe);
    gradus::Run<double> run(network, prepared.training(), prepared.validation(), recipe.run, random);
    for (int i = 0; i < 6; ++i) run.next();
    EXPECT_TRUE(same_bits<double>(trained.model.network.parameters(), network.parameters()));
}

TEST(Training, GoesOnOnlyWithAnOrderOfItsOwnExamples) {
    const Dataset data = gauss(60);  // 48 of them for training
    const Recipe recipe = make_recipe(brief(), data);
    std::stop_source source;
    source.request_stop();
    Model<double> stopped = train<double>(data, recipe, {.stop = source.get_token()}).model;
    const auto go_on = [&] {
        return error_of([&] { train<double>(data, recipe, {}, {}, {.resume = &stopped}); });
    };
    EXPECT_EQ(go_on(), "no error");
    stopped.state->run.order = {2, 0, 1};
    stopped.state->run.position = 1;
    EXPECT_EQ(go_on(),
              "input: resume: the checkpoint has an order of 3 examples, expected 48, as many as there are "
              "for training");
    stopped.state->run.order = {};  // before the first epoch
    stopped.state->run.position = 0;
    EXPECT_EQ(go_on(), "no error");
}

TEST(PreparedData, IsScaledByItsTrainingPartOnly) {
    Dataset data = gauss(10);
    Recipe recipe = make_recipe({.validation = 0.2, .scaling = Scaling::minmax}, data);
    const Split parts = split(data, 0.2, RandomState(recipe.data_seed));
    data.table.columns[0].numbers[static_cast<std::size_t>(parts.validation[0])] = 1000;
    const PreparedData<double> prepared(data, recipe, 0.2);
    double largest = 0;
    for (Index j = 0; j < 8; ++j) largest = std::max(largest, prepared.X(0, j));
    EXPECT_EQ(largest, 1);
    EXPECT_GT(prepared.validation_X(0, 0), 100);
}

// Two channels of two places: 0, 2, 4 and 6 have the mean 3 and the variance 5; 7 never varies.
TEST(PreparedData, HasThePlacesOfAChannelScaledAlikeWhereTheSameWeightsSeeThem) {
    Dataset data = gauss(2);
    data.table.columns = {{"a", {0, 4}}, {"b", {2, 6}}, {"c", {7, 7}}, {"d", {7, 7}}};
    Choices said{.shape = Shape{2, 2}, .hidden = "conv 3x1, globalavgpool", .validation = 0};
    const double unit = std::sqrt(5.0);
    EXPECT_EQ(PreparedData<double>(data, make_recipe(said, data), 0).X,
              (Matrix<double>{{-3 / unit, 1 / unit}, {-1 / unit, 3 / unit}, {0, 0}, {0, 0}}));
    said.hidden = "flatten, 3 relu";
    EXPECT_EQ(PreparedData<double>(data, make_recipe(said, data), 0).X,
              (Matrix<double>{{-1, 1}, {-1, 1}, {0, 0}, {0, 0}}));
}

TEST(PreparedData, DividesWeightsByTheirMeanAndBalancesClassesByThem) {
    Dataset data = generate("xor");  // classes 0, 1, 1, 0
    data.weights = {1, 2, 6, 3};
    const Choices none{.validation = 0}, balanced{.validation = 0, .class_weights = ClassWeights::balanced};
    const PreparedData<double> plain(data, make_recipe(none, data), 0);
    EXPECT_TRUE(close(plain.weights, {{1.0 / 3, 2.0 / 3, 2, 1}}, {.relative = 1e-15}));
    EXPECT_EQ(plain.row_weights, (Matrix<double>{{1, 2, 6, 3}}));
    const PreparedData<double> alike(data, make_recipe(balanced, data), 0);
    EXPECT_TRUE(close(alike.weights, {{0.5, 0.5, 1.5, 1.5}}, {.relative = 1e-15}));
}

TEST(PreparedData, RefusesAPartWhoseWeightsAreAllZero) {
    Dataset data = gauss(10);
    data.weights.assign(10, 1);
    Recipe recipe = make_recipe({.validation = 0.2}, data);
    for (const Index j : division(data, recipe).validation) data.weights[static_cast<std::size_t>(j)] = 0;
    EXPECT_EQ(error_of([&] { const PreparedData<float> prepared(data, recipe, 0.2); }),
              "input: weight: the weights of 2 examples are all 0, expected one above 0 on each side of the "
              "division");
}

TEST(PreparedData, HasARowForEachOfSeveralClasses) {
    Dataset data = generate("xor");
    data.class_names = {"a", "b", "c"};
    data.Y = {{2, 0, 1, 2}};
    const PreparedData<float> prepared(data, make_recipe({.validation = 0}, data), 0);
    EXPECT_EQ(prepared.Y, (Matrix<float>{{0, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 0, 1}}));
    EXPECT_EQ(PreparedData<float>(generate("xor"), make_recipe({}, generate("xor")), 0).Y,
              (Matrix<float>{{0, 1, 1, 0}}));
}

TEST(PreparedData, BalancesTheClassesByTheirFrequency) {
    Dataset data = generate("and");  // three of class 0, one of class 1
    const Choices balanced{.validation = 0, .class_weights = ClassWeights::balanced};
    const PreparedData<double> prepared(data, make_recipe(balanced, data), 0);
    EXPECT_TRUE(close(prepared.weights, {{2.0 / 3, 2.0 / 3, 2.0 / 3, 2}}, {.relative = 1e-15}));
    EXPECT_TRUE(PreparedData<double>(data, make_recipe({}, data), 0).weights.empty());
}

TEST(PreparedData, KeepsAnExampleForTraining) {
    const Dataset data = generate("xor", {.examples = 1});
    EXPECT_EQ(error_of([&] { train<double>(data, make_recipe({.validation = 0.9}, data)); }),
              "input: xor: a validation share of 0.9 leaves no example for training (hint: validation = 0)");
}

// The labels "one but not both" and "both" of the corners of a square.
Dataset labelled_points() {
    return dataset_of_labels(Matrix<double>{{0, 0, 1, 1}, {0, 1, 0, 1}},
                             Matrix<double>{{0, 1, 1, 0}, {0, 0, 0, 1}}, {"either", "both"});
}

// In truth of scikit-learn: compute_sample_weight("balanced", Y), divided by its mean.
TEST(PreparedData, MultipliesTheWeightsOfSeveralLabels) {
    Dataset data = labelled_points();
    data.Y = Matrix<double>{{0, 1, 1, 1}, {0, 0, 0, 1}};
    const Choices balanced{.validation = 0, .class_weights = ClassWeights::balanced};
    const PreparedData<double> prepared(data, make_recipe(balanced, data), 0);
    EXPECT_TRUE(close(prepared.weights, {{1.5, 0.5, 0.5, 1.5}}, {.relative = 1e-15}));
}

TEST(Training, SolvesAClassificationOnlyWithoutAMistake) {
    EXPECT_TRUE(solved({.task = Task::classify, .accuracy = 1}));
    EXPECT_FALSE(solved({.task = Task::classify, .accuracy = 0.999}));
    EXPECT_TRUE(solved({.task = Task::regress, .r2 = 0.99}));
    EXPECT_FALSE(solved({.task = Task::regress, .accuracy = 1, .r2 = 0.989}));
    EXPECT_TRUE(solved({.task = Task::multilabel, .accuracy = 1}));
    EXPECT_FALSE(solved({.task = Task::multilabel, .accuracy = 0.999}));
}

TEST(Training, IsComparedWithWhatNeedsNoNetwork) {
    EXPECT_EQ(baseline(generate("and"), Task::classify), 0.75);
    Dataset data = generate("sine", {.examples = 4});
    data.Y = {{1, 1, 3, 3}};
    EXPECT_EQ(baseline(data, Task::regress), 1);                        // the rmse of the mean 2
    EXPECT_EQ(baseline(labelled_points(), Task::multilabel), 5.0 / 8);  // 2 of 4, 3 of 4
}

TEST(Training, LearnsLabelsOfWhichAnExampleMayHaveSeveral) {
    const Dataset data = labelled_points();
    const Trained<double> trained =
        train<double>(data, make_recipe({.hidden = "4 tanh", .iterations = 800, .validation = 0}, data));
    EXPECT_EQ(trained.model.recipe.network, "4 tanh, 2 sigmoid");
    EXPECT_EQ(trained.model.target.names, (std::vector<std::string>{"either", "both"}));
    EXPECT_TRUE(solved(trained.model.training));
    EXPECT_EQ(trained.model.training.labels[1].confusion, (Confusion{{3, 0}, {0, 1}}));
    EXPECT_EQ(evaluate(trained.model, data).accuracy, 1);
}

TEST(Training, OfLabelsIsComparedWithALogisticRegressionForEach) {
    std::optional<Evaluation> linear;
    const Dataset data = labelled_points();
    train<double>(data, make_recipe({.iterations = 1, .validation = 0}, data),
                  {.linear = [&](const Evaluation& e) { linear = e; }});
    ASSERT_TRUE(linear);
    EXPECT_EQ(linear->labels[1].accuracy, 1);  // "and" is linear
    EXPECT_LT(linear->labels[0].accuracy, 1);  // "xor" is not
}

TEST(Training, IsComparedWithALinearModelOnTheSameExamples) {
    const auto linear = [](const Dataset& data, const Choices& choices) {
        std::optional<Evaluation> measured;
        train<double>(data, make_recipe(choices, data),
                      {.linear = [&](const Evaluation& e) { measured = e; }});
        return measured;
    };
    Dataset line = generate("sine", {.examples = 100});
    for (Index j = 0; j < 100; ++j)
        line.Y(0, j) = 3 * line.table.columns[0].numbers[static_cast<std::size_t>(j)] - 7;
    const auto fitted = linear(line, {.epochs = 1});
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->examples, 20);
    EXPECT_GT(fitted->r2, 0.999);
    EXPECT_EQ(linear(generate("xor"), {.iterations = 1})->accuracy, 0.5);
}

TEST(Training, StopsWhenTheValidationCostIsAThousandth) {
    const Dataset data = generate("moons", {.noise = 0});
    const Recipe recipe = make_recipe({.learning_rate = 0.01}, data);
    Event::EpochEnd last;
    Index epochs = 0;
    train<double>(data, recipe, {.observe = [&](const Event& e) {
                      if (!e.epoch_end) return;
                      last = *e.epoch_end;
                      ++epochs;
                  }});
    EXPECT_LT(last.validation_cost, 0.001);
    EXPECT_LT(epochs, 200);
}

TEST(Training, BeginsWithTheWeightsOfItsSeed) {
    const Dataset data = generate("xor");
    const auto beginning = begin<double>(make_recipe({}, data));
    EXPECT_NEAR(beginning.network.parameter("W1")(0, 0), -0.41675785, 5e-9);
}

}  // namespace
}  // namespace gradus::test
