// How are numbers brought to the size that suits a network, and when is float too coarse for them?
#pragma once

#include <cmath>
#include <limits>
#include <span>

namespace gradus {

/// x -> (x - offset) / divisor. What never varies is divided by 1.
struct Line {
    double offset = 0;   ///< what is taken away
    double divisor = 1;  ///< never 0; infinite: every x becomes 0

    bool operator==(const Line&) const = default;

    /// The line that makes 0 of every number: of what was always the same, no weight has learned what another
    /// would mean.
    static Line to_nothing(double always) {
        return {.offset = always, .divisor = std::numeric_limits<double>::infinity()};
    }
    /// Is it such a line?
    [[nodiscard]] bool says_nothing() const { return std::isinf(divisor); }

    /// What y was made of: y divisor + offset; where every x became 0, what was always the same.
    [[nodiscard]] double back(double y) const { return says_nothing() ? offset : y * divisor + offset; }
};

/// Are there no two different numbers among these? NaN is passed over.
bool never_varies(std::span<const double> numbers);

/// The line that gives numbers mean 0 and standard deviation 1; missing ones (NaN) are passed over. It sees
/// all of them, in parts, and then sees them once more.
class StandardLine {
public:
    void see(std::span<const double> numbers);        ///< how many there are, and their mean
    void see_again(std::span<const double> numbers);  ///< how far they are from it
    /// The line.
    [[nodiscard]] Line line() const;
    /// Are there two different numbers among them?
    [[nodiscard]] bool varies() const { return smallest_ < largest_; }

private:
    [[nodiscard]] double mean() const { return sum_ / count_; }

    double count_ = 0, sum_ = 0, squares_ = 0;
    double smallest_ = std::numeric_limits<double>::infinity(),
           largest_ = -std::numeric_limits<double>::infinity();
};

/// The same of numbers that are all here.
Line standard_line(std::span<const double> numbers);

/// The line that brings them to 0 .. 1.
Line minmax_line(std::span<const double> numbers);

/// Would float make one number of some that differ (1e9 + 1 and 1e9 + 2), or of one an infinite one? NaN is
/// passed over. Whole numbers count however far they are spread; others only where the step of float, at the
/// largest, is more than 2^-14 of their standard deviation: further digits are noise to a network.
bool float_merges(std::span<const double> numbers);

/// Would float give back predictions of these numbers in steps that are seen? float_merges, or steps of more
/// than 2^-10 of their standard deviation.
bool float_is_coarse(std::span<const double> numbers);

}  // namespace gradus
