// What does an example look like, if it is an image or a series?

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr Index most_pixels = 32;  // of a side
constexpr int greys = 15;          // besides black
constexpr Index most_channels = 4;
constexpr std::size_t most_places = 120;

double number(const Table& table, Index column, Index row) {
    return table.columns[static_cast<std::size_t>(column)].numbers[static_cast<std::size_t>(row)];
}

// The mean of a square of pixels, over the colours too, from 0 (black) to `greys`.
int grey(const Table& table, Index row, Index top, Index left, Index step) {
    const Index height = table.image[0], width = table.image[1];
    const Index colours = table.image.size() > 2 ? table.image[2] : 1;
    double sum = 0, count = 0;
    for (Index y = top; y < std::min(height, top + step); ++y)
        for (Index x = left; x < std::min(width, left + step); ++x)
            for (Index c = 0; c < colours; ++c, ++count) {
                const double value = number(table, (y * width + x) * colours + c, row);
                if (!std::isnan(value)) sum += value / table.divisor;
            }
    return static_cast<int>(std::lround(std::clamp(sum / count, 0.0, 1.0) * greys));
}

// Runs of the same grey are one stroke; black is the background.
std::string image(const Table& table, Index row) {
    const Index height = table.image[0], width = table.image[1];
    const Index step = (std::max(height, width) + most_pixels - 1) / most_pixels;
    std::array<std::string, greys + 1> strokes;
    const Index rows = (height + step - 1) / step, columns = (width + step - 1) / step;
    for (Index y = 0; y < rows; ++y)
        for (Index x = 0; x < columns;) {
            const int shade = grey(table, row, y * step, x * step, step);
            const Index begin = x;
            while (x < columns && grey(table, row, y * step, x * step, step) == shade) ++x;
            strokes[static_cast<std::size_t>(shade)] += fmt::format("M{} {}.5h{}", begin, y, x - begin);
        }
    std::string paths;
    for (int shade = 1; shade <= greys; ++shade) {
        const std::string& stroke = strokes[static_cast<std::size_t>(shade)];
        const int light = 255 * shade / greys;
        if (!stroke.empty())
            paths += fmt::format("<path stroke=\"#{0:02x}{0:02x}{0:02x}\" d=\"{1}\"/>", light, stroke);
    }
    return fmt::format("<svg class=\"image\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">{}</svg>",
                       columns, rows, say("the image"), paths);
}

// A channel over its own range, 100 wide and 30 high; missing numbers are left out.
std::string channel(const Table& table, Index first, Index length, Index row, Index top) {
    double low = 0, high = 0;
    bool any = false;
    for (Index i = first; i < first + length; ++i) {
        const double value = number(table, i, row);
        if (std::isnan(value)) continue;
        low = any ? std::min(low, value) : value;
        high = any ? std::max(high, value) : value;
        any = true;
    }
    std::string path;
    for (const std::size_t i : spread(static_cast<std::size_t>(length), most_places)) {
        const double value = number(table, first + static_cast<Index>(i), row);
        if (std::isnan(value)) continue;
        const double part = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L",
                            100.0 * double(i) / double(std::max<Index>(1, length - 1)),
                            double(top) + 28 - 26 * part);
    }
    return fmt::format("<path class=\"a\" d=\"{}\"/>", path);
}

}  // namespace

Pictures::Pictures(const Table& table, const Shape& shape) : table_(table) {
    const auto columns = static_cast<Index>(table.columns.size());
    const bool numbers =
        std::ranges::none_of(table.columns, [](const Column& column) { return column.is_text(); });
    if (!numbers) return;
    if (table.image.size() > 1) {
        Index pixels = 1;
        for (const Index size : table.image) pixels *= size;
        are_images_ = pixels == columns;
    } else if (table.length > 1 && table.channels * table.length == columns) {
        channels_ = table.channels;
    } else if (shape.length > 1 && shape.size() == columns) {
        channels_ = shape.channels;
    }
}

std::string Pictures::of(Index row) const {
    if (are_images_) return image(table_, row);
    const Index length = static_cast<Index>(table_.columns.size()) / channels_;
    const Index shown = std::min(channels_, most_channels);
    std::string paths;
    for (Index c = 0; c < shown; ++c) paths += channel(table_, c * length, length, row, 30 * c);
    return fmt::format("<svg class=\"series\" viewBox=\"0 0 100 {}\" role=\"img\" aria-label=\"{}\">{}</svg>",
                       30 * shown, say("the series"), paths);
}

std::string Pictures::note() const {
    if (are_images_)
        return say(" An image is shown in {} greys, of at most {} x {} pixels.", greys + 1, most_pixels,
                   most_pixels);
    return channels_ > most_channels
               ? say(" A series is shown at up to {} places, each channel over its own range; the first {} "
                     "of {} "
                     "channels.",
                     most_places, most_channels, channels_)
               : say(" A series is shown at up to {} places, each channel over its own range.", most_places);
}

}  // namespace gradus
