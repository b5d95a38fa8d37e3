#include "gradus/report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gradus/report/html.h"

namespace gradus {
namespace {

constexpr double side = 1000;  // of the picture, in its own units

std::vector<double> powers_of_ten(double low, double high) {
    std::vector<double> ticks;
    const bool few = high / low<1000, many = high / low> 1e7;
    const int step = many ? static_cast<int>(std::ceil(std::log10(high / low) / 6)) : 1;
    for (int power = static_cast<int>(std::floor(std::log10(low))); std::pow(10, power) <= high;
         power += step)
        for (const double digit : {1.0, 2.0, 5.0}) {
            const double tick = digit * std::pow(10, power);
            if (low <= tick && tick <= high && (digit == 1 || few)) ticks.push_back(tick);
        }
    return ticks;
}

}  // namespace

double Axis::place(double value) const {
    return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

double Axis::round_step(double step) {
    const double power = std::pow(10, std::floor(std::log10(step)));
    const double digits = step / power;
    return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
}

std::vector<double> Axis::ticks() const {
    if (logarithmic) return powers_of_ten(low, high);
    const double step = round_step((high - low) / 5);
    std::vector<double> ticks;
    constexpr int most = 20;  // where the ends are almost equal, a step further may be the same number
    const double first = std::ceil(low / step);
    for (int i = 0; i < most && (first + i) * step <= high; ++i) ticks.push_back((first + i) * step);
    return ticks;
}

Axis axis_for(std::string title, std::span<const double> values, bool may_be_logarithmic) {
    const auto [low, high] = std::ranges::minmax(values);
    constexpr double wide = 20, margin = 0.04;
    if (may_be_logarithmic && low > 0 && high / low > wide) {
        const double factor = std::pow(high / low, margin);
        return {std::move(title), low / factor, high * factor, true};
    }
    const double rounding =
        16 * std::numeric_limits<double>::epsilon() * std::max(std::abs(low), std::abs(high));
    const double room = high - low > rounding ? (high - low) * margin : std::max(std::abs(high), 1.0) / 2;
    return {std::move(title), low - room, high + room};
}

Chart::Chart(Axis x, Axis y) : x_(std::move(x)), y_(std::move(y)) {
    std::string grid;
    for (const double tick : y_.ticks()) grid += at(x_.low, tick) + fmt::format("H{:.0f}", side);
    add("grid", grid, "");
}

std::string Chart::at(double x, double y) const {
    return fmt::format("M{:.1f} {:.1f}", side * x_.place(x), side * (1 - y_.place(y)));
}

void Chart::add(std::string_view look, const std::string& path, std::string_view name) {
    shapes_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", look, path);
    if (name.empty()) return;
    const char* sample = look == "dots" || look == "spot" ? "M16 6h0"
                         : look == "mark"                 ? "M16 0V12"
                                                          : "M0 6H32";
    legend_ += fmt::format(
        "<span><svg viewBox=\"0 0 32 12\" aria-hidden=\"true\"><path class=\"{}\" d=\"{}\"/></svg> "
        "{}</span>\n",
        look, sample, html_text(name));
}

void Chart::add_line(std::span<const Point> points, std::string_view look, std::string_view name) {
    std::string path;
    for (const Point& point : points) {
        std::string next = at(point.x, point.y);
        if (!path.empty()) next.front() = 'L';
        path += next;
    }
    if (points.size() == 1) path += "h0";
    add(look, path, name);
}

void Chart::add_dots(std::span<const Point> points, std::string_view name) {
    std::string path;
    for (const Point& point : points) path += at(point.x, point.y) + "h0";
    add("dots", path, name);
}

void Chart::add_spot(const Point& point, std::string_view name) {
    add("spot", at(point.x, point.y) + "h0", name);
}

void Chart::add_bar(double from, double to, double height) {
    add("bars",
        at(from, 0) + fmt::format("V{:.1f}H{:.1f}V{:.1f}Z", side * (1 - y_.place(height)),
                                  side * x_.place(to), side * (1 - y_.place(0))),
        "");
}

void Chart::add_mark(double x, std::string_view name) {
    add("mark", at(x, y_.low) + "V0", name);
}

std::string Chart::html(const std::string& sentence, const std::string& numbers) const {
    std::string x_ticks, y_ticks;
    const auto label = [](const char* edge, double place, double tick) {
        return fmt::format("<span class=\"tick\" style=\"{}:{:.2f}%\">{:.6g}</span>", edge, 100 * place,
                           tick == 0 ? 0.0 : tick);
    };
    for (const double tick : x_.ticks()) x_ticks += label("left", x_.place(tick), tick);
    for (const double tick : y_.ticks()) y_ticks += label("bottom", y_.place(tick), tick);
    const std::string text = html_text(sentence);
    return fmt::format(
        "<figure>\n<figcaption>{0}</figcaption>\n<div class=\"legend\">{1}</div>\n"
        "<div class=\"title\">{2}{3}</div>\n<div class=\"plot\"><div class=\"y\" "
        "aria-hidden=\"true\">{4}</div>"
        "<svg viewBox=\"0 0 {5} {5}\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"{0}\">\n{6}</svg>"
        "<div class=\"x\" aria-hidden=\"true\">{7}</div><div class=\"title\">{8}</div></div>\n{9}</figure>\n",
        text, legend_, html_text(y_.title), y_.logarithmic ? " (logarithmic)" : "", y_ticks, side, shapes_,
        x_ticks, html_text(x_.title), numbers);
}

}  // namespace gradus
