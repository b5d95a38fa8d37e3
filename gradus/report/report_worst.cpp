// Where is a report's model most wrong?

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr std::size_t most_examples = 10, most_columns = 12, most_values = 4;

HtmlCell raw_cell(const Column& column, Index row) {
    const auto i = static_cast<std::size_t>(row);
    if (column.is_date() && !std::isnan(column.numbers[i])) return text_of(column.numbers[i], column.format);
    if (!column.is_text()) return column.numbers[i];
    if (column.codes[i] == Column::no_text) return say("missing");
    return column.texts[static_cast<std::size_t>(column.codes[i])];
}

std::vector<std::size_t> worst_of(const std::vector<double>& losses) {
    std::vector<std::size_t> order(losses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return losses[i]; });
    order.resize(std::min(order.size(), most_examples));
    return order;
}

std::vector<HtmlCell> head_of(const Table& table, const Target& target, std::size_t columns, bool pictures) {
    std::vector<HtmlCell> head{say("example")};
    if (pictures) head.emplace_back("");
    if (target.task == Task::classify) {
        head.insert(head.end(), {say("truth"), say("prediction"), say("probability of the truth"),
                                 say("of the prediction")});
    } else if (target.task == Task::multilabel) {
        head.insert(head.end(), {say("truth"), say("prediction")});
    } else if (target.task == Task::reconstruct && pictures) {
        head.emplace_back(say("reconstruction"));
    } else if (target.task == Task::regress) {
        for (std::size_t i = 0; i < std::min(target.names.size(), most_values); ++i) {
            const std::string name = target.names.size() > 1 ? " " + target.names[i] : "";
            head.insert(head.end(), {say("truth") + name, say("prediction") + name, say("residual") + name});
        }
    }
    head.emplace_back(target.task == Task::encode ? say("reconstruction error") : say("loss"));
    for (std::size_t i = 0; i < columns; ++i) head.emplace_back(table.columns[i].name);
    return head;
}

void add_answer(std::vector<HtmlCell>& row, const Examined& examined, const Target& target, std::size_t i) {
    const Matrix<double>& values = examined.answers.values;
    const auto j = static_cast<Index>(i);
    if (target.task == Task::classify) {
        const auto truth = static_cast<Index>(examined.truth(0, i));
        const Index prediction = examined.answers.classes[i];
        const auto name = [&](Index k) { return target.classes[static_cast<std::size_t>(k)]; };
        const std::string note = prediction == truth ? "" : " " + say("(wrong)");
        row.insert(row.end(), {name(truth), name(prediction) + note, values(truth, j),
                               HtmlCell::decimal(values(prediction, j))});
    } else if (target.task == Task::multilabel) {
        const auto labels = [&](auto value) {
            std::string text;
            for (Index k = 0; k < values.rows(); ++k)
                if (value(k) >= 0.5)
                    text += (text.empty() ? "" : "; ") + target.names[static_cast<std::size_t>(k)];
            return text.empty() ? say("none") : text;
        };
        row.insert(row.end(), {labels([&](Index k) { return examined.truth(k, i); }),
                               labels([&](Index k) { return values(k, j); })});
    } else if (target.task == Task::regress) {
        for (Index k = 0; k < std::min(values.rows(), static_cast<Index>(most_values)); ++k) {
            const double truth = examined.truth(k, i);
            row.insert(row.end(), {truth, values(k, j), values(k, j) - truth});
        }
    }
    row.emplace_back(examined.answers.losses[i]);
}

// What an autoencoder makes of these examples, as a table like that of the data.
Table reconstructed(const Examined& examined, const std::vector<std::size_t>& examples) {
    Table back = examined.data->table;
    back.rows = static_cast<Index>(examples.size());
    for (std::size_t i = 0; i < back.columns.size(); ++i) {
        back.columns[i].numbers.clear();
        for (const std::size_t j : examples)
            back.columns[i].numbers.push_back(
                examined.answers.values(static_cast<Index>(i), static_cast<Index>(j)));
    }
    return back;
}

HtmlCell picture_cell(const Pictures& pictures, Index row) {
    HtmlCell cell("");
    cell.html = pictures.of(row);
    return cell;
}

}  // namespace

std::string worst_section(const Examined& examined, const Target& target, const Shape& shape) {
    const Table& data = examined.data->table;
    const Pictures pictures(data, shape);
    const std::size_t columns = pictures ? 0 : std::min(data.columns.size(), most_columns);
    const std::vector<std::size_t> worst = worst_of(examined.answers.losses);
    HtmlTable table(target.task == Task::encode ? say("The {} of {} with the highest reconstruction error",
                                                      worst.size(), examined.count_text(examined.size()))
                                                : say("The {} of {} with the highest loss", worst.size(),
                                                      examined.count_text(examined.size())),
                    head_of(data, target, columns, bool(pictures)));
    const bool back = target.task == Task::reconstruct && bool(pictures);
    const Table given_back = back ? reconstructed(examined, worst) : Table{};
    const Pictures pictures_back(given_back, shape);
    for (const std::size_t i : worst) {
        std::vector<HtmlCell> row{examined.rows[i] + 1};
        if (pictures) row.push_back(picture_cell(pictures, examined.rows[i]));
        if (back) row.push_back(picture_cell(pictures_back, std::ranges::find(worst, i) - worst.begin()));
        add_answer(row, examined, target, i);
        for (std::size_t k = 0; k < columns; ++k) row.push_back(raw_cell(data.columns[k], examined.rows[i]));
        table.add(row);
    }
    std::string note =
        is_unsupervised(target.task)
            ? say("Examples are counted from 1 in the order of the data.")
            : say("Examples are counted from 1 in the order of the data, without those that have no label.");
    if (pictures) note += pictures.note();
    if (!pictures && columns < data.columns.size())
        note += say(" The first {} of {} columns are shown.", columns, data.columns.size());
    if (target.names.size() > most_values && target.task == Task::regress)
        note += say(" The first {} of {} targets are shown.", most_values, target.names.size());
    const std::string first = say(
        "Look at these first: a wrong label, a strange value, or a case that the network has not learned.");
    return fmt::format("<h2>{}</h2>\n<p>{}{}</p>\n{}<p class=\"note\">{}</p>\n", say("Worst examples"), first,
                       html_text(examined.remark), table.html(), note);
}

}  // namespace gradus
