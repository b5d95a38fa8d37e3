// How is a page written? With text that cannot break it, tables, and nothing that lies elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// Text as it may stand in HTML and between quotes of an attribute: & < > " as entities; what HTML forbids
/// (control characters, bytes that are not UTF-8) as U+FFFD.
std::string html_text(std::string_view text);

/// Four significant digits: "0.9855", "1.235e+06"; NaN is "missing".
std::string four_digits(double number);

/// Four decimals: "0.9855", for shares and their like.
std::string four_decimals(double number);

/// "0.04042 ± 0.00083": both texts, which a line may break before the sign only.
std::string with_error(const std::string& value, const std::string& standard_error);

/// The same of numbers: two digits of the standard error, and the value as far as they go.
std::string with_error(double value, double standard_error);

/// A cell of a table. Text is escaped, and cut when it is very long; numbers stand at the right.
struct HtmlCell {
    HtmlCell(std::string_view text);
    HtmlCell(const std::string& text) : HtmlCell(std::string_view(text)) {}
    HtmlCell(const char* text) : HtmlCell(std::string_view(text)) {}
    HtmlCell(double number) : html(four_digits(number)), attributes(" class=\"n\"") {}
    static HtmlCell decimal(double number);  ///< as four_decimals
    /// "0.8315 ± 0.0280", as four_decimals; `digits`: as with_error. NaN is "none".
    static HtmlCell estimate(double value, double standard_error, bool digits = false);
    HtmlCell(Index number) : html(std::to_string(number)), attributes(" class=\"n\"") {}

    std::string html;
    std::string attributes = {};
};

/// A table with a caption; the first cell of each row is its header.
class HtmlTable {
public:
    HtmlTable(std::string_view caption, const std::vector<HtmlCell>& head);

    void add(const std::vector<HtmlCell>& row);
    [[nodiscard]] std::string html() const;
    [[nodiscard]] std::string folded() const;  ///< to be opened by who wants to see the numbers

private:
    std::string caption_;
    std::vector<HtmlCell> head_;
    std::string rows_;
};

/// Numbers 0 .. n - 1, or `most` of them at equal distances, with the first and the last.
std::vector<std::size_t> spread(std::size_t n, std::size_t most);

/// A whole page. Its styles are part of it; it asks for no other file, and runs no script.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace gradus
