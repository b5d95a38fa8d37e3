// How do numbers become a picture? Lines, dots and bars over two axes, as SVG that keeps its letters readable
// at every width.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

struct Axis {
    std::string title;
    double low = 0;
    double high = 1;
    bool logarithmic = false;

    [[nodiscard]] double place(double value) const;       ///< from 0 at `low` to 1 at `high`
    [[nodiscard]] std::vector<double> ticks() const;      ///< a few round numbers
    [[nodiscard]] static double round_step(double step);  ///< the next of 1, 2, 5, 10, 20, ...
};

/// The axis that shows all of these (finite) numbers. With `may_be_logarithmic` it is so when they are
/// positive and the largest is more than twenty times the smallest.
Axis axis_for(std::string title, std::span<const double> values, bool may_be_logarithmic = false);

struct Point {
    double x = 0;
    double y = 0;
};

class Chart {
public:
    Chart(Axis x, Axis y);

    /// `look` is "a" (a solid line) or "b" (dashes, in another colour).
    void add_line(std::span<const Point> points, std::string_view look, std::string_view name);
    void add_dots(std::span<const Point> points, std::string_view name);
    void add_spot(const Point& point, std::string_view name);  ///< one dot that stands out
    void add_bar(double from, double to, double height);
    void add_mark(double x, std::string_view name);  ///< an upright line

    /// The picture with the sentence that says what is seen, and the numbers in a table.
    [[nodiscard]] std::string html(const std::string& sentence, const std::string& numbers) const;

private:
    [[nodiscard]] std::string at(double x, double y) const;
    void add(std::string_view look, const std::string& path, std::string_view name);

    Axis x_, y_;
    std::string shapes_, legend_;
};

}  // namespace gradus
