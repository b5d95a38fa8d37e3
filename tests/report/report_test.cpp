// Is a report true, whole and safe? Its numbers, worked out by hand; its tags; nothing from elsewhere.

#include "gradus/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "gradus/core/random.h"
#include "gradus/data/generators.h"
#include "gradus/model/importance.h"
#include "gradus/model/prepared.h"
#include "gradus/report/html.h"
#include "tests/support/from_zero.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

bool contains(const std::string& page, const std::string& text) {
    return page.find(text) != std::string::npos;
}

// What is wrong with the tags of a page: each must be closed in its turn, each attribute in quotes, a sign of
// text never bare.
std::string mistake_in(const std::string& page) {
    const std::set<std::string> childless{"!DOCTYPE", "meta"};
    std::vector<std::string> open;
    for (std::size_t i = page.find('<'); i != std::string::npos; i = page.find('<', i)) {
        const std::size_t end = page.find('>', i);
        if (end == std::string::npos) return "a tag without end";
        std::string tag = page.substr(i + 1, end - i - 1);
        i = end;
        if (tag.find('<') != std::string::npos) return "a bare < in " + tag;
        if (std::ranges::count(tag, '"') % 2 != 0) return "a quote is open in " + tag;
        const bool closing = tag.front() == '/', alone = tag.back() == '/';
        const std::string name = tag.substr(closing ? 1 : 0, tag.find_first_of(" /", 1) - (closing ? 1 : 0));
        if (closing) {
            if (open.empty() || open.back() != name)
                return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
            open.pop_back();
        } else if (!alone && !childless.contains(name)) {
            open.push_back(name);
        }
    }
    return open.empty() ? "" : open.back() + " is open";
}

void expect_sound(const std::string& page) {
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_EQ(mistake_in(page), "");
    for (const std::string outside :
         {"://", "src=", "href=", "url(", "@import", "<script", "<link", "nan%", "inf%"})
        EXPECT_FALSE(contains(page, outside)) << outside;
}

Dataset dataset_of(Matrix<double> X, Matrix<double> Y, std::vector<std::string> classes) {
    Dataset data{.name = "made", .table = table_of(X), .Y = std::move(Y), .class_names = std::move(classes)};
    for (Index i = 0; i < data.Y.rows(); ++i) data.target_names.push_back("target " + std::to_string(i + 1));
    return data;
}

std::vector<Index> all_rows(const Dataset& data) {
    std::vector<Index> rows(static_cast<std::size_t>(data.table.rows));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
}

// A network of one layer whose weights are all the same, as if a training had ended with them.
Trained<double> linear(const Dataset& data, double weight) {
    const Recipe recipe = make_recipe({.hidden = "",
                                       .iterations = 1,
                                       .validation = 0,
                                       .scaling = Scaling::none,
                                       .precision = Precision::twice},
                                      data);
    Trained<double> trained{.model = {.network = Network<double>(recipe.shape, recipe.network, from_zero)}};
    std::ranges::fill(trained.model.network.parameters(), 0.0);
    std::ranges::fill(std::span(trained.model.network.parameter("W1").data(),
                                static_cast<std::size_t>(recipe.shape.size())),
                      weight);
    trained.model.recipe = recipe;
    trained.model.features = fit_features(data.table, all_rows(data), Scaling::none);
    trained.model.target = fit_target(data, data.Y, recipe);
    trained.model.training = evaluate(trained.model, data);
    return trained;
}

// p = sigmoid(x): 0.1192, 0.2689, 0.7311, 0.8808
Dataset four() {
    return dataset_of({{-2, -1, 1, 2}}, {{0, 1, 1, 1}}, {"no", "yes"});
}

