// Greedy pre-training beside machines that are learned one by one by hand.
#include "gradus/nn/pretraining.h"

#include <gtest/gtest.h>

#include "gradus/nn/free_energy.h"
#include "gradus/nn/predictor.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

template <class T>
Matrix<T> random_bits(Index units, Index count, std::uint32_t seed) {
    RandomState random(seed);
    Matrix<T> X(units, count);
    for (Index j = 0; j < count; ++j)
        for (Index i = 0; i < units; ++i) X(i, j) = random.random_sample() < 0.3 ? T(1) : T(0);
    return X;
}

std::string refusal(const char* net, Shape in = {.channels = 12}) {
    return error_of([&] { machine_places(Network<float>(in, net)); });
}

TEST(MachinePlaces, AreTheDenseLayersBeforeTheLast) {
    const auto places =
        machine_places(Network<float>(12, "dropout 0.1, 9 sigmoid, dropout 0.5, 7 relu, 3 softmax"));
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].layer, 1U);
    EXPECT_EQ(places[0].hidden_units, HiddenUnits::bernoulli);
    EXPECT_EQ(places[1].layer, 4U);
    EXPECT_EQ(places[1].hidden_units, HiddenUnits::rectified);
}

TEST(MachinePlaces, RefuseEachLayerThatIsNoMachineAndSayWhy) {
    const std::string expected =
        ", expected dense layers with sigmoid or relu units before the last (hint: net = 256 sigmoid)";
    EXPECT_EQ(refusal("9 tanh, 8 sigmoid, 7, 3 softmax"),
              "usage: pretrain: layer 1 \"9\" has tanh units; layer 5 \"7\" has no activation" + expected);
    EXPECT_EQ(refusal("conv 4x3, relu, flatten, 5 sigmoid, 2", {.channels = 1, .length = 12}),
              "usage: pretrain: layer 1 \"conv 4x3\" is no dense layer; layer 2 \"relu\" is no dense layer; "
              "layer 3 \"flatten\" is no dense layer" +
                  expected);
    EXPECT_EQ(refusal("9, batchnorm, sigmoid, 2"),
              "usage: pretrain: layer 1 \"9\" has batchnorm units; layer 3 \"sigmoid\" is no dense layer" +
                  expected);
    EXPECT_EQ(refusal("3 softmax"), "usage: pretrain: the network has no hidden layer" + expected);
}

TEST(MachinePlaces, AreAllLayersOrTheFirstHalfWhenItIsAskedFor) {
    const auto layers = [](const char* net, Stack stack, Shape in = {.channels = 12}) {
        std::vector<std::size_t> found;
        for (const MachinePlace& place : machine_places(Network<float>(in, net), stack))
            found.push_back(place.layer);
        return found;
    };
    EXPECT_EQ(layers("9 sigmoid, dropout 0.5, 7 relu", Stack::whole), (std::vector<std::size_t>{0, 3}));
    EXPECT_EQ(layers("flatten, 9 sigmoid", Stack::whole, {.channels = 3, .length = 4}),
              (std::vector<std::size_t>{1}));
    EXPECT_EQ(layers("9 sigmoid, 7 sigmoid, 9 sigmoid, 12", Stack::unrolled),
              (std::vector<std::size_t>{0, 2}));
    const auto refused = [](const char* net, Stack stack) {
        return error_of([&] { machine_places(Network<float>(12, net), stack); });
    };
    const std::string expected =
        ", expected dense layers with sigmoid or relu units (hint: net = 256 sigmoid)";
    EXPECT_EQ(refused("9 sigmoid, 7", Stack::whole),
              "usage: pretrain: layer 3 \"7\" has no activation" + expected);
    EXPECT_EQ(refused("9 sigmoid, 7 tanh, 9 sigmoid, 12", Stack::unrolled),
              "usage: pretrain: layer 3 \"7\" has tanh units" + expected);
    EXPECT_EQ(refused("9 sigmoid, 12, 12", Stack::unrolled),
              "usage: pretrain: its layers do not go the same way back" + expected);
}

