// Training that begins with machines: what they learn from, what is kept, and how a run goes on.
#include <gtest/gtest.h>

#include "gradus/data/dataset.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/training.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

// Four units of noise beside the label; every fifth row has none.
Table noisy_table(Index rows, bool labelled) {
    RandomState random(3);
    Table table{.name = "noise", .rows = rows};
    for (const char* name : {"a", "b", "c", "d", "label"}) table.columns.push_back({.name = name});
    for (Index row = 0; row < rows; ++row) {
        const double label = random.random_sample() < 0.5 ? 1 : 0;
        for (std::size_t i = 0; i < 4; ++i)
            table.columns[i].numbers.push_back(random.random_sample() < (label == 1 ? 0.8 : 0.3) ? 1 : 0);
        table.columns[4].numbers.push_back(labelled || row % 5 != 4 ? label : missing);
    }
    return table;
}

Dataset noisy(bool labelled = false, Index rows = 200) {
    std::vector<std::string> notes;
    return make_dataset(noisy_table(rows, labelled), {}, notes);
}

Choices pretrained() {
    return {.hidden = "6 sigmoid, 5 sigmoid",
            .epochs = 6,
            .patience = 3,
            .pretrain = Pretrain::rbm,
            .pretrain_epochs = 4};
}

TEST(Pretrained, LearnsFromTheRowsWithoutALabelAsWell) {
    const Dataset data = noisy();
    EXPECT_EQ(data.examples(), 160);
    ASSERT_EQ(data.unlabelled.size(), 1U);
    EXPECT_EQ(data.unlabelled[0].rows, 40);
    EXPECT_EQ(data.unlabelled[0].columns.size(), 4U);
    const Recipe recipe = make_recipe(pretrained(), data);
    const PreparedData<float> prepared(data, recipe, recipe.validation);
    EXPECT_EQ(prepared.unlabelled_X.columns(), 40);

    const Index labelled = prepared.X.columns();
    Matrix<float> X(4, labelled + 40);
    for (Index j = 0; j < X.columns(); ++j)
        for (Index i = 0; i < 4; ++i)
            X(i, j) = j < labelled ? prepared.X(i, j) : prepared.unlabelled_X(i, j - labelled);
    auto [network, random] = begin<float>(recipe);
    Pretraining<float> pretraining(network, {.X = X, .monitored = prepared.validation_X}, recipe.pretraining,
                                   random, recipe.seed);
    while (pretraining.next()) continue;
    gradus::Run<float> run(network, prepared.training(), prepared.watched(), recipe.run,
                           pretraining.random());
    while (run.next()) continue;

    Recipe once = recipe;
    once.retrain = false;
    const Trained<float> trained = train<float>(data, once);
    EXPECT_TRUE(same_bits<float>(trained.model.network.parameters(), network.parameters()));
    EXPECT_EQ(trained.model.machines, pretraining.machines());
}

TEST(Pretrained, LeavesItAtThatWithoutEpochs) {
    const Dataset data = noisy();
    Choices choices = pretrained();
    choices.epochs = 0;
    const Trained<float> trained = train<float>(data, make_recipe(choices, data));
    EXPECT_EQ(trained.model.updates, 0);
    EXPECT_TRUE(same_bits(Matrix<float>(trained.model.network.parameter("W2")),
                          Matrix<float>(trained.model.machines[1].W())));
    EXPECT_EQ(error_of([&] { make_recipe({.epochs = 0}, data); }),
              "usage: epochs: 0, expected a whole number from 1 to 100000000 (hint: 0 with pretrain = rbm)");
}

TEST(Pretrained, IsTheSameForAnyNumberOfThreads) {
    const Dataset data = noisy();
    Recipe recipe = make_recipe(pretrained(), data);
    const Trained<float> alone = train<float>(data, recipe);
    recipe.run.threads = 3;
    const Trained<float> together = train<float>(data, recipe);
    EXPECT_TRUE(same_bits<float>(together.model.network.parameters(), alone.model.network.parameters()));
    EXPECT_EQ(together.model.machines, alone.model.machines);
}

