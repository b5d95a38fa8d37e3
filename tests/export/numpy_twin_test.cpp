// Does the NumPy program do what the library does? It runs here, and its costs are compared: for every layer,
// loss, optimizer, schedule and kind of run.
#include "gradus/export/numpy/twin.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "gradus/core/number.h"
#include "gradus/data/generators.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/dreams.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"
#include "tests/support/layer_nets.h"
#include "tests/support/numpy.h"

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;

struct Case {
    std::string name;
    Dataset data;
    NumpyData source;
    Choices choices;
    Index member = 0;  // of the ensemble, from 1
};

// What the programs print, one text for each; one Python runs them all.
std::vector<std::string> run_programs(const std::vector<std::string>& programs) {
    const Folder folder;
    std::string command = python() +
                          " -W ignore -c 'import sys\n"
                          "for name in sys.argv[1:]:\n"
                          "    print(\"====\")\n"
                          "    exec(compile(open(name).read(), name, \"exec\"), {})'";
    for (std::size_t i = 0; i < programs.size(); ++i)
        command += " " + folder.with(std::to_string(i) + ".py", programs[i]);
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot start " + python());
    std::vector<std::string> outputs;
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
        if (std::string(line.data()) == "====\n") {
            outputs.emplace_back();
        } else {
            outputs.back() += line.data();
        }
    }
    EXPECT_EQ(::pclose(pipe), 0);
    outputs.resize(programs.size());
    return outputs;
}

// The costs and losses among what was printed.
Numbers costs_in(const std::string& output) {
    static const std::regex place(
        "(?:# [0-9]+: (?:reconstruction )?|validation: |loss |error |energy )([^ \n]+)");
    Numbers costs;
    for (std::sregex_iterator i(output.begin(), output.end(), place), end; i != end; ++i)
        costs.push_back(to_number((*i)[1].str()));
    return costs;
}

// The same from the library.
Numbers costs_of(const Case& c, const Recipe& recipe) {
    Numbers costs;
    const auto observe = [&](const Event& event) {
        if (recipe.run.iterations > 0) {
            if (event.iteration % 100 == 0) costs.push_back(event.cost);
        } else if (event.epoch_end && (event.epoch % 10 == 0 || event.last)) {
            costs.push_back(event.epoch_end->cost);
            if (event.epoch_end->validation_cost) costs.push_back(*event.epoch_end->validation_cost);
        }
    };
    bool again = false;  // the second run, of which the program is silent
    const auto see = [&](const PretrainingEvent& event) {
        const Event& update = event.update;
        if (!again && update.epoch_end && (update.epoch % 10 == 0 || update.last))
            costs.push_back(update.epoch_end->cost);
    };
    const Trained<double> trained = train<double>(
        c.data, recipe, {.observe = observe, .pretraining = see, .retraining = [&](Index) { again = true; }});
    if (is_truth_table(c.data.name) && c.data.examples() == 4) return costs;
    const auto add = [&](const Evaluation& evaluation) {
        if (is_unsupervised(recipe.task)) costs.push_back(evaluation.reconstruction_error);
        costs.push_back(recipe.task == Task::encode ? evaluation.free_energy : evaluation.loss);
    };
    add(trained.model.training);
    if (trained.model.validation) add(*trained.model.validation);
    if (trained.model.machines.empty()) return costs;
    DreamSettings settings{.steps = 100};
    if (trained.model.machines.back().labels() > 0) settings.label = 1;
    const Matrix<double> samples = dream(trained.model.machines, 4, settings);
    for (Index j = 0; j < 4; ++j) costs.push_back(samples(0, j));
    return costs;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

void expect_readable(const std::string& program) {
    static const std::regex leftover("\\{[a-z_]+\\}(?!.*\")");
    EXPECT_FALSE(std::regex_search(program, leftover));
    for (const std::string& line : lines_of(program))
        EXPECT_TRUE(line.size() <= 100 || line.find("--net") != std::string::npos) << line;
}

void expect_same_costs(const std::vector<Case>& cases) {
    GRADUS_NEEDS_NUMPY();
    std::vector<std::string> programs;
    std::vector<Numbers> expected;
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Recipe recipe = make_recipe(c.choices, c.data);
        recipe.precision = Precision::twice;
        if (c.member > 0) recipe = member_recipe(recipe, c.member);
        programs.push_back(numpy_program(c.data, recipe, c.source));
        expect_readable(programs.back());
        expected.push_back(costs_of(c, recipe));
    }
    const std::vector<std::string> outputs = run_programs(programs);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE(cases[i].name + ": " + outputs[i]);
        const Numbers costs = costs_in(outputs[i]);
        ASSERT_EQ(costs.size(), expected[i].size()) << programs[i];
        ASSERT_FALSE(costs.empty());
        for (std::size_t k = 0; k < costs.size(); ++k)
            EXPECT_NEAR(costs[k], expected[i][k], 1e-9 * std::max(1e-3, std::abs(expected[i][k])));
    }
}

