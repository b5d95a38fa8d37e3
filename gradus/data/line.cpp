#include "gradus/data/line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace gradus {
namespace {

struct Extent {
    double smallest = 0;
    double range = 0;
};

std::vector<double> present(std::span<const double> numbers) {
    std::vector<double> result;
    result.reserve(numbers.size());
    std::ranges::copy_if(numbers, std::back_inserter(result), [](double x) { return !std::isnan(x); });
    return result;
}

Extent extent(std::span<const double> numbers) {
    if (numbers.empty()) return {};
    const auto [smallest, largest] = std::ranges::minmax(numbers);
    return {smallest, largest - smallest};
}

bool is_float(double x) {
    return std::abs(x) <= double(std::numeric_limits<float>::max()) && double(float(x)) == x;
}

// The distance of neighbours in float at the largest of these numbers.
double step_of_float(std::span<const double> numbers) {
    double largest = 0;
    for (const double x : numbers) largest = std::max(largest, std::abs(x));
    if (largest > double(std::numeric_limits<float>::max())) return std::numeric_limits<double>::infinity();
    return double(std::nextafter(float(largest), std::numeric_limits<float>::infinity())) -
           double(float(largest));
}

bool merges(std::vector<double> numbers, double step, double deviation) {
    constexpr double seen = 0x1p-14;
    if (std::isinf(step)) return true;
    const bool whole = std::ranges::all_of(numbers, [](double x) { return x == std::trunc(x); });
    if (!whole && step <= seen * deviation) return false;
    std::ranges::sort(numbers);
    return std::ranges::adjacent_find(
               numbers, [](double a, double b) { return a < b && float(a) == float(b); }) != numbers.end();
}

}  // namespace

bool never_varies(std::span<const double> numbers) {
    return extent(present(numbers)).range == 0;
}

void StandardLine::see(std::span<const double> numbers) {
    for (const double x : numbers) {
        if (std::isnan(x)) continue;
        ++count_;
        sum_ += x;
        smallest_ = std::min(smallest_, x);
        largest_ = std::max(largest_, x);
    }
}

void StandardLine::see_again(std::span<const double> numbers) {
    const double middle = mean();
    for (const double x : numbers)
        if (!std::isnan(x)) squares_ += (x - middle) * (x - middle);
}

Line StandardLine::line() const {
    if (count_ == 0) return {};
    const double range = largest_ - smallest_;
    if (range == 0) return {.offset = smallest_, .divisor = 1};  // a rounded deviation need not be 0
    const double deviation = std::sqrt(squares_ / count_);
    // the square of a tiny number is 0, of a huge one infinite: then the range has to do
    return {.offset = mean(), .divisor = deviation > 0 && std::isfinite(deviation) ? deviation : range};
}

Line standard_line(std::span<const double> numbers) {
    StandardLine line;
    line.see(numbers);
    line.see_again(numbers);
    return line.line();
}

Line minmax_line(std::span<const double> all) {
    const auto [smallest, range] = extent(present(all));
    return {.offset = smallest, .divisor = range > 0 ? range : 1};
}

bool float_merges(std::span<const double> all) {
    if (std::ranges::all_of(all, [](double x) { return std::isnan(x) || is_float(x); })) return false;
    return merges(present(all), step_of_float(all), standard_line(all).divisor);
}

bool float_is_coarse(std::span<const double> all) {
    constexpr double seen = 0x1p-10;
    const std::vector<double> numbers = present(all);
    const double step = step_of_float(numbers), deviation = standard_line(numbers).divisor;
    return extent(numbers).range > 0 && (step > seen * deviation || float_merges(numbers));
}

}  // namespace gradus
