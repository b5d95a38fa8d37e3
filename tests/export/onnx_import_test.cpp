#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "gradus/data/npy.h"
#include "gradus/export/onnx/file.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/open.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

// What PyTorch and scikit-learn computed for input.npy.
class FromPyTorch : public testing::TestWithParam<const char*> {};

TEST_P(FromPyTorch, gives_the_outputs_that_pytorch_gave) {
    const char* data = std::getenv("GRADUS_DATA");
    if (data == nullptr) GTEST_SKIP() << "GRADUS_DATA is not set";
    const std::string folder = std::string(data) + "/onnx-models/" + GetParam();
    const AnyModel model = read_model(folder + "/model.onnx");
    const Table input = read_npy(*open_file(folder + "/input.npy")),
                output = read_npy(*open_file(folder + "/output.npy"));
    const Matrix<float> A = outputs(std::get<Model<float>>(model), input);
    Matrix<double> expected(A.rows(), A.columns());
    ASSERT_EQ(output.columns.size(), static_cast<std::size_t>(A.rows()));
    for (Index i = 0; i < A.rows(); ++i)
        for (Index j = 0; j < A.columns(); ++j)
            expected(i, j) = output.columns[static_cast<std::size_t>(i)].numbers[static_cast<std::size_t>(j)];
    EXPECT_TRUE(close(A, expected, {.relative = 1e-5, .absolute = 1e-5}));
}

INSTANTIATE_TEST_SUITE_P(Exports, FromPyTorch,
                         testing::Values("torch-mlp-relu", "torch-conv1d", "torch-fcn",
                                         "sklearn-mlp-classifier"),
                         [](const auto& info) { return as_test_name(info.param); });

// The bytes that another program would write: ours without what tells that they are ours.
std::string foreign(const onnx::File& file) {
    std::string bytes = onnx::encode(file);
    bytes.resize(bytes.rfind("gradus.checksum") - 4);  // the whole entry
    bytes.replace(bytes.find("gradus"), 6, "others");
    return bytes;
}

// One input "x" of this shape, one chain of nodes to "y".
struct ChainFile {
    onnx::File file = {.operators = {{"", 17}}};

    explicit ChainFile(std::vector<Index> dims) {
        dims.insert(dims.begin(), onnx::Value::any);
        file.graph.inputs = {{"x", onnx::Type::float32, dims}};
        file.graph.outputs = {{"y", onnx::Type::float32, {onnx::Value::any, 1}}};
    }
    ChainFile& constant(const std::string& name, std::vector<Index> dims, const std::vector<float>& numbers) {
        file.graph.initializers.push_back(onnx::tensor_of<float>(name, std::move(dims), numbers));
        return *this;
    }
    ChainFile& node(const std::string& operation, std::vector<std::string> inputs, const std::string& output,
                    std::vector<onnx::Attribute> attributes = {}) {
        file.graph.nodes.push_back({.operation = operation,
                                    .name = operation + "_node",
                                    .inputs = std::move(inputs),
                                    .outputs = {output},
                                    .attributes = std::move(attributes)});
        return *this;
    }
    [[nodiscard]] AnyModel model() const { return from_onnx(foreign(file), "f.onnx"); }
    [[nodiscard]] std::string error() const {
        return error_of([&] { static_cast<void>(model()); });
    }
    [[nodiscard]] std::string network() const { return std::get<Model<float>>(model()).network.text(); }
};

Table row_of(const std::vector<double>& numbers) {
    Table table{.name = "row", .rows = 1};
    for (const double number : numbers)
        table.columns.push_back({.name = std::to_string(table.columns.size() + 1), .numbers = {number}});
    return table;
}

TEST(OnnxImport, reads_a_product_and_a_sum_as_a_dense_layer) {
    ChainFile file({2});
    file.constant("W", {2, 3}, {1, 2, 3, 4, 5, 6}).constant("b", {3}, {10, 20, 30});
    file.node("MatMul", {"x", "W"}, "z").node("Add", {"b", "z"}, "y");
    const auto model = std::get<Model<float>>(file.model());
    EXPECT_EQ(model.network.text(), "3");
    const Matrix<float> A = outputs(model, row_of({1, -1}));  // [1 - 4 + 10, 2 - 5 + 20, 3 - 6 + 30]
    EXPECT_EQ(A, (Matrix<float>{{7}, {17}, {27}}));
    EXPECT_EQ(model.target,
              (Target{.task = Task::regress, .output = "y"}));  // nothing else stands in the file
}

