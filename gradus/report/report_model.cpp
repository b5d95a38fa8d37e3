// What is a report's model, and how is it made again?

#include <fmt/format.h>

#include <algorithm>

#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr std::size_t most_rows = 40, most_categories = 12;
constexpr const char* always_zero = "0: it never varied in training";

// A dense layer's text is its number of units alone.
std::string line_text(const NumericFeature& feature, const Features& features) {
    std::string x = features.divisor == 1 ? "x" : fmt::format("x / {:g}", features.divisor);
    if (features.scaling == Scaling::series) return x + ", then standardised within each example";
    if (feature.line == Line{}) return x;
    if (feature.line.says_nothing()) return always_zero;
    return fmt::format("({} - {}) / {}", x, four_digits(feature.line.offset),
                       four_digits(feature.line.divisor));
}

std::string categories_text(const TextFeature& feature) {
    std::string text;
    for (std::size_t i = 0; i < std::min(feature.categories.size(), most_categories); ++i)
        text += (i == 0 ? "" : ", ") + feature.categories[i];
    if (feature.categories.size() > most_categories)
        text += fmt::format(" and {} more", feature.categories.size() - most_categories);
    return text;
}

}  // namespace

std::string recipe_section(const Recipe& recipe) {
    const std::string command = "gradus train " + to_text(recipe);
    // A line breaks between options, not within one.
    std::string words = html_text(command);
    for (std::size_t k = words.find(" --"); k != std::string::npos; k = words.find(" --", k + 1))
        words.replace(k, 1, "</span> <span>");
    return fmt::format(
        "<h2>Recipe</h2>\n<p>This command, given where the data lies, trains the same model.</p>\n"
        "<pre><code><span>{}</span></code></pre>\n",
        words);
}

template <class T>
std::string network_section(const Network<T>& network) {
    const auto parameters = static_cast<Index>(network.parameters().size());
    HtmlTable table("Layer by layer; shapes are of one example", {"layer", "", "in", "out", "parameters"});
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerDescription layer = network.layer(i).describe();
        table.add({static_cast<Index>(i) + 1, (layer.kind == "dense" ? "dense " : "") + layer.text(),
                   network.in_of(i).text(), network.plan(i).out.text(), network.plan(i).parameter_count()});
    }
    return fmt::format("<h2>Network</h2>\n<p>{}, {}.</p>\n{}",
                       count_text(static_cast<Index>(network.size()), "layer"),
                       count_text(parameters, "parameter"), table.html());
}

std::string features_section(const Features& features) {
    HtmlTable table("What becomes of each column",
                    {"column", "kind", "inputs", "value", "where it is missing"});
    const std::size_t numeric = std::min(features.numeric.size(), most_rows);
    for (std::size_t i = 0; i < numeric; ++i) {
        const NumericFeature& feature = features.numeric[i];
        table.add({feature.name, feature.in_double ? "number in double" : "number", Index{1},
                   line_text(feature, features), "x = " + four_digits(feature.fill)});
    }
    const std::size_t dates = std::min(features.dates.size(), most_rows - numeric);
    for (std::size_t i = 0; i < dates; ++i) {
        const DateFeature& feature = features.dates[i];
        std::string value = feature.line.says_nothing() ? always_zero : "time, scaled";
        for (const DateCycle cycle : feature.cycles)
            value +=
                std::string("; sine and cosine of the ") + date_cycle_names[static_cast<std::size_t>(cycle)];
        table.add({feature.name, "date", static_cast<Index>(feature.width()), value,
                   "x = " + text_of(feature.fill, DateFormat{})});
    }
    const std::size_t text = std::min(features.text.size(), most_rows - numeric - dates);
    for (std::size_t i = 0; i < text; ++i)
        table.add({features.text[i].name, "text", static_cast<Index>(features.text[i].categories.size()),
                   features.text[i].never_varies
                       ? std::string(always_zero)
                       : "1 for its category, else 0: " + categories_text(features.text[i]),
                   "all 0"});
    const std::size_t all = features.numeric.size() + features.dates.size() + features.text.size();
    const std::size_t shown = numeric + dates + text;
    return fmt::format("<h2>Features</h2>\n<p>{}: {} of numbers, {}{} of text; scaling: {}.{}</p>\n{}",
                       count_text(features.width(), "input"), features.numeric.size(),
                       features.dates.empty() ? "" : fmt::format("{} of dates, ", features.dates.size()),
                       features.text.size(), scaling_names[static_cast<std::size_t>(features.scaling)],
                       shown < all ? fmt::format(" The first {} of {} columns are shown.", shown, all) : "",
                       table.html());
}

template std::string network_section(const Network<float>&);
template std::string network_section(const Network<double>&);

}  // namespace gradus
