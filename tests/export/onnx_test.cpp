#include "gradus/export/onnx/onnx.h"
#include "gradus/model/training.h"

#include <gtest/gtest.h>

#include <limits>

#include <algorithm>
#include <fstream>

#include "gradus/export/onnx/layers.h"
#include "gradus/nn/architecture.h"
#include "tests/onnx/cases.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

class OnnxFile : public testing::TestWithParam<OnnxCase> {};

TEST_P(OnnxFile, gives_back_a_model_that_predicts_the_same_bits) {
    const auto& [name, model, table] = GetParam();
    const AnyModel again = from_onnx(to_onnx(model), "m.onnx");
    ASSERT_EQ(again.index(), model.index());
    if (const auto* in_double = std::get_if<Model<double>>(&model)) {
        EXPECT_TRUE(same_bits(outputs(std::get<Model<double>>(again), table), outputs(*in_double, table)));
    } else {
        EXPECT_TRUE(same_bits(outputs(std::get<Model<float>>(again), table),
                              outputs(std::get<Model<float>>(model), table)));
    }
}

TEST_P(OnnxFile, saved_again_has_the_same_bytes) {
    const std::string bytes = to_onnx(GetParam().model);
    EXPECT_EQ(to_onnx(from_onnx(bytes, "m.onnx")), bytes);
}

INSTANTIATE_TEST_SUITE_P(Cases, OnnxFile, testing::ValuesIn(onnx_cases()), [](const auto& info) {
    return as_test_name(info.param.name + "_" + std::to_string(info.index));
});

// A run that was stopped in the middle of its second epoch.
struct Stopped {
    static constexpr Index examples = 10;

    Stopped() {
        RandomState random(4);
        for (Index j = 0; j < examples; ++j)
            for (Index i = 0; i < 2; ++i) X(i, j) = static_cast<float>(random.randn());
        for (Index j = 0; j < examples; ++j) Y(0, j) = X(0, j) * X(1, j) > 0 ? 1.F : 0.F;
    }

    Run<float> run(Network<float>& network) const {
        RandomState random(8);
        network.initialize(Initializer::normal, random);
        return Run<float>(network, {.X = X, .Y = Y}, {.X = X, .Y = Y}, settings, random);
    }

    Matrix<float> X{2, examples}, Y{1, examples};
    RunSettings settings{
        .optimizer = {.kind = OptimizerKind::adam}, .schedule = Schedule::plateau, .batch = 4, .epochs = 5};
    std::string text = "6 tanh, dropout 0.3, batchnorm, 1 sigmoid";
};

Model<float> model_with(const Network<float>& network, const RunState<float>& state, const Stopped& stopped) {
    Model<float> model{.network = network};
    model.features.numeric = {{.name = "a"}, {.name = "b"}};
    model.target = {.task = Task::classify, .names = {"same sign"}, .classes = {"no", "yes"}};
    model.recipe.network = stopped.text;
    model.recipe.run = stopped.settings;
    model.state = {
        .run = state, .on_all_examples = true, .first_kept_updates = 3, .first_planned_updates = 15};
    return model;
}

TEST(OnnxState, a_run_goes_on_to_the_same_bits_as_if_it_had_never_been_stopped) {
    const Stopped stopped;
    Network<float> network(2, stopped.text), other(2, stopped.text);
    auto run = stopped.run(network);
    for (int i = 0; i < 5; ++i) run.next();
    const std::string bytes = to_onnx(model_with(network, run.state(), stopped));
    while (run.next()) {
    }

    const auto model = std::get<Model<float>>(from_onnx(bytes, "m.onnx"));
    ASSERT_TRUE(model.state.has_value());
    EXPECT_TRUE(model.state->on_all_examples);
    EXPECT_EQ(model.state->first_kept_updates, 3);
    EXPECT_EQ(model.state->first_planned_updates, 15);
    auto resumed = stopped.run(other);
    resumed.restore(model.state->run);
    while (resumed.next()) {
    }
    EXPECT_EQ(resumed.updates(), run.updates());
    EXPECT_TRUE(same_bits<float>(other.parameters(), network.parameters()));
    EXPECT_TRUE(same_bits<float>(other.statistics(), network.statistics()));
    EXPECT_EQ(to_onnx(model_with(other, resumed.state(), stopped)),
              to_onnx(model_with(network, run.state(), stopped)));
    EXPECT_EQ(to_onnx(from_onnx(bytes, "m.onnx")), bytes);
}