TEST(OnnxImport, reads_a_transposed_product_and_one_that_is_not) {
    ChainFile transposed({2}), straight({2});
    transposed.constant("W", {1, 2}, {2, 3}).node("Gemm", {"x", "W"}, "y", {{"transB", Index{1}}});
    straight.constant("W", {2, 1}, {2, 3}).node("Gemm", {"x", "W"}, "y");
    for (const ChainFile& file : {transposed, straight})
        EXPECT_EQ(outputs(std::get<Model<float>>(file.model()), row_of({1, 10})), (Matrix<float>{{32}}));
}

// y = gamma (x - mean) / sqrt(variance + epsilon) + beta = 2 (5 - 1) / sqrt(3.999 + 0.001) + 1
TEST(OnnxImport, keeps_another_epsilon_of_a_batch_normalization) {
    ChainFile file({1});
    file.constant("g", {1}, {2}).constant("b", {1}, {1}).constant("m", {1}, {1}).constant("v", {1}, {3.999F});
    file.node("BatchNormalization", {"x", "g", "b", "m", "v"}, "y", {{"epsilon", 1e-3F}});
    EXPECT_NEAR(outputs(std::get<Model<float>>(file.model()), row_of({5}))(0, 0), 5, 1e-6);
}

TEST(OnnxImport, reads_windows_as_the_network_text_says_them) {
    using Ints = std::vector<Index>;
    ChainFile file({1, 12});
    file.constant("W", {2, 1, 4}, std::vector<float>(8, 1));
    file.node("Conv", {"x", "W"}, "a", {{"pads", Ints{1, 2}}})
        .node("LeakyRelu", {"a"}, "b", {{"alpha", 0.2F}})
        .node("MaxPool", {"b"}, "c", {{"kernel_shape", Ints{3}}, {"pads", Ints{1, 1}}, {"strides", Ints{2}}})
        .node("AveragePool", {"c"}, "d", {{"kernel_shape", Ints{2}}})
        .node("GlobalMaxPool", {"d"}, "e")
        .node("Squeeze", {"e"}, "f", {{"axes", Ints{-1}}})
        .node("Dropout", {"f"}, "g", {{"ratio", 0.25F}})
        .node("Softmax", {"g"}, "y");
    EXPECT_EQ(file.network(),
              "conv 2x4 pad same leaky_relu 0.2, maxpool 3 stride 2 pad 1, avgpool 2 stride 1, "
              "globalmaxpool, dropout 0.25 softmax");
}

TEST(OnnxImport, lists_everything_that_it_does_not_know) {
    ChainFile file({2});
    file.constant("W", {2, 2}, {1, 2, 3, 4});
    file.node("Gemm", {"x", "W"}, "a", {{"transA", Index{1}}})
        .node("Foo", {"a"}, "b")
        .node("LSTM", {"b"}, "c")
        .node("Foo", {"c"}, "d")
        .node("MaxPool", {"d"}, "y", {{"ceil_mode", Index{1}}});
    EXPECT_EQ(file.error(),
              "input: f.onnx: this model has what no layer here can be: Gemm with transA 1; Foo; LSTM; "
              "MaxPool with "
              "ceil_mode 1, expected layers that Gradus knows");
}

TEST(OnnxImport, says_where_it_does_not_fit) {
    ChainFile fork({2}), circle({2}), loose({2}), wide({2}), open({onnx::Value::any});
    fork.node("Relu", {"x"}, "y").node("Tanh", {"x"}, "z");
    EXPECT_EQ(fork.network(), "relu");  // who reads z is not in the file
    circle.node("Add", {"x", "z"}, "z");
    EXPECT_EQ(circle.error(),
              "input: f.onnx: Add \"Add_node\": its input \"z\" comes from nowhere, or from behind it");
    loose.node("Relu", {"x"}, "z");
    EXPECT_EQ(loose.error(), "input: f.onnx: the output \"y\" comes from nowhere");
    wide.constant("W", {3, 1}, {1, 2, 3}).node("MatMul", {"x", "W"}, "y");
    EXPECT_EQ(
        wide.error(),
        "input: f.onnx: this model has what no layer here can be: MatMul \"MatMul_node\": what it sees is 2 "
        "numbers, expected 3 numbers, expected layers that Gradus knows");
    open.node("Relu", {"x"}, "y");
    EXPECT_EQ(open.error(),
              "input: f.onnx: the input \"x\" has the shape [-1, -1], expected [N, C] or [N, C, L], of which "
              "only N is open");
}

