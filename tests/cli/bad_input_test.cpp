// What does the program say to a mistake? One sentence on stderr, nothing on stdout, the right status, at
// once.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/cli/program.h"
#include "tests/support/names.h"

namespace gradus::tests {
namespace {

constexpr int usage = 2, input = 3, training = 4;

struct Mistake {
    std::string command_line;
    std::string sentence;  // without "error: "
};

void expect_sentence(const Outcome& outcome, int status, const std::string& sentence) {
    EXPECT_EQ(outcome.err, "error: " + sentence + "\n");
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.status, status);
    EXPECT_LT(outcome.seconds, sanitized ? 20 : 1);
}

void expect_sentences(int status, const std::vector<Mistake>& mistakes) {
    for (const Mistake& mistake : mistakes) {
        SCOPED_TRACE("gradus " + mistake.command_line);
        expect_sentence(run(mistake.command_line), status, mistake.sentence);
    }
}

TEST(BadInput, WordsThatAreMissingUnknownOrTooMany) {
    expect_sentences(
        usage,
        {
            {"",
             "gradus: the command is missing, expected train, predict, evaluate, compare, importance, "
             "summary, explain, seeds, tune, doctor, export, page, sample or help (hint: gradus --help)"},
            {"''", "\"\": there is no such command (hint: gradus --help)"},
            {"trian xor", "trian: there is no such command (hint: did you mean train?)"},
            {"--verson", "--verson: there is no such option (hint: did you mean --version?)"},
            {"train", "gradus train: DATA is missing (hint: gradus train --help)"},
            {"seeds --json", "gradus seeds: DATA is missing (hint: gradus seeds --help)"},
            {"train xor and", "and: unexpected argument (hint: gradus train --help)"},
            {"train xor --lerning-rate 1",
             "--lerning-rate: there is no such option (hint: did you mean --learning-rate?)"},
            {"train xor -seed=3", "-seed=3: there is no such option (hint: did you mean --seed?)"},
            {"train xor -x", "-x: there is no such option (hint: gradus train --help)"},
            {"train xor --count 3", "--count: there is no such option (hint: gradus train --help)"},
            {"train xor --seed", "--seed: the value is missing"},
            {"train xor --seed=", "--seed: the value is missing"},
            {"train xor --seed 1 --seed 2", "--seed: given 2 times, expected once"},
            {"train xor --net 2 --net 3 --net 4", "--net: given 3 times, expected once"},
            {"train xor --json=3", "--json: takes no value"},
        });
}

TEST(BadInput, AnOptionWithNothingBehindIt) {
    std::vector<Mistake> mistakes;
    for (const std::string option :
         {"--resume", "--from", "--checkpoint", "--report", "--labels", "--weight", "--group", "--encoding"})
        mistakes.push_back({"train t.csv " + option + " ''", option + ": \"\", expected a value"});
    expect_sentences(usage, mistakes);
    EXPECT_EQ(run("train xor -o ''").status, usage);
    EXPECT_EQ(run("predict m.onnx t.csv -o ''").status, usage);
    EXPECT_EQ(run("train xor --net '' -o x.onnx").status, 0);
}

TEST(BadInput, AnOptionThatDoesNothingIsSaid) {
    EXPECT_NE(run("train moons --epochs 2 --validation 0 --patience 5 -o x.onnx")
                  .err.find("note      --patience 5 stops nothing: no example is set aside\n"),
              std::string::npos);
    EXPECT_NE(run("train moons --epochs 2 --checkpoint-every 5 -o x.onnx")
                  .err.find("note      --checkpoint-every 5 writes nothing: no --checkpoint names a file\n"),
              std::string::npos);
}

TEST(BadInput, OptionsOfOtherProgramsLeadToOurs) {
    const struct {
        std::string typed, hint;
    } slips[] = {
        {"train xor --lr 0.1", "did you mean --learning-rate?"},
        {"train xor --lr=0.1", "did you mean --learning-rate?"},
        {"train xor --learning_rate_init 0.1", "did you mean --learning-rate?"},
        {"train xor --max-iter 9", "did you mean --iterations?"},
        {"train xor --num_epochs 9", "did you mean --epochs?"},
        {"train xor --batch-size 2", "did you mean --batch?"},
        {"train xor --alpha 1", "did you mean --weight-decay?"},
        {"train x.csv --label a", "did you mean --target?"},
        {"train x.csv --y a", "did you mean --target?"},
        {"train x.csv --output m.onnx", "did you mean -o?"},
        {"train x.csv --val 0.1", "did you mean --validation?"},
        {"train x.csv --test_size 0.1", "did you mean --validation?"},
        {"train x.csv --hidden 64", "did you mean --net \"64 relu, 64 relu\"?"},
        {"train x.csv --activation tanh", "did you mean --net \"64 tanh\"?"},
        {"train x.csv --ple", "did you mean --encode ple?"},
        {"train x.csv --n-bins 32", "did you mean --encode ple?"},
        {"train x.csv --dropout 0.2", "did you mean --net \"64 relu, dropout 0.2\"?"},
        {"train x.csv --batch_norm", "did you mean --net \"64, batchnorm, relu\"?"},
        {"train x.csv --random_state 1", "did you mean --seed?"},
        {"train x.csv --test t.csv",
         "--validation FILE while training, or gradus evaluate MODEL FILE after it"},
        {"train x.csv --verbose", "this is on already; --quiet turns it off"},
        {"train x.csv -v", "this is on already; --quiet turns it off"},
        {"train --data x.csv", "DATA stands without an option, as in gradus train iris.csv"},
        {"train x.csv --gpu", "there is no GPU version: leave it out"},
        {"doctor xor --lr 0.1", "did you mean --learning-rate?"},  // 0.1 is no DATA
        {"seeds xor --runs 9", "did you mean --count?"},
        {"explain xor --gradcheck", "did you mean --check?"},
        {"predict m.onnx x.csv --proba", "did you mean --probabilities?"},
        {"predict m.onnx x.csv --out y.csv", "did you mean -o?"},
        {"predict m.onnx x.csv --lr 1", "gradus predict --help"},  // which has none
    };
    for (const auto& slip : slips) {
        const Outcome outcome = run(slip.typed);
        EXPECT_NE(outcome.err.find(": there is no such option (hint: " + slip.hint + ")\n"),
                  std::string::npos)
            << slip.typed << "\n"
            << outcome.err;
        EXPECT_EQ(outcome.status, usage);
    }
    for (const std::string net :
         {"64 relu, 64 relu", "64 tanh", "64 relu, dropout 0.2", "64, batchnorm, relu"})  // the hints hold
        EXPECT_EQ(run("train moons --quiet --epochs 1 --net '" + net + "'").status, 0) << net;
}

TEST(BadInput, ALayerAndItsNumberAreWrittenApart) {
    const struct {
        std::string net, wrong, right;
    } slips[] = {
        {"4tanh", "4tanh", "4 tanh"},
        {"8 relu, relu64", "relu64", "64 relu"},
        {"64_relu", "64_relu", "64 relu"},
        {"8 relu, dropout0.2", "dropout0.2", "dropout 0.2"},
    };
    for (const auto& slip : slips) {
        const Outcome outcome = run("train moons --quiet --net '" + slip.net + "'");
        EXPECT_NE(outcome.err.find(": \"" + slip.wrong + "\", expected \"" + slip.right + "\"\n"),
                  std::string::npos)
            << outcome.err;
        EXPECT_EQ(outcome.status, usage);
        EXPECT_EQ(run("train moons --quiet --epochs 1 --net '" + slip.right + "'").status, 0);
    }
}

TEST(BadInput, LayersOfOtherProgramsLeadToOurs) {
    for (const std::string net : {"Dense(64, activation=relu)", "nn.Linear(64)", "[64, 32]", "fc 64"}) {
        const Outcome outcome = run("train moons --quiet --net '" + net + "'");
        EXPECT_NE(outcome.err.find("expected a number of units and an activation, as \"64 relu\"\n"),
                  std::string::npos)
            << outcome.err;
    }
    const auto expected = [](const std::string& net) {
        const std::string error = run("train moons --quiet --net '" + net + "'").err;
        return error.substr(std::min(error.find("expected"), error.size()));
    };
    EXPECT_EQ(expected("8 nn.ReLU()"), "expected \"relu\", or \"64 relu\" for 64 units\n");
    EXPECT_EQ(expected("relu(64)"), "expected \"relu\", or \"64 relu\" for 64 units\n");
    EXPECT_EQ(expected("8 relu, dropout(0.2)"), "expected \"dropout RATE\"\n");
}

TEST(BadInput, AFileThatBeginsWithADashIsTypedWithItsFolder) {
    write_here("-d.csv", "a,y\n1,p\n2,q\n");
    EXPECT_EQ(run("train -d.csv").err, "error: -d.csv: there is no such option (hint: ./-d.csv)\n");
}

TEST(BadInput, AModelBehindItsDataIsToldFromOneBefore) {
    for (const std::string command :
         {"predict", "evaluate", "importance", "explain", "doctor", "export --to numpy"})
        expect_sentence(run(command + " 'my rows.csv' m.onnx"), usage,
                        "m.onnx: the model stands behind the data (hint: m.onnx \"my rows.csv\")");
}

TEST(BadInput, AWordAloneLeadsToItsCommand) {
    write_here("iris.csv", "a,b,y\n1,2,p\n2,3,q\n3,1,p\n");
    write_here("m.onnx", "");
    const std::vector<Mistake> mistakes{
        {"xor", "xor: there is no such command (hint: gradus train xor)"},
        {"iris.csv", "iris.csv: there is no such command (hint: gradus train iris.csv)"},
        {"m.onnx", "m.onnx: there is no such command (hint: gradus summary m.onnx)"},
        {"-v", "-v: there is no such option (hint: did you mean --version?)"},
        {"train m.onnx iris.csv", "iris.csv: unexpected argument (hint: iris.csv --from m.onnx)"},
        {"train m.onnx", "m.onnx: is a model, and DATA is missing (hint: DATA --from MODEL)"},
        {"seeds m.onnx", "m.onnx: is a model, and DATA is missing"},
        {"doctor m.onnx", "m.onnx: is a model, and DATA is missing (hint: MODEL DATA)"},
    };
    expect_sentences(usage, mistakes);
}

TEST(BadInput, NamesOfTheFieldLeadToOurs) {
    expect_sentences(
        usage,
        {
            {"train moons --init Xavier",
             "--init: \"Xavier\", expected auto, normal, uniform, glorot, he, lecun or zeros (hint: did you "
             "mean "
             "glorot?)"},
            {"train moons --task classification",
             "--task: \"classification\", expected classify, regress, multilabel, encode, reconstruct or "
             "auto (hint: did you mean "
             "classify?)"},
            {"train moons --precision float64",
             "--precision: \"float64\", expected float or double (hint: did you mean double?)"},
            {"train moons --precision float32",
             "--precision: \"float32\", expected float or double (hint: did you mean float?)"},
            {"train moons --schedule cosine-annealing",
             "--schedule: \"cosine-annealing\", expected constant, step, cosine, warmup-cosine or plateau "
             "(hint: did "
             "you mean cosine?)"},
        });
}

TEST(BadInput, AListMayComeInParts) {
    write_here("t.csv", "a,b,c,y\n1,2,3,4\n2,3,4,6\n3,4,6,7\n");
    const Outcome outcome = run("train t.csv --epochs 1 --ignore a --ignore b");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.err.find(" --ignore a,b "), std::string::npos) << outcome.err;
}