TEST(OnnxModel, of_labels_is_the_same_after_it_was_read) {
    const Dataset data = dataset_of_labels(Matrix<double>{{0, 0, 1, 1}, {0, 1, 0, 1}},
                                           Matrix<double>{{0, 1, 1, 0}, {0, 0, 0, 1}}, {"either", "both"});
    const Trained<float> trained = train<float>(
        data,
        make_recipe({.hidden = "4 tanh", .iterations = 20, .validation = 0, .scaling = Scaling::none}, data));
    const std::string bytes = to_onnx(trained.model);
    const auto read = std::get<Model<float>>(from_onnx(bytes, "m.onnx"));
    EXPECT_EQ(to_onnx(read), bytes);
    EXPECT_EQ(read.target.task, Task::multilabel);
    EXPECT_EQ(read.target.names, (std::vector<std::string>{"either", "both"}));
    ASSERT_EQ(read.training.labels.size(), 2U);
    EXPECT_EQ(read.training.labels[1].confusion, trained.model.training.labels[1].confusion);
    EXPECT_EQ(evaluate(read, data).loss, trained.model.training.loss);
}

// Small, and with everything that a file can hold.
std::string small_file() {
    const Stopped stopped;
    Network<float> network(2, stopped.text);
    auto run = stopped.run(network);
    for (int i = 0; i < 4; ++i) run.next();
    Model<float> model = model_with(network, run.state(), stopped);
    model.sample = {.name = "sample",
                    .rows = 1,
                    .columns = {{.name = "a", .numbers = {1}}, {.name = "b", .numbers = {missing}}}};
    return to_onnx(model);
}

TEST(DamagedModel, is_an_error_wherever_it_is_cut) {
    const std::string bytes = small_file();
    const std::string end =
        "input: cut.onnx: the end of this model is missing, or was changed, expected a file as Gradus wrote "
        "it (hint: copy it again)";
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::string error = error_of([&] { from_onnx(bytes.substr(0, size), "cut.onnx"); });
        ASSERT_TRUE(error == end || (size < 10 && error.starts_with("input: cut.onnx: ")))
            << size << ": " << error;
    }
}

TEST(DamagedModel, is_an_error_whichever_bit_was_flipped) {
    std::string bytes = small_file();
    RandomState random(1);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto bit = static_cast<char>(1 << (random.bits() % 8));
        bytes[i] = static_cast<char>(bytes[i] ^ bit);
        const std::string error = error_of([&] { from_onnx(bytes, "flipped.onnx"); });
        ASSERT_TRUE(error.starts_with("input: flipped.onnx: this model was damaged") ||
                    error.starts_with("input: flipped.onnx: the end of this model is missing"))
            << i << ": " << error;
        bytes[i] = static_cast<char>(bytes[i] ^ bit);
    }
}

TEST(ModelFile, is_written_whole_and_read) {
    const Folder folder;
    const std::string path = folder / "m.onnx", bytes = small_file();
    write_model(path, from_onnx(bytes, "m.onnx"));
    EXPECT_EQ(bytes_of(path), bytes);
    EXPECT_EQ(to_onnx(read_model(path)), bytes);
}

TEST(ModelFile, of_another_kind_is_refused) {
    EXPECT_EQ(error_of([] { from_onnx("", "empty.onnx"); }), "input: empty.onnx: this model has no input");
    EXPECT_EQ(error_of([] { from_onnx("a,b\n1,2\n", "data.csv"); }),
              "input: data.csv: is not an ONNX file, or is incomplete");
}

