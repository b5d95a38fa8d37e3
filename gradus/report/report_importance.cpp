// Which columns does a report's model need?

#include <fmt/format.h>

#include <algorithm>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr std::size_t most_bars = 30;
constexpr Index most_examples = 2000, fewest_examples = 20;
constexpr double most_work = 1e9;  // multiplications, about: seconds at most
constexpr int repeats = 5;

// So many examples may be asked about; 0: too few would be.
template <class T>
Index affordable(const Model<T>& model, Index examples) {
    const Network<T>& network = model.network;
    const double once = double(members(model)) * double(network.parameters().size() + 1) *
                        double(network.in().length) * double(model.features.sources().size()) * (repeats + 1);
    const auto rows = static_cast<Index>(std::min(most_work / once, double(most_examples)));
    return rows < std::min(examples, fewest_examples) ? 0 : std::min(examples, rows);
}

HtmlCell bar(double value, double largest) {
    HtmlCell cell("");
    const double share = largest > 0 ? std::clamp(value / largest, 0.0, 1.0) : 0;
    cell.html = fmt::format("<span class=\"bar\" style=\"width:{:.1f}%\"></span>", 100 * share);
    cell.attributes = " class=\"w\"";
    return cell;
}

std::string table_of(const std::vector<ColumnImportance>& columns, Task task) {
    const bool classify = task != Task::regress;
    const std::size_t shown = std::min(columns.size(), most_bars);
    HtmlTable table(shown < columns.size()
                        ? say("The {} of {} columns that matter most", shown, columns.size())
                        : say("How much worse without each column"),
                    {say("column"), classify ? say("log loss rises by") : say("squared error rises by"), "",
                     classify ? say("accuracy falls by") : say("rmse rises by")});
    for (std::size_t i = 0; i < shown; ++i) {
        const ColumnImportance& c = columns[i];
        table.add({c.column, HtmlCell::estimate(c.loss.value, c.loss.standard_error, true),
                   bar(c.loss.value, columns.front().loss.value),
                   HtmlCell::estimate(c.score.value, c.score.standard_error, !classify)});
    }
    return table.html();
}

std::string sentence(const std::vector<ColumnImportance>& columns) {
    const auto matters = [](const ColumnImportance& c) { return c.loss.value > 2 * c.loss.standard_error; };
    const auto count = std::ranges::count_if(columns, matters);
    if (count == 0) return say("No column matters by more than the uncertainty.");
    return say("“{}” matters most. {} of {} matter by more than two standard errors.", columns.front().column,
               count, say_count(std::ssize(columns), "{} column", "{} columns"));
}

}  // namespace

template <class T>
std::string importance_section(const Examined& examined, const Model<T>& model) {
    const Index rows = affordable(model, examined.size());
    if (model.features.sources().empty() || model.network.in().length > 1 || examined.data->table.is_array ||
        examined.size() < 2)
        return {};
    const std::string heading = fmt::format("<h2>{}</h2>\n", say("Importance of the columns"));
    if (rows == 0)
        return fmt::format(
            "{}<p>{}</p>\n", heading,
            say("It would take too long here; {} computes it.", "<code>gradus importance MODEL DATA</code>"));
    ImportanceSettings settings{.repeats = repeats,
                                .seed = model.recipe.seed,
                                .threads = std::max<Index>(1, model.recipe.run.threads)};
    for (const std::size_t i : spread(examined.rows.size(), static_cast<std::size_t>(rows)))
        settings.rows.push_back(examined.rows[i]);
    const std::vector<double>& weights = examined.data->weights;
    const auto counts = [&](Index j) { return weights.empty() || weights[static_cast<std::size_t>(j)] > 0; };
    if (std::ranges::count_if(settings.rows, counts) < 2) return {};
    const std::vector<ColumnImportance> columns = permutation_importance(model, *examined.data, settings);
    const std::string of = rows < examined.size()
                               ? say("{} of {}", rows, examined.count_text(examined.size()))
                               : examined.count_text(rows);
    return fmt::format("{}<p>{}</p>\n{}<p class=\"note\">{}</p>\n", heading, html_text(sentence(columns)),
                       table_of(columns, model.target.task),
                       say("Permutation importance on {}: how much worse the final network answers when a "
                           "column's values stand "
                           "in other rows, the mean of {} permutations with its standard error. What two "
                           "columns share, neither "
                           "of them shows.",
                           of, repeats));
}

template std::string importance_section(const Examined&, const Model<float>&);
template std::string importance_section(const Examined&, const Model<double>&);

}  // namespace gradus