TEST(Pretraining, BeginsTheWayBackWithTheMachinesTurnedRound) {
    const auto X = random_bits<double>(12, 150, 1);
    Network<double> network(12, "9 sigmoid, 5 sigmoid, 9 sigmoid, 12 sigmoid", {.seed = 4});
    Pretraining<double> pretraining(network, {.X = X, .stack = Stack::unrolled},
                                    {.kind = Pretrain::rbm, .epochs = 4}, RandomState(4), 11);
    while (pretraining.next()) continue;
    ASSERT_EQ(pretraining.machines().size(), 2U);
    for (const auto& [machine, encoder, decoder] : {std::tuple{0, "1", "4"}, std::tuple{1, "2", "3"}}) {
        const Rbm<double>& rbm = pretraining.machines()[static_cast<std::size_t>(machine)];
        EXPECT_TRUE(same_bits(copy<double>(network.parameter(std::string("W") + encoder)), copy(rbm.W())));
        EXPECT_TRUE(same_bits(copy<double>(network.parameter(std::string("W") + decoder)),
                              copy(rbm.W().transposed())));
        EXPECT_TRUE(same_bits(copy<double>(network.parameter(std::string("b") + decoder)), copy(rbm.c())));
    }
    // so that it reconstructs, before any fine-tuning, as the machines do
    Predictor<double> predict(network, 150);
    const View<const double> back = predict(X.view());
    const std::vector<double> errors = reconstruction_errors<double>(pretraining.machines(), X);
    for (Index j = 0; j < 150; ++j) {
        double sum = 0;
        for (Index i = 0; i < 12; ++i) sum += (back(i, j) - X(i, j)) * (back(i, j) - X(i, j));
        EXPECT_NEAR(errors[static_cast<std::size_t>(j)], sum / 12, 1e-12);
    }
}

TEST(Pretraining, LearnsEachMachineOnWhatTheLayersBeforeGive) {
    const auto X = random_bits<double>(12, 150, 1);
    Network<double> network(12, "9 sigmoid, 7 relu, 5 sigmoid, 3 softmax", {.seed = 4});
    const std::vector<double> output(network.parameter("W4").data(), network.parameter("W4").data() + 15);
    const PretrainingSettings settings{.kind = Pretrain::rbm, .epochs = 7, .cd = 2, .sparsity = 0.2};
    Pretraining<double> pretraining(network, {.X = X}, settings, RandomState(4), 11);
    while (pretraining.next()) continue;

    RandomState random(4);
    Matrix<double> V = X;
    std::size_t machine = 0;
    for (const auto& [layer, hidden, units, rate] : {std::tuple{0, 9, HiddenUnits::bernoulli, 0.05},
                                                     {2, 7, HiddenUnits::rectified, 0.001},
                                                     {4, 5, HiddenUnits::bernoulli, 0.001}}) {
        // Behind rectified units, visible ones are Gaussian.
        Rbm<double> rbm(V.rows(), hidden, layer == 4 ? VisibleUnits::gaussian : VisibleUnits::bernoulli,
                        units);
        std::vector<double> means(static_cast<std::size_t>(V.rows()));
        for (Index i = 0; i < V.rows(); ++i)
            for (Index j = 0; j < 150; ++j) means[static_cast<std::size_t>(i)] += V(i, j);
        for (double& mean : means) mean /= 150;
        rbm.initialize(means, 150, random);
        RbmStep<double> step(rbm, {.cd = 2, .first_updates = 15, .sparsity = 0.2}, 64,
                             {.seed = 11, .layer = static_cast<std::uint32_t>(layer)});
        gradus::Run<double> run(step, {.X = V},
                                {.optimizer = {.learning_rate = rate}, .batch = 64, .epochs = 7}, random);
        while (run.next()) continue;
        random = run.state().random;
        EXPECT_TRUE(same_bits<double>(pretraining.machines()[machine].parameters(), rbm.parameters()));
        const std::string number = std::to_string(machine + 1);
        EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("W" + number)), Matrix<double>(rbm.W())));
        EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("b" + number)), Matrix<double>(rbm.b())));
        Matrix<double> Z(hidden, 150), H = Z;
        rbm.up(Z, H, V);
        V = H;
        ++machine;
    }
    EXPECT_EQ(pretraining.random(), random);
    EXPECT_EQ(std::vector<double>(network.parameter("W4").data(), network.parameter("W4").data() + 15),
              output);
}