TEST(RequireWritable, refuses_in_double_what_onnx_runtime_computes_in_float_only) {
    Recipe recipe;
    recipe.shape = {.channels = 1, .length = 8};
    recipe.precision = Precision::twice;
    for (const std::string layer :
         {"elu", "selu", "gelu", "softplus", "conv 2x3", "avgpool 2", "globalavgpool", "globalmaxpool"}) {
        recipe.network = layer;
        recipe.network += ", flatten, 1 sigmoid";
        EXPECT_EQ(error_of([&] { require_writable(recipe); }),
                  "input: layer \"" + layer +
                      "\": ONNX Runtime computes it in float only, expected a model that it can run (hint: "
                      "precision = float)");
    }
    recipe.network = "maxpool 2, flatten, 4 leaky_relu, 4 silu, batchnorm, dropout 0.5, 3 softmax";
    EXPECT_EQ(error_of([&] { require_writable(recipe); }), "no error");
    recipe.precision = Precision::single;
    recipe.network = "conv 2x3 elu, flatten, 1 sigmoid";
    EXPECT_EQ(error_of([&] { require_writable(recipe); }), "no error");
}

// A file with a right checksum that says something else.
template <class Change>
std::string changed(Change change) {
    onnx::File file = onnx::decode(small_file());
    file.metadata.pop_back();  // the checksum
    change(file);
    return onnx::encode(file);
}

// In an entry of the metadata, the first place of `from` becomes `to`.
std::string error_with(const std::string& key, const std::string& from, const std::string& to) {
    const std::string bytes = changed([&](onnx::File& file) {
        for (onnx::Entry& entry : file.metadata)
            if (entry.key == "gradus." + key) entry.value.replace(entry.value.find(from), from.size(), to);
    });
    return error_of([&] { from_onnx(bytes, "m.onnx"); });
}

TEST(ChangedModel, is_refused_with_an_order_that_names_an_example_twice_or_none) {
    const auto error_with_order = [](Index place, Index example) {
        const std::string bytes = changed([&](onnx::File& file) {
            for (onnx::Tensor& tensor : file.training) {
                if (tensor.name != "order") continue;
                std::vector<Index> order = onnx::numbers_of<Index>(tensor);
                order[static_cast<std::size_t>(place)] =
                    example < 0 ? example : order[static_cast<std::size_t>(example)];
                tensor.raw.assign(reinterpret_cast<const char*>(order.data()), order.size() * sizeof(Index));
            }
        });
        return error_of([&] { from_onnx(bytes, "m.onnx"); });
    };
    EXPECT_EQ(error_with_order(0, 0), "no error");
    EXPECT_EQ(error_with_order(0, 1), "input: m.onnx: the order of its examples is wrong");
    EXPECT_EQ(error_with_order(2, -1), "input: m.onnx: the order of its examples is wrong");
}

TEST(SelfTest, finds_a_network_that_computes_something_else) {
    const std::string bytes = changed([](onnx::File& file) {
        std::vector<float> numbers = onnx::numbers_of<float>(file.graph.initializers.front());
        numbers.front() += 0.1F;
        file.graph.initializers.front().raw.assign(reinterpret_cast<const char*>(numbers.data()),
                                                   numbers.size() * 4);
    });
    EXPECT_TRUE(
        error_of([&] {
            from_onnx(bytes, "m.onnx");
        }).starts_with("input: m.onnx: the self-test of this model fails: output 1 of example 1 is "));
}

TEST(ChangedModel, with_a_date_that_is_none_is_refused) {
    const Table table{
        .name = "t", .rows = 2, .columns = {{.name = "when", .numbers = {0, 1e9}, .format = DateFormat{}}}};
    Model<float> model{.network = Network<float>(1, "1 identity"),
                       .features = fit_features(table, std::vector<Index>{0, 1}, Scaling::standard)};
    model.features.dates.front().cycles.clear();
    model.target = {.task = Task::regress, .names = {"y"}, .lines = {{}}};
    EXPECT_EQ(error_of([&] { from_onnx(to_onnx(model), "m.onnx"); }), "no error");
    for (const double fill : {1e300, -1e12, double(missing)}) {
        model.features.dates.front().fill = fill;
        EXPECT_EQ(error_of([&] { from_onnx(to_onnx(model), "m.onnx"); }),
                  "input: what fills \"when\" is no date");
    }
}

