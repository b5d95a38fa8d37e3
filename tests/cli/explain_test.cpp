// What does `gradus explain` show? Every number of one iteration.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

TEST(Explain, TheTutorialsFirstIterationAsText) {
    const Outcome outcome = run("explain xor --iteration 0");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out,
              "iteration 0   cost 0.856267   accuracy 1/4\n"
              "[ 1/10] Z1 = W1 * X + b1                                                     2x4\n"
              "           0.0000  -0.0563  -0.4168  -0.4730\n"
              "           0.0000   1.6403  -2.1362  -0.4959\n"
              "        W1                                                                   2x2\n"
              "          -0.4168  -0.0563\n"
              "          -2.1362   1.6403\n"
              "        b1                                                                   2x1\n"
              "          0\n"
              "          0\n"
              "        X                                                                    2x4\n"
              "        x1  0  0  1  1\n"
              "        x2  0  1  0  1\n"
              "[ 2/10] A1 = tanh(Z1)                                                        2x4\n"
              "           0.0000  -0.0562  -0.3942  -0.4406\n"
              "           0.0000   0.9275  -0.9725  -0.4589\n"
              "[ 3/10] Z2 = W2 * A1 + b2              1x4   0.0000  -0.6799   1.5256   1.1765\n"
              "        W2                             1x2  -1.7934  -0.8417\n"
              "        b2                             1x1  0\n"
              "[ 4/10] A2 = 1 / (1 + exp(-Z2))        1x4  0.5000  0.3363  0.8214  0.7643\n"
              "[ 5/10] J = -sum(Y .* log(A2) + (1 - Y) .* log(1 - A2)) / m                  1x1\n"
              "          0.8563\n"
              "        L, each example's loss         1x4  0.6931  1.0898  0.1968  1.4453\n"
              "        Y                              1x4  0  1  1  0\n"
              "[ 6/10] dZ2 = A2 - Y                   1x4   0.5000  -0.6637  -0.1786   0.7643\n"
              "[ 7/10] dW2 = dZ2 * A1' / m            1x2  -0.0573  -0.1982\n"
              "        db2 = rowsum(dZ2) / m          1x1  0.1055\n"
              "        dW2[1,1] = (0.5000*0.0000 + -0.6637*-0.0562 + -0.1786*-0.3942 +\n"
              "          0.7643*-0.4406) / 4 = -0.0573\n"
              "[ 8/10] dZ1 = (W2' * dZ2) .* (1 - A1.^2)                                     2x4\n"
              "          -0.8967   1.1866   0.2706  -1.1046\n"
              "          -0.4209   0.0781   0.0082  -0.5079\n"
              "        dA1 = W2' * dZ2                                                      2x4\n"
              "          -0.8967   1.1903   0.3204  -1.3708\n"
              "          -0.4209   0.5587   0.1504  -0.6434\n"
              "[ 9/10] dW1 = dZ1 * X' / m                                                   2x2\n"
              "          -0.2085   0.0205\n"
              "          -0.1249  -0.1075\n"
              "        db1 = rowsum(dZ1) / m                                                2x1\n"
              "          -0.1360\n"
              "          -0.2106\n"
              "        dW1[1,1] = (-0.8967*0.0000 + 1.1866*0.0000 + 0.2706*1.0000 +\n"
              "          -1.1046*1.0000) / 4 = -0.2085\n"
              "[10/10] update W <- W - 0.3 dW\n"
              "        predicted change of cost -0.056278   actual -0.052188\n"
              "        W1                                                                   2x2\n"
              "          -0.3542  -0.0624\n"
              "          -2.0987   1.6725\n"
              "        b1                                                                   2x1\n"
              "          0.0408\n"
              "          0.0632\n"
              "        W2                             1x2  -1.7763  -0.7823\n"
              "        b2                             1x1  -0.0316\n");
    EXPECT_EQ(outcome.err,
              "network   2 inputs, 2 tanh, 1 sigmoid\n"
              "batch     all 4 training examples\n");
}

