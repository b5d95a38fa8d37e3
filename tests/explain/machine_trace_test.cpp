// An update in pre-training, looked at: its numbers are the step's, and each comes from where its formula
// says.
#include "gradus/explain/machine_trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/explain/cell.h"
#include "gradus/explain/explain.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

struct Case {
    const char* net;
    PretrainingSettings settings;
    Index machine = 0;  // that is looked at
    Index labels = 0;
    bool gaussian = false;
};

// Machines of each kind, in the middle of the fourth epoch; of the second batch, which is smaller.
template <class T>
struct Standing {
    explicit Standing(const Case& c) : network(7, c.net, {.seed = 3}) {
        RandomState random(5);
        Matrix<T> X(7, 100), Y(c.labels, c.labels > 0 ? 100 : 0);
        for (Index j = 0; j < 100; ++j)
            for (Index i = 0; i < 7; ++i)
                X(i, j) = static_cast<T>(c.gaussian ? random.randn() : double(random.random_sample() < 0.4));
        for (Index j = 0; j < Y.columns(); ++j) Y(j % c.labels, j) = 1;
        PretrainingSettings settings = c.settings;
        settings.kind = c.labels > 0 ? Pretrain::dbn : Pretrain::rbm;
        pretraining.emplace(network, PretrainingData<T>{.X = X, .labels = Y}, settings, RandomState(2), 9);
        while (pretraining->current().number < c.machine) pretraining->next();
        for (int update = 0; update < 7; ++update) pretraining->next();
    }
    Network<T> network;
    std::optional<Pretraining<T>> pretraining;
};

const std::vector<Case> cases{
    {"4 sigmoid, 2 softmax", {}},
    {"4 sigmoid, 2 softmax", {.cd = 3}},
    {"4 sigmoid, 2 softmax", {.cd = 2, .persistent = true}},
    {"4 sigmoid, 2 softmax", {.sparsity = 0.1}},
    {"4 sigmoid, 2 softmax", {.persistent = true}, 0, 0, true},
    {"9 relu, 2 softmax", {.cd = 2, .persistent = true}},
    {"9 relu, 4 sigmoid, 2 softmax", {.cd = 2}, 1},
    {"4 sigmoid, 3 sigmoid, 3 softmax", {.persistent = true, .sparsity = 0.2}, 1, 3},
    {"4 sigmoid, 3 sigmoid, 3 softmax", {.dream_steps = 2}, 1, 3},
};

void expect_numbers(const Trace& trace, const char* name, const View<const double>& M, double within = 0) {
    const Tensor* tensor = trace.find(name);
    ASSERT_NE(tensor, nullptr) << name;
    ASSERT_EQ(tensor->rows(), M.rows()) << name;
    ASSERT_EQ(tensor->columns(), M.columns()) << name;
    for (Index i = 0; i < M.rows(); ++i)
        for (Index j = 0; j < M.columns(); ++j)
            EXPECT_NEAR(tensor->values[static_cast<std::size_t>(i * M.columns() + j)], M(i, j), within)
                << name;
}

TEST(MachineTrace, ItsNumbersAreThoseOfTheStepToTheBit) {
    for (const Case& c : cases) {
        Standing<double> standing(c);
        const MachineRun<double> now = standing.pretraining->current();
        const Trace t = trace(now);
        Rbm<double> rbm = now.machine;
        RbmStep<double> step(rbm, now.settings, now.run.batch, now.place);
        gradus::Run<double> run(step, {.X = now.X}, now.run, now.state.random);
        run.restore(now.state);
        EXPECT_EQ(t.cost, run.next()->cost) << c.net;
        EXPECT_EQ(t.iteration, 7);
        EXPECT_EQ(t.examples.size(), 36U);
        EXPECT_EQ(*t.machine, c.machine);
        const bool anew = now.settings.anew;  // its labels are held last
        const std::string k = std::to_string(now.settings.cd + (anew ? 1 : 0)),
                          P = now.settings.persistent ? "P"
                              : anew                  ? "C"
                                                      : "",
                          of_visible = now.settings.persistent ? "T"
                                       : anew                  ? "L"
                                                               : "V";
        expect_numbers(t, "V0", run.batch().X);
        expect_numbers(t, "H0", step.hidden());
        expect_numbers(t, "S0", step.sample());
        expect_numbers(t, "V1", step.reconstruction());
        expect_numbers(t, (P + of_visible + k).c_str(), step.negative_visible());
        expect_numbers(t, (P + "H" + k).c_str(), step.negative_hidden());
        const Index v = rbm.visible(), h = rbm.hidden();
        expect_numbers(t, "dW", {step.gradient().data(), h, v});
        expect_numbers(t, "dc", {step.gradient().data() + h * v + h, v, 1});
        const Phase& update = t.phases.back();
        for (Index i = 0; i < h * v; ++i)
            EXPECT_EQ(update.tensors[0].values[static_cast<std::size_t>(i)], rbm.W()(i / v, i % v));
    }
}

double sum_of(const CellReport& report) {
    double sum = 0;
    for (const std::vector<Factor>& term : report.terms) {
        double product = 1;
        for (const Factor& f : term) product *= f.value;
        sum += product;
    }
    return sum / double(report.divisor);
}

