// What keeps pre-training from helping? Sick runs, each with its finding first, and what to type against it.
#include "gradus/doctor/machine_findings.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gradus/doctor/diagnosis.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

// Eight bits of which four say the class; `between`: numbers between 0 and 1 in their place.
Dataset bits(Index examples, bool between = false) {
    Dataset data{.name = "bits", .table = {.name = "bits", .rows = examples}, .Y = {1, examples}};
    data.target_names = {"y"};
    data.class_names = {"a", "b"};
    data.table.columns.resize(8);
    RandomState random(5);
    for (Index j = 0; j < examples; ++j) {
        const Index label = j % 2;
        data.Y(0, j) = double(label);
        for (std::size_t i = 0; i < 8; ++i) {
            const double u = random.random_sample();
            data.table.columns[i].numbers.push_back(
                between ? (i < 4 ? 0.5 * (u + double(label)) : u)
                        : double(u < (i < 4 ? 0.2 + 0.6 * double(label) : 0.5)));
        }
    }
    for (std::size_t i = 0; i < 8; ++i) data.table.columns[i].name = "x" + std::to_string(i);
    return data;
}

Choices choices(const char* hidden = "6 sigmoid") {
    return {.hidden = hidden, .epochs = 5, .pretrain = Pretrain::rbm};
}

std::vector<std::string> names_of_findings(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const Finding& finding : findings) all.push_back(finding.name);
    return all;
}

std::vector<MachineState> observed(const Dataset& data, const Recipe& recipe) {
    const PreparedData<double> prepared(data, recipe, recipe.validation);
    Beginning<double> beginning = begin<double>(recipe);
    return observe_machines(beginning, prepared, recipe);
}

bool has(const std::vector<Finding>& findings, const std::string& name) {
    return std::ranges::find(findings, name, &Finding::name) != findings.end();
}

// The finding is there, and none of its kind once its first cure is taken.
Finding expect_cured(const Dataset& data, const Choices& sick, const std::string& name) {
    Recipe recipe = make_recipe(sick, data);
    const std::vector<Finding> findings = machine_findings(observed(data, recipe), recipe);
    const auto found = std::ranges::find(findings, name, &Finding::name);
    EXPECT_NE(found, findings.end()) << testing::PrintToString(names_of_findings(findings));
    if (found == findings.end()) return {};
    const Recipe before = recipe;
    recipe = treat(found->cures.front(), recipe, data)->recipe;
    EXPECT_FALSE(recipe.pretraining == before.pretraining);
    EXPECT_FALSE(has(machine_findings(observed(data, recipe), recipe), name))
        << found->cures.front().option();
    return *found;
}

TEST(MachineFindings, HealthyMachinesHaveNone) {
    for (const char* net : {"6 sigmoid", "6 sigmoid, 4 sigmoid", "8 relu", "8 relu, 5 sigmoid"})
        for (const bool between : {false, true})
            for (const Pretrain kind : {Pretrain::rbm, Pretrain::dbn}) {
                Choices healthy = choices(net);
                healthy.pretrain = kind;
                if (between) healthy.visible = VisibleChoice::gaussian;
                if (between) healthy.scaling = Scaling::standard;
                if (kind == Pretrain::dbn && (between || net[0] == '8'))
                    continue;  // Gaussian below the classes
                const Dataset data = bits(200, between);
                const Recipe recipe = make_recipe(healthy, data);
                EXPECT_EQ(names_of_findings(machine_findings(observed(data, recipe), recipe)),
                          std::vector<std::string>())
                    << net << between;
            }
}

TEST(MachineFindings, ARateThatIsTooLarge) {
    Choices fast = choices();
    fast.pretrain_learning_rate = 20;
    const Finding finding = expect_cured(bits(200), fast, "machine_rate_too_large");
    EXPECT_EQ(finding.cures.front().option(), "--pretrain-learning-rate 0.05");
    EXPECT_NE(finding.evidence.find("the reconstruction error was "), std::string::npos) << finding.evidence;
}

TEST(MachineFindings, AMachineThatBreaksDown) {
    Choices fast = choices();
    fast.visible = VisibleChoice::gaussian;
    fast.scaling = Scaling::standard;
    fast.pretrain_learning_rate = 50;
    const Finding finding = expect_cured(bits(200), fast, "machine_broke_down");
    EXPECT_EQ(finding.cures.front().option(), "--pretrain-learning-rate 0.01");
    const Dataset data = bits(200);
    const Diagnosis diagnosis = diagnose<double>(data, make_recipe(fast, data));
    ASSERT_FALSE(diagnosis.findings.empty());
    EXPECT_EQ(diagnosis.findings.front().name, "machine_broke_down");
    EXPECT_EQ(verdict(diagnosis), "the training failed");
    EXPECT_FALSE(has(diagnosis.findings, "not_finite"));
}

TEST(MachineFindings, FreeEnergiesThatPart) {
    Choices many = choices("200 sigmoid");
    many.pretrain_epochs = 600;
    many.pretrain_learning_rate = 0.2;
    many.validation = 0.6;
    const Finding finding = expect_cured(bits(60), many, "free_energy_gap");
    EXPECT_TRUE(finding.cures.front().option().starts_with("--pretrain-epochs "))
        << finding.cures.front().option();
    EXPECT_NE(finding.evidence.find("; the gap was "), std::string::npos) << finding.evidence;
}