TEST(Explain, JsonHasEveryTensorOfEveryPhase) {
    const std::vector<json> phases = objects_of(run("explain xor --iteration 0 --json").out);
    ASSERT_EQ(phases.size(), 10);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        EXPECT_EQ(phases[i].size(), 6);
        EXPECT_EQ(phases[i]["iteration"], 0);
        EXPECT_EQ(phases[i]["phase"], i + 1);
        EXPECT_NEAR(phases[i]["cost"], 0.8562671108444462, 1e-12);
        for (const json& tensor : phases[i]["tensors"]) {
            EXPECT_EQ(tensor["shape"][0].get<std::size_t>() * tensor["shape"][1].get<std::size_t>(),
                      tensor["values"].size());
            names.push_back(tensor["name"]);
        }
    }
    EXPECT_EQ(names, (std::vector<std::string>{"Z1",  "W1",  "b1",  "X",  "A1",  "Z2",  "W2",  "b2",
                                               "A2",  "J",   "L",   "Y",  "dZ2", "dW2", "db2", "dZ1",
                                               "dA1", "dW1", "db1", "W1", "b1",  "W2",  "b2"}));
    const json& dW2 = phases[6];
    EXPECT_EQ(dW2["title"], "dW2");
    EXPECT_EQ(dW2["formula"], "dW2 = dZ2 * A1' / m; db2 = rowsum(dZ2) / m");
    EXPECT_EQ(dW2["tensors"][0]["shape"], (std::vector<int>{1, 2}));
    EXPECT_NEAR(dW2["tensors"][0]["values"][1], -0.19815820597406311, 1e-12);
    const json& dW1 = phases[8]["tensors"][0];
    EXPECT_NEAR(dW1["values"][1], 0.0204916, 1e-7);  // row by row: dW1[1,2] is the second
}

TEST(Explain, IterationThousandIsTheStateAfterThousandUpdates) {
    const std::vector<json> phases = objects_of(run("explain xor --iteration 1000 --json").out);
    EXPECT_NEAR(phases[0]["cost"], 0.011831, 5e-7);  // what the tutorial prints for iteration 1000
    // After the update of this iteration there are 1001.
    const json& W1 = phases[9]["tensors"][0];
    const std::vector<double> expected{3.1470882462501657, -3.025152840897439, -3.4823626791135984,
                                       3.6000138381316096};
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(W1["values"][i], expected[i], 1e-9);
}

TEST(Explain, ACellShowsItsProducts) {
    EXPECT_EQ(run("explain xor --cell dZ1[2,4]").out,
              "iteration 0   cost 0.856267   accuracy 1/4\n"
              "dZ1[2,4] = -0.507879\n"
              "  phase 8: dZ1 = (W2' * dZ2) .* (1 - A1.^2)\n"
              "  W2[1,2] * dZ2[1,4]                      -0.841747 * 0.764326         -0.643369\n"
              "  times (1 - A1[2,4].^2)                              0.789405         -0.507879\n"
              "  A1[2,4]                                                              -0.458907\n"
              "  dZ2 is made in phase 6: A2 - Y\n"
              "  A1 is made in phase 2: tanh(Z1)\n");
    const std::vector<json> objects = objects_of(run("explain xor --cell dW1[2,1] --json").out);
    ASSERT_EQ(objects.size(), 1);
    EXPECT_EQ(objects[0]["cell"], "dW1[2,1]");
    EXPECT_EQ(objects[0]["divisor"], 4);
    ASSERT_EQ(objects[0]["terms"].size(), 4);
    EXPECT_EQ(objects[0]["terms"][2][0]["cell"], "dZ1[2,3]");
    EXPECT_EQ(objects[0]["terms"][2][1]["cell"], "X[1,3]");
}

TEST(Explain, TheCheckPutsCentralDifferencesBesideTheGradients) {
    const std::vector<json> objects = objects_of(run("explain xor --phase 10 --check --json").out);
    ASSERT_EQ(objects.size(), 2);
    EXPECT_EQ(objects[1]["compared"], 9);
    EXPECT_EQ(objects[1]["agree"], 9);
    EXPECT_LT(objects[1]["worst_relative_error"], 1e-6);
    EXPECT_EQ(objects[1]["check"][2]["cell"], "dW1[1,2]");
    EXPECT_NEAR(objects[1]["check"][2]["central_difference"], 0.0204916, 1e-7);
    const std::string text = run("explain xor --phase 10 --check").out;
    EXPECT_NE(text.find("check   9 of 9 gradients agree with central differences"), std::string::npos)
        << text;
}

TEST(Explain, ABranchChangesTheRateFromAnIterationOn) {
    const auto cost = [](const std::string& options) {
        return lines_of(run("explain xor --phase 5 " + options).out).front();
    };
    EXPECT_EQ(cost("--iteration 60"), "iteration 60   cost 0.478124   accuracy 3/4");
    EXPECT_EQ(cost("--iteration 60 --branch 37:0.3"), cost("--iteration 60"));
    EXPECT_EQ(cost("--iteration 37 --branch 37:3"), cost("--iteration 37"));
    EXPECT_EQ(cost("--iteration 60 --branch 0:3"), cost("--iteration 60 --learning-rate 3"));
    EXPECT_NE(cost("--iteration 60 --branch 37:3"), cost("--iteration 60"));
}