TEST(BadInput, NamesThatDoNotExist) {
    expect_sentences(
        usage,
        {
            {"train xor --loss huebr", "--loss: \"huebr\", expected " + test::one_of(test::every_loss) +
                                           " (hint: did you mean huber?)"},
            {"train xor --loss ''", "--loss: \"\", expected " + test::one_of(test::every_loss)},
            {"train xor --optimizer adm", "--optimizer: \"adm\", expected " +
                                              test::one_of(test::every_optimizer) +
                                              " (hint: did you mean adam?)"},
            {"train xor --init gloro",
             "--init: \"gloro\", expected auto, normal, uniform, glorot, he, lecun "
             "or zeros (hint: did you mean glorot?)"},
            {"train xor --schedule cosin",
             "--schedule: \"cosin\", expected constant, step, cosine, "
             "warmup-cosine or plateau (hint: did you mean cosine?)"},
            {"train xor --scale x", "--scale: \"x\", expected standard, minmax, series or none"},
            {"train xor --class-weights x", "--class-weights: \"x\", expected balanced or none"},
            {"train xor --precision half", "--precision: \"half\", expected float or double"},
            {"train xor --task guess",
             "--task: \"guess\", expected classify, regress, multilabel, encode, reconstruct or auto"},
            {"train xor --color red", "--color: \"red\", expected auto, always or never"},
        });
}

