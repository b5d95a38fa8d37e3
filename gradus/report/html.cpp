#include "gradus/report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// Okabe and Ito's colours: blue and vermilion on white, sky blue and orange on black. In a chart a second
// sign (dashes, a label) stands beside each colour.
constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --wash: #f6f8fa;
  --a: #0072b2; --b: #d55e00; --right: 0 114 178; --wrong: 213 94 0 }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --soft: #a3acb5;
  --line: #3a424b; --wash: #1d2227; --a: #56b4e9; --b: #e69f00; --right: 0 114 178; --wrong: 213 94 0 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0 } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem } p { margin: .5rem 0; max-width: 44rem } figure { margin: 1rem 0 }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; margin: 1rem 0; list-style: none }
.tiles li { flex: 1 1 9rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; color: var(--soft) }
.tiles b { display: block; font-size: 1.75rem; line-height: 1.2; color: var(--ink) }
.note, figcaption, caption, .legend, .tick, .title { color: var(--soft); font-size: .875rem } caption { text-align: left }
.scroll { overflow-x: auto; margin: .75rem 0 } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; max-width: 20rem }
thead th { color: var(--soft); font-weight: 600; font-size: .875rem; vertical-align: bottom } tbody th { font-weight: 600 }
tbody th { position: sticky; left: 0; background: var(--paper) }
th.n, td.n { text-align: right } .c { white-space: nowrap } th, td { overflow-wrap: normal; min-width: 2.5rem }
th.m { text-align: center } td.c { vertical-align: middle }
.c { min-width: 3.25rem; text-align: center; border: 1px solid var(--paper); background: rgb(var(--wrong) / calc(var(--s) * .6)) }
.c.d { background: rgb(var(--right) / calc(var(--s) * .6)); font-weight: 700; outline: 2px solid var(--ink); outline-offset: -3px }
.c small { display: block; font-weight: 400 }
.plot { display: grid; grid-template-columns: 3.75rem 1fr; grid-template-rows: 16rem 1.5rem auto; margin: .5rem 1.25rem 0 0 }
.plot svg { width: 100%; height: 100%; overflow: visible; border-left: 1px solid var(--soft); border-bottom: 1px solid var(--soft) }
.plot div { position: relative } .plot .title { grid-column: 2; text-align: center } .drawn { width: min(100%, 24rem); margin: .5rem 1rem .5rem 0 } .drawn path { stroke-width: 1.05; vector-effect: none } .legend svg { width: 2rem; height: .75rem }
.tick { position: absolute; white-space: nowrap; font-size: .8125rem } .y .tick { right: .4rem; transform: translateY(50%) }
.image { width: 4.5rem; image-rendering: pixelated; background: #000 } .series { width: 12rem; max-width: none }
.image, .series { display: block } .image path { stroke-width: 1.05; vector-effect: none } .series path { stroke-width: 1.5 }
.sheet { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: .75rem 0; list-style: none }
.sheet li { color: var(--soft); font-size: .75rem; line-height: 1.3; text-align: center } .sheet .series { width: 6rem }
.w { width: 10rem; min-width: 4rem } .bar { display: block; height: .75rem; margin-top: .4rem; background: var(--a) }
.few { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1.5rem }
.few.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)) } .small .plot { grid-template-rows: 8rem 1.5rem auto }
.x { grid-column: 2 } .x .tick { transform: translateX(-50%); top: .1rem }
path { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round } .grid { stroke: var(--line); stroke-width: 1 }
.a { stroke: var(--a) } .b { stroke: var(--b); stroke-dasharray: 7 4 } .mark { stroke: var(--ink); stroke-dasharray: 2 3 }
.dots { stroke: var(--a); stroke-width: 6; stroke-linecap: round; stroke-opacity: .6 } .spot { stroke: var(--b); stroke-width: 11; stroke-linecap: round } .bars { fill: var(--a); stroke: var(--paper); stroke-width: 1 }
.legend span { margin-right: 1.25rem; white-space: nowrap }
summary { cursor: pointer; color: var(--soft); font-size: .875rem } summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--a) }
pre { padding: .75rem; background: var(--wash); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; font-size: .875rem }
pre span { display: inline-block }
@media screen and (max-width: 30rem) { table { font-size: .6875rem } thead th, caption { font-size: .75rem }
  th, td { padding: .25rem .2rem; min-width: 0 } .w { min-width: 2rem; width: 3rem } .tiles b { font-size: 1.35rem } .plot { grid-template-columns: 2.5rem 1fr } }
@media print { body { max-width: none; padding: 0; font-size: 10pt } table, thead th, caption { font-size: 7pt }
  th, td { padding: .1rem .25rem; min-width: 0 } details::details-content { content-visibility: visible } .scroll { overflow: visible } figure, tr, .tiles { break-inside: avoid }
  h2, h3 { break-after: avoid } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
)css";