TEST(Report, ShowsTheNumbersOfAClassification) {
    const Dataset data = four();
    const std::string page = html_report(linear(data, 1), data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "<b>0.7500 ±\u00a00.2165</b> accuracy, 4 training examples")) << page;
    EXPECT_TRUE(contains(page,
                         "3 of 4 training examples are right. The most frequent mistake: 1 example of "
                         "class “yes” taken for “no”."));
    EXPECT_TRUE(contains(page, ">1<small>100 %</small>"));  // of the class no
    EXPECT_TRUE(contains(page, ">2<small>67 %</small>"));
    // precision, recall, F1 of "yes": 2/2, 2/3, 4/5
    EXPECT_TRUE(
        contains(page,
                 "<th scope=\"row\">yes</th><td class=\"n\">3</td><td class=\"n\">2</td>"
                 "<td class=\"n\">1.0000</td><td class=\"n\">0.6667</td><td class=\"n\">0.8000</td>"));
    // the worst is the second: -log 0.2689 = 1.313; its column holds -1
    EXPECT_TRUE(
        contains(page,
                 "<tbody>\n<tr><th scope=\"row\" class=\"n\">2</th><td>yes</td><td>no (wrong)</td><td "
                 "class=\"n\">0.2689</td>"
                 "<td class=\"n\">0.7311</td><td class=\"n\">1.313</td><td class=\"n\">-1</td></tr>"));
}

// p = sigmoid(x1 + x2) over -0.25 .. 1.25: 48 places to a side, 8 for a quarter.
TEST(Report, ShowsThePlaneOfTwoInputs) {
    const Dataset data = dataset_of({{0, 0, 1, 1}, {0, 1, 0, 1}}, {{0, 1, 1, 1}}, {"no", "yes"});
    const std::string page = html_report(linear(data, 1), data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "<line x1=\"0.00\" y1=\"32.00\" x2=\"48.00\" y2=\"80.00\"/>")) << page;
    EXPECT_TRUE(
        contains(page, "<circle cx=\"8.00\" cy=\"40.00\" r=\"0.6\" fill=\"#0072b2\"/>"));  // (0, 0) is a no
    EXPECT_TRUE(
        contains(page, "<circle cx=\"40.00\" cy=\"8.00\" r=\"0.6\" fill=\"#e69f00\"/>"));  // (1, 1) is a yes
    const auto shade_at = [&](const std::string& place) {
        const std::size_t end = page.find(place), begin = page.rfind("<path", end);
        return page.substr(begin, page.find(" d=", begin) - begin);
    };
    // sigmoid(2.47) = 0.922, 5 of 6 steps from undecided; sigmoid(-0.47) = 0.385, 1 of 6
    EXPECT_EQ(shade_at("M47 0.5h"), "<path stroke=\"#e69f00\" stroke-opacity=\"0.58\"");
    EXPECT_EQ(shade_at("M0 47.5h"), "<path stroke=\"#0072b2\" stroke-opacity=\"0.12\"");
    EXPECT_TRUE(contains(page, "stroke-width=\"2.20\""));  // both weights of the network are the largest
    EXPECT_FALSE(contains(html_report(linear(four(), 1), four()), "The plane of both inputs"));
}

TEST(Report, ShowsWhatOtherThresholdsWouldDo) {
    Dataset data = four();
    data.Y = {{0, 1, 0, 1}};  // the third is wrong
    const std::string page = html_report(linear(data, 1), data);
    expect_sound(page);
    // a member beats another in three of four pairs; precision 1 at a recall of 0.5, 2/3 at 1
    EXPECT_TRUE(contains(page, "ROC curve, area below it 0.7500")) << page;
    EXPECT_TRUE(contains(page, "average precision 0.8333"));
    EXPECT_TRUE(contains(page, "threshold 0.5</span>"));
    const auto row = [](const std::string& threshold, const std::vector<std::string>& cells) {
        std::string html = "<th scope=\"row\" class=\"n\">" + threshold + "</th>";
        for (const std::string& cell : cells) html += "<td class=\"n\">" + cell + "</td>";
        return html;
    };
    EXPECT_TRUE(contains(page, row("0.5 (used)", {"2", "0.5000", "0.5000", "0.5000", "0.5000"})));
    EXPECT_TRUE(contains(page, row("0.2", {"3", "0.6667", "1.0000", "0.8000", "0.5000"})));
    // 0.7311 for the first class and for the second, both wrong; 0.8808, both right
    EXPECT_TRUE(contains(page, row("0.6667", {"0.7333", "2", "0.7311", "0.0000"})));
    EXPECT_TRUE(contains(page, row("0.8667", {"0.9333", "2", "0.8808", "1.0000"})));
    EXPECT_TRUE(contains(page, "Expected calibration error 0.4251 ± "));  // (0.7311 + 1 - 0.8808) / 2
}