TEST(BadInput, NumbersThatAreNone) {
    for (const std::string option :
         {"--learning-rate", "--momentum", "--weight-decay", "--clip-norm", "--validation", "--noise"})
        for (const std::string value :
             {"nan", "-nan", "inf", "-inf", "1e999", "", "abc", "0,3", "1x", " 1"}) {
            SCOPED_TRACE(option + " '" + value + "'");
            expect_sentence(run_words({"train", "xor", option, value}), usage,
                            option + ": \"" + value + "\", expected a finite number");
        }
}

TEST(BadInput, RatesOutOfRange) {
    expect_sentences(
        usage, {
                   {"train xor --learning-rate -1", "--learning-rate: -1, expected a positive number"},
                   {"train xor --learning-rate=-1", "--learning-rate: -1, expected a positive number"},
                   {"train xor --learning-rate 0", "--learning-rate: 0, expected a positive number"},
                   {"train xor --clip-norm 0", "--clip-norm: 0, expected a positive number"},
                   {"train xor --clip-norm -0.5", "--clip-norm: -0.5, expected a positive number"},
                   {"train xor --momentum 1", "--momentum: 1, expected a number from 0 to below 1"},
                   {"train xor --momentum -0.1", "--momentum: -0.1, expected a number from 0 to below 1"},
                   {"train xor --weight-decay -1", "--weight-decay: -1, expected a number of at least 0"},
                   {"train xor --validation 1", "--validation: 1, expected a share from 0 to below 1"},
                   {"train xor --validation -0.5", "--validation: -0.5, expected a share from 0 to below 1"},
                   {"train moons --noise -1", "--noise: -1, expected a number from 0 to 1000000"},
                   {"train moons --noise 1e7", "--noise: 10000000, expected a number from 0 to 1000000"},
               });
}

