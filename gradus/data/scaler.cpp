#include "gradus/data/scaler.h"

#include <algorithm>
#include <cmath>

namespace gradus {

template <class F>
static void for_each(View<const double> numbers, F f) {
    for (Index j = 0; j < numbers.columns(); ++j)
        for (Index i = 0; i < numbers.rows(); ++i) f(numbers(i, j));
}

struct Extent {
    double smallest;
    double range;
};

static Extent extent(View<const double> numbers) {
    double smallest = numbers(0, 0), largest = smallest;
    for_each(numbers, [&](double x) {
        smallest = std::min(smallest, x);
        largest = std::max(largest, x);
    });
    return {smallest, largest - smallest};
}

Scaler::Line Scaler::standard(View<const double> numbers) {
    const auto [smallest, range] = extent(numbers);
    if (range == 0) return {.offset = smallest, .divisor = 1};  // a rounded deviation need not be 0
    const double count = double(numbers.rows() * numbers.columns());
    double sum = 0, squares = 0;
    for_each(numbers, [&](double x) { sum += x; });
    const double mean = sum / count;
    for_each(numbers, [&](double x) { squares += (x - mean) * (x - mean); });
    const double deviation = std::sqrt(squares / count);
    // the square of a tiny number is 0, of a huge one infinite: then the range has to do
    return {.offset = mean, .divisor = deviation > 0 && std::isfinite(deviation) ? deviation : range};
}

Scaler::Line Scaler::minmax(View<const double> numbers) {
    const auto [smallest, range] = extent(numbers);
    return {.offset = smallest, .divisor = range > 0 ? range : 1};
}

Scaler::Scaler(Scaling scaling, View<const double> X) : scaling_(scaling) {
    if (scaling == Scaling::none || scaling == Scaling::series) return;
    for (Index i = 0; i < X.rows(); ++i) {
        const View<const double> feature = X.rows({i, i + 1});
        features_.push_back(scaling == Scaling::standard ? standard(feature) : minmax(feature));
    }
}

void Scaler::apply(View<double> X) const {
    if (scaling_ == Scaling::none) return;
    for (Index j = 0; j < X.columns(); ++j) {
        const Line whole = scaling_ == Scaling::series ? standard(X.columns({j, j + 1})) : Line{};
        for (Index i = 0; i < X.rows(); ++i) {
            const Line& line = scaling_ == Scaling::series ? whole : features_[static_cast<std::size_t>(i)];
            X(i, j) = (X(i, j) - line.offset) / line.divisor;
        }
    }
}

}  // namespace gradus