TEST(Report, OfOneClassAloneHasNoCurves) {
    Dataset data = four();
    data.Y = {{1, 1, 1, 1}};
    const std::string page = html_report(linear(data, 1), data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "There are examples of one class alone"));
}

TEST(Report, DrawsEachOfAFewClassesAgainstTheRest) {
    const Dataset data = dataset_of({{-1, 0, 1, 2}}, {{0, 1, 2, 2}}, {"<a>", "b", "c", "d"});
    const std::string page = html_report(linear(data, 0), data);
    expect_sound(page);
    for (const std::string name : {"&lt;a&gt;", "b", "c"})
        EXPECT_TRUE(contains(page, "“" + name + "”. ROC curve, area below it 0.5000")) << name;
    EXPECT_FALSE(contains(page, "“d”. ROC"));  // does not occur
}

// A linear model of the data whose weight is another.
std::string beside(const Dataset& data, double network, double other) {
    Trained<double> trained = linear(data, network);
    Model<double> model = linear(data, other).model;
    Evaluation evaluation = evaluate(model, data);
    trained.linear = LinearBaseline<double>{std::move(model), std::move(evaluation)};
    return html_report(trained, data);
}

// Of 100 examples as many are of the second class as lie right of 0, but for the first `wrong`.
Dataset hundred(Index wrong) {
    Matrix<double> X(1, 100), Y(1, 100);
    for (Index j = 0; j < 100; ++j) {
        X(0, j) = double(j % 2 == 0 ? j + 1 : -j);
        Y(0, j) = double((j % 2 == 0) != (j < wrong));
    }
    return dataset_of(std::move(X), std::move(Y), {"no", "yes"});
}

TEST(Report, SaysWhetherTheNetworkIsBetterThanALinearModel) {
    // the other is wrong where the network is right: 96 to 4
    std::string page = beside(hundred(4), 1, -1);
    expect_sound(page);
    EXPECT_TRUE(
        contains(page, "The network is better than a logistic regression: the accuracy differs by 0.92"));
    page = beside(hundred(96), 1, -1);
    EXPECT_TRUE(
        contains(page, "The network is worse than a logistic regression: the accuracy differs by 0.92"));
    page = beside(hundred(47), 1, -1);  // 53 to 47, and sqrt(100 - 36 / 100) / 100 = 0.0998
    EXPECT_TRUE(
        contains(page,
                 "The network and a logistic regression do not differ by more than the uncertainty: the "
                 "accuracy differs by 0.06 ± 0.09982, at most 2 standard errors."))
        << page;
    EXPECT_TRUE(contains(page,
                         "<td class=\"n\">0.5300 ±\u00a00.0499</td><td class=\"n\">0.4700 ±\u00a00.0499</td>"
                         "<td class=\"n\">0.0600 ±\u00a00.0998</td>"));
    page = beside(hundred(4), 1, 2);  // surer, of the same classes
    EXPECT_TRUE(contains(page, "do not differ: their accuracy is the same."));
    page = beside(four(), 1, -1);
    EXPECT_TRUE(
        contains(page, "4 examples are too few to tell the network and a logistic regression apart."));
}

TEST(Report, SaysSoOfARegressionAsWell) {
    Matrix<double> X(1, 40), Y(1, 40);
    for (Index j = 0; j < 40; ++j) {
        X(0, j) = double(j) - 20;
        Y(0, j) = X(0, j) + double(j % 3) - 1;
    }
    const Dataset data = dataset_of(std::move(X), std::move(Y), {});
    const auto page_of = [&](double network, double other) {
        Trained<double> trained = linear(data, network);
        trained.model.target.lines.clear();
        Model<double> model = trained.model;
        model.network.parameter("W1")(0, 0) = other;
        trained.linear = LinearBaseline<double>{std::move(model), {}};
        return html_report(trained, data);
    };
    EXPECT_TRUE(
        contains(page_of(1, 2), "The network is better than a linear regression: the rmse differs by"));
    EXPECT_TRUE(
        contains(page_of(2, 1), "The network is worse than a linear regression: the rmse differs by"));
    EXPECT_TRUE(
        contains(page_of(1.001, 1), "do not differ by more than the uncertainty: the rmse differs by"));
}

