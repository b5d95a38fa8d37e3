#include "cli/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gradus/explain/display_width.h"

namespace gradus::cli {
namespace {

constexpr int columns = 60, rows = 8, label = 12;  // in characters
constexpr int dots_across = 2 * columns, dots_down = 4 * rows;

// U+2800 and a bit for each dot: of the left column from above 1, 2, 3, 7, of the right one 4, 5, 6, 8.
std::string braille(unsigned dots) {
    const unsigned code = 0x2800 + dots;
    return {char(0xE0 | (code >> 12)), char(0x80 | ((code >> 6) & 0x3F)), char(0x80 | (code & 0x3F))};
}

class Dots {
public:
    void set(int x, int y) {
        constexpr std::array<std::array<unsigned, 4>, 2> bits{
            {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
        cells_[static_cast<std::size_t>(y / 4)][static_cast<std::size_t>(x / 2)] |=
            bits[static_cast<std::size_t>(x % 2)][static_cast<std::size_t>(y % 4)];
    }
    [[nodiscard]] std::string row(int i) const {
        std::string text;
        for (const unsigned cell : cells_[static_cast<std::size_t>(i)])
            text += cell == 0 ? " " : braille(cell);
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }

private:
    std::array<std::array<unsigned, columns>, rows> cells_{};
};

// Few values are joined by straight lines.
std::vector<double> a_value_for_each_dot(std::span<const double> values) {
    std::vector<double> result(dots_across);
    for (int x = 0; x < dots_across; ++x) {
        const double place = double(x) * double(values.size() - 1) / (dots_across - 1);
        const auto k = std::min(static_cast<std::size_t>(place), values.size() - 2);
        result[static_cast<std::size_t>(x)] = values[k] + (place - double(k)) * (values[k + 1] - values[k]);
    }
    return result;
}

}  // namespace

std::vector<std::string> plot(std::span<const double> values, const std::string& first,
                              const std::string& last) {
    if (values.size() > 1 && values.size() < dots_across)
        return plot(a_value_for_each_dot(values), first, last);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (low > high) return {};
    const double range = high > low ? high - low : 1;
    Dots dots;
    int before = -1;  // the last dot's height: steps between neighbours are filled
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (!std::isfinite(values[k])) continue;
        const std::size_t steps = std::max<std::size_t>(1, values.size() - 1);
        const int x = static_cast<int>(k * (dots_across - 1) / steps);
        const int y = static_cast<int>(std::lround((high - values[k]) / range * (dots_down - 1)));
        const int from = before < 0 ? y : before;
        for (int dot = std::min(from, y); dot <= std::max(from, y); ++dot) dots.set(x, dot);
        before = y;
    }
    std::vector<std::string> lines;
    for (int i = 0; i < rows; ++i) {
        const std::string number = i == 0          ? fmt::format("{:.4g}", high)
                                   : i == rows - 1 ? fmt::format("{:.4g}", low)
                                                   : std::string();
        lines.push_back(pad_left(number, label) + " " + dots.row(i));
    }
    const int between = columns - display_width(last);
    lines.push_back(std::string(label + 1, ' ') + pad_right(first, between) + last);
    return lines;
}

std::string bar(double share, int width) {
    constexpr std::array parts{"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    const int eighths = std::max(share > 0 ? 1 : 0, static_cast<int>(std::lround(share * width * 8)));
    std::string text;
    for (int i = 0; i < eighths / 8; ++i) text += "\u2588";
    return text + parts[static_cast<std::size_t>(eighths % 8)];
}

}  // namespace gradus::cli