TEST(MachineTrace, EachCellIsTheSumOfItsTermsOrNamesTheCellsThatItReads) {
    for (const Case& c : cases) {
        const Trace t = trace(Standing<double>(c).pretraining->current());
        for (std::size_t p = 0; p + 1 < t.phases.size(); ++p)
            for (std::size_t o = 0; o < t.phases[p].operations.size(); ++o) {
                const Tensor& tensor = t.phases[p].tensors[o];
                const std::string& formula = t.phases[p].operations[o].expression;
                const bool sums = formula.find(" * ") != std::string::npos && tensor.name != "G0";
                for (Index i = 1; i <= tensor.rows(); ++i) {
                    const std::vector<Index> last{i, tensor.columns()};
                    const CellReport report = explain_cell(t, {tensor.name, last}, p, "");
                    if (sums || formula.starts_with("rowsum") || tensor.name == "J") {
                        ASSERT_FALSE(report.terms.empty()) << report.cell.cell << " = " << formula;
                        EXPECT_NEAR(sum_of(report), report.cell.value, 1e-12) << report.cell.cell;
                    } else if (formula.find("example, unit") == std::string::npos && tensor.name != "V0") {
                        EXPECT_FALSE(report.sources.empty()) << report.cell.cell << " = " << formula;
                    }
                    EXPECT_FALSE(report.formula.empty());
                }
            }
    }
}

TEST(MachineTrace, TheUniformNumbersSayWhatIsDrawn) {
    for (const Case& c : cases) {
        const Trace t = trace(Standing<double>(c).pretraining->current());
        const Tensor *S = t.find("S0"), *U = t.find("U0"), *H = t.find("H0");
        ASSERT_EQ(U == nullptr, c.machine == 0 && std::string_view(c.net).starts_with("9 relu")) << c.net;
        for (std::size_t i = 0; U != nullptr && i < S->values.size(); ++i)
            EXPECT_EQ(S->values[i], U->values[i] < H->values[i] ? 1 : 0);
        const Tensor *T = t.find("PT1"), *PV = t.find("PV1"), *N = t.find("PNT1");
        for (std::size_t i = 0; N != nullptr && i < T->values.size(); ++i)
            EXPECT_NEAR(T->values[i], PV->values[i] + N->values[i], 1e-15);
    }
}

TEST(MachineTrace, AFloatRunIsShownInItsOwnPrecision) {
    Standing<float> standing(cases[0]);
    const MachineRun<float> now = standing.pretraining->current();
    const Trace t = trace(now);
    standing.pretraining->next();
    EXPECT_EQ(t.phases.back().tensors[1].values[2],
              double(standing.pretraining->current().machine.b()(2, 0)));
}

TEST(MachineTrace, OfAFailingUpdateItEndsAtTheCost) {
    Standing<double> standing(cases[4]);
    MachineRun<double> now = standing.pretraining->current();
    for (double& w : now.state.parameters) w *= 1e9;
    const Trace t = trace(now);
    EXPECT_EQ(t.phases.back().title, "J");
    EXPECT_GT(t.cost, 1e6);
    EXPECT_EQ(t.failure,
              "pre-training of layer 1: its numbers grow without bound at update 7 (hint: a smaller "
              "pretrain_learning_rate)");
}

TEST(MachineCheck, PutsContrastiveDivergenceAndDifferencesBesideTheExactGradient) {
    for (const Case& c : {cases[0], cases[2], cases[4]}) {
        const MachineRun<double> now = Standing<double>(c).pretraining->current();
        Standing<double> standing(c);
        const Trace t = trace(standing.pretraining->current());
        const MachineCheck check = check_machine(standing.pretraining->current(), t, "--check");
        EXPECT_EQ(check.exact.cells.size(), 7 * 4 + 4 + 7U);
        EXPECT_EQ(check.exact.agreeing(), 39);
        EXPECT_EQ(check.exact.cells[1].cell, "dW[2,1]");
        EXPECT_EQ(check.exact.cells[38].cell, "dc[7,1]");
        EXPECT_EQ(check.cd[1], t.find("dW")->values[7]);
        EXPECT_GT(check.cosine, 0.2);
        EXPECT_LT(check.cosine, 1 - 1e-6);
        EXPECT_NE(check.log_likelihood, check.log_likelihood_after);
    }
}

TEST(MachineCheck, OfAMachineThatSeesClassesGoesThroughTheStatesWithOneClass) {
    Standing<double> standing(cases[7]);
    const Trace t = trace(standing.pretraining->current());
    const MachineCheck check = check_machine(standing.pretraining->current(), t, "--check");
    EXPECT_EQ(check.exact.agreeing(), static_cast<Index>(check.exact.cells.size()));
    EXPECT_GT(check.cosine, 0.2);
}

TEST(MachineCheck, SaysWhichMachinesHaveNoExactLikelihood) {
    const auto refusal = [](const Case& c) {
        Standing<double> standing(c);
        const Trace t = trace(standing.pretraining->current());
        return error_of([&] { check_machine(standing.pretraining->current(), t, "--check"); });
    };
    EXPECT_EQ(
        refusal(cases[5]),
        "input: --check: rectified units have no exact likelihood, expected sigmoid units (hint: net = 8 "
        "sigmoid)");
    EXPECT_EQ(refusal({.net = "40 sigmoid, 30 sigmoid, 2 softmax", .settings = {}, .machine = 1}),
              "input: --check: 40 visible and 30 hidden units have too many states to go through them all, "
              "expected a layer of up to some 16 units (hint: net = 8 sigmoid)");
}

}  // namespace
}  // namespace gradus::test
