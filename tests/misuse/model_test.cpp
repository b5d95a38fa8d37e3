// What a program may get wrong around training: matrices, networks, data sets, models and their files. Each
// mistake is told in its own words, before any memory is touched.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gradus/data/division.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/answers.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/importance.h"
#include "gradus/model/sweep.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/gradient_check.h"
#include "gradus/nn/predictor.h"
#include "tests/misuse/message.h"
#include "tests/support/folder.h"
#include "tests/support/names.h"

namespace gradus::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// What does not compile: numbers of another precision are converted by whoever has them.
static_assert(!std::is_convertible_v<Matrix<double>, View<const float>>);
static_assert(!std::is_convertible_v<Matrix<double>, Matrix<float>>);
static_assert(std::is_constructible_v<Matrix<float>, Matrix<double>>);

struct Mistake {
    const char* name;
    std::function<void()> make;
    std::string message;
};
void PrintTo(const Mistake& mistake, std::ostream* out) {
    *out << mistake.name;
}

class Misuse : public testing::TestWithParam<Mistake> {};

TEST_P(Misuse, IsToldInItsOwnWords) {
    EXPECT_EQ(message_of(GetParam().make), GetParam().message);
}

const auto name_of = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(
    OfMatrices, Misuse,
    testing::Values(
        Mistake{"negative_rows", [] { Matrix<double>(-1, 2); },
                "Matrix: -1 rows and 2 columns, expected none below 0"},
        Mistake{"negative_columns", [] { Matrix<float>(2, -3); },
                "Matrix: 2 rows and -3 columns, expected none below 0"},
        Mistake{"more_than_a_machine_has", [] { Matrix<double>(Index{1} << 20, Index{1} << 20); },
                "Matrix: 1048576 rows and 1048576 columns, expected at most 68719476736 numbers in all"},
        Mistake{
            "overflow", [] { Matrix<double>(Index{1} << 62, Index{1} << 62); },
            "Matrix: 4611686018427387904 rows and 4611686018427387904 columns, expected at most 68719476736 "
            "numbers in all"},
        Mistake{"short_row",
                [] {
                    Matrix<double>({{1, 2, 3}, {4, 5}});
                },
                "Matrix: row 2 has 2 numbers, expected 3, as many as in the first row"},
        Mistake{"long_row",
                [] {
                    Matrix<double>({{1}, {2, 3}});
                },
                "Matrix: row 2 has 2 numbers, expected 1, as many as in the first row"},
        Mistake{"column_that_is_not_there",
                [] {
                    select(Matrix<double>{{1, 2}}, {2});
                },
                "select: column 2, expected from 0 to below 2"},
        Mistake{"column_below_zero",
                [] {
                    select(Matrix<float>{{1, 2}}, {-1});
                },
                "select: column -1, expected from 0 to below 2"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    OfNetworks, Misuse,
    testing::Values(
        Mistake{"negative_inputs", [] { Network<double>(-3, "1 sigmoid"); },
                "network: -3 inputs, expected from 1 to 2147483648"},
        Mistake{"no_inputs", [] { Network<double>(0, "1"); },
                "network: 0 inputs, expected from 1 to 2147483648"},
        Mistake{"inputs_that_overflow",
                [] { Network<double>(Shape{.channels = Index{1} << 40, .length = Index{1} << 40}, "1"); },
                "network: 1099511627776x1099511627776 inputs, expected from 1 to 2147483648"},
        Mistake{"no_layers",
                [] { Network<double>(Shape{.channels = 2}, std::vector<LayerPointer<double>>{}); },
                "network: a list of no layers, expected at least one layer"},
        Mistake{"null_layer",
                [] { Network<double>(Shape{.channels = 2}, std::vector<LayerPointer<double>>{nullptr}); },
                "network: layer 1 is a null pointer, expected a layer"},
        Mistake{"no_text", [] { Network<double>(2, ""); },
                "network \"\", character 1: nothing more, " + test::a_layer()},
        Mistake{"name_that_is_not_there", [] { (void)Network<double>(2, "1").parameter("W7"); },
                "network \"1\": has no parameter \"W7\", expected W1 or b1"},
        Mistake{"loss_that_is_not_there", [] { read_loss("mean_square"); },
                "loss: \"mean_square\", expected " + test::one_of(test::every_loss) +
                    " (hint: did you mean mean_squared?)"}),
    name_of);

const Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
constexpr auto bce = LossKind::binary_cross_entropy;
constexpr auto classify = Task::classify;

Network<double> network(const char* text = "3 tanh, 1 sigmoid") {
    return {2, text};
}

INSTANTIATE_TEST_SUITE_P(
    OfMetrics, Misuse,
    testing::Values(
        Mistake{"examples_in_rows", [] { evaluate(network(), X.transposed(), Y, bce, classify); },
                "X has 4 rows, the network has 2 inputs (hint: examples are columns: X.transposed())"},
        Mistake{"truth_too_short",
                [] {
                    evaluate(network(), X, Matrix<double>{{0, 1}}, bce, classify);
                },
                "Y has 2 columns, X has 4 columns (hint: a column for each example)"},
        Mistake{"class_numbers_for_a_softmax",
                [] { evaluate(network("3 softmax"), X, Y, LossKind::cross_entropy, classify); },
                "Y has 1 row, the network has 3 outputs (hint: class numbers become columns by one_hot)"},
        Mistake{"no_examples",
                [] { evaluate(network(), Matrix<double>(2, 0), Matrix<double>(1, 0), bce, classify); },
                "X and Y have no columns (hint: at least one example)"},
        Mistake{"cross_entropy_of_one_output",
                [] { evaluate(network(), X, Y, LossKind::cross_entropy, classify); },
                "cross_entropy of a single output, expected an output for each class (hint: "
                "binary_cross_entropy)"},
        Mistake{"class_numbers_as_probabilities",
                [] {
                    measure(classify, Matrix<double>{{0.5, 0.5}}, Matrix<double>{{0, 5}});
                },
                "metrics: Y has the value 5 in column 2, expected 0 or 1 for each class (hint: class numbers "
                "become "
                "columns by one_hot)"},
        Mistake{"sizes_that_differ", [] { root_mean_squared_error(X, Y); },
                "metrics: Y has 1 rows and 4 columns, expected 2 rows and 4 columns, as A has them"},
        Mistake{"r_squared_of_nothing", [] { r_squared(Matrix<double>(1, 0), Matrix<double>(1, 0)); },
                "metrics: 1 rows and 0 columns, expected at least one output and one example"},
        Mistake{"classes_of_nothing", [] { classes_of(Matrix<double>(0, 3)); },
                "classes_of: outputs of 0 rows, expected at least one"},
        Mistake{"class_beyond_the_table",
                [] {
                    confusion({0, 1}, {0, 2}, 2);
                },
                "confusion: the class number 2, expected 0 to 1, there are 2 classes"},
        Mistake{"fewer_predictions_than_truths",
                [] {
                    confusion({0, 1}, {0}, 2);
                },
                "confusion: 1 predictions of 2 classes, expected 2 predictions, as there are truths, and at "
                "least "
                "one class"},
        Mistake{
            "table_with_a_short_row",
            [] {
                accuracy({{1, 2}, {3}});
            },
            "confusion: 2 rows, and 1 numbers in one of them, expected a row and a column for each class"},
        Mistake{
            "table_with_a_long_row",
            [] {
                macro_f1({{1, 2, 3}, {3, 4}});
            },
            "confusion: 2 rows, and 3 numbers in one of them, expected a row and a column for each class"},
        Mistake{"table_of_no_classes", [] { macro_f1({}); }, "confusion: no classes, expected at least one"},
        Mistake{"log_loss_of_what_is_no_probability",
                [] {
                    log_loss<double>(Matrix<double>{{0.5, 2}}, Y.view().columns({0, 2}));
                },
                "log_loss: P has the value 2 in column 2, expected a probability, from 0 to 1"},
        Mistake{"one_hot_of_a_large_number",
                [] {
                    one_hot<double>(std::vector<Index>{0, 3}, 3);
                },
                "one_hot: the class number 3, expected 0 to 2, there are 3 classes"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    OfGradientChecks, Misuse,
    testing::Values(
        Mistake{"no_examples",
                [] { check_gradients(*read_layers<double>("tanh").front(), {.channels = 2}, 0); },
                "check_gradients: 0 examples, expected at least 1"},
        Mistake{"no_channels", [] { check_gradients(*read_layers<double>("tanh").front(), {.channels = 0}); },
                "check_gradients: an example of shape 0, expected at least 1"},
        Mistake{"sizes_that_differ",
                [] {
                    check_gradients(*make_loss<double>(bce, "sigmoid"),
                                    *read_layers<double>("sigmoid").front(), X, Y);
                },
                "check_gradients: Y of 1 rows and 4 columns, expected 2 rows and 4 columns, as Z has them"}),
    name_of);

// A table of one column, which may lie about its rows.
Table table(std::vector<double> numbers, Index rows) {
    return {.name = "table", .rows = rows, .columns = {{.name = "x", .numbers = std::move(numbers)}}};
}

Dataset points() {
    return dataset_of_classes(X, {0, 1, 1, 0});
}

void split_changed(const std::function<void(Dataset&)>& change) {
    Dataset data = points();
    change(data);
    split(data, 0.5, RandomState(1));
}

INSTANTIATE_TEST_SUITE_P(
    OfData, Misuse,
    testing::Values(
        Mistake{"infinite_number",
                [] {
                    make_table(Matrix<double>{{1, infinity}});
                },
                "X(0, 1): inf, expected a finite number, or NaN where it is missing"},
        Mistake{"too_few_names", [] { make_table(X, {"a"}); },
                "make_table: 1 name, expected 2, one for each row"},
        Mistake{"two_columns_of_one_name",
                [] {
                    make_table(X, {"a", "a"});
                },
                "make_table: the name \"a\" comes twice, expected names that differ"},
        Mistake{"column_without_a_name",
                [] {
                    make_table(X, {"a", ""});
                },
                "make_table: a name that is empty, expected a name"},
        Mistake{"two_classes_of_one_name",
                [] {
                    dataset_of_classes(X, {0, 1, 2, 0}, {"a", "b", "a"});
                },
                "class_names: the name \"a\" comes twice, expected names that differ"},
        Mistake{"class_without_a_name",
                [] {
                    dataset_of_classes(X, {0, 1, 1, 0}, {"", "b"});
                },
                "class_names: a name that is empty, expected a name"},
        Mistake{"two_labels_of_one_name",
                [] {
                    dataset_of_labels(X, Matrix<double>{{0, 1, 1, 0}, {1, 1, 0, 0}}, {"a", "a"});
                },
                "label_names: the name \"a\" comes twice, expected names that differ"},
        Mistake{"data_set_of_a_short_column",
                [] {
                    std::vector<std::string> notes;
                    make_dataset(table({1, 2}, 3), {}, notes);
                },
                "table: column \"x\" has 2 values, expected 3, as many as the table has rows"},
        Mistake{"numbers_of_a_short_column",
                [] {
                    numbers_of(table({1, 2}, 3));
                },
                "table: column \"x\" has 2 values, expected 3, as many as the table has rows"},
        Mistake{"equal_rows_of_a_short_column",
                [] {
                    equal_rows(table({1, 2}, 3));
                },
                "table: column \"x\" has 2 values, expected 3, as many as the table has rows"},
        Mistake{"permutation_of_less_than_nothing", [] { RandomState(0).permutation(-1); },
                "permutation: -1, expected from 0 to below 4294967296"},
        Mistake{"examples_in_rows", [] { dataset_of_values(X.transposed(), Y); },
                "Y: 4 examples, expected 2, as many as X has columns (hint: examples are columns: "
                "X.transposed())"},
        Mistake{"truth_that_is_not_a_number",
                [] {
                    dataset_of_values(X, Matrix<double>{{0, 1, nan, 0}});
                },
                "Y(0, 2): nan, expected a finite number"},
        Mistake{"nothing_to_learn_from", [] { dataset_of_values(Matrix<double>(), Matrix<double>()); },
                "X: 0 rows and 0 columns, expected at least one feature and one example"},
        Mistake{"negative_label",
                [] {
                    dataset_of_classes(X, {0, 1, -1, 0});
                },
                "labels: -1, expected class numbers: 0, 1, ..."},
        Mistake{"label_without_a_name",
                [] {
                    dataset_of_classes(X, {0, 1, 2, 0}, {"no", "yes"});
                },
                "labels: 2, expected 0 to 1, there are 2 class names"},
        Mistake{"labels_that_are_names",
                [] {
                    dataset_of_classes(X, {0, 1, 1990, 0});
                },
                "labels: 1990, expected class numbers: 0, 1, ... without large gaps"},
        Mistake{"an_empty_data_set", [] { split(Dataset{}, 0.2, RandomState(1)); },
                "the data set: 0 examples, expected at least one"},
        Mistake{"share_above_one", [] { split(points(), 1.5, RandomState(1)); },
                "validation: 1.5, expected a share from 0 to below 1"},
        Mistake{"table_shorter_than_the_truth", [] { split_changed([](Dataset& d) { d.table.rows = 3; }); },
                "X: the table has 3 rows, expected 4, as many as Y has columns"},
        Mistake{"column_shorter_than_the_table",
                [] { split_changed([](Dataset& d) { d.table.columns[1].numbers.pop_back(); }); },
                "X: column \"2\" has 3 values, expected 4, as many as the table has rows"},
        Mistake{"class_number_without_a_class", [] { split_changed([](Dataset& d) { d.Y(0, 3) = 2; }); },
                "X: Y(0, 3) is 2, expected a class number from 0 to 1"},
        Mistake{"class_number_that_is_not_whole", [] { split_changed([](Dataset& d) { d.Y(0, 3) = 0.5; }); },
                "X: Y(0, 3) is 0.5, expected a class number from 0 to 1"},
        Mistake{"target_without_a_name", [] { split_changed([](Dataset& d) { d.target_names.clear(); }); },
                "X: 0 target names, expected 1, as many as Y has rows"},
        Mistake{"label_that_is_neither_0_nor_1",
                [] {
                    dataset_of_labels(X, Matrix<double>{{0, 1, 2, 0}});
                },
                "Y(0, 2): 2, expected 1 where the example has the label, else 0"},
        Mistake{"labels_without_a_row", [] { dataset_of_labels(X, Matrix<double>(0, 4)); },
                "Y: 0 rows, expected a row for each target"},
        Mistake{"labels_of_fewer_examples",
                [] {
                    dataset_of_labels(X, Matrix<double>{{0, 1}});
                },
                "Y: 2 examples, expected 4, as many as X has columns (hint: examples are columns: "
                "X.transposed())"},
        Mistake{"too_few_names_of_labels",
                [] {
                    dataset_of_labels(X, Matrix<double>{{0, 1, 1, 0}, {1, 1, 0, 0}}, {"a"});
                },
                "label_names: 1 name, expected 2, one for each row of Y"},
        Mistake{"labels_with_classes", [] { split_changed([](Dataset& d) { d.multilabel = true; }); },
                "X: class names of a multi-label, expected none: its rows are labels"},
        Mistake{"a_label_changed_to_2",
                [] {
                    Dataset data = dataset_of_labels(X, Matrix<double>{{0, 1, 1, 0}});
                    data.Y(0, 1) = 2;
                    require_valid(data);
                },
                "X: Y(0, 1) is 2, expected 0 or 1, of a multi-label"},
        Mistake{"code_without_a_text",
                [] {
                    split_changed([](Dataset& d) {
                        d.table.columns[0] = {.name = "t", .codes = {0, 0, 7, 0}, .texts = {"a"}};
                    });
                },
                "X: column \"t\" has the code 7, expected a place among its 1 text"},
        Mistake{"fitted_to_a_row_that_is_not_there",
                [] {
                    fit_features(table({1, 2}, 2), std::vector<Index>{0, 2}, Scaling::none);
                },
                "table: row 2, expected from 0 to below 2"},
        Mistake{"fitted_to_a_short_column",
                [] {
                    fit_features(table({1, 2}, 3), std::vector<Index>{0}, Scaling::none);
                },
                "table: column \"x\" has 2 values, expected 3, as many as the table has rows"},
        Mistake{"encoded_into_a_small_matrix",
                [] {
                    const Table numbers = table({1, 2}, 2);
                    const Features features = fit_features(numbers, std::vector<Index>{0, 1}, Scaling::none);
                    Matrix<double> small(1, 1);
                    Encoder(features, numbers)(small.view(), std::vector<Index>{0, 1});
                },
                "Encoder: a matrix of 1 rows and 1 columns, expected 1 and 2: a row for each feature, a "
                "column for "
                "each row of the table"}),
    name_of);

Model<double> model() {
    return {.network = network()};
}

void train_changed(const std::function<void(Recipe&, Dataset&, Watch&, Start<double>&)>& change) {
    Dataset data = points();
    Recipe recipe = make_recipe({.validation = 0}, data);
    Watch watch;
    Start<double> start;
    change(recipe, data, watch, start);
    train<double>(data, recipe, watch, {}, start);
}

INSTANTIATE_TEST_SUITE_P(
    OfModels, Misuse,
    testing::Values(
        Mistake{"outputs_for_a_short_column",
                [] {
                    Table short_column = make_table(X);
                    short_column.rows = 50;
                    outputs(model(), short_column);
                },
                "X: column \"1\" has 4 values, expected 50, as many as the table has rows"},
        Mistake{"outputs_without_a_column", [] { outputs(model(), make_table(Y)); },
                "X: there is no column \"2\", expected every column of the training data"},
        Mistake{"features_of_another_network",
                [] {
                    outputs(Model<double>{.network = network(), .features = plain_features(3)},
                            make_table(X));
                },
                "model: its features give 3 numbers, expected 2, the inputs of its network"},
        Mistake{"answers_to_examples_in_rows", [] { answers(model(), X.transposed(), Y); },
                "X has 4 rows, the network has 2 inputs (hint: examples are columns: X.transposed())"},
        Mistake{"more_outputs_than_targets",
                [] {
                    in_own_units(Target{.lines = {{}, {}}}, Y);
                },
                "in_own_units: 1 rows of outputs, expected 2, as many as there are targets"},
        Mistake{"evaluated_on_other_classes",
                [] {
                    Model<double> named = model();
                    named.target = {.names = {"y"}, .classes = {"cat", "dog"}};
                    evaluate(named, points());
                },
                "X: its classes are 0, 1, expected the classes of the model: cat, dog"},
        Mistake{"class_number_of_no_class",
                [] {
                    targets<double>(Matrix<double>{{0, 3}}, {.classes = {"a", "b", "c"}});
                },
                "targets: Y has the value 3, expected a class number from 0 to 2"},
        Mistake{"baseline_of_an_empty_data_set", [] { baseline(Dataset{}, Task::regress); },
                "the data set: 0 examples, expected at least one"},
        Mistake{"recipe_for_an_empty_data_set", [] { make_recipe({}, Dataset{}); },
                "the data set: 0 examples, expected at least one"},
        Mistake{
            "recipe_of_classes_for_a_regression",
            [] { train_changed([](Recipe& recipe, auto&...) { recipe.task = Task::regress; }); },
            "Recipe: task is regress with the loss binary_cross_entropy, and the data has classes, expected "
            "classify"},
        Mistake{"recipe_of_classes_for_labels",
                [] {
                    train_changed([](Recipe&, Dataset& data, auto&...) {
                        data.class_names.clear();
                        data.multilabel = true;
                    });
                },
                "Recipe: task is classify, and the data has labels, expected multilabel"},
        Mistake{"probabilities_of_nothing", [] { probabilities(Matrix<double>(0, 3)); },
                "probabilities: outputs of 0 rows, expected at least one"},
        Mistake{"outputs_of_a_model_that_was_moved_from",
                [] {
                    Model<double> left = model();
                    const Model<double> right = std::move(left);
                    outputs(left, make_table(X));  // NOLINT(bugprone-use-after-move)
                },
                "a network without layers, expected one that was not moved from"},
        Mistake{"evaluation_of_a_model_that_was_moved_from",
                [] {
                    Model<double> left = model();
                    const Model<double> right = std::move(left);
                    evaluate(left, points());  // NOLINT(bugprone-use-after-move)
                },
                "a network without layers, expected one that was not moved from"},
        Mistake{"file_of_a_model_that_was_moved_from",
                [] {
                    Model<double> left = model();
                    const Model<double> right = std::move(left);
                    to_onnx(left);  // NOLINT(bugprone-use-after-move)
                },
                "a network without layers, expected one that was not moved from"},
        Mistake{"importance_by_nobody", [] { permutation_importance(model(), points(), {.threads = 0}); },
                "permutation_importance: threads is 0, expected at least 1"},
        Mistake{"fewer_runs_than_none", [] { side_by_side(-1, 1, [](Index) {}); },
                "side_by_side: count is -1, expected at least 0"},
        Mistake{"runs_on_no_thread", [] { side_by_side(1, 0, [](Index) {}); },
                "side_by_side: threads is 0, expected at least 1"},
        Mistake{"runs_of_nothing", [] { side_by_side(1, 1, nullptr); },
                "side_by_side: no work, expected a function"},
        Mistake{"recipe_without_a_network", [] { train<double>(points(), Recipe{}); },
                "Recipe: no network, expected the text of one (hint: make_recipe chooses what is left open)"},
        Mistake{"recipe_of_other_data",
                [] { train_changed([](auto& recipe, auto&...) { recipe.network = "3 softmax"; }); },
                "Recipe: its network has 3 outputs, expected 1 for this data"},
        Mistake{"recipe_of_another_task",
                [] { train_changed([](auto&, Dataset& data, auto&...) { data.class_names.clear(); }); },
                "Recipe: task is classify, and the data has values, expected regress"},
        Mistake{"recipe_of_labels_for_classes",
                [] { train_changed([](Recipe& recipe, auto&...) { recipe.task = Task::multilabel; }); },
                "Recipe: task is multilabel, and the data has classes, expected classify (hint: "
                "dataset_of_labels)"},
        Mistake{"targets_of_fewer_labels",
                [] {
                    targets<double>(Matrix<double>{{0, 1}}, {.task = Task::multilabel, .names = {"a", "b"}});
                },
                "targets: Y has 1 rows, expected 2, as many as there are targets"},
        Mistake{"baseline_of_labels_for_classes", [] { baseline(points(), Task::multilabel); },
                "baseline: task is multilabel, and the data has classes, expected classify (hint: "
                "dataset_of_labels)"},
        Mistake{"report_every_never",
                [] { train_changed([](auto&, auto&, Watch& w, auto&) { w.report_every = 0; }); },
                "Watch::report_every: 0, expected at least 1"},
        Mistake{
            "resumed_from_a_finished_model",
            [] {
                const Model<double> finished = model();
                train_changed([&](auto&, auto&, auto&, auto& start) { start.resume = &finished; });
            },
            "Start::resume: a model without a state, expected a checkpoint, or the model of a run that was "
            "interrupted"},
        Mistake{"ensemble_of_nobody",
                [] { train_changed([](Recipe& recipe, auto&...) { recipe.ensemble = 0; }); },
                "Recipe: an ensemble of 0, expected from 1 to 100"},
        Mistake{"one_fold", [] { train_changed([](Recipe& recipe, auto&...) { recipe.folds = 1; }); },
                "Recipe: 1 folds, expected 0, or from 2 to 100"},
        Mistake{"other_folds_than_members",
                [] {
                    train_changed([](Recipe& recipe, auto&...) {
                        recipe.ensemble = 3;
                        recipe.folds = 2;
                    });
                },
                "Recipe: 2 folds for an ensemble of 3, expected as many folds as members"},
        Mistake{"member_of_no_ensemble",
                [] { train_changed([](Recipe& recipe, auto&...) { recipe.member = 1; }); },
                "Recipe: member is 1, expected from 0 to 0"},
        Mistake{
            "an_ensemble_begun_with_one_model",
            [] {
                const Model<double> other = model();
                train_changed([&](Recipe& recipe, auto&, auto&, auto& start) {
                    recipe.network = other.network.text();
                    recipe.ensemble = 2;
                    start.from = &other;
                });
            },
            "Start::from: the weights of one model for 2 networks, expected an ensemble of 1, and no folds"},
        Mistake{"recipe_of_a_member_that_is_not_there",
                [] {
                    Recipe recipe;
                    recipe.ensemble = 3;
                    member_recipe(recipe, 4);
                },
                "member: 4, expected a member from 1 to 3"},
        Mistake{"member_of_one_network", [] { member(model(), 2); },
                "member: 2, expected a member from 1 to 1"},
        Mistake{
            "mean_of_other_networks",
            [] {
                const Network<double> one = network(), other(3, "1 sigmoid");
                Predictor<double>(one).add(other);
            },
            "Predictor::add: a network of 3 inputs and 1 outputs, expected 2 inputs and 1 outputs, as the "
            "first"},
        Mistake{
            "fused_loss_of_a_mean",
            [] {
                const Network<double> one = network();
                Predictor<double> predict(one, 4);
                predict.add(one);
                predict.mean_loss(*make_loss<double>(bce, "sigmoid"), X, Y);
            },
            "mean_loss: a loss that is fused with the last layer, and several networks, expected one that "
            "reads the outputs: make_loss(kind, \"\")"},
        Mistake{"outputs_of_another_size", [] { evaluate_outputs<double>(model(), X, Y, Y); },
                "evaluate_outputs: outputs of 2 x 4 numbers, expected 1 x 4, as the truth has"},
        Mistake{"begun_with_another_network",
                [] {
                    const Model<double> other = model();
                    train_changed([&](Recipe& recipe, auto&, auto&, auto& start) {
                        recipe.network = "1 sigmoid";
                        start.from = &other;
                    });
                },
                "Start::from: network \"3 tanh, 1 sigmoid\", expected the recipe's, \"1 sigmoid\""}),
    name_of);

// What reading would refuse is refused before anything is written, in the same sentence.
struct Unreadable {
    const char* name;
    std::function<void(Model<double>&)> change;
    std::string found;
};
void PrintTo(const Unreadable& model, std::ostream* out) {  // not its bytes, of which some were never set
    *out << model.name;
}
class UnreadableModel : public testing::TestWithParam<Unreadable> {};

TEST_P(UnreadableModel, IsNotWritten) {
    const Folder folder;
    const std::string path = folder / "model.onnx";
    Model<double> model = completed(Model<double>{.network = network()});
    GetParam().change(model);
    EXPECT_EQ(message_of([&] { save(model, path); }), path + ": " + GetParam().found);
    EXPECT_FALSE(std::filesystem::exists(path));
}
INSTANTIATE_TEST_SUITE_P(
    Onnx, UnreadableModel,
    testing::Values(
        Unreadable{"too_few_features", [](auto& m) { m.features.numeric.pop_back(); },
                   "its features do not fit its network"},
        Unreadable{"one_class", [](auto& m) { m.target.classes.pop_back(); },
                   "its classes do not fit its network"},
        Unreadable{"lines_without_targets",
                   [](auto& m) {
                       m.target = {.task = Task::regress, .names = {"y"}, .lines = {{}, {}}};
                   },
                   "its targets do not fit its network"},
        Unreadable{"labels_of_another_network",
                   [](auto& m) {
                       m.target = {.task = Task::multilabel, .names = {"a", "b"}};
                   },
                   "its labels do not fit its network"},
        Unreadable{"metrics_of_labels_of_classes",
                   [](auto& m) {
                       m.training.examples = 1;
                       m.training.labels.resize(1);
                   },
                   "its metrics do not fit its labels"},
        Unreadable{"metrics_of_other_classes",
                   [](auto& m) {
                       m.training.confusion = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
                   },
                   "its metrics do not fit its classes"},
        Unreadable{
            "sample_of_another_length",
            [](auto& m) { m.sample = {.name = "s", .rows = 2, .columns = {{.name = "1", .numbers = {1}}}}; },
            "the column \"1\" of its self-test has another number of rows"},
        Unreadable{"state_of_another_network", [](auto& m) { m.state.emplace(); },
                   "the tensor \"parameters\" of its state does not fit its network"},
        Unreadable{
            "limits_upside_down",
            [](auto& m) {
                m.target = {
                    .task = Task::regress, .names = {"y"}, .lines = {{}}, .lowest = {2}, .highest = {1}};
            },
            "what \"y\" lies between are no limits"},
        Unreadable{"limits_of_classes", [](auto& m) { m.target.lowest = {1}; },
                   "what its targets lie between does not fit its network"},
        Unreadable{"members_of_another_shape",
                   [](auto& m) { m.others.push_back({.network = Network<double>(3, "1 sigmoid")}); },
                   "its members have other networks"},
        Unreadable{"categories_out_of_order",
                   [](auto& m) {
                       m.features = {.text = {{.name = "t", .categories = {"b", "a"}}}};
                   },
                   "the categories of \"t\" are not in order"}),
    name_of);

TEST(Saving, GoesBackToTheSameNetworkWithNothingSaid) {
    const Folder folder;
    const std::string path = folder / "network.onnx";
    for (const char* text : {"3 tanh, 1 sigmoid", "4 relu, 3 softmax", "2 identity"}) {
        const Network<double> saved = network(text);
        save(saved, path);
        const Model<double> read = load<double>(path);
        EXPECT_TRUE(std::ranges::equal(read.network.parameters(), saved.parameters())) << text;
        EXPECT_EQ(outputs(read, make_table(X)), Matrix<double>(Predictor<double>(saved, 4)(X))) << text;
    }
}

TEST(Saving, KeepsTheScaler) {
    const Folder folder;
    const std::string path = folder / "network.onnx";
    const Table raw = make_table(Matrix<double>{{100, 300}, {-5, 5}});
    const Features features = fit_features(raw, std::vector<Index>{0, 1}, Scaling::standard);
    const Network<float> saved(2, "1");
    save(saved, path, features);
    const Matrix<float> scaled{{-1, 1}, {-1, 1}};
    EXPECT_EQ(outputs(load<float>(path), raw), Matrix<float>(Predictor<float>(saved, 2)(scaled)));
}

TEST(Loading, SaysWhichPrecisionAFileHas) {
    const Folder folder;
    const std::string path = folder / "network.onnx";
    save(network(), path);
    EXPECT_EQ(message_of([&] { load<float>(path); }),
              path + ": a model in double, expected one in float (hint: load<double>)");
    EXPECT_TRUE(message_of([&] { load<float>(path + "x"); }).starts_with(path + "x: "));
}

}  // namespace
}  // namespace gradus::test