TEST(BadInput, CountsOutOfRange) {
    struct Count {
        std::string option, range;
        std::vector<std::string> values;
    };
    const std::vector<Count> counts{
        {"--seed", "0 to 4294967295", {"-1", "4294967296", "1.5", "nan", "inf", "", "x"}},
        {"--data-seed", "0 to 4294967295", {"-1", "4294967296", "1e30"}},
        {"--examples", "1 to 10000000", {"0", "-1", "1e12", "2.5", "nan"}},
        {"--batch", "1 to 1000000000000000 or \"full\"", {"0", "-3", "1e30", "half", ""}},
        {"--epochs", "1 to 100000000", {"00", "-1", "1e9", "nan"}},
        {"--iterations", "1 to 1000000000000000", {"0", "-7", "1e16", "99999999999999999999"}},
        {"--patience", "1 to 100000000", {"0", "-1", "inf"}},
        {"--threads", "1 to 1024 or \"auto\"", {"0", "-1", "1025", "all"}},
    };
    for (const auto& [option, range, values] : counts)
        for (const std::string& value : values) {
            SCOPED_TRACE(option + " '" + value + "'");
            expect_sentence(run_words({"train", "xor", option, value}), usage,
                            option + ": \"" + value + "\", expected a whole number from " + range);
        }
    expect_sentence(run("seeds xor --count 0"), usage,
                    "--count: \"0\", expected a whole number from 1 to 1000000");
}

