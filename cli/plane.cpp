#include "cli/plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/shared_examples.h"
#include "gradus/report/plane.h"

namespace gradus::cli {
namespace {

constexpr int places = 36, number_width = 12;

std::string end_text(const Features& features, std::size_t input, double end) {
    return fmt::format("{:.4g}", features.divisor * features.numeric[input].line.back(end));
}

template <class T>
std::vector<double> answers(const Model<T>& model, const PlaneSide& across, const PlaneSide& upwards) {
    Matrix<T> X(2, places * places);
    for (Index j = 0; j < X.columns(); ++j) {
        X(0, j) = static_cast<T>(across.at(j % places));
        X(1, j) = static_cast<T>(upwards.at(j / places));
    }
    Predictor<T> predict(model.network, X.columns());
    const View<const T> Y = predict(X);
    std::vector<double> result;
    for (Index j = 0; j < X.columns(); ++j) result.push_back(double(Y(0, j)));
    return result;
}

std::string title(const Features& features, const Target& target) {
    const std::string across = visible(features.numeric[0].name), upwards = visible(features.numeric[1].name);
    return target.task == Task::classify
               ? say("{} across, {} upwards; filled: class {} is likelier", across, upwards,
                     visible(target.classes.back()))
               : say("{} across, {} upwards; filled: the answer is above the middle", across, upwards);
}

}  // namespace

template <class T>
static std::vector<std::string> plane_around(const Model<T>& model, const View<const T>& X) {
    const Features& features = model.features;
    const bool one_answer =
        model.network.out().size() == 1 && members(model) == 1 && !is_unsupervised(model.target.task);
    if (!one_answer || features.numeric.size() != 2 || features.width() != 2 || X.columns() == 0) return {};
    const PlaneSide across = plane_side(X, 0, places), upwards = plane_side(X, 1, places);
    const std::vector<double> Y = answers(model, across, upwards);
    const auto [low, high] = std::minmax_element(Y.begin(), Y.end());
    const double middle = model.target.task == Task::classify ? 0.5 : (*low + *high) / 2;
    const auto filled = [&](int row, int column) {
        return Y[std::size_t{places} * static_cast<std::size_t>(row) + static_cast<std::size_t>(column)] >=
               middle;
    };
    constexpr std::array blocks{" ", "\u2584", "\u2580",
                                "\u2588"};  // neither half, the lower, the upper, both
    std::vector<std::string> lines{title(features, model.target)};
    for (int row = places - 1; row > 0; row -= 2) {
        const std::string number = row == places - 1 ? end_text(features, 1, upwards.high)
                                   : row == 1        ? end_text(features, 1, upwards.low)
                                                     : std::string();
        std::string line = pad_left(number, number_width) + " \u2502";
        for (int column = 0; column < places; ++column)
            line += blocks[(filled(row, column) ? 2U : 0U) + (filled(row - 1, column) ? 1U : 0U)];
        lines.push_back(line + "\u2502");
    }
    const std::string last = end_text(features, 0, across.high);
    lines.push_back(std::string(number_width + 2, ' ') +
                    pad_right(end_text(features, 0, across.low), places - display_width(last)) + last);
    return lines;
}

template <class T>
std::vector<std::string> plane_of(const Model<T>& model, const Examples<T>& examples) {
    if (examples.shared_by == nullptr) return plane_around<T>(model, examples.X);
    if (examples.inputs() != 2) return {};
    return plane_around<T>(model, first_shared(examples, examples.count()).view());
}

template std::vector<std::string> plane_of(const Model<float>& model, const Examples<float>& examples);
template std::vector<std::string> plane_of(const Model<double>& model, const Examples<double>& examples);

}  // namespace gradus::cli