TEST(MachineFindings, InputsThatAreNoBitsOnBernoulliUnits) {
    EXPECT_EQ(expect_cured(bits(200, true), choices(), "no_bits").cures.front().option(),
              "--visible gaussian --scale standard");
    Choices dbn = choices();
    dbn.pretrain = Pretrain::dbn;
    EXPECT_EQ(expect_cured(bits(200, true), dbn, "no_bits").cures.front().option(),
              "--pretrain rbm --visible gaussian --scale standard");
}

// A machine by hand: of four hidden units one is off for every example, and one on.
template <class T>
std::vector<MachineState> by_hand(double off, double on) {
    Rbm<T> machine(2, 4);
    machine.parameters()[0] = T(1);                     // unit 1 looks at the first input
    machine.parameters()[8 + 1] = static_cast<T>(off);  // b
    machine.parameters()[8 + 3] = static_cast<T>(on);
    const PretrainingData<T> data{.X = Matrix<T>{{0, 1, 1, 1}, {0.5, 0.5, 0.5, 0.5}},
                                  .monitored = Matrix<T>{{0, 1, 1}, {0.5, 0.5, 0.5}}};
    return look_at<T>({machine}, data);
}

TEST(MachineFindings, HiddenUnitsThatAreOffOrOnForEveryExample) {
    const Dataset data = bits(20);
    const Recipe recipe = make_recipe(choices(), data);
    const std::vector<Finding> findings = machine_findings(by_hand<double>(-6, 7), recipe);
    ASSERT_EQ(names_of_findings(findings),
              (std::vector<std::string>{"dead_hidden_units", "always_on_hidden_units", "no_bits"}));
    EXPECT_EQ(findings[0].sentence,
              "1 of 4 hidden units of layer 1's machine are off for every example: they say nothing.");
    EXPECT_EQ(findings[0].evidence, "over 4 examples; units 2");
    EXPECT_EQ(findings[0].cures.front().option(), "--sparsity 0.1");
    EXPECT_EQ(findings[1].evidence, "over 4 examples; units 4");
    EXPECT_EQ(names_of_findings(machine_findings(by_hand<double>(-4, 4), recipe)),
              std::vector<std::string>{"no_bits"});
}

TEST(MachineState, HasWhatTheHiddenUnitsDoAndBothFreeEnergies) {
    const MachineState state = by_hand<float>(-6, 7).front();
    ASSERT_EQ(state.activation.size(), 4U);
    EXPECT_NEAR(state.activation[0], 0.25 * 0.5 + 0.75 * 0.7310585786, 1e-6);
    EXPECT_NEAR(state.activation[1], 0.002472623157, 1e-6);
    EXPECT_EQ(state.off, std::vector<Index>{2});
    EXPECT_EQ(state.on, std::vector<Index>{4});
    // F = -sum softplus: log 2 or log(1 + e) for unit 1, and what is the same for all
    const double others = 0.002475685138 + 0.6931471806 + 7.000911467;
    EXPECT_NEAR(*state.monitored_free_energy, -((0.6931471806 + 2 * 1.3132616875) / 3 + others), 1e-5);
    EXPECT_NEAR(state.free_energy, -(0.25 * 0.6931471806 + 0.75 * 1.3132616875 + others), 1e-5);
    EXPECT_NEAR(state.free_energy_deviation, 0.6201145069 * 0.4330127019, 1e-5);
    EXPECT_NEAR(state.variance_of_bits, 0.1875 / (0.1875 + 0.25), 1e-6);
}

TEST(MachineState, IsTheSameOfPreparedData) {
    const Dataset data = bits(150);
    Choices two = choices("6 sigmoid, 4 sigmoid");
    two.pretrain = Pretrain::dbn;
    const Recipe recipe = make_recipe(two, data);
    const PreparedData<double> prepared(data, recipe, recipe.validation);
    Beginning<double> beginning = begin<double>(recipe);
    const std::vector<Rbm<double>> machines = pretrain(beginning, prepared, recipe);
    const auto one = look_at(machines, prepared, 40),
               other = look_at(machines, pretraining_data(prepared, recipe), 40);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(one[i].examples, 40);
        EXPECT_EQ(one[i].free_energy, other[i].free_energy);
        EXPECT_EQ(one[i].monitored_free_energy, other[i].monitored_free_energy);
        EXPECT_EQ(one[i].activation, other[i].activation);
    }
}

TEST(MachineState, WatchingChangesNoBit) {
    const Dataset data = bits(150);
    Choices two = choices("6 sigmoid, 4 sigmoid");
    two.pretrain = Pretrain::dbn;
    const Recipe recipe = make_recipe(two, data);
    const PreparedData<double> prepared(data, recipe, recipe.validation);
    Beginning<double> watched = begin<double>(recipe), alone = begin<double>(recipe);
    const std::vector<MachineState> states = observe_machines(watched, prepared, recipe);
    pretrain(alone, prepared, recipe);
    EXPECT_TRUE(same_bits<double>(watched.network.parameters(), alone.network.parameters()));
    EXPECT_EQ(watched.random.permutation(9), alone.random.permutation(9));
    ASSERT_EQ(states.size(), 2U);
    EXPECT_EQ(states[1].errors.size(), 200U);  // so few examples make few updates in an epoch
    EXPECT_EQ(states[1].gaps.size(), 200U);
    EXPECT_NEAR(states[1].gaps.back(), *states[1].monitored_free_energy - states[1].free_energy, 1);
    EXPECT_GT(states[0].update_ratio, 1e-5);
    EXPECT_LT(states[0].update_ratio, 0.1);
}

}  // namespace
}  // namespace gradus::test