TEST(Report, ShowsWhichColumnsMatter) {
    Matrix<double> X(40, 60), Y(1, 60);
    for (Index j = 0; j < 60; ++j) {
        for (Index i = 0; i < 40; ++i) X(i, j) = double((j * (2 * i + 3)) % 17) - 8;
        Y(0, j) = double(X(0, j) > 0);
    }
    Dataset data = dataset_of(std::move(X), std::move(Y), {"no", "yes"});
    data.table.columns[0].name = "<main>";
    Trained<double> trained = linear(data, 0);
    trained.model.network.parameter("W1")(0, 0) = 1;
    trained.model.features = fit_features(data.table, all_rows(data), Scaling::none);
    const std::string page = html_report(trained, data);
    expect_sound(page);
    EXPECT_TRUE(
        contains(page, "“&lt;main&gt;” matters most. 1 of 40 columns matter by more than two standard"));
    EXPECT_TRUE(contains(page, "The 30 of 40 columns that matter most"));
    EXPECT_TRUE(contains(page, "Permutation importance on 60 training examples"));
    const auto importance = permutation_importance(trained.model, data);
    EXPECT_TRUE(contains(page, "<th scope=\"row\">&lt;main&gt;</th><td class=\"n\">" +
                                   with_error(importance[0].loss.value, importance[0].loss.standard_error) +
                                   "</td><td class=\"w\"><span class=\"bar\" style=\"width:100.0%\">"));
}

TEST(Html, GivesAValueAsFarAsItsStandardErrorTells) {
    EXPECT_EQ(with_error(0.0404213, 0.000834), "0.04042 ±\u00a00.00083");
    EXPECT_EQ(with_error(-113.977, 0.996), "-114.0 ±\u00a01.0");
    EXPECT_EQ(with_error(12346, 678), "1.235e+04 ±\u00a0678");
    EXPECT_EQ(with_error(2.5, 0), "2.5 ±\u00a00");
}

// Two images of 2 x 3 pixels: white, black, grey; black, black, white. And their negatives.
Dataset images() {
    Dataset data =
        dataset_of({{255, 0}, {0, 255}, {119, 136}, {0, 255}, {0, 255}, {255, 0}}, {{0, 1}}, {"a", "b"});
    data.table.image = {2, 3};
    data.table.divisor = 255;
    data.table.is_array = true;
    return data;
}

TEST(Report, ShowsImagesAmongTheWorstExamples) {
    const Dataset data = images();
    const std::string page = html_report(linear(data, 0), data);
    expect_sound(page);
    EXPECT_TRUE(
        contains(page,
                 "<svg class=\"image\" viewBox=\"0 0 3 2\" role=\"img\" aria-label=\"the image\">"
                 "<path stroke=\"#777777\" d=\"M2 0.5h1\"/><path stroke=\"#ffffff\" d=\"M0 0.5h1M2 1.5h1\"/>"
                 "</svg>"))
        << page;
    EXPECT_TRUE(contains(page, "<path stroke=\"#ffffff\" d=\"M1 0.5h1M0 1.5h2\"/>"));
    EXPECT_FALSE(contains(page, "matters most"));  // a pixel is no column
}

// Sixty images of 2x3 pixels; the class says which row is white.
Dataset stripes() {
    Matrix<double> X(6, 60), Y(1, 60);
    RandomState random(3);
    for (Index j = 0; j < 60; ++j) {
        Y(0, j) = double(j % 2);
        for (Index i = 0; i < 6; ++i)
            X(i, j) = random.random_sample() < ((i < 3) == (j % 2 == 0) ? 0.9 : 0.1) ? 1 : 0;
    }
    Dataset data = dataset_of(X, Y, {"upper", "<lower>"});
    data.table.image = {2, 3};
    return data;
}