TEST(BadInput, AShapeMustBeThatOfTheExamples) {
    const std::string whole = "expected a whole number from 1 to 1000000000 for the ";
    const std::vector<Mistake> shapes{
        {"2", "\"2\", expected channels x length, as in 3x40"},
        {"ax2", "\"a\", " + whole + "channels"},
        {"1x", "\"\", " + whole + "length"},
        {"0x2", "\"0\", " + whole + "channels"},
        {"1x2x3", "\"2x3\", " + whole + "length"},
    };
    for (const auto& [shape, message] : shapes)
        expect_sentence(run_words({"train", "moons", "--shape", shape}), usage, "--shape: " + message);
    expect_sentence(run("train moons --shape 1x3"), input,
                    "--shape: 1x3 are not the 2 features of moons (hint: --shape 1x2)");
    expect_sentence(run("train moons --shape 1000000000x1000000000"), input,
                    "--shape: 1000000000x1000000000 are not the 2 features of moons (hint: --shape 1x2)");
}

TEST(BadInput, LayersMustFitTheirInput) {
    const std::vector<Mistake> networks{
        {"conv 8x3",
         "conv 8x3: its window reaches over 3 positions, the series has 1 (hint: a smaller window, or pad)"},
        {"conv 6x1 groups 3", "conv 6x1 groups 3: 2 channels cannot be divided into 3 groups"},
        {"residual(3)",
         "network \"residual(3), 1 sigmoid\": residual(...) has an input of 2 and an output of 3 (hint: make "
         "them "
         "alike)"},
    };
    for (const auto& [network, message] : networks)
        expect_sentence(run_words({"train", "moons", "--net", network}), input, message);
    expect_sentence(
        run_words({"train", "moons", "--shape", "1x2", "--net", "conv 8x3"}), input,
        "conv 8x3: its window reaches over 3 positions, the series has 2 (hint: a smaller window, or "
        "pad)");
}

TEST(BadInput, MistakesInTheNetworkAreShownAtTheirPlace) {
    const std::string layers = test::a_layer();
    const std::string units = "expected a number of units from 1 to 16777216";
    const std::vector<Mistake> networks{
        {"2 rleu", "character 3: \"rleu\", " + layers + " (hint: did you mean relu?)"},
        {"2 tanh, , 3", "character 9: nothing more, " + layers},
        {"2 tanh,", "character 8: nothing more, " + layers},
        {"nan tanh", "character 1: \"nan\", " + layers},
        {"0 tanh", "character 1: \"0\", " + units},
        {"-3 tanh", "character 1: \"-3\", " + units},
        {"2.5 tanh", "character 1: \"2.5\", " + units},
        {"1e30", "character 1: \"1e30\", " + units},
        {"dense", "character 6: nothing more, " + units},
        {"2 tanh 3", "character 8: \"3\", expected an activation here, or a comma before it"},
        {"2 dropout 0.5", "character 3: \"dropout\", expected an activation here, or a comma before it"},
        {"dropout", "character 8: nothing more, expected a rate from 0 to below 1"},
        {"dropout 1", "character 9: \"1\", expected a rate from 0 to below 1"},
        {"2, dropout nan", "character 12: \"nan\", expected a rate from 0 to below 1"},
    };
    for (const auto& [network, sentence] : networks) {
        SCOPED_TRACE(network);
        expect_sentence(run_words({"train", "xor", "--net", network}), usage,
                        "network \"" + network + "\", " + sentence);
    }
}

TEST(BadInput, AColumnThatIsTypedTwice) {
    expect_sentences(usage,
                     {{"train t.csv --target z,z", "--target: \"z\" is there twice, expected once"},
                      {"train t.csv --ignore a,b,a", "--ignore: \"a\" is there twice, expected once"},
                      {"train t.csv --ignore a --ignore a", "--ignore: \"a\" is there twice, expected once"},
                      {"train t.csv --categorical a,a", "--categorical: \"a\" is there twice, expected once"},
                      {"train t.csv --missing x,x", "--missing: \"x\" is there twice, expected once"},
                      {"train t.csv --target y --ignore a,y",
                       "--target: \"y\" stands in --ignore as well, expected one role for each column"},
                      {"train t.csv --target y --group y",
                       "--target: \"y\" stands in --group as well, expected one role for each column"},
                      {"seeds t.csv --target y --weight y",
                       "--target: \"y\" stands in --weight as well, expected one role for each column"},
                      {"doctor t.csv --group w --weight w",
                       "--group: \"w\" stands in --weight as well, expected one role for each column"}});
}