TEST(OnnxImport, says_that_two_dimensions_are_not_offered) {
    ChainFile file({1, 8, 8});
    file.constant("W", {2, 1, 3, 3}, std::vector<float>(18, 1)).node("Conv", {"x", "W"}, "y");
    EXPECT_EQ(file.error(),
              "input: f.onnx: this model has what no layer here can be: Conv \"Conv_node\": a window of 3x3, "
              "expected "
              "series: 2-D layers are not offered, expected layers that Gradus knows");
}

// Activations of other programs are several operators, in any order: what they compute counts.
TEST(OnnxImport, knows_an_activation_by_its_values) {
    ChainFile gelu({2}), silu({2}), half({2});
    gelu.constant("s", {}, {1.41421354F}).constant("one", {}, {1}).constant("h", {}, {0.5F});
    gelu.node("Div", {"x", "s"}, "a").node("Erf", {"a"}, "b").node("Add", {"b", "one"}, "c");
    gelu.node("Mul", {"x", "c"}, "d").node("Mul", {"d", "h"}, "y");
    EXPECT_EQ(gelu.network(), "gelu");
    silu.node("Sigmoid", {"x"}, "s").node("Mul", {"s", "x"}, "y");
    EXPECT_EQ(silu.network(), "silu");
    half.constant("h", {}, {0.3F}).node("Mul", {"x", "h"}, "a").node("Max", {"x", "a"}, "y");
    EXPECT_EQ(half.network(), "leaky_relu 0.3");
}

// HardSigmoid has a slope of its own, relu6 a height: what scales them goes into the layers beside.
TEST(OnnxImport, reads_a_line_that_is_cut_off) {
    ChainFile hard({1}), clip({1});
    hard.constant("W", {1, 1}, {2}).node("MatMul", {"x", "W"}, "a").node("HardSigmoid", {"a"}, "y");
    EXPECT_EQ(hard.network(), "1 hard_sigmoid");
    clip.constant("W", {1, 1}, {2}).constant("low", {}, {0}).constant("high", {}, {6});
    clip.node("MatMul", {"x", "W"}, "a")
        .node("Clip", {"a", "low", "high"}, "b")
        .node("MatMul", {"b", "W"}, "y");
    EXPECT_EQ(clip.network(), "1 hard_sigmoid, 1");
    for (const auto& [x, hard_says, clip_says] :
         {std::array{0.5F, 0.7F, 2.F}, {-2.F, 0.F, 0.F}, {4.F, 1.F, 12.F}}) {
        EXPECT_NEAR(outputs(std::get<Model<float>>(hard.model()), row_of({x}))(0, 0), hard_says,
                    1e-6);  // 0.2 z + 0.5
        EXPECT_NEAR(outputs(std::get<Model<float>>(clip.model()), row_of({x}))(0, 0), clip_says, 1e-5);
    }
}

TEST(OnnxImport, tells_an_activation_from_the_one_before_it) {
    ChainFile file({1});
    file.constant("b", {}, {0.5F}).constant("W", {1, 1}, {2}).node("MatMul", {"x", "W"}, "a");
    file.node("Add", {"a", "b"}, "c")
        .node("Sigmoid", {"c"}, "d")
        .node("Mul", {"c", "d"}, "e")
        .node("Tanh", {"e"}, "y");
    EXPECT_EQ(file.network(), "1 silu tanh");
    EXPECT_NEAR(outputs(std::get<Model<float>>(file.model()), row_of({1}))(0, 0), 0.980500,
                1e-6);  // tanh(2.5 sigmoid(2.5))
}

TEST(OnnxImport, names_the_operators_that_are_no_activation_together) {
    ChainFile file({2});
    file.constant("c", {}, {0.1F})
        .node("Mul", {"x", "c"}, "a")
        .node("Tanh", {"a"}, "b")
        .node("Exp", {"b"}, "y");
    EXPECT_EQ(file.error(),
              "input: f.onnx: this model has what no layer here can be: Mul, Tanh, Exp: together no "
              "activation that is "
              "known here, expected layers that Gradus knows");
}

// x.view(x.size(0), -1), as PyTorch writes it.
TEST(OnnxImport, reads_a_view) {
    ChainFile file({2, 3});
    file.file.graph.initializers.push_back(onnx::tensor_of<Index>("zero", {}, std::vector<Index>{0}));
    file.file.graph.initializers.push_back(onnx::tensor_of<Index>("axes", {1}, std::vector<Index>{0}));
    file.file.graph.initializers.push_back(onnx::tensor_of<Index>("rest", {1}, std::vector<Index>{-1}));
    file.constant("W", {1, 6}, {1, 10, 100, 1000, 10000, 100000});
    file.node("Shape", {"x"}, "s").node("Gather", {"s", "zero"}, "n").node("Unsqueeze", {"n", "axes"}, "m");
    file.node("Concat", {"m", "rest"}, "to", {{"axis", Index{0}}}).node("Reshape", {"x", "to"}, "flat");
    file.node("Gemm", {"flat", "W"}, "y", {{"transB", Index{1}}});
    EXPECT_EQ(outputs(std::get<Model<float>>(file.model()), row_of({1, 2, 3, 4, 5, 6})),
              (Matrix<float>{{654321}}));
}