Trained<double> pretrained(const Dataset& data, const char* hidden, Pretrain kind) {
    return train<double>(data, make_recipe({.hidden = hidden,
                                            .epochs = 2,
                                            .validation = 0.25,
                                            .precision = Precision::twice,
                                            .pretrain = kind,
                                            .pretrain_epochs = 40},
                                           data));
}

std::size_t count_of(const std::string& page, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t i = page.find(text); i != std::string::npos; i = page.find(text, i + 1)) ++count;
    return count;
}

TEST(Report, ShowsWhatPretrainedHiddenUnitsLookForAndSamplesOfEachClass) {
    const Dataset data = stripes();
    const Trained<double> trained = pretrained(data, "5 sigmoid, 4 sigmoid", Pretrain::dbn);
    const std::string page = html_report(trained, data);
    expect_sound(page);
    const std::string part = page.substr(page.find("<h2>Pre-training</h2>"));
    EXPECT_TRUE(contains(part, "<h3>The hidden units of layer 1</h3>"));
    EXPECT_TRUE(contains(part, "The weights of 5 of 5 hidden units as pictures"));
    EXPECT_TRUE(contains(part, "<h3>The hidden units of layer 2</h3>"));
    EXPECT_TRUE(contains(part, "The 4 hidden units of layer 2 are active "));
    EXPECT_TRUE(contains(part, "<p>Class upper</p>"));
    EXPECT_TRUE(contains(part, "<p>Class &lt;lower&gt;</p>"));
    EXPECT_EQ(count_of(part.substr(0, part.find("<h2>", 5)), "class=\"image\""),
              5U + 2 * 6);  // filters, samples
    EXPECT_EQ(html_report(trained, data), page);
}

// Of a machine whose free energy is known: no weights, and c is 1 at the first pixel.
TEST(Report, ShowsTheFreeEnergiesOfBothParts) {
    const Dataset data = stripes();
    Trained<double> trained = pretrained(data, "3 sigmoid", Pretrain::rbm);
    trained.model.recipe.retrain = false;
    trained.model.machines.front() = Rbm<double>(6, 3);       // F = -c'v - 3 log 2
    trained.model.machines.front().parameters()[18 + 3] = 1;  // c of the first pixel
    const Split parts = division(data, trained.model.recipe);
    const auto mean = [&](const std::vector<Index>& rows) {
        double sum = 0;
        for (const Index row : rows) sum += data.table.columns[0].numbers[static_cast<std::size_t>(row)];
        return -sum / double(rows.size()) - 3 * 0.6931471805599453;
    };
    const std::string page = html_report(trained, data);
    EXPECT_TRUE(contains(page, "<th scope=\"row\">free energy, training</th><td class=\"n\">" +
                                   four_digits(mean(parts.training)) + "</td>"));
    EXPECT_TRUE(contains(page, "<th scope=\"row\">free energy, validation</th><td class=\"n\">" +
                                   four_digits(mean(parts.validation)) + "</td>"));
    EXPECT_TRUE(contains(page, ">1: 0.50</li>"));
}

TEST(Report, NamesTheStrongestWeightsWhereInputsAreNoPicture) {
    Dataset data = stripes();
    data.table.image = {};
    Trained<double> trained = pretrained(data, "3 sigmoid", Pretrain::rbm);
    Rbm<double>& machine = trained.model.machines.front();
    for (Index i = 0; i < 6; ++i) machine.parameters()[static_cast<std::size_t>(3 * i)] = double(i) - 4;
    const std::string page = html_report(trained, data);
    expect_sound(page);
    const auto name = [&](std::size_t i) { return data.table.columns[i].name; };
    EXPECT_TRUE(contains(page, name(0) + " -4, " + name(1) + " -3, " + name(2) + " -2, " + name(3) + " -1<"));
    EXPECT_TRUE(contains(page, "<caption>12 rows</caption>"));
    EXPECT_FALSE(contains(html_report(linear(data, 1), data), "Pre-training"));
}