TEST(BadInput, TheStandardInputIsReadOnce) {
    const std::string sentence =
        "-: the standard input cannot be read twice, expected a file for one of them";
    expect_sentences(usage, {{"train - --validation -", sentence},
                             {"train - --labels -", sentence},
                             {"train t.npy --labels - --validation -", sentence}});
}

TEST(BadInput, DataThatDoesNotExist) {
    const std::string names =
        ": there is no such data set, expected xor, and, or, circles, moons, spirals, gauss or sine";
    expect_sentences(input, {{"train xro", "xro" + names + " (hint: did you mean xor?)"},
                             {"seeds spiral", "spiral" + names + " (hint: did you mean spirals?)"},
                             {"train ''", "\"\"" + names},
                             {"train zebra", "zebra" + names}});
}

TEST(BadInput, ChoicesThatDoNotFitTheDataOrEachOther) {
    const std::string no_classes = " needs classes, and this is a regression, expected ";
    expect_sentences(
        input,
        {{"train sine --loss cross_entropy",
          "--loss: cross_entropy" + no_classes + "mean_squared, mean_absolute or huber"},
         {"train xor --task regress --loss bce",
          "--loss: binary_cross_entropy" + no_classes + "mean_squared, mean_absolute or huber"},
         {"train moons --loss cross_entropy",
          "--loss: cross_entropy needs an output for each class, and for two classes there is one "
          "output (hint: --loss binary_cross_entropy)"},
         {"train sine --class-weights balanced", "--class-weights: balanced" + no_classes + "none"},
         {"train sine --task classify", "sine: the target \"y\" has no classes (hint: --task regress)"},
         {"train xor --validation 0.9",
          "xor: a validation share of 0.9 leaves no example for training (hint: --validation 0)"}});
    expect_sentences(usage, {{"train moons --momentum 0.9",
                              "--momentum: the optimizer adam has no momentum to set (hint: --optimizer "
                              "momentum)"}});
}

TEST(BadInput, IterationsPhasesAndCellsThatDoNotExist) {
    expect_sentences(
        input,
        {
            {"explain xor --iteration 1001",
             "--iteration: 1001, expected 0 to 1000, the last iteration of this run"},
            {"explain circles --iteration 2600",
             "--iteration: 2600, expected 0 to 2599, the last iteration of this run"},
            {"explain xor --quiet --validation 0.5 --batch 1 --patience 1 --learning-rate 1 --iteration 1900",
             "--iteration: 1900, expected 0 to 1000, the last iteration of this run"},
            {"explain xor --phase 11",
             "--phase: 11, expected 1 Z1, 2 A1, 3 Z2, 4 A2, 5 J, 6 dZ2, 7 dW2, 8 dZ1, 9 dW1, 10 update"},
            {"explain xor --cell dW1[3,1]", "--cell: there is no dW1[3,1], expected dW1[1,1] to dW1[2,2]"},
            {"explain xor --phase 3 --cell X[1,1]",
             "--cell: there is no X in phase 3, expected Z2, W2 or b2"},
            {"explain xor --cell dW3[1,1]",
             "--cell: there is no dW3, expected Z1, W1, b1, X, A1, Z2, W2, b2, A2, J, L, Y, dZ2, dW2, db2, "
             "dZ1, dA1, dW1 or db1"},
        });
    expect_sentences(usage,
                     {
                         {"explain xor --iteration x",
                          "--iteration: \"x\", expected a whole number from 0 to 1000000000000000"},
                         {"explain xor --cell dW1",
                          "--cell: \"dW1\", expected a matrix and its row and column, as in dW1[2,1]"},
                         {"explain xor --branch 37",
                          "--branch: \"37\", expected an iteration and a learning rate, as in 37:3"},
                         {"explain xor --branch 37:-1",
                          "--branch: \"37:-1\", expected an iteration and a learning rate, as in 37:3"},
                     });
}