Case built_in(const std::string& name, const Choices& choices, Index examples = 60) {
    const GeneratorSettings settings{.examples = examples};
    return {name, generate(name, settings), numpy_generated(name, settings), choices};
}

// Twelve random features that say something about the class, or the targets. Learned by gradient descent:
// Adam would not mind a gradient that is twice too large.
Case measured(Choices choices, Index classes, Index targets = 1) {
    choices.optimizer = OptimizerKind::gd;
    if (!choices.learning_rate) choices.learning_rate = 0.03;
    Dataset data{.name = "measured", .table = {.name = "measured", .rows = 40}, .Y = {targets, 40}};
    data.target_names.assign(static_cast<std::size_t>(targets), "y");
    data.table.columns.resize(12);
    RandomState random(5);
    for (Index j = 0; j < 40; ++j) {
        for (std::size_t i = 0; i < 12; ++i) {
            data.table.columns[i].name = "x" + std::to_string(i);
            data.table.columns[i].numbers.push_back(random.randn() + double(j % 3) * double(i % 2));
        }
        for (Index i = 0; i < targets; ++i)
            data.Y(i, j) = classes > 0
                               ? double(j % classes)
                               : data.table.columns[static_cast<std::size_t>(i)].numbers.back() * 2 + 1;
    }
    for (Index k = 0; k < classes; ++k) data.class_names.push_back(std::to_string(k));
    return {"measured", data, numpy_written_out(data), choices};
}

Case series(const std::string& net) {
    Case c = measured({.shape = shape_of_nets, .hidden = net, .batch = 16, .epochs = 3}, 3);
    c.name = net;
    return c;
}

TEST(NumpyTwin, TheTutorialHasAllDigitsToo) {
    GRADUS_NEEDS_NUMPY();
    const Dataset xor_data = generate("xor");
    const Case tutorial{"xor", xor_data, numpy_generated("xor", {}), {}};
    const Recipe recipe = make_recipe({}, xor_data);
    std::string program = numpy_program(xor_data, recipe, tutorial.source);
    const std::string six_digits = "{cost:f}";
    const std::size_t place = program.find(six_digits);
    ASSERT_NE(place, std::string::npos);
    program.replace(place, six_digits.size(), "{cost}");
    const Numbers costs = costs_in(run_programs({program}).front()), expected = costs_of(tutorial, recipe);
    ASSERT_EQ(costs.size(), 11);
    for (std::size_t k = 0; k < costs.size(); ++k) EXPECT_NEAR(costs[k], expected[k], 1e-12 * expected[k]);
}

TEST(NumpyTwin, TheTutorialsProgramHasItsFunctionsAndNoOther) {
    const Dataset data = generate("xor");
    const std::string program = numpy_program(data, make_recipe({}, data), numpy_generated("xor", {}));
    std::string functions;
    for (const std::string& line : lines_of(program))
        if (line.starts_with("def ")) functions += line.substr(4) + "\n";
    EXPECT_EQ(functions,
              "load_data():\n"
              "sigmoid(z):\n"
              "initialize_parameters(n_x, n_h, n_y):\n"
              "forward_prop(X, parameters):\n"
              "calculate_cost(A2, Y):\n"
              "backward_prop(X, Y, cache, parameters):\n"
              "update_parameters(parameters, grads, learning_rate):\n"
              "model(X, Y, n_x, n_h, n_y, num_of_iters, learning_rate):\n"
              "predict(X, parameters):\n");
}

