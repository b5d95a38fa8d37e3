#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "gradus/data/npy.h"
#include "gradus/export/onnx/file.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/open.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

// What PyTorch computed for input.npy.
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

INSTANTIATE_TEST_SUITE_P(Exports, FromPyTorch, testing::Values("torch-mlp-relu", "torch-conv1d", "torch-fcn"),
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
    EXPECT_EQ(model.target.names, (std::vector<std::string>{"y_0", "y_1", "y_2"}));
    EXPECT_EQ(model.target.task, Task::regress);
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
        .node("Flatten", {"d"}, "y", {{"axis", Index{0}}});
    EXPECT_EQ(
        file.error(),
        "input: f.onnx: this model has what no layer here can be: Gemm with transA 1, Foo, LSTM, Flatten "
        "with axis 0, expected a chain of layers that Gradus knows");
}

TEST(OnnxImport, says_where_a_chain_breaks) {
    ChainFile fork({2}), circle({2}), loose({2}), wide({2}), open({onnx::Value::any});
    fork.node("Relu", {"x"}, "y").node("Tanh", {"x"}, "z");
    EXPECT_EQ(fork.error(), "input: f.onnx: \"x\" goes to 2 operators, expected a chain");
    circle.node("Add", {"x", "x"}, "x");
    EXPECT_EQ(circle.error(), "input: f.onnx: \"x\" goes to 2 operators, expected a chain");
    loose.node("Relu", {"x"}, "z");
    EXPECT_EQ(loose.error(),
              "input: f.onnx: the chain of this model ends at \"z\", expected an output of the graph");
    wide.constant("W", {3, 1}, {1, 2, 3}).node("MatMul", {"x", "W"}, "y");
    EXPECT_EQ(wide.error(),
              "input: f.onnx: MatMul \"MatMul_node\": what it sees is 2 numbers, expected 3 numbers");
    open.node("Relu", {"x"}, "y");
    EXPECT_EQ(open.error(),
              "input: f.onnx: the input \"x\" has the shape [-1, -1], expected [N, C] or [N, C, L], of which "
              "only N is open");
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
