#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "gradus/core/error.h"
#include "gradus/export/onnx/evaluate.h"

namespace gradus::test {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

onnx::Array tensor_in(const fs::path& path) {
    return onnx::array_of(onnx::decode_tensor(bytes_of(path)));
}

bool same(double a, double b) {
    return a == b || std::abs(a - b) <= 1e-5 * std::max(1., std::abs(b)) || (std::isnan(a) && std::isnan(b));
}

// What differs, or nothing. Throws Error when the case is refused.
std::string difference(const fs::path& folder) {
    const onnx::File file = onnx::decode(bytes_of(folder / "model.onnx"));
    const fs::path data = folder / "test_data_set_0";
    onnx::Arrays inputs;
    for (std::size_t i = 0; i < file.graph.inputs.size(); ++i)
        if (const fs::path one = data / ("input_" + std::to_string(i) + ".pb");
            fs::exists(one))  // others are constants
            inputs[file.graph.inputs[i].name] = tensor_in(one);
    const onnx::Arrays values = onnx::evaluate(file, std::move(inputs));
    for (std::size_t i = 0; i < file.graph.outputs.size(); ++i) {
        const onnx::Array expected = tensor_in(data / ("output_" + std::to_string(i) + ".pb"));
        const auto found = values.find(file.graph.outputs[i].name);
        if (found == values.end()) return "there is no output " + std::to_string(i);
        const onnx::Array& actual = found->second;
        if (actual.dims != expected.dims || actual.type != expected.type || actual.texts != expected.texts)
            return "another shape or type";
        for (Index k = 0; k < expected.size() && !expected.is_text(); ++k)
            if (!same(actual[k], expected[k]))
                return std::to_string(actual[k]) + ", expected " + std::to_string(expected[k]);
    }
    return {};
}

// The ONNX project's own cases: those whose operators are known give what they have to, the others are named.
TEST(OnnxOperators, compute_what_the_cases_of_onnx_expect) {
    const char* data = std::getenv("GRADUS_DATA");
    if (data == nullptr) GTEST_SKIP() << "GRADUS_DATA is not set";
    int passed = 0;
    std::set<std::string> refused;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(data) / "onnx-backend")) {
        if (entry.path().filename() != "model.onnx") continue;
        const fs::path folder = entry.path().parent_path();
        try {
            EXPECT_EQ(difference(folder), "") << folder;
            ++passed;
        } catch (const Error& error) {
            std::cout << folder.filename().string() << ": " << error.what() << "\n";
            refused.insert(folder.filename().string());
        }
    }
    std::cout << passed << " cases pass, " << refused.size() << " are refused\n";
    EXPECT_GE(passed, 110);
    EXPECT_EQ(refused,
              (std::set<std::string>{
                  "test_ai_onnx_ml_label_encoder_tensor_value_only_mapping",  // of whole numbers of 16 bits
                  "test_ai_onnx_ml_tree_ensemble_set_membership", "test_batchnorm_example_training_mode",
                  "test_training_dropout"}));
}

}  // namespace
}  // namespace gradus::test