TEST(Report, MakesLargeImagesSmaller) {
    constexpr Index height = 40, width = 20, colours = 3;
    Matrix<double> X(height * width * colours, 2), Y{{0, 1}};
    for (Index i = 0; i < X.rows(); ++i) X(i, 0) = i % colours == 0 ? 255 : double(i % 2) * 255;
    Dataset data = dataset_of(std::move(X), std::move(Y), {"a", "b"});
    data.table.image = {height, width, colours};
    data.table.divisor = 255;
    const std::string page = html_report(linear(data, 0), data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "viewBox=\"0 0 10 20\""));  // 2 x 2 pixels are one
    EXPECT_LT(page.size(), 60'000);
}

TEST(Report, ShowsSeriesAsCurves) {
    Dataset data = dataset_of({{0, 1}, {2, 1}, {4, missing}, {1, 1}, {-1, 1}, {0, 1}}, {{0, 1}}, {"a", "b"});
    const Trained<double> trained = linear(data, 0);
    data.table.channels = 2;
    data.table.length = 3;
    const std::string page = html_report(trained, data);
    expect_sound(page);
    EXPECT_TRUE(
        contains(page,
                 "<svg class=\"series\" viewBox=\"0 0 100 60\" role=\"img\" aria-label=\"the series\">"
                 "<path class=\"a\" d=\"M0.0 28.0L50.0 15.0L100.0 2.0\"/>"
                 "<path class=\"a\" d=\"M0.0 32.0L50.0 58.0L100.0 45.0\"/></svg>"))
        << page;
    EXPECT_TRUE(
        contains(page, "<path class=\"a\" d=\"M0.0 15.0L50.0 15.0\"/>"));  // constant, its end missing
}

TEST(Report, ShowsTheTargetAndTheNotes) {
    const Dataset data = four();
    EXPECT_TRUE(contains(html_report(linear(data, 1), data), "<p>Target: target 1: 2 classes.</p>"));
    std::vector<std::string> notes(25, "<b> was read");
    const std::string page = html_report(linear(data, 1), data, {.target = "<y>, named", .notes = notes});
    expect_sound(page);
    EXPECT_TRUE(contains(page, "<p>Target: &lt;y&gt;, named.</p>"));
    EXPECT_TRUE(contains(page, "<li>&lt;b&gt; was read</li>"));
    EXPECT_TRUE(contains(page, "<li>5 more</li>"));
}

TEST(Report, ShowsEachTargetOfARegression) {
    const Dataset data = dataset_of({{1, 2, 3, 4}}, {{1, 2, 3, 6}, {0, 0, 0, 0}}, {});
    Trained<double> trained = linear(data, 1);
    trained.model.network.parameter("W1")(1, 0) = 0;  // y1 = x, y2 = 0
    trained.model.network.parameter("W1")(0, 0) = 1;
    trained.model.target.lines.clear();
    const std::string page = html_report(trained, data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "<h3>target 1</h3>"));
    EXPECT_TRUE(contains(page, "<h3>target 2</h3>"));
    EXPECT_TRUE(contains(page, "all between -2 and 0."));
    EXPECT_TRUE(contains(page, "all between 0 and 0."));
    // the worst: truth 6, prediction 4, residual -2; the loss is the mean of 4 and 0
    EXPECT_TRUE(
        contains(page,
                 "<th scope=\"row\" class=\"n\">4</th><td class=\"n\">6</td><td class=\"n\">4</td>"
                 "<td class=\"n\">-2</td><td class=\"n\">0</td><td class=\"n\">0</td><td class=\"n\">0</td>"
                 "<td class=\"n\">2</td>"))
        << page;
}

TEST(Report, EscapesEveryName) {
    Dataset data = four();
    const std::string evil = "<script>\"&'\x01";
    data.name = data.table.columns[0].name = data.target_names[0] = data.class_names[1] = evil;
    const std::string page = html_report(linear(data, 1), data);
    expect_sound(page);
    EXPECT_FALSE(contains(page, "<script>"));
    EXPECT_TRUE(contains(page, "&lt;script&gt;&quot;&amp;'\xef\xbf\xbd"));
    EXPECT_EQ(html_text("花瓣 < 5\xff"), "花瓣 &lt; 5\xef\xbf\xbd");
}

