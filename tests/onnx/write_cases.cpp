// write_cases FOLDER: each case as a model file, and a JSON file with its inputs and our outputs; of some the
// text file that they come from.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gradus/export/onnx/features.h"
#include "gradus/export/onnx/onnx.h"
#include "tests/onnx/cases.h"

namespace gradus::test {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
    return std::isnan(x) ? Json("nan") : Json(x);
}

// A tensor as runner.js reads it.
template <class F>
Json tensor(const std::string& type, std::vector<Index> dims, F for_each) {
    Json data = Json::array();
    for_each([&data](const Json& item) { data.push_back(item); });
    return {{"type", type}, {"dims", dims}, {"data", data}};
}

template <class T>
constexpr const char* type_name = std::is_same_v<T, double> ? "float64" : "float32";

template <class T>
const char* type_of_column(const NumericFeature& feature) {
    return feature.in_double ? type_name<double> : type_name<T>;
}

template <class T>
Json numbers_input(const Model<T>& model, const Table& table) {
    const Shape shape = onnx::input_shape(model.features, model.network.in());
    std::vector<Index> dims{table.rows, shape.channels};
    if (shape.length > 1) dims.push_back(shape.length);
    return {{"features", tensor(type_of_column<T>(model.features.numeric.front()), dims, [&](auto add) {
                 for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows); ++row)
                     for (const Column& column : table.columns) add(number(column.numbers[row]));
             })}};
}

template <class T>
Json column_inputs(const Model<T>& model, const Table& table) {
    Json inputs;
    for (const Column& column : table.columns) {
        const auto feature = std::ranges::find(model.features.numeric, column.name, &NumericFeature::name);
        const auto add_texts = [&](auto add) {
            for (const std::int32_t code : column.codes)
                add(code == Column::no_text ? "" : column.texts[static_cast<std::size_t>(code)]);
        };
        const auto add_numbers = [&](auto add) {
            for (const double x : column.numbers) add(number(x));
        };
        const auto type = [&] { return column.is_date() ? type_name<double> : type_of_column<T>(*feature); };
        inputs[column.name] = column.is_text() ? tensor("string", {table.rows, 1}, add_texts)
                                               : tensor(type(), {table.rows, 1}, add_numbers);
    }
    return inputs;
}

template <class T>
Json row_by_row(const Matrix<T>& M) {
    return tensor(type_name<T>, {M.columns(), M.rows()}, [&](auto add) {
        for (Index j = 0; j < M.columns(); ++j)
            for (Index i = 0; i < M.rows(); ++i) add(number(M(i, j)));
    });
}

// In float; or in double, and then to be right on the scale of the network, however large the numbers are.
template <class T>
Json predictions(const Model<T>& model, const Matrix<double>& values) {
    Json json = row_by_row(values);
    if (model.target.in_double) {
        json["step"] = model.target.lines.front().divisor;
    } else {
        json["type"] = type_name<T>;
    }
    return json;
}

template <class T>
Json labels_of(const Matrix<T>& A) {
    const Json label = tensor("int64", {A.columns(), A.rows()}, [&](auto add) {
        for (Index j = 0; j < A.columns(); ++j)
            for (Index i = 0; i < A.rows(); ++i) add(A(i, j) >= T(0.5) ? 1 : 0);
    });
    return {{"label", label}, {"probabilities", row_by_row(A)}};
}

template <class T>
Json expected(const Model<T>& model, const Table& table) {
    const Matrix<T> A = outputs(model, table);
    if (model.target.task == Task::regress)
        return {{"prediction", predictions(model, in_own_units<T>(model.target, A))}};
    if (model.target.task == Task::multilabel) return labels_of(A);
    if (model.target.task == Task::encode) return {{"code", row_by_row(A)}};
    if (model.target.task == Task::reconstruct)
        return {{"reconstruction", predictions(model, in_own_units<T>(model.target, A))}};
    Json labels = Json::array();
    for (const Index i : classes_of<T>(A))
        labels.push_back(model.target.classes[static_cast<std::size_t>(i)]);
    return {{"label", labels}, {"probabilities", row_by_row(probabilities<T>(A))}};
}

// With a file, which the program is asked about as well.
void write(const std::filesystem::path& folder, const std::string& name, const AnyModel& any,
           const Table& table, const std::string& csv) {
    std::ofstream(folder / (name + ".onnx"), std::ios::binary) << to_onnx(any);
    if (!csv.empty()) std::ofstream(folder / (name + ".csv")) << csv;
    std::visit(
        [&](const auto& model) {
            using T = std::remove_cvref_t<decltype(model.network.parameters()[0])>;
            const bool together = onnx::has_one_input(model.features, model.network.in(), onnx::type_of<T>);
            const Json inputs = together ? numbers_input(model, table) : column_inputs(model, table);
            std::ofstream(folder / (name + ".json"))
                << Json{{"inputs", inputs}, {"outputs", expected<T>(model, table)}};
        },
        any);
}

}  // namespace
}  // namespace gradus::test

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    for (const gradus::test::OnnxCase& one : gradus::test::onnx_cases())
        gradus::test::write(folder, one.name, one.model, one.table, "");
    for (const gradus::test::OnnxFileCase& one : gradus::test::onnx_file_cases())
        gradus::test::write(folder, one.name, one.model, one.table, one.csv);
}