// tf2onnx: the series stands the other way round, and a convolution is one of pictures of height 1.
TEST(OnnxImport, reads_a_series_whose_channels_come_last) {
    using Ints = std::vector<Index>;
    ChainFile file({3, 2});  // 3 places of 2 channels
    file.file.graph.initializers.push_back(onnx::tensor_of<Index>("axis", {1}, std::vector<Index>{1}));
    file.constant("W", {1, 2, 1, 2}, {1, 10, 100, 1000});  // [channel, place]
    file.node("Unsqueeze", {"x", "axis"}, "a").node("Transpose", {"a"}, "b", {{"perm", Ints{0, 3, 1, 2}}});
    file.node("Conv", {"b", "W"}, "c", {{"kernel_shape", Ints{1, 2}}}).node("Flatten", {"c"}, "y");
    const auto model = std::get<Model<float>>(file.model());
    EXPECT_EQ(model.network.text(), "conv 1x2, flatten");
    // places (1, 2), (3, 4), (5, 6): channel 0 is 1 3 5, channel 1 is 2 4 6
    EXPECT_EQ(outputs(model, row_of({1, 2, 3, 4, 5, 6})),
              (Matrix<float>{{1 + 30 + 200 + 4000}, {3 + 50 + 400 + 6000}}));
}

TEST(OnnxImport, reads_a_residual_connection) {
    ChainFile file({2});
    file.constant("W", {2, 2}, {1, 2, 3, 4}).node("MatMul", {"x", "W"}, "a").node("Relu", {"a"}, "b");
    file.node("Add", {"b", "x"}, "y");
    EXPECT_EQ(file.network(), "residual(2 relu)");
}

// scikit-learn: what was scaled before becomes the lines of the columns, a class has its name.
TEST(OnnxImport, reads_scaling_and_the_names_of_classes) {
    ChainFile file({2});
    file.file.operators.push_back({"ai.onnx.ml", 1});
    file.file.graph.nodes.push_back(
        {.operation = "Scaler",
         .domain = "ai.onnx.ml",
         .inputs = {"x"},
         .outputs = {"s"},
         .attributes = {{"offset", std::vector<float>{10, 20}}, {"scale", std::vector<float>{0.5F, 0.25F}}}});
    file.constant("W", {2, 1}, {1, -1}).constant("b", {1, 1}, {0.5F}).constant("one", {}, {1});
    file.node("MatMul", {"s", "W"}, "z").node("Add", {"z", "b"}, "t").node("Sigmoid", {"t"}, "p");
    file.node("Sub", {"one", "p"}, "q").node("Concat", {"q", "p"}, "y", {{"axis", Index{1}}});
    file.node("ArgMax", {"y"}, "k", {{"axis", Index{1}}, {"keepdims", Index{1}}});
    file.file.graph.initializers.push_back(
        {.name = "names", .type = onnx::Type::string, .dims = {2}, .texts = {"no", "yes"}});
    file.file.graph.nodes.push_back({.operation = "ArrayFeatureExtractor",
                                     .domain = "ai.onnx.ml",
                                     .inputs = {"names", "k"},
                                     .outputs = {"label"}});
    file.file.graph.outputs.push_back({"label", onnx::Type::string, {onnx::Value::any}});
    const auto model = std::get<Model<float>>(file.model());
    EXPECT_EQ(model.network.text(), "1 sigmoid");
    EXPECT_EQ(model.target.classes, (std::vector<std::string>{"no", "yes"}));
    EXPECT_EQ(model.features.numeric[1].line, (Line{.offset = 20, .divisor = 4}));
    EXPECT_NEAR(outputs(model, row_of({14, 20}))(0, 0), 0.924142, 1e-6);  // sigmoid(2 - 0 + 0.5)
}