TEST(Explain, MiniBatchesOfAnyNetworkAndData) {
    for (const std::string command :
         {"explain spirals --iteration 7 --check", "explain sine --net '5 tanh, dropout 0.2' --iteration 12",
          "explain gauss --shape 1x2 --net 'conv 3x2 pad same relu, batchnorm, flatten' --iteration 5 "
          "--check",
          "explain circles --class-weights balanced --batch 7 --iteration 80 --optimizer nesterov"}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 0) << command << outcome.err;
        EXPECT_NE(outcome.out.find("predicted change of cost"), std::string::npos) << command;
    }
    EXPECT_NE(run("explain spirals --iteration 7").err.find("batch     training examples "),
              std::string::npos);
}

// After 1001 updates the run of the tutorial is over; a run that is one longer has an iteration 1001.
TEST(Explain, ASavedNetworkIsShownInTheUpdateThatWouldFollow) {
    ASSERT_EQ(run("train xor --quiet -o saved.onnx").status, 0);
    for (const std::string options : {"", "--check", "--cell 'dW1[2,1]'", "--phase 7", "--learning-rate 1"}) {
        const bool other_rate = options.starts_with("--learning");
        const Outcome saved = run("explain saved.onnx xor " + options);
        const Outcome longer = run("explain xor --iterations 1002 --iteration 1001 " +
                                   (other_rate ? "--branch 1001:1" : options));
        ASSERT_EQ(saved.status, 0) << saved.err;
        EXPECT_EQ(saved.out.substr(saved.out.find("   cost ")),
                  longer.out.substr(longer.out.find("   cost ")));
        EXPECT_EQ(saved.out.find("iteration 0   cost 0.0118"), 0);
    }
    const json phase = json::parse(lines_of(run("explain saved.onnx xor --json --phase 4").out).at(0));
    EXPECT_EQ(phase["iteration"], 0);
    EXPECT_EQ(phase["title"], "A2");
}

TEST(Explain, AModelNeedsDataBehindIt) {
    const struct {
        std::string command_line;
        int status;
        std::string sentence;
    } mistakes[] = {
        {"explain saved.onnx", 2, "saved.onnx: is a model, and DATA is missing (hint: MODEL DATA)"},
        {"explain xor and", 2, "and: unexpected argument (hint: before DATA stands a model file (.onnx))"},
        {"explain none.onnx xor", 3, "none.onnx: there is no such file"},
    };
    for (const auto& mistake : mistakes) {
        const Outcome outcome = run(mistake.command_line);
        EXPECT_EQ(outcome.err, "error: " + mistake.sentence + "\n");
        EXPECT_EQ(outcome.status, mistake.status);
        EXPECT_EQ(outcome.out, "");
    }
}

TEST(Explain, APhaseIsCalledByItsNumberItsNameOrOneOfItsResults) {
    const std::string by_number = run("explain xor --phase 9").out;
    EXPECT_EQ(run("explain xor --phase dW1").out, by_number);
    EXPECT_EQ(run("explain xor --phase db1").out, by_number);
    EXPECT_EQ(run("explain xor --phase update").out, run("explain xor --phase 10").out);
    EXPECT_EQ(run("explain xor --phase A1").out, run("explain xor --phase 2").out);
    const std::string expected =
        "expected 1 Z1, 2 A1, 3 Z2, 4 A2, 5 J, 6 dZ2, 7 dW2, 8 dZ1, 9 dW1, 10 update";
    for (const std::string wrong : {"A3", "11", "1.5", "-1", "nan"}) {
        const Outcome outcome = run("explain xor --quiet --phase " + wrong);
        EXPECT_EQ(outcome.err.find("error: --phase: " + wrong + ", " + expected), 0) << outcome.err;
        EXPECT_EQ(outcome.status, 3);
    }
}

TEST(Explain, AFailingIterationIsShownUpToItsCost) {
    const Outcome outcome = run("explain xor --learning-rate 1e300 --iteration 1");
    EXPECT_EQ(outcome.status, 4);
    EXPECT_EQ(outcome.out.find("iteration 1   cost 7."), 0) << outcome.out;
    EXPECT_NE(outcome.out.find("[5/5]   J = "), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.err.find("error: training failed at iteration 1: the cost is 7."), std::string::npos);
}

}  // namespace
}  // namespace gradus::tests