TEST(Pretraining, SaysHowFarItIs) {
    const auto X = random_bits<float>(12, 100, 1), other = random_bits<float>(12, 30, 2);
    Network<float> network(12, "9 sigmoid, 7 sigmoid, 3 softmax");
    Pretraining<float> pretraining(network, {.X = X, .monitored = other},
                                   {.kind = Pretrain::rbm, .epochs = 3}, RandomState(4), 1);
    std::vector<PretrainingEvent> ends;
    Index updates = 0;
    while (const auto event = pretraining.next()) {
        ++updates;
        EXPECT_EQ(event->planned, 6);
        EXPECT_EQ(event->machines, 2);
        if (!event->update.epoch_end) continue;
        EXPECT_LT(*event->pseudo_likelihood, 0);
        EXPECT_TRUE(event->free_energy_gap);
        ends.push_back(*event);
    }
    EXPECT_EQ(updates, 12);
    ASSERT_EQ(ends.size(), 6U);
    EXPECT_EQ(ends[3].machine, 1);
    EXPECT_EQ(ends[3].update.epoch, 0);
    EXPECT_FALSE(ends[4].update.last);
    EXPECT_TRUE(ends[5].update.last);
}

TEST(Pretraining, MeasuresTheGapBetweenOtherExamplesAndAsManyOfItsOwn) {
    const auto X = random_bits<double>(12, 100, 1), other = random_bits<double>(12, 30, 2);
    Network<double> network(12, "9 sigmoid, 3 softmax");
    Pretraining<double> pretraining(network, {.X = X, .monitored = other},
                                    {.kind = Pretrain::rbm, .epochs = 1}, RandomState(4), 1);
    std::optional<PretrainingEvent> last;
    while (const auto event = pretraining.next()) last = event;
    const auto mean = [&](View<const double> V) {
        double sum = 0;
        for (const double energy : free_energies<double>(pretraining.machines()[0], V)) sum += energy;
        return sum / double(V.columns());
    };
    EXPECT_NEAR(*last->free_energy_gap, mean(other) - mean(X.view().columns({0, 30})), 1e-12);
}

TEST(Pretraining, GoesOnFromAnyStateToTheSameBits) {
    const auto X = random_bits<float>(12, 100, 1);
    for (const bool persistent : {false, true}) {
        const PretrainingSettings settings{.kind = Pretrain::rbm, .epochs = 4, .persistent = persistent};
        const char* net = "9 sigmoid, 7 sigmoid, 3 softmax";
        Network<float> whole(12, net);
        Pretraining<float> uninterrupted(whole, {.X = X}, settings, RandomState(4), 1);
        while (uninterrupted.next()) continue;
        for (const int updates : {0, 1, 5, 7, 8, 9, 13, 15}) {
            Network<float> first(12, net), second(12, net);
            Pretraining<float> stopped(first, {.X = X}, settings, RandomState(4), 1);
            for (int i = 0; i < updates; ++i) stopped.next();
            Pretraining<float> resumed(second, {.X = X}, settings, stopped.machines(), stopped.state(), 1, 2);
            while (resumed.next()) continue;
            EXPECT_TRUE(same_bits<float>(second.parameters(), whole.parameters())) << updates;
            EXPECT_EQ(resumed.machines(), uninterrupted.machines()) << updates;
            EXPECT_EQ(resumed.random(), uninterrupted.random()) << updates;
        }
    }
}

TEST(Pretraining, ChoosesTheVisibleUnitsByTheInputs) {
    auto X = random_bits<float>(12, 20, 1);
    Network<float> network(12, "9 sigmoid, 3 softmax");
    const auto units = [&](VisibleChoice visible) {
        return Pretraining<float>(network, {.X = X}, {.kind = Pretrain::rbm, .visible = visible},
                                  RandomState(4), 1)
            .machines()[0]
            .visible_units();
    };
    EXPECT_EQ(units(VisibleChoice::automatic), VisibleUnits::bernoulli);
    EXPECT_EQ(units(VisibleChoice::gaussian), VisibleUnits::gaussian);
    X(3, 4) = -0.5F;
    EXPECT_EQ(units(VisibleChoice::automatic), VisibleUnits::gaussian);
    EXPECT_EQ(error_of([&] { units(VisibleChoice::bernoulli); }),
              "input: visible = bernoulli: input 4 is -0.5 in example 5, expected from 0 to 1 (hint: scale = "
              "minmax, or visible = gaussian)");
}

