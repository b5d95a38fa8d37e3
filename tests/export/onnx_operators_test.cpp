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

// y = expand(x, [size]), then one more operator of it.
onnx::Arrays expanded(Index size,
                      onnx::Node last = {.operation = "Identity", .inputs = {"y"}, .outputs = {"z"}},
                      Index numbers_there = 1) {
    const std::vector<Index> dims{size};
    const std::vector<float> there(static_cast<std::size_t>(numbers_there));
    onnx::File file{.operators = {{.domain = "", .version = 17}}};
    file.graph.initializers = {onnx::tensor_of<Index>("dims", {1}, dims),
                               onnx::tensor_of<float>("there", {numbers_there}, there)};
    file.graph.nodes = {{.operation = "Expand", .inputs = {"x", "dims"}, .outputs = {"y"}}, std::move(last)};
    return onnx::evaluate(file, {{"x", {.type = onnx::Type::float32, .dims = {1}, .numbers = {3}}}});
}

std::string refusal(Index size, const onnx::Node& last, Index numbers_there = 1) {
    try {
        expanded(size, last, numbers_there);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

// Else a file of some hundred bytes could fill the memory; what it really holds may be moved about.
TEST(OnnxOperators, take_memory_as_much_as_is_in_the_file_or_is_usual) {
    const onnx::Node same{.operation = "Identity", .inputs = {"y"}, .outputs = {"z"}},
        negative{.operation = "Neg", .inputs = {"y"}, .outputs = {"z"}},
        reduced{.operation = "ReduceSum", .inputs = {"y"}, .outputs = {"z"}};
    const std::string at_most = "one example takes too much memory or time, expected at most ";
    constexpr Index usual = Index{1} << 24;
    EXPECT_EQ(refusal(usual / 2, negative), "");
    EXPECT_EQ(refusal(usual / 2 + 1, negative), at_most + "16777216 numbers and 2147483648 multiplications");
    EXPECT_EQ(refusal(usual / 2 + 1, negative, usual), "");
    EXPECT_EQ(expanded(5, reduced).at("z").numbers, std::vector<double>{15});
    EXPECT_EQ(expanded(5, same).at("z").numbers, std::vector<double>(5, 3));
}

}  // namespace
}  // namespace gradus::test