TEST(NumpyTwin, EveryOptimizer) {
    std::vector<Case> cases;
    for (std::size_t kind = 0; kind < optimizer_names.size(); ++kind) {
        Choices choices{.hidden = "5 tanh",
                        .optimizer = static_cast<OptimizerKind>(kind),
                        .learning_rate = 0.05,
                        .batch = 16,
                        .iterations = 101};
        cases.push_back(built_in("moons", choices));
        choices.weight_decay = 0.02;
        choices.clip_norm = 0.2;
        choices.batch = 0;
        cases.push_back(built_in("circles", choices));
    }
    cases[2].choices.momentum = 0.7;
    expect_same_costs(cases);
}

TEST(NumpyTwin, EverySchedule) {
    std::vector<Case> cases;
    for (std::size_t schedule = 0; schedule < schedule_names.size(); ++schedule) {
        const Choices choices{.hidden = "5 tanh",
                              .learning_rate = 0.3,
                              .schedule = static_cast<Schedule>(schedule),
                              .batch = 16,
                              .epochs = 40};
        cases.push_back(built_in("moons", choices));
        cases.push_back(built_in("moons", choices));
        cases.back().choices.validation = 0;
        cases.push_back(built_in("moons", choices));
        cases.back().choices.iterations = 201;
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryInitializer) {
    std::vector<Case> cases;
    for (std::size_t i = 0; i < initializer_names.size(); ++i)
        cases.push_back(measured({.shape = Shape{3, 4},
                                  .hidden = "conv 4x2 tanh, conv 2x1 relu, flatten, 5 selu, 4",
                                  .initializer = static_cast<Initializer>(i),
                                  .epochs = 2},
                                 3));
    expect_same_costs(cases);
}

// Their frequencies are no weights: they do not decay, and no initializer draws them.
TEST(NumpyTwin, PeriodicEmbeddings) {
    std::vector<Case> cases;
    for (const OptimizerKind optimizer : {OptimizerKind::adamw, OptimizerKind::momentum})
        cases.push_back(measured({.hidden = "pbld, 4 tanh, pbld 3x2 sigma 0.5, 4 tanh",
                                  .initializer = Initializer::he,
                                  .optimizer = optimizer,
                                  .learning_rate = 0.01,
                                  .weight_decay = 0.3,
                                  .epochs = 3},
                                 3));
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryActivationInADeepNet) {
    std::vector<Case> cases;
    for (const LayerKind& kind : layer_table())
        if (kind.activation) {
            const std::string net = "6 " + kind.name + ", 5 " + kind.name + ", 4 tanh " + kind.name;
            cases.push_back(measured({.hidden = net, .batch = 16, .epochs = 3}, 3));
            cases.back().name = net;
        }
    for (const std::string net : {"6 leaky_relu 0.3, 5 elu 0.5", "tanh, 5 gelu", ""})
        cases.push_back(measured({.hidden = net, .batch = 16, .epochs = 3}, 2));
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryLoss) {
    std::vector<Case> cases;
    for (const std::string loss : loss_names) {
        const Choices choices{.hidden = "4 tanh", .loss = read_loss(loss), .batch = 16, .epochs = 3};
        const bool entropy = loss.ends_with("cross_entropy");
        if (loss != "cross_entropy") cases.push_back(measured(choices, 2));
        cases.push_back(measured(choices, 3));
        if (!entropy) cases.push_back(measured(choices, 0, 3));
        for (Case& c : cases) c.name = loss;
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryLayerOfTheTable) {
    const auto nets = layer_nets();
    std::vector<Case> cases;
    for (const LayerKind& kind : layer_table()) {
        ASSERT_TRUE(nets.contains(kind.name)) << "no net in tests/support/layer_nets.h with " << kind.name;
        for (const std::string& net : nets.at(kind.name)) cases.push_back(series(net));
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryBuiltInDataSet) {
    std::vector<Case> cases;
    for (const std::string& name : generator_names()) {
        const Choices choices{.hidden = "4 tanh", .batch = 16, .iterations = 20, .seed = 3, .data_seed = 7};
        for (const double noise : {0.0, 0.3}) {
            const GeneratorSettings settings{.examples = 30, .noise = noise, .seed = 7};
            cases.push_back({name, generate(name, settings), numpy_generated(name, settings), choices});
        }
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, EveryScaling) {
    std::vector<Case> cases;
    for (std::size_t i = 0; i < scaling_names.size(); ++i) {
        const Choices choices{.hidden = "4 tanh", .epochs = 3, .scaling = static_cast<Scaling>(i)};
        cases.push_back(measured(choices, 3));
        std::vector<Column>& columns = cases.back().data.table.columns;
        columns[5].numbers[0] = 100;  // the parts have scales of their own
        columns[7].numbers.assign(40, 0.1);
        cases.back().source = numpy_written_out(cases.back().data);
        cases.push_back(measured(choices, 0, 2));
        cases.back().choices.validation = 0;
    }
    expect_same_costs(cases);
}

// How many bins there are differs between the first run and the second, on all examples.
TEST(NumpyTwin, PiecewiseLinearEncoding) {
    std::vector<Case> cases;
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none}) {
        const Choices choices{
            .hidden = "4 tanh", .epochs = 3, .scaling = scaling, .encoding = NumberEncoding::ple};
        cases.push_back(measured(choices, 3));
        std::vector<Column>& columns = cases.back().data.table.columns;
        for (std::size_t j = 0; j < 40; ++j) {
            columns[3].numbers[j] = double(j % 2);
            columns[5].numbers[j] = j % 9 == 0 ? double(j) : 0;  // some of its quantiles are alike
            columns[7].numbers[j] = 0.1;
        }
        cases.back().source = numpy_written_out(cases.back().data);
        cases.push_back(measured(choices, 0, 2));
        cases.back().choices.validation = 0;
    }
    Choices stops{.hidden = "8 relu", .learning_rate = 0.1, .batch = 16, .epochs = 50, .patience = 3};
    stops.encoding = NumberEncoding::ple;
    cases.push_back(measured(stops, 3));
    for (std::size_t j = 0; j < 40; ++j)
        cases.back().data.table.columns[5].numbers[j] = j % 9 == 0 ? double(j) : 0;
    cases.back().source = numpy_written_out(cases.back().data);
    expect_same_costs(cases);
}

TEST(NumpyTwin, EarlyStoppingTheBestWeightsAndTheSecondRun) {
    const std::string net = "8 relu, batchnorm, dropout 0.2, 6 tanh";
    const Choices stops{.hidden = net, .learning_rate = 0.1, .batch = 16, .epochs = 50, .patience = 3};
    std::vector<Case> cases{measured(stops, 3), measured(stops, 3), measured(stops, 3),
                            measured(stops, 0, 2)};
    cases[1].choices.validation = 0.3;  // said, so that there is no second run
    cases[2].choices.schedule = Schedule::plateau;
    cases[2].choices.patience = 15;
    cases[2].choices.class_weights = ClassWeights::balanced;
    cases[3].choices.batch = 0;
    for (const Index iterations : {1, 7, 101}) {
        cases.push_back(measured(stops, 3));
        cases.back().choices.iterations = iterations;
    }
    expect_same_costs(cases);
}

// The places of a channel are scaled alike, and too few of them are set aside to stop the run.
TEST(NumpyTwin, FewSeriesTwice) {
    Case c = measured({.shape = Shape{2, 16}, .batch = 16, .epochs = 3}, 3);
    std::vector<Column>& columns = c.data.table.columns;
    columns.reserve(32);
    for (std::size_t i = 12; i < 32; ++i)
        columns.push_back({"x" + std::to_string(i), columns[i - 12].numbers});
    columns[5].numbers.assign(40, 0.1);  // a part of the shape all the same
    for (double& x : columns[20].numbers) x = 1000 + 50 * x;
    c.source = numpy_written_out(c.data);
    ASSERT_TRUE(make_recipe(c.choices, c.data).retrain);
    expect_same_costs({c});
}

TEST(NumpyTwin, WhatIsSetAsideWhereRowsBelongTogetherOrTheLatestAre) {
    const Choices choices{.hidden = "4 tanh", .batch = 16, .epochs = 5};
    Case groups = measured(choices, 3), times = measured(choices, 0);
    groups.data.group_name = "g";
    for (Index j = 0; j < 40; ++j) groups.data.together.push_back(j / 5 * 5);
    times.choices.split = SplitBy::time;
    expect_same_costs({groups, times});
}

TEST(NumpyTwin, LabelsOfWhichAnExampleMayHaveSeveral) {
    std::vector<Case> cases;
    for (const double validation : {0.0, 0.3}) {
        Case c = measured({.hidden = "4 tanh", .batch = 16, .epochs = 20, .validation = validation}, 0, 3);
        c.data.multilabel = true;
        for (Index i = 0; i < 3; ++i)
            for (Index j = 0; j < 40; ++j) c.data.Y(i, j) = j % (i + 2) == 0 ? 1 : 0;
        c.source = numpy_written_out(c.data);
        cases.push_back(c);
        c.choices.class_weights = ClassWeights::balanced;
        cases.push_back(c);
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, AMemberOfAnEnsemble) {
    std::vector<Case> cases;
    Case in_bins = measured({.ensemble = 2}, 3);
    in_bins.choices.encoding = NumberEncoding::ple;
    for (Case c : {measured({.ensemble = 3}, 3), measured({.ensemble = 2}, 0, 2), in_bins}) {
        c.choices.epochs = 25;
        c.choices.patience = 4;
        c.choices.seed = 3;
        c.member = 2;
        cases.push_back(std::move(c));
    }
    expect_same_costs(cases);
}

TEST(NumpyTwin, WhatNeverVariesInTraining) {
    std::vector<Case> cases;
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none})
        for (const Index classes : {0, 3}) {
            Case c = measured({.hidden = "4 tanh", .epochs = 5, .scaling = scaling, .split = SplitBy::time},
                              classes);
            for (Index j = 0; j < 40; ++j)  // the last are for validation
                c.data.table.columns[3].numbers[static_cast<std::size_t>(j)] = j < 32 ? 7 : double(j);
            c.source = numpy_written_out(c.data);
            cases.push_back(c);
        }
    expect_same_costs(cases);
}

TEST(NumpyTwin, RareClassesCountMore) {
    Case c =
        measured({.hidden = "4 tanh", .batch = 16, .epochs = 5, .class_weights = ClassWeights::balanced}, 3);
    for (Index j = 0; j < 30; ++j) c.data.Y(0, j) = 0;
    c.source = numpy_written_out(c.data);
    Case two = built_in("gauss", c.choices);
    two.choices.batch = 0;
    two.choices.iterations = 40;
    expect_same_costs({c, two});
}

// Twelve inputs, each 0 or 1, by class; and rows without one.
Case bits(Choices choices, Index classes, Index without_label = 0) {
    Case c = measured(choices, classes);
    c.choices.pretrain_epochs = 12;
    c.choices.epochs = 3;
    c.choices.batch = 16;
    for (Column& column : c.data.table.columns)
        for (double& x : column.numbers) x = x > 0.3 ? 1 : 0;
    if (without_label > 0) {
        c.data.unlabelled.push_back(c.data.table);
        for (Column& column : c.data.unlabelled[0].columns) {
            std::reverse(column.numbers.begin(), column.numbers.end());
            column.numbers.resize(static_cast<std::size_t>(without_label));
        }
        c.data.unlabelled[0].rows = without_label;
    }
    c.source = numpy_written_out(c.data);
    c.name = *choices.hidden;
    return c;
}

TEST(NumpyTwin, EveryKindOfPretraining) {
    const Pretrain rbm = Pretrain::rbm, dbn = Pretrain::dbn;
    Case seconds = bits({.hidden = "5 sigmoid", .pretrain = rbm}, 2);
    seconds.choices.epochs = 60;  // and early stopping, and the second run
    seconds.choices.patience = 5;
    Case gaussian = measured({.hidden = "6 relu, 4 sigmoid", .batch = 8, .epochs = 3, .pretrain = rbm}, 0);
    gaussian.choices.persistent = true;
    expect_same_costs({
        bits({.hidden = "7 sigmoid", .pretrain = rbm}, 2),
        bits({.hidden = "7 sigmoid, 5 sigmoid", .seed = 9, .pretrain = rbm, .cd = 3}, 3, 35),
        bits({.hidden = "7 sigmoid, dropout 0.3, 5 sigmoid",
              .pretrain = rbm,
              .pretrain_learning_rate = 0.2,
              .pretrain_momentum = 0.3,
              .pretrain_weight_decay = 0.01,
              .cd = 2,
              .persistent = true},
             3),
        bits({.hidden = "9 relu, 5 sigmoid", .pretrain = rbm, .sparsity = 0.1}, 2),
        bits({.hidden = "9 relu", .pretrain = rbm, .visible = VisibleChoice::gaussian}, 2, 20),
        bits({.hidden = "7 sigmoid, 5 sigmoid", .pretrain = dbn}, 3, 20),
        bits({.hidden = "7 sigmoid", .pretrain = dbn, .cd = 2, .persistent = true}, 3),
        bits({.hidden = "7 sigmoid", .pretrain = dbn, .cd = 2, .dream_steps = 0}, 3),
        bits({.hidden = "7 sigmoid, 5 sigmoid", .pretrain = dbn, .pretrain_batch = 7}, 2),
        gaussian,
        seconds,
    });
}

TEST(NumpyTwin, WithoutEpochsPretrainingIsAllThereIs) {
    Case c = bits({.hidden = "7 sigmoid, 5 sigmoid", .pretrain = Pretrain::dbn}, 3);
    c.choices.epochs = 0;
    expect_same_costs({c});
}

Case without_truth(Case c, Task task, bool divided = true) {
    c.data = without_target(c.data);
    c.source = numpy_written_out(c.data);
    c.choices.task = task;
    if (task == Task::encode) {
        c.choices.optimizer.reset();
        c.choices.learning_rate.reset();
        c.choices.batch.reset();
        c.choices.epochs.reset();
    }
    if (!c.choices.pretrain) c.choices.pretrain_epochs.reset();
    if (!divided) c.choices.validation = 0;
    return c;
}

TEST(NumpyTwin, MachinesAlone) {
    const Pretrain rbm = Pretrain::rbm;
    expect_same_costs({
        without_truth(bits({.hidden = "7 sigmoid, 5 sigmoid", .pretrain = rbm}, 0), Task::encode),
        without_truth(bits({.hidden = "7 relu, dropout 0.2, 5 relu", .pretrain = rbm}, 0), Task::encode,
                      false),
        without_truth(measured({.hidden = "6 sigmoid", .pretrain = rbm, .pretrain_epochs = 5}, 0),
                      Task::encode),
    });
}

TEST(NumpyTwin, Autoencoders) {
    const Pretrain rbm = Pretrain::rbm;
    Case moons = built_in("moons", {.task = Task::reconstruct, .hidden = "4 tanh, 1", .epochs = 4});
    moons.data = without_target(moons.data);
    moons.source = numpy_generated("moons", {.examples = 60}, false);
    expect_same_costs({
        without_truth(measured({.hidden = "6 tanh, 2", .epochs = 5}, 0), Task::reconstruct),
        without_truth(bits({.hidden = "6 tanh, 2 sigmoid"}, 0), Task::reconstruct),  // cross-entropy
        without_truth(bits({.hidden = "7 sigmoid, 4 sigmoid", .pretrain = rbm}, 0), Task::reconstruct),
        without_truth(measured({.hidden = "6 sigmoid, 3 relu", .batch = 8, .epochs = 3, .pretrain = rbm}, 0),
                      Task::reconstruct, false),
        moons,
    });
}

TEST(NumpyTwin, SaysWhenTheRunWasInFloat) {
    const Dataset data = generate("moons", {.examples = 60});
    const std::string program =
        numpy_program(data, make_recipe({}, data), numpy_generated("moons", {.examples = 60}));
    EXPECT_NE(program.find("#     gradus train moons --examples 60 --task classify "), std::string::npos);
    EXPECT_NE(
        program.find(
            "# All numbers are double here. That run's were float: its costs are the same to about 1e-4."),
        std::string::npos);
}

TEST(NumpyTwin, SoManyNumbersAreNotWrittenOut) {
    Dataset data{.name = "large.csv", .table = {.name = "large.csv", .rows = 100}, .Y = {1, 100}};
    data.table.columns.resize(100);
    EXPECT_EQ(error_of([&] { numpy_written_out(data); }),
              "input: large.csv: 10100 numbers cannot be written in a program, expected at most 10000");
}

TEST(NumpyTwin, TextAndMissingFieldsAreRefused) {
    Dataset data = measured({}, 3).data;
    data.table.columns[2].numbers[5] = missing;
    EXPECT_EQ(error_of([&] { numpy_written_out(data); }),
              "input: measured: the column \"x2\" has missing fields, which cannot be written in NumPy yet "
              "(hint: ignore x2)");
}

}  // namespace
}  // namespace gradus::test
