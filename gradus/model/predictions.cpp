#include "gradus/model/predictions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>

#include "gradus/data/csv.h"

namespace gradus {
namespace {

// 9 digits say which float it is, 17 which double.
std::string digits_of(float value) {
    return fmt::format("{:.9g}", value);
}
std::string digits_of(double value) {
    return fmt::format("{:.17g}", value);
}

template <class T>
Matrix<double> in_double(const Matrix<T>& M) {
    Matrix<double> result(M.rows(), M.columns());
    std::copy_n(M.data(), M.rows() * M.columns(), result.data());
    return result;
}

}  // namespace

template <class T>
Predictions<T>::Predictions(const Model<T>& model, const Matrix<T>& outputs, bool with_values, bool raw)
    : model_(model), outputs_(outputs), raw_(raw || is_foreign()) {
    if (is_foreign()) {
        values_ = in_double(outputs_);
    } else if (has_labels()) {
        if (with_values || raw_) values_ = in_double(outputs_);
    } else if (classifies()) {
        classes_ = classes_of<T>(outputs_);
        if (with_values || raw_) values_ = in_double(probabilities<T>(outputs_));
    } else {
        values_ = in_own_units<T>(model.target, outputs_);
    }
    name_columns();
}

template <class T>
std::string Predictions<T>::header() const {
    std::vector<std::string> fields;
    for (const std::string& column : columns_) fields.push_back(csv_field(column));
    return fmt::format("{}\n", fmt::join(fields, ","));
}

template <class T>
std::string Predictions<T>::line(Index row) const {
    std::vector<std::string> fields;
    if (has_answer()) fields.push_back(csv_field(answer(row)));
    for (Index i = 0; i < values_.rows(); ++i) fields.push_back(field(i, row));
    const std::string text = fmt::format("{}\n", fmt::join(fields, ","));
    return text == "\n" ? "\"\"\n" : text;  // many readers of CSV pass over empty lines
}

// Of a float network only so many digits mean anything, however many stand before the point.
template <class T>
std::string Predictions<T>::field(Index i, Index row) const {
    const double value = values_(i, row);
    if (!leaves_in_double()) return digits_of(static_cast<T>(value));
    if (raw_ || std::is_same_v<T, double>) return digits_of(value);
    constexpr double sure = 1e-5;  // of a standard deviation
    constexpr double places[]{1e0,  1e-1,  1e-2,  1e-3,  1e-4,  1e-5,  1e-6,  1e-7, 1e-8,
                              1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16};
    const Line line = model_.target.lines[static_cast<std::size_t>(i)];
    const auto decimals = std::ranges::count_if(places, [&](double p) { return p > sure * line.divisor; });
    if (decimals == std::ssize(places)) return digits_of(value);  // 1e-100, which would be 0
    return fmt::format("{:.{}f}", value, decimals);
}

template <class T>
std::string Predictions<T>::answer(Index row) const {
    if (classifies())
        return model_.target.classes[static_cast<std::size_t>(classes_[static_cast<std::size_t>(row)])];
    std::string labels;
    for (Index i = 0; i < outputs_.rows(); ++i)
        if (outputs_(i, row) >= T(0.5))
            labels += (labels.empty() ? "" : ";") + model_.target.names[static_cast<std::size_t>(i)];
    return labels;
}

template <class T>
void Predictions<T>::name_columns() {
    if (has_answer()) {
        columns_.emplace_back("prediction");
        const auto& names = classifies() ? model_.target.classes : model_.target.names;
        if (!values_.empty()) columns_.insert(columns_.end(), names.begin(), names.end());
    } else if (raw_) {
        const std::string output = is_foreign()                              ? model_.target.output
                                   : classifies() || has_labels()            ? "probabilities"
                                   : model_.target.task == Task::encode      ? "code"
                                   : model_.target.task == Task::reconstruct ? "reconstruction"
                                                                             : "prediction";
        for (Index i = 0; i < values_.rows(); ++i) columns_.push_back(fmt::format("{}_{}", output, i));
    } else {
        columns_ = model_.target.names;
    }
}

template class Predictions<float>;
template class Predictions<double>;

}  // namespace gradus