// Stopped after so many updates of the machines or of the network, and gone on from its file.
TEST(Pretrained, GoesOnFromAFileToTheSameBytes) {
    const Dataset data = noisy();
    for (const bool persistent : {false, true}) {
        Choices choices = pretrained();
        choices.persistent = persistent;
        const Recipe recipe = make_recipe(choices, data);
        const std::string whole = to_onnx(train<float>(data, recipe).model);
        for (const int updates : {1, 7, 13, 20, 24, 25, 31, 50}) {
            std::stop_source stop;
            int seen = 0;
            const auto count = [&] {
                if (++seen == updates) stop.request_stop();
            };
            const Watch watch{.progress = [&](const Event&, Index) { count(); },
                              .pretraining = [&](const PretrainingEvent&) { count(); },
                              .stop = stop.get_token()};
            const Trained<float> stopped = train<float>(data, recipe, watch);
            ASSERT_TRUE(stopped.interrupted);
            const std::string bytes = to_onnx(stopped.model);
            const AnyModel again = from_onnx(bytes, "checkpoint.onnx");
            EXPECT_EQ(to_onnx(again), bytes);
            const auto& model = std::get<Model<float>>(again);
            EXPECT_EQ(to_onnx(train<float>(data, recipe, {}, {}, {.resume = &model}).model), whole)
                << updates << " updates";
        }
    }
}

TEST(Pretrained, KeepsItsMachinesInTheFile) {
    const Dataset data = noisy();
    Choices choices = pretrained();
    choices.precision = Precision::twice;
    const Trained<double> trained = train<double>(data, make_recipe(choices, data));
    const AnyModel again = from_onnx(to_onnx(trained.model), "m.onnx");
    EXPECT_EQ(std::get<Model<double>>(again).machines, trained.model.machines);
}

TEST(Pretrained, WithLabelsGoesOnFromAFileToTheSameBytes) {
    const Dataset data = noisy();
    Choices choices = pretrained();
    choices.pretrain = Pretrain::dbn;
    const Recipe recipe = make_recipe(choices, data);
    const Trained<float> whole = train<float>(data, recipe);
    EXPECT_EQ(whole.model.machines[1].labels(), 2);
    for (const int updates : {5, 15, 20, 26}) {
        std::stop_source stop;
        int seen = 0;
        const Watch watch{.progress = [&](const Event&, Index) { stop.request_stop(); },
                          .pretraining =
                              [&](const PretrainingEvent&) {
                                  if (++seen == updates) stop.request_stop();
                              },
                          .stop = stop.get_token()};
        const AnyModel again = from_onnx(to_onnx(train<float>(data, recipe, watch).model), "checkpoint.onnx");
        const auto& model = std::get<Model<float>>(again);
        EXPECT_EQ(to_onnx(train<float>(data, recipe, {}, {}, {.resume = &model}).model),
                  to_onnx(whole.model));
    }
}

TEST(Pretrained, NeedsClassesForTheLastMachineToSee) {
    Choices choices = pretrained();
    choices.pretrain = Pretrain::dbn;
    choices.task = Task::regress;
    EXPECT_EQ(
        error_of([&] { make_recipe(choices, noisy()); }),
        "input: pretrain = dbn: there are no classes for its last machine to see (hint: pretrain = rbm)");
}

TEST(Pretrained, WritesNoMachinesThatReadingWouldRefuse) {
    const Dataset data = noisy();
    Trained<float> trained = train<float>(data, make_recipe(pretrained(), data));
    trained.model.machines[1] = Rbm<float>(6, 7);
    EXPECT_EQ(error_of([&] { to_onnx(trained.model); }), "input: its machines do not fit its network");
}

TEST(Pretrained, ScalesNothingThatIsFrom0To1) {
    EXPECT_EQ(make_recipe(pretrained(), noisy()).scaling, Scaling::none);
    Choices choices = pretrained();
    choices.scaling = Scaling::standard;
    EXPECT_EQ(make_recipe(choices, noisy()).scaling, Scaling::standard);
    Table wide = noisy_table(100, true);
    wide.columns[2].numbers[3] = 7;
    std::vector<std::string> notes;
    EXPECT_EQ(make_recipe(pretrained(), make_dataset(wide, {}, notes)).scaling, Scaling::standard);
    EXPECT_EQ(make_recipe({}, noisy()).scaling, Scaling::standard);
}

TEST(Pretrained, RefusesWhatMeansNothingWithoutMachines) {
    const Dataset data = noisy();
    EXPECT_EQ(error_of([&] { make_recipe({.cd = 2}, data); }),
              "usage: cd: nothing is pre-trained (hint: pretrain = rbm)");
    EXPECT_EQ(
        error_of([&] { make_recipe({.hidden = "5 tanh", .pretrain = Pretrain::rbm}, data); }),
        "usage: pretrain: layer 1 \"5\" has tanh units, expected dense layers with sigmoid or relu units "
        "before the last (hint: net = 256 sigmoid)");
}

}  // namespace
}  // namespace gradus::test
