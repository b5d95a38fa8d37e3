// What is a report's model, and how is it made again?

#include <fmt/format.h>

#include <algorithm>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr std::size_t most_rows = 40, most_categories = 12;
constexpr Phrase always_zero = say_later("0: it never varied in training");

// A dense layer's text is its number of units alone.
std::string line_text(const NumericFeature& feature, const Features& features) {
    std::string x = features.divisor == 1 ? "x" : fmt::format("x / {:g}", features.divisor);
    if (features.scaling == Scaling::series) return say("{}, then standardised within each example", x);
    if (feature.line == Line{}) return x;
    if (feature.line.says_nothing()) return say(always_zero);
    return fmt::format("({} - {}) / {}", x, four_digits(feature.line.offset),
                       four_digits(feature.line.divisor));
}

std::string bins_text(const NumericFeature& feature) {
    if (feature.edges.empty()) return {};
    return say("; and how far x is into each of {} bins from {} to {}", feature.bins(),
               four_digits(feature.edges.front()), four_digits(feature.edges.back()));
}

std::string categories_text(const TextFeature& feature) {
    std::string text;
    for (std::size_t i = 0; i < std::min(feature.categories.size(), most_categories); ++i)
        text += (i == 0 ? "" : ", ") + feature.categories[i];
    return feature.categories.size() > most_categories
               ? say("{} and {} more", text, feature.categories.size() - most_categories)
               : text;
}

}  // namespace

std::string recipe_section(const Recipe& recipe) {
    const std::string command = "gradus train " + to_text(recipe);
    // A line breaks between options, not within one.
    std::string words = html_text(command);
    for (std::size_t k = words.find(" --"); k != std::string::npos; k = words.find(" --", k + 1))
        words.replace(k, 1, "</span> <span>");
    return fmt::format("<h2>{}</h2>\n<p>{}</p>\n<pre><code><span>{}</span></code></pre>\n", say("Recipe"),
                       say("This command, given where the data lies, trains the same model."), words);
}

template <class T>
std::string network_section(const Network<T>& network) {
    const auto parameters = static_cast<Index>(network.parameters().size());
    HtmlTable table(say("Layer by layer; shapes are of one example"),
                    {say("layer"), "", say("in"), say("out"), say("parameters")});
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerDescription layer = network.layer(i).describe();
        table.add({static_cast<Index>(i) + 1, (layer.kind == "dense" ? "dense " : "") + layer.text(),
                   network.in_of(i).text(), network.plan(i).out.text(), network.plan(i).parameter_count()});
    }
    return fmt::format("<h2>{}</h2>\n<p>{}, {}.</p>\n{}", say("Network"),
                       say_count(static_cast<Index>(network.size()), "{} layer", "{} layers"),
                       say_count(parameters, "{} parameter", "{} parameters"), table.html());
}

static std::string cycle_text(DateCycle cycle) {
    return cycle == DateCycle::time_of_day   ? say("; sine and cosine of the time of day")
           : cycle == DateCycle::day_of_week ? say("; sine and cosine of the day of week")
                                             : say("; sine and cosine of the day of year");
}

std::string features_section(const Features& features) {
    HtmlTable table(say("What becomes of each column"),
                    {say("column"), say("kind"), say("inputs"), say("value"), say("where it is missing")});
    const std::size_t numeric = std::min(features.numeric.size(), most_rows);
    for (std::size_t i = 0; i < numeric; ++i) {
        const NumericFeature& feature = features.numeric[i];
        table.add({feature.name, feature.in_double ? say("number in double") : say("number"),
                   1 + feature.bins(), line_text(feature, features) + bins_text(feature),
                   "x = " + four_digits(feature.fill)});
    }
    const std::size_t dates = std::min(features.dates.size(), most_rows - numeric);
    for (std::size_t i = 0; i < dates; ++i) {
        const DateFeature& feature = features.dates[i];
        std::string value = feature.line.says_nothing() ? say(always_zero) : say("time, scaled");
        for (const DateCycle cycle : feature.cycles) value += cycle_text(cycle);
        table.add({feature.name, say("date"), static_cast<Index>(feature.width()), value,
                   "x = " + text_of(feature.fill, DateFormat{})});
    }
    const std::size_t text = std::min(features.text.size(), most_rows - numeric - dates);
    for (std::size_t i = 0; i < text; ++i)
        table.add({features.text[i].name, say("text"), static_cast<Index>(features.text[i].categories.size()),
                   features.text[i].never_varies
                       ? say(always_zero)
                       : say("1 for its category, else 0: {}", categories_text(features.text[i])),
                   say("all 0")});
    const std::size_t all = features.numeric.size() + features.dates.size() + features.text.size();
    const std::size_t shown = numeric + dates + text;
    const std::string contents = say(
        "{}: {} of numbers, {}{} of text; scaling: {}.", say_count(features.width(), "{} input", "{} inputs"),
        features.numeric.size(), features.dates.empty() ? "" : say("{} of dates, ", features.dates.size()),
        features.text.size(), scaling_names[static_cast<std::size_t>(features.scaling)]);
    const std::string more = shown < all ? say(" The first {} of {} columns are shown.", shown, all) : "";
    return fmt::format("<h2>{}</h2>\n<p>{}{}</p>\n{}", say("Features"), contents, more, table.html());
}

template std::string network_section(const Network<float>&);
template std::string network_section(const Network<double>&);

}  // namespace gradus