TEST(Pretraining, LetsTheLastMachineSeeTheClassAndTheOutputBeginWithIt) {
    const auto X = random_bits<double>(12, 100, 1), other = random_bits<double>(12, 30, 2);
    Matrix<double> labels(3, 80), others(3, 30);
    for (Index j = 0; j < 80; ++j) labels(j % 3, j) = 1;
    for (Index j = 0; j < 30; ++j) others(j % 3, j) = 1;
    Network<double> network(12, "9 sigmoid, 7 sigmoid, 3 softmax");
    const PretrainingSettings settings{.kind = Pretrain::dbn, .epochs = 3};
    Pretraining<double> pretraining(
        network, {.X = X, .monitored = other, .labels = labels, .monitored_labels = others}, settings,
        RandomState(4), 1);
    while (const auto event = pretraining.next()) {
        EXPECT_EQ(event->planned, 6);  // 100 and 80 examples make two batches each
        if (event->update.epoch_end) {
            EXPECT_TRUE(event->free_energy_gap);
        }
    }
    const Rbm<double>& top = pretraining.machines()[1];
    EXPECT_EQ(top.visible(), 12);  // 9 units and 3 labels
    EXPECT_EQ(top.labels(), 3);
    EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("W2")), Matrix<double>(top.W().columns({0, 9}))));
    EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("b2")), Matrix<double>(top.b())));
    EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("W3")),
                          Matrix<double>(top.W().columns({9, 12}).transposed())));
    EXPECT_TRUE(same_bits(Matrix<double>(network.parameter("b3")), Matrix<double>(top.c().rows({9, 12}))));
}

TEST(Pretraining, OfTwoClassesBeginsTheOutputWithTheirDifference) {
    const auto X = random_bits<double>(12, 100, 1);
    Matrix<double> labels(2, 100);
    for (Index j = 0; j < 100; ++j) labels(j % 2, j) = 1;
    Network<double> network(12, "9 sigmoid, 1 sigmoid");
    Pretraining<double> pretraining(network, {.X = X, .labels = labels}, {.kind = Pretrain::dbn, .epochs = 3},
                                    RandomState(4), 1);
    while (pretraining.next()) continue;
    const Rbm<double>& top = pretraining.machines()[0];
    for (Index i = 0; i < 9; ++i) EXPECT_EQ(network.parameter("W2")(0, i), top.W()(i, 13) - top.W()(i, 12));
    EXPECT_EQ(network.parameter("b2")(0, 0), top.c()(13, 0) - top.c()(12, 0));
}

TEST(Pretraining, RefusesClassesBesideGaussianUnits) {
    const auto X = random_matrix<double>(12, 100, 1);
    Matrix<double> labels(2, 100);
    Network<double> network(12, "9 sigmoid, 1 sigmoid");
    EXPECT_EQ(error_of([&] {
                  Pretraining<double>(network, {.X = X, .labels = labels}, {.kind = Pretrain::dbn},
                                      RandomState(4), 1);
              }),
              "input: pretrain = dbn: below its last machine the units are Gaussian, expected inputs from 0 "
              "to 1, or "
              "a sigmoid layer, beside the classes (hint: scale = minmax, or pretrain = rbm)");
}

TEST(Pretraining, FailsWithASentenceWhenItsNumbersGrow) {
    const auto X = random_matrix<float>(12, 100, 1);
    Network<float> network(12, "9 relu, 3 softmax");
    Pretraining<float> pretraining(network, {.X = X}, {.kind = Pretrain::rbm, .learning_rate = 100},
                                   RandomState(4), 1);
    const std::string error = error_of([&] {
        while (pretraining.next()) continue;
    });
    EXPECT_TRUE(
        error.starts_with("training: pre-training of layer 1: its numbers grow without bound at update "))
        << error;
    EXPECT_TRUE(error.ends_with(" (hint: a smaller pretrain_learning_rate)")) << error;
}

}  // namespace
}  // namespace gradus::test
