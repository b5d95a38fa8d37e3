#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "gradus/data/npy.h"
#include "gradus/model/onnx.h"
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

}  // namespace
}  // namespace gradus::test
