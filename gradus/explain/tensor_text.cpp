#include "gradus/explain/tensor_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"

namespace gradus {
namespace {

// All numbers of a tensor are written alike, so that they can be compared.
class NumberFormat {
public:
    explicit NumberFormat(const Tensor& tensor) {
        double largest = 0;
        bool whole = true;
        for (const double x : tensor.values) {
            if (!std::isfinite(x)) continue;
            largest = std::max(largest, std::abs(x));
            whole = whole && x == std::floor(x);
        }
        if (whole && largest < 1e6) {
            decimals_ = 0;
        } else if (largest < 0.01 || largest >= 1e5) {
            scientific_ = true;
        }
        for (const double x : tensor.values) width_ = std::max(width_, static_cast<int>(text(x).size()));
    }

    [[nodiscard]] std::string text(double x) const {
        return scientific_ && x != 0 ? fmt::format("{:.3e}", x) : fmt::format("{:.{}f}", x + 0.0, decimals_);
    }
    [[nodiscard]] std::string cell(double x) const { return fmt::format("  {:>{}}", text(x), width_); }
    [[nodiscard]] int cell_width() const { return width_ + 2; }

private:
    int decimals_ = 4;
    bool scientific_ = false;
    int width_ = 1;
};

// Where the numbers of one matrix lie among those of a tensor: of three indices, the first example's or
// filter's.
struct Slice {
    Index rows, columns, row_step, column_step;
};
Slice first_slice(const Tensor& t) {
    if (t.shape.size() == 2) return {t.shape[0], t.shape[1], t.shape[1], 1};
    if (t.of_examples) return {t.shape[0], t.shape[1], t.shape[1] * t.shape[2], t.shape[2]};
    return {t.shape[1], t.shape[2], t.shape[2], 1};
}

std::string statistics_text(const Tensor& tensor, const NumberFormat& format) {
    const auto [least, most] = std::ranges::minmax(tensor.values);
    double sum = 0, zeros = 0;
    for (const double x : tensor.values) {
        sum += x;
        zeros += x == 0 ? 1 : 0;
    }
    const auto n = double(tensor.values.size());
    return say("min {}   max {}   mean {:.4g}   zeros {:.0f} %", format.text(least), format.text(most),
               sum / n, std::floor(100 * zeros / n));
}

constexpr Index most_rows = 12, first_rows = 6;

}  // namespace

std::string shape_text(const Tensor& tensor) {
    return fmt::format("{}", fmt::join(tensor.shape, "x"));
}

std::string row_text(const Tensor& tensor, int width) {
    if (tensor.shape.size() != 2 || tensor.shape[0] != 1) return {};
    const NumberFormat format(tensor);
    if (tensor.columns() * format.cell_width() > width) return {};
    std::string line;
    for (const double x : tensor.values) line += format.cell(x);
    return line;
}

std::vector<std::string> tensor_text(const Tensor& tensor, const std::vector<std::string>& labels,
                                     int indent) {
    const NumberFormat format(tensor);
    const Slice slice = first_slice(tensor);
    int label_width = 0;
    for (const std::string& label : labels) label_width = std::max(label_width, display_width(label));
    label_width = std::min(label_width, 24);

    constexpr int dots = 5;  // "  ..."
    const int room = text_width - indent - label_width;
    const bool wide = slice.columns > room / format.cell_width(), tall = slice.rows > most_rows;
    const Index columns = wide ? (room - dots) / format.cell_width() : slice.columns;
    const Index rows = tall ? first_rows : slice.rows;
    const std::string start(static_cast<std::size_t>(indent), ' ');
    std::vector<std::string> lines;
    if (tensor.shape.size() == 3)
        lines.push_back(start + (tensor.of_examples ? "  " + say("of the first example")
                                                    : "  " + say("of the first row")));
    for (Index i = 0; i < rows; ++i) {
        std::string line = start;
        if (!labels.empty()) line += pad_right(labels[static_cast<std::size_t>(i)], label_width);
        for (Index j = 0; j < columns; ++j)
            line += format.cell(
                tensor.values[static_cast<std::size_t>(i * slice.row_step + j * slice.column_step)]);
        lines.push_back(line + (wide ? "  ..." : ""));
    }
    if (tall) lines.push_back(start + "  ...");
    if (wide || tall || slice.rows * slice.columns < static_cast<Index>(tensor.values.size()))
        lines.push_back(start + "  " + statistics_text(tensor, format));
    return lines;
}

std::vector<std::string> wrapped(const std::string& text, int indent) {
    std::vector<std::string> lines;
    const std::string start(static_cast<std::size_t>(indent), ' ');
    std::string rest = text;
    while (display_width(rest) > text_width) {
        std::size_t end = rest.rfind(' ', text_width);
        const std::size_t first_word = rest.find_first_not_of(' ');
        if (end == std::string::npos || end <= first_word) end = rest.find(' ', first_word);
        if (end == std::string::npos) break;  // one long word
        lines.push_back(rest.substr(0, end));
        rest.replace(0, end + 1, start);
    }
    lines.push_back(rest);
    return lines;
}

}  // namespace gradus