// skl2onnx writes a logistic regression of double numbers so: the label from the scores.
ChainFile with_label_of_scores(std::vector<std::string> names) {
    ChainFile file({2});
    file.file.operators.push_back({"ai.onnx.ml", 1});
    const auto classes = static_cast<Index>(names.size());
    std::vector<float> W(2 * names.size());
    for (std::size_t i = 0; i < W.size(); ++i) W[i] = static_cast<float>(i % 3) - 1;
    file.constant("W", {2, classes}, W).node("MatMul", {"x", "W"}, "z");
    file.node("ArgMax", {"z"}, "k", {{"axis", Index{1}}, {"keepdims", Index{1}}});
    file.file.graph.initializers.push_back(
        {.name = "names", .type = onnx::Type::string, .dims = {classes}, .texts = std::move(names)});
    file.file.graph.nodes.push_back({.operation = "ArrayFeatureExtractor",
                                     .domain = "ai.onnx.ml",
                                     .inputs = {"names", "k"},
                                     .outputs = {"label"}});
    file.file.graph.outputs = {{"label", onnx::Type::string, {onnx::Value::any}},
                               {"y", onnx::Type::float32, {onnx::Value::any, classes}}};
    return file;
}

TEST(OnnxImport, reads_the_names_of_classes_that_stand_at_the_scores) {
    ChainFile file = with_label_of_scores({"a", "b", "c"});
    file.node("Softmax", {"z"}, "y");
    const auto model = std::get<Model<float>>(file.model());
    EXPECT_EQ(model.network.text(), "3 softmax");
    EXPECT_EQ(model.target.classes, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(OnnxImport, refuses_probabilities_that_it_does_not_understand_though_it_does_the_label) {
    ChainFile file = with_label_of_scores({"no", "yes"});
    file.node("Sigmoid", {"z"}, "p").node("Abs", {"p"}, "a");
    file.node("ReduceSum", {"a"}, "sum", {{"keepdims", Index{1}}}).node("Div", {"p", "sum"}, "y");
    EXPECT_NE(file.error().find("f.onnx: this model has what no layer here can be: "), std::string::npos)
        << file.error();
}

TEST(OnnxImport, reads_columns_of_text) {
    ChainFile file({1});
    file.file.operators.push_back({"ai.onnx.ml", 1});
    file.file.graph.inputs.push_back({"sex", onnx::Type::string, {onnx::Value::any, 1}});
    file.file.graph.nodes.push_back({.operation = "OneHotEncoder",
                                     .domain = "ai.onnx.ml",
                                     .inputs = {"sex"},
                                     .outputs = {"hot"},
                                     .attributes = {{"cats_strings", std::vector<std::string>{"m", "f"}}}});
    file.node("Flatten", {"hot"}, "two").node("Concat", {"x", "two"}, "all", {{"axis", Index{1}}});
    file.constant("W", {3, 1}, {1, 10, 100}).node("MatMul", {"all", "W"}, "y");
    const auto model = std::get<Model<float>>(file.model());
    Table table{.name = "t", .rows = 3};
    table.columns = {{.name = "sex", .codes = {0, 1, 2}, .texts = {"f", "m", "x"}},
                     {.name = "x", .numbers = {1, 2, 3}}};
    EXPECT_EQ(outputs(model, table), (Matrix<float>{{101, 12, 3}}));
}

TEST(OnnxImport, reads_a_logarithm_of_softmax_as_softmax) {
    ChainFile file({2});
    file.node("LogSoftmax", {"x"}, "y");
    const auto model = std::get<Model<float>>(file.model());
    EXPECT_EQ(model.network.text(), "softmax");
    EXPECT_EQ(model.target.output, "exp(y)");
}

TEST(OnnxImport, refuses_what_mixes_examples) {
    ChainFile file({2});
    file.node("Transpose", {"x"}, "t").node("Transpose", {"t"}, "u").node("Reshape", {"u", "to"}, "y");
    file.file.graph.initializers.push_back(onnx::tensor_of<Index>("to", {2}, std::vector<Index>{2, -1}));
    EXPECT_EQ(file.error(), "input: f.onnx: what it sees are several examples at once");
}

// A foreign file may end up as a smaller model when it is cut, but never as anything worse than an error.
TEST(OnnxImport, survives_every_cut_and_every_flipped_bit) {
    ChainFile file({2});
    file.constant("W", {2, 3}, {1, 2, 3, 4, 5, 6}).node("Gemm", {"x", "W"}, "z").node("Relu", {"z"}, "y");
    const std::string bytes = foreign(file.file);
    ASSERT_EQ(file.network(), "3 relu");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::string error = error_of([&] { from_onnx(bytes.substr(0, size), "f.onnx"); });
        EXPECT_TRUE(error == "no error" || error.starts_with("input: f.onnx: ")) << error;
    }
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const std::string error = error_of([&] { from_onnx(flipped, "f.onnx"); });
        EXPECT_TRUE(error == "no error" || error.starts_with("input: f.onnx: ")) << error;
    }
}

}  // namespace
}  // namespace gradus::test