// The bytes of the character that begins `text`, 0 when none does.
std::size_t character_at(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return is_utf8(text.substr(0, bytes)) ? bytes : 0;
}

std::string shortened(std::string_view text) {
    constexpr std::size_t most = 160;
    if (text.size() <= most) return html_text(text);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    return html_text(text.substr(0, end)) + "…";
}

}  // namespace

std::string html_text(std::string_view text) {
    std::string html;
    while (!text.empty()) {
        const std::size_t bytes = character_at(text);
        const auto first = static_cast<unsigned char>(text.front());
        const bool control = first == 0x7f || (first < 0x20 && first != '\t' && first != '\n');
        if (first == '\n' || first == '\t') {  // in a name; here they would be blanks
            html += visible(text.substr(0, 1));
        } else if (bytes == 0 || control) {
            html += "\xef\xbf\xbd";
        } else if (first == '&') {
            html += "&amp;";
        } else if (first == '<') {
            html += "&lt;";
        } else if (first == '>') {
            html += "&gt;";
        } else if (first == '"') {
            html += "&quot;";
        } else {
            html += text.substr(0, bytes);
        }
        text.remove_prefix(std::max<std::size_t>(bytes, 1));
    }
    return html;
}

std::string four_digits(double number) {
    return std::isnan(number) ? say("missing") : fmt::format("{:.4g}", number == 0 ? 0.0 : number);
}

std::string four_decimals(double number) {
    return fmt::format("{:.4f}", number);
}

std::string with_error(const std::string& value, const std::string& standard_error) {
    return value + " ±\u00a0" + standard_error;
}

std::string with_error(double value, double standard_error) {
    const std::string two_digits = fmt::format("{:.1e}", standard_error);
    const std::size_t e = two_digits.find('e');
    const int decimals = e == std::string::npos ? 0 : 1 - std::stoi(two_digits.substr(e + 1));
    if (!(standard_error > 0) || decimals < 0 || decimals > 12)
        return with_error(four_digits(value), four_digits(standard_error));
    return with_error(fmt::format("{:.{}f}", value, decimals),
                      fmt::format("{:.{}f}", standard_error, decimals));
}

HtmlCell::HtmlCell(std::string_view text) : html(shortened(text)) {}

HtmlCell HtmlCell::decimal(double number) {
    HtmlCell cell(number);
    cell.html = four_decimals(number);
    return cell;
}

HtmlCell HtmlCell::estimate(double value, double standard_error, bool digits) {
    HtmlCell cell(value);
    cell.html = std::isnan(value) ? say("none")
                : digits          ? with_error(value, standard_error)
                                  : with_error(four_decimals(value), four_decimals(standard_error));
    return cell;
}

HtmlTable::HtmlTable(std::string_view caption, const std::vector<HtmlCell>& head)
    : caption_(html_text(caption)), head_(head) {}

void HtmlTable::add(const std::vector<HtmlCell>& row) {
    if (rows_.empty())  // a name stands where its numbers do: at the right, or in the middle of shaded cells
        for (std::size_t i = 0; i < row.size(); ++i)
            head_[i].attributes =
                row[i].attributes.starts_with(" class=\"c") ? " class=\"m\"" : row[i].attributes;
    rows_ += fmt::format("<tr><th scope=\"row\"{}>{}</th>", row.front().attributes, row.front().html);
    for (std::size_t i = 1; i < row.size(); ++i)
        rows_ += fmt::format("<td{}>{}</td>", row[i].attributes, row[i].html);
    rows_ += "</tr>\n";
}

std::string HtmlTable::html() const {
    std::string head;
    for (const HtmlCell& cell : head_)
        head += fmt::format("<th scope=\"col\"{}>{}</th>", cell.attributes, cell.html);
    return fmt::format(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
        "aria-label=\"{0}\">\n<table><caption>{0}</caption>"
        "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}</tbody></table></div>\n",
        caption_, head, rows_);
}

std::string HtmlTable::folded() const {
    return fmt::format("<details><summary>{}</summary>\n", say("The numbers")) + html() + "</details>\n";
}

std::vector<std::size_t> spread(std::size_t n, std::size_t most) {
    std::vector<std::size_t> places;
    const std::size_t count = std::min(n, most);
    for (std::size_t i = 0; i < count; ++i) places.push_back(count < 2 ? 0 : i * (n - 1) / (count - 1));
    return places;
}

std::string html_page(std::string_view title, std::string_view body) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        say("en"), html_text(title), style, body);
}

}  // namespace gradus