TEST(Report, AClassThatDoesNotOccurHasNoShare) {
    const Dataset data = dataset_of({{-1, 0, 1}}, {{0, 1, 2}}, {"a", "b", "c"});
    const Dataset validation = dataset_of({{-1, 1}}, {{0, 0}}, {"a", "b", "c"});
    const std::string page = html_report(linear(data, 0), data, {.validation = &validation});
    expect_sound(page);
    // all are taken for the first class: of b and c there is neither a truth nor a prediction
    EXPECT_TRUE(
        contains(page,
                 "<th scope=\"row\">b</th><td class=\"n\">0</td><td class=\"n\">0</td><td>–</td><td>–</td>"
                 "<td>–</td>"))
        << page;
}

TEST(Report, ManyClassesAndColumnsAreAbridgedWithANote) {
    constexpr Index classes = 100;
    Matrix<double> X(50, classes), Y(1, classes);
    std::vector<std::string> names;
    for (Index j = 0; j < classes; ++j) {
        Y(0, j) = double(j);
        names.push_back("class " + std::to_string(j));
    }
    const Dataset data = dataset_of(std::move(X), std::move(Y), names);
    const std::string page = html_report(linear(data, 0), data);
    expect_sound(page);
    EXPECT_TRUE(contains(
        page, "100 classes are too many for a matrix: the 30 most frequent of 99 kinds of mistakes"));
    EXPECT_TRUE(contains(page, "Mean of 100 classes, each against the rest: area"));
    EXPECT_TRUE(contains(page, "The first 12 of 50 columns are shown."));
    EXPECT_LT(page.size(), 60'000);
}

TEST(Report, ARetrainedNetworkIsShownByTheAnswersOfTheFirstRun) {
    const Dataset data = generate("moons", {.examples = 100, .noise = 0.3, .seed = 1});
    const Recipe recipe = make_recipe({.hidden = "8 tanh", .learning_rate = 0.05, .epochs = 10}, data);
    const Trained<float> trained = train<float>(data, recipe);
    const std::string page = html_report(trained, data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "whose network had not seen these examples"));
    EXPECT_TRUE(contains(page, "A second run made as many with all examples"));
    const Index right = trained.model.validation->confusion[0][0] + trained.model.validation->confusion[1][1];
    EXPECT_TRUE(contains(page, std::to_string(right) + " of 20 validation examples are right"));
    EXPECT_TRUE(contains(page, "kept</span>"));
    EXPECT_EQ(html_report(train<float>(data, recipe), data), page);

    Trained<float> resumed = trained;
    resumed.first_answers = {};
    EXPECT_TRUE(contains(html_report(resumed, data), "which has learned from these examples as well"));
}

TEST(Report, SeriesAreShownToo) {
    Matrix<double> X(12, 30), Y(1, 30);
    for (Index j = 0; j < 30; ++j) {
        Y(0, j) = double(j % 2);
        for (Index i = 0; i < 12; ++i) X(i, j) = double((i + j) % (2 + j % 2));
    }
    const Dataset data = dataset_of(std::move(X), std::move(Y), {"slow", "fast"});
    const Recipe recipe =
        make_recipe({.shape = Shape{2, 6}, .hidden = "conv 3x3 relu, globalavgpool", .epochs = 2}, data);
    const std::string page = html_report(train<float>(data, recipe), data);
    expect_sound(page);
    EXPECT_TRUE(contains(page, "2x6"));
    EXPECT_TRUE(contains(page, "--shape 2x6"));
}

TEST(Report, OfOtherDataShowsItsMetricsBesideThoseOfTheTraining) {
    const Dataset data = four();
    const Trained<double> trained = linear(data, 1);
    const Dataset other = dataset_of({{-3, 3}}, {{0, 0}}, {"no", "yes"});
    const std::string page = html_report<double>(trained.model, other, evaluate(trained.model, other));
    expect_sound(page);
    EXPECT_TRUE(contains(page, "1 of 2 evaluated examples are right"));
    EXPECT_TRUE(contains(
        page,
        "<th scope=\"row\">training</th><td class=\"n\">4</td><td class=\"n\">0.7500 ±\u00a00.2165</td>"));
}

}  // namespace
}  // namespace gradus::test