TEST(ChangedModel, with_bins_that_are_none_is_refused) {
    const Table table{.name = "t", .rows = 4, .columns = {{.name = "a", .numbers = {1, 2, 4, 4}}}};
    Model<float> model{.network = Network<float>(3, "1 identity"),
                       .features = fit_features(table, std::vector<Index>{0, 1, 2}, Scaling::standard)};
    model.target = {.task = Task::regress, .names = {"y"}, .lines = {{}}};
    NumericFeature& feature = model.features.numeric.front();
    const auto error_with_edges = [&](const std::vector<double>& edges) {
        feature.edges = edges;
        return error_of([&] { from_onnx(to_onnx(model), "m.onnx"); });
    };
    EXPECT_EQ(error_with_edges({1, 2, 4}), "no error");
    const double infinite = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& edges : {std::vector<double>{1, 1, 4},
                                             {4, 2, 1},
                                             {1, 1 + 1e-12, 4},
                                             {1, 2, infinite},
                                             {1, missing, 4},
                                             {-3e38, 0, 3e38},
                                             {-1e39, 0, 1e39}})
        EXPECT_EQ(error_with_edges(edges), "input: the bins of \"a\" are no bins");
    feature.in_double = true;
    EXPECT_EQ(error_with_edges({1, 1 + 1e-12, 4}), "no error");
    EXPECT_EQ(error_with_edges({-1e308, 0, 1e308}), "input: the bins of \"a\" are no bins");
    EXPECT_EQ(error_with_edges({1, 2, 3, 4}), "input: its features do not fit its network");
}

TEST(ChangedModel, is_refused_with_what_is_wrong) {
    EXPECT_EQ(error_with("format", "1", "2"),
              "input: m.onnx: this model has format 2, expected format 1 (hint: a newer version of Gradus)");
    EXPECT_EQ(
        error_with("network", "6 tanh", "7 tanh"),
        "input: m.onnx: the tensor \"W1\" has another size or type, expected 14 numbers of the model's type");
    EXPECT_EQ(error_with("network", "6 tanh", "1000000 tanh"),
              "input: m.onnx: it lacks parameters of its network");
    EXPECT_EQ(error_with("features", "\"none\"", "\"wide\""),
              "input: m.onnx: its entry \"gradus.features\" cannot be read: \"scaling\" is \"wide\"");
    EXPECT_EQ(error_with("features", "\"divisor\":1.0}", "\"divisor\":0.0}"),
              "input: m.onnx: the scale of \"a\" is no scale");
    EXPECT_EQ(error_with("features", "\"offset\":0.0", "\"offset\":\"nan\""),
              "input: m.onnx: the scale of \"a\" is no scale");
    EXPECT_EQ(error_with("features", "\"fill\":0.0", "\"fill\":\"inf\""),
              "input: m.onnx: what fills \"a\" is infinite");
    EXPECT_EQ(error_with("recipe", "\"adam\"", "\"gd\""),
              "input: m.onnx: the tensor \"optimizer\" of its state does not fit its network");
    EXPECT_EQ(
        error_with("recipe", "\"seed\":0", "\"seed\":-1"),
        "input: m.onnx: its entry \"gradus.recipe\" cannot be read: -1 stands where a whole number should");
    EXPECT_EQ(error_with("target", "\"no\",", ""), "input: m.onnx: its classes do not fit its network");
    EXPECT_EQ(error_with("history", "{", "[{"),
              "input: m.onnx: its entry \"gradus.history\" is not what Gradus writes there");
    EXPECT_EQ(
        error_with("history", "\"curve\":[]", "\"curve\":" + std::string(100, '[') + std::string(100, ']')),
        "input: m.onnx: its entry \"gradus.history\" cannot be read: it goes too deep");
    EXPECT_EQ(error_with("state", "\"position\":", "\"position\":9"),
              "input: m.onnx: the order of its examples is wrong");
    EXPECT_EQ(error_with("self_test", "[1.0]", "[1.0,2.0]"),
              "input: m.onnx: the column \"a\" of its self-test has another number of rows");
}

}  // namespace
}  // namespace gradus::test