TEST(BadInput, NetworksThatNoModelFileCouldHold) {
    expect_sentences(usage, {{"train xor --net '100000 relu, 100000 relu'",
                              "network \"100000 relu, 100000 relu\": has 10000300000 parameters or more, "
                              "expected a model of at most 2 GiB (hint: fewer units)"}});
}

TEST(BadInput, RunsThatNoMemoryCouldHold) {
    const Outcome outcome = run("train spirals --examples 10000000 --batch full --net '20000, 20000'");
    const std::string begin =
        "error: network \"20000, 20000, 1 sigmoid\" with 10000000 examples: needs about ";
    const std::string end = " GiB that are free (hint: a smaller --batch, fewer units or fewer examples)\n";
    EXPECT_TRUE(outcome.err.starts_with(begin)) << outcome.err;
    EXPECT_TRUE(outcome.err.ends_with(end)) << outcome.err;
    EXPECT_EQ(lines_of(outcome.err).size(), 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.status, input);
    EXPECT_LT(outcome.seconds, sanitized ? 20 : 1);
}

TEST(BadInput, ARunThatDivergesEndsWithOneSentence) {
    const Outcome outcome = run("train xor --quiet --learning-rate 1e30");
    EXPECT_EQ(lines_of(outcome.err).size(), 1);
    EXPECT_TRUE(outcome.err.starts_with("error: training failed at iteration 1: the cost is 7.49"))
        << outcome.err;
    EXPECT_TRUE(
        outcome.err.ends_with("e+28, expected at most 1e6 * (1 + the first cost, 0.8562671108444462) "
                              "(hint: a smaller learning rate, or clipping by norm)\n"))
        << outcome.err;
    EXPECT_EQ(outcome.out, "Cost after iteration# 0: 0.856267\n");
    EXPECT_EQ(outcome.status, training);
}

TEST(BadInput, ALineBreakInAnArgumentDoesNotBreakTheSentence) {
    expect_sentence(run_words({"tr\nain\x1b[31m"}), usage,
                    "tr\\nain\\x1b[31m: there is no such command (hint: gradus --help)");
}

TEST(BadInput, OutputThatNobodyCanReadIsAnError) {
    const std::string sentence = "error: standard output: cannot be written ";
    for (const std::string command :
         {"train xor --quiet", "train xor --quiet --json", "seeds xor --count 2 --quiet",
          "explain xor --quiet", "--help", "--version"}) {
        SCOPED_TRACE(command);
        const Outcome full = run(command, {.output_file = "/dev/full"});
        EXPECT_EQ(full.err, sentence + "(No space left on device)\n");
        EXPECT_EQ(full.status, input);
    }
}

// As `gradus ... | head -1` does.
TEST(BadInput, AReaderWhoLeavesEndsTheProgramInSilence) {
    constexpr int by_sigpipe = 128 + 13;  // as a shell reports a program that the signal ended
    const Outcome left = run("train spirals --quiet --iterations 100000", {.reader_leaves = true});
    EXPECT_EQ(left.err, "");
    EXPECT_EQ(left.status, by_sigpipe);
    EXPECT_LT(left.seconds, sanitized ? 60 : 5);
    ASSERT_EQ(run("train moons --examples 20000 --epochs 1 --quiet").status, 0);
    for (const std::string command :
         {"explain spirals --quiet --json", "predict moons.onnx moons --examples 20000 --quiet",
          "seeds xor --count 3 --quiet", "doctor xor --quiet", "export xor --to numpy --quiet",
          "evaluate moons.onnx moons --quiet", "importance moons.onnx moons --quiet",
          "summary moons.onnx --quiet", "help train", "train --help"}) {
        const Outcome outcome = run(command, {.reader_leaves = true});
        EXPECT_EQ(outcome.err, "") << command;
        EXPECT_TRUE(outcome.status == 0 || outcome.status == by_sigpipe) << command << outcome.status;
    }
}

}  // namespace
}  // namespace gradus::tests
