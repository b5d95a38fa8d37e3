// Which classes does a report's model mix up?

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr std::size_t most_classes = 12;  // of a matrix that one can read
constexpr std::size_t most_rows = 30;

Index sum(const std::vector<Index>& counts) {
    return std::accumulate(counts.begin(), counts.end(), Index{0});
}

// Examples, and their weights.
struct ClassScores {
    std::size_t number = 0;
    Index examples = 0, named = 0;
    double truth = 0, predicted = 0, right = 0;

    // A share of nothing is no number.
    [[nodiscard]] static HtmlCell ratio(double part, double whole) {
        return whole > 0 ? HtmlCell::decimal(part / whole) : HtmlCell("–");
    }
    [[nodiscard]] double f1() const { return truth + predicted > 0 ? 2 * right / (truth + predicted) : 0; }
};

std::vector<ClassScores> scores_of(const Examined& examined, const std::vector<Index>& truth,
                                   std::size_t classes) {
    std::vector<ClassScores> scores(classes);
    for (std::size_t i = 0; i < classes; ++i) scores[i].number = i;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        ClassScores& of = scores[static_cast<std::size_t>(truth[i])];
        ClassScores& named = scores[static_cast<std::size_t>(examined.answers.classes[i])];
        ++of.examples, ++named.named;
        of.truth += examined.weight(i), named.predicted += examined.weight(i);
        if (&of == &named) of.right += examined.weight(i);
    }
    return scores;
}

HtmlCell matrix_cell(Index count, Index of_class, bool diagonal) {
    const double share = of_class > 0 ? double(count) / double(of_class) : 0;
    HtmlCell cell(count);
    if (count > 0) cell.html += fmt::format("<small>{:.0f} %</small>", 100 * share);
    cell.attributes = fmt::format(" class=\"c{}\" style=\"--s:{:.2f}\"", diagonal ? " d" : "", share);
    return cell;
}

std::string matrix(const Confusion& confusion, const std::vector<std::string>& classes) {
    std::vector<HtmlCell> head{say("truth \\ prediction")};
    head.insert(head.end(), classes.begin(), classes.end());
    HtmlTable table(say("Rows are the truth, columns the prediction: examples, and their share of the row"),
                    head);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        std::vector<HtmlCell> row{classes[i]};
        for (std::size_t j = 0; j < classes.size(); ++j)
            row.push_back(matrix_cell(confusion[i][j], sum(confusion[i]), i == j));
        table.add(row);
    }
    return table.html();
}

std::string mistakes_table(const std::vector<Mistake>& mistakes, const std::vector<std::string>& classes) {
    const std::size_t shown = std::min(mistakes.size(), most_rows);
    HtmlTable table(say("{} classes are too many for a matrix: the {} most frequent of {} kinds of mistakes",
                        classes.size(), shown, mistakes.size()),
                    {say("truth"), say("prediction"), say("examples")});
    for (std::size_t k = 0; k < shown; ++k)
        table.add({classes[static_cast<std::size_t>(mistakes[k].truth)],
                   classes[static_cast<std::size_t>(mistakes[k].prediction)], mistakes[k].count});
    return table.html();
}

std::string scores_table(std::vector<ClassScores> scores, const std::vector<std::string>& classes) {
    std::string caption = say("For each class");
    if (scores.size() > most_rows) {
        std::ranges::stable_sort(scores, {}, &ClassScores::f1);
        caption = say("The {} of {} classes with the lowest F1", most_rows, scores.size());
        scores.resize(most_rows);
    }
    HtmlTable table(caption,
                    {say("class"), say("examples"), say("predicted"), say("precision"), say("recall"), "F1"});
    for (const ClassScores& score : scores)
        table.add({classes[score.number], score.examples, score.named,
                   ClassScores::ratio(score.right, score.predicted),
                   ClassScores::ratio(score.right, score.truth),
                   ClassScores::ratio(2 * score.right, score.truth + score.predicted)});
    return table.html();
}

}  // namespace

std::string confusion_section(const Examined& examined, const Target& target) {
    std::vector<Index> truth;
    for (std::size_t i = 0; i < examined.rows.size(); ++i)
        truth.push_back(static_cast<Index>(examined.truth(0, i)));
    const std::vector<std::string>& classes = target.classes;
    const Confusion table = confusion(truth, examined.answers.classes, static_cast<Index>(classes.size()));
    const std::vector<Mistake> mistakes = mistakes_of(table);
    const Index right = std::lround(accuracy(table) * double(examined.size()));
    std::string sentence = say("{} of {} are right.", right, examined.count_text(examined.size()));
    if (!mistakes.empty())
        sentence += say(" The most frequent mistake: {} of class “{}” taken for “{}”.",
                        say_count(mistakes[0].count, "{} example", "{} examples"),
                        classes[static_cast<std::size_t>(mistakes[0].truth)],
                        classes[static_cast<std::size_t>(mistakes[0].prediction)]);
    return fmt::format(
        "<h2>{}</h2>\n<p>{}</p>\n{}{}", say("Confusion matrix"),
        html_text(sentence + examined.counted() + examined.remark),
        classes.size() <= most_classes ? matrix(table, classes) : mistakes_table(mistakes, classes),
        scores_table(scores_of(examined, truth, classes.size()), classes));
}

}  // namespace gradus
