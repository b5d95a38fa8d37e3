#include "tests/onnx/cases.h"

#include <fmt/format.h>

#include <cmath>

#include "gradus/core/error.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/prepared.h"
#include "tests/support/layer_nets.h"

namespace gradus::test {
namespace {

constexpr Index rows = 7;

Column numbers(std::string name, RandomState& random, double middle = 0, double spread = 1) {
    Column column{.name = std::move(name)};
    for (Index i = 0; i < rows; ++i) column.numbers.push_back(middle + spread * random.randn());
    return column;
}

Column texts(std::string name, std::vector<std::int32_t> codes, std::vector<std::string> texts) {
    return {.name = std::move(name), .codes = std::move(codes), .texts = std::move(texts)};
}

Table table_of(Index columns, double middle = 0, double spread = 1) {
    RandomState random(7);
    Table table{.name = "table", .rows = rows};
    for (Index i = 0; i < columns; ++i)
        table.columns.push_back(numbers("x" + std::to_string(i + 1), random, middle, spread));
    return table;
}

// The fit that rows 0 .. 4 give; the others are new to it.
Features fitted(const Table& table, Scaling scaling, NumberEncoding encoding = NumberEncoding::none) {
    const std::vector<Index> first{0, 1, 2, 3, 4};
    return fit_features(table, first, scaling, false, encoding);
}

Target classes(std::vector<std::string> names) {
    return {.task = Task::classify, .names = {"class"}, .classes = std::move(names)};
}
Target abc() {
    return classes({"a", "b", "c"});
}
Target values(std::vector<Line> lines) {
    Target target{.task = Task::regress, .lines = std::move(lines)};
    for (std::size_t i = 0; i < target.lines.size(); ++i) target.names.push_back("y" + std::to_string(i + 1));
    return target;
}

template <class T>
Model<T> model_of(Shape shape, const std::string& network, const Table& table, Features features,
                  Target target) {
    Model<T> model{.network = Network<T>(shape, network),
                   .features = std::move(features),
                   .target = std::move(target),
                   .sample = table};
    RandomState random(3);
    model.network.initialize(Initializer::automatic, random);
    for (T& number : model.network.parameters()) number += static_cast<T>(random.uniform(-0.3, 0.3));
    for (T& number : model.network.statistics()) number += static_cast<T>(random.uniform(0, 0.5));
    model.recipe.task = model.target.task;
    model.recipe.shape = shape;
    model.recipe.network = network;
    model.recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
    return model;
}

class Cases {
public:
    void add(const std::string& name, Shape shape, const std::string& network, const Table& table,
             const Features& features, const Target& target) {
        list_.push_back({name + "_float", model_of<float>(shape, network, table, features, target), table});
        Recipe recipe;
        recipe.network = network;
        recipe.precision = Precision::twice;
        try {
            require_writable(recipe);
        } catch (const Error&) {
            return;
        }
        list_.push_back({name + "_double", model_of<double>(shape, network, table, features, target), table});
    }

    void add_layer(const std::string& name, Shape shape, const std::string& network) {
        const Table table = table_of(shape.size());
        add(name, shape, network, table, fitted(table, Scaling::standard), abc());
    }

    void add(const std::string& name, AnyModel model, const Table& table) {
        list_.push_back({name, std::move(model), table});
    }

    std::vector<OnnxCase> take() { return std::move(list_); }

private:
    std::vector<OnnxCase> list_;
};

void add_activations(Cases& cases) {
    for (const std::string f : {"leaky_relu 0.3", "elu 0.5", "dropout 0.25", "batchnorm", "gelu", "silu"}) {
        cases.add_layer("vector_" + f, {.channels = 6}, fmt::format("5, {}, 3 softmax", f));
        cases.add_layer("series_" + f, {.channels = 2, .length = 6}, f + ", flatten, 3 softmax");
    }
}

void add_layers(Cases& cases) {
    for (const auto& [kind, nets] : layer_nets())
        for (std::size_t i = 0; i < nets.size(); ++i)
            cases.add_layer(fmt::format("{} {}", kind, i), shape_of_nets, nets[i] + ", 3 softmax");
    const Shape series{.channels = 4, .length = 11};
    for (const std::string layer :
         {"conv 6x3", "conv 6x3 stride 2 pad 1", "conv 6x4 pad same", "conv 6x3 dilation 2 pad 5",
          "conv 6x3 groups 2", "conv 4x1", "maxpool 2", "maxpool 3 stride 2 pad 1",
          "maxpool 4 stride 1 pad same", "maxpool 3 dilation 3 stride 1 pad 3", "avgpool 2",
          "avgpool 3 stride 2 pad 1", "avgpool 4 stride 1 pad same", "avgpool 3 dilation 3 stride 1 pad 3",
          "batchnorm", "residual(conv 4x3 pad same relu, batchnorm)"})
        cases.add_layer(layer, series, layer + ", flatten, 3 softmax");
    cases.add_layer("globalmaxpool", series, "globalmaxpool, 3 softmax");
    cases.add_layer("globalavgpool", series, "globalavgpool, 3 softmax");
    cases.add_layer("one channel", {.channels = 1, .length = 9}, "conv 2x3, flatten, 3 softmax");
    cases.add_layer("conv on a vector", {.channels = 5}, "conv 4x1 relu, 3 softmax");
    cases.add_layer("residual of ranks", {.channels = 5}, "residual(conv 5x1), 3 softmax");
    cases.add_layer("residuals", {.channels = 5}, "residual(5 relu, residual(5 tanh, 5)), 3 softmax");
    cases.add_layer("a series inside", {.channels = 2, .length = 6},
                    "softmax, maxpool 2, conv 3x3, 3 softmax");
    cases.add_layer("no hidden layer", {.channels = 3}, "3 softmax");
}

void add_tasks(Cases& cases) {
    const Table table = table_of(3);
    const Features features = fitted(table, Scaling::standard);
    const Shape shape{.channels = 3};
    const auto add = [&](const std::string& name, const std::string& net, const Target& target) {
        cases.add(name, shape, net, table, features, target);
    };
    add("two classes", "4 tanh, 1 sigmoid", classes({"no", "yes"}));
    add("two numbers", "4 tanh, 1 sigmoid", classes({"-1", "1"}));
    add("three numbers", "4 tanh, 3 softmax", classes({"2", "30", "9223372036854775807"}));
    add("names in Chinese", "4 tanh, 3 softmax", classes({"一 二", "三", "四,五"}));
    add("numbers that are no int64", "4 tanh, 3 softmax", classes({"01", "1e3", "99999999999999999999"}));
    add("one value", "4 tanh, 1 identity", values({{1000, 250}}));
    add("two values", "4 tanh, 2 identity", values({{-3, 0.5}, {0.001, 1e-4}}));
    add("values as they are", "4 tanh, 2 identity", values({{}, {}}));
    add("labels", "4 tanh, 3 sigmoid", {.task = Task::multilabel, .names = {"news", "体育", "a;b"}});
    add("one label", "1 sigmoid", {.task = Task::multilabel, .names = {"urgent"}});
}

// Of an autoencoder the outputs are the inputs by their names, in the units of their columns.
Target inputs_of(const Features& features) {
    Recipe recipe;
    recipe.task = Task::reconstruct;
    return fit_target(features, recipe);
}

void add_unsupervised(Cases& cases) {
    Table table = table_of(4, 2000, 3);
    table.columns[1].numbers = {5, 5, 5, 5, 5, -1e6, missing};  // never varied in training
    table.columns[3] = texts("colour", {0, 1, 1, 0, 1, 2, Column::no_text}, {"red", "blue", "unseen"});
    const Features features = fitted(table, Scaling::standard);
    cases.add("hidden units", {.channels = 5}, "4 relu, 3 sigmoid", table, features,
              {.task = Task::encode, .names = {"h1", "h2", "h3"}});
    cases.add("autoencoder", {.channels = 5}, "4 relu, 2 identity, 4 relu, 5 identity", table, features,
              inputs_of(features));
    Table pixels = table_of(6, 120, 60);
    pixels.divisor = 255;
    const Features shades = fitted(pixels, Scaling::none);
    cases.add("autoencoder of pixels", {.channels = 6}, "3 sigmoid, 6 sigmoid", pixels, shades,
              inputs_of(shades));
    Table large = table_of(2, 1e9, 3);
    const Features in_double = fitted(large, Scaling::standard);
    cases.add("autoencoder of doubles", {.channels = 2}, "3 tanh, 2 identity", large, in_double,
              inputs_of(in_double));
}

void add_scalings(Cases& cases) {
    const auto add = [&](const std::string& name, const Table& table, Scaling scaling) {
        const auto width = static_cast<Index>(table.columns.size());
        const Features features = fitted(table, scaling);
        cases.add(name + " vector", {.channels = width}, "4 tanh, 3 softmax", table, features, abc());
        cases.add(name + " series", {.channels = 2, .length = width / 2},
                  "maxpool 2, flatten, 4 tanh, 3 softmax", table, features, abc());
    };
    Table table = table_of(6, 2000, 3);
    table.columns[1].numbers = {5, 5, 5, 5, 5, -1e6, missing};  // never varied in training
    table.columns[4].numbers[3] = missing;
    table.columns[4].numbers[6] = missing;
    add("standard", table, Scaling::standard);
    add("minmax", table, Scaling::minmax);
    add("as it is", table_of(6), Scaling::none);

    Table pixels = table_of(6, 120, 60);
    pixels.divisor = 255;
    pixels.columns[2].numbers = {0, 0, 0, 0, 0, 255, 7};
    add("pixels", pixels, Scaling::none);
    add("pixels standard", pixels, Scaling::standard);

    Table series = table_of(6, 100, 20);
    for (Column& column : series.columns) {
        column.numbers[2] = 42;  // this row never varies
        column.numbers[3] *= 1e-12;
        column.numbers[4] *= 1e12;
    }
    series.columns[0].numbers[1] = missing;
    add("each series", series, Scaling::series);
}

void add_texts(Cases& cases) {
    RandomState random(5);
    Table table{.name = "texts", .rows = rows};
    table.columns.push_back(numbers("age (years)", random, 40, 10));
    table.columns.back().numbers[5] = missing;
    table.columns.push_back(
        texts("port of 出发", {0, 1, Column::no_text, 1, 0, 2, 1}, {"南京", "New York", "unseen"}));
    table.columns.push_back(
        texts("label", {0, 1, 2, 1, 0, 2, Column::no_text}, {"True", "False", " \"a\", b"}));
    table.columns.push_back(numbers("W1", random));
    table.columns.push_back(texts("probabilities", {0, 0, 0, 0, 0, 1, 0}, {"x", "y"}));
    table.columns.push_back(texts("nothing", std::vector<std::int32_t>(rows, Column::no_text), {}));
    const Features features = fitted(table, Scaling::standard);
    cases.add("texts", {.channels = features.width()}, "4 relu, 3 softmax", table, features, abc());
    cases.add("texts as a series", {.channels = 1, .length = features.width()},
              "maxpool 2 stride 1, flatten, 3 softmax", table, features, abc());

    Table only{.name = "only text", .rows = rows, .columns = {table.columns[1]}};
    const Features one = fitted(only, Scaling::standard);
    cases.add("only text", {.channels = one.width()}, "3 softmax", only, one, classes({"1", "2", "3"}));

    // p is exactly 0.5: the second class
    const Table plain = table_of(2);
    Model<float> model = model_of<float>({.channels = 2}, "1 sigmoid", plain, fitted(plain, Scaling::none),
                                         classes({"n", "y"}));
    for (float& number : model.network.parameters()) number = 0;
    cases.add("exactly a half", model, plain);
    Model<float> labels = model_of<float>({.channels = 2}, "2 sigmoid", plain, fitted(plain, Scaling::none),
                                          {.task = Task::multilabel, .names = {"a", "label"}});
    for (float& number : labels.network.parameters()) number = 0;
    cases.add("labels at exactly a half", labels, plain);
}

// Columns and targets that float would merge; series that end early.
void add_doubles(Cases& cases) {
    RandomState random(11);
    Table table{.name = "doubles", .rows = rows};
    table.columns.push_back(numbers("plain", random, 3, 2));
    table.columns.push_back(numbers("frequency", random, 1e9, 3));
    table.columns.push_back(numbers("id", random, 0, 0));
    for (std::size_t i = 0; i < rows; ++i) table.columns[2].numbers[i] = 123456789012 + double(i % 3);
    table.columns.push_back(numbers("also plain", random, -1, 1));
    table.columns[1].numbers[5] = missing;
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::series, Scaling::none}) {
        const std::string name = scaling_names[static_cast<std::size_t>(scaling)];
        const Features features = fitted(table, scaling);
        cases.add("doubles " + name, {.channels = 4}, "4 tanh, 3 softmax", table, features, abc());
        const Features series = fit_features(table, std::vector<Index>{0, 1, 2, 3, 4}, scaling, true);
        cases.add("series of doubles " + name, {.channels = 2, .length = 2}, "maxpool 2, flatten, 3 softmax",
                  table, series, abc());
    }
    table.columns.push_back(texts("kind", {0, 1, 0, 1, 1, 0, 1}, {"a", "b"}));
    const Features features = fitted(table, Scaling::standard);
    Target target = values({{1e9, 3}});
    target.in_double = true;
    cases.add("doubles and text", {.channels = features.width()}, "4 tanh, 1 identity", table, features,
              target);
}

// What was always the same in training, and is not later.
void add_columns_without_effect(Cases& cases) {
    RandomState random(17);
    Table table{.name = "never varies", .rows = rows};
    table.columns.push_back(numbers("x", random));
    table.columns.push_back({.name = "number", .numbers = {3, 3, missing, 3, 3, 1e30, -7}});
    table.columns.push_back(
        {.name = "nothing", .numbers = {missing, missing, missing, missing, missing, 4, -1e9}});
    table.columns.push_back({.name = "in double", .numbers = {1e300, 1e300, 1e300, 1e300, 1e300, 1e299, 2}});
    table.columns.push_back(
        {.name = "when", .numbers = {1e9, 1e9, 1e9, missing, 1e9, 2e9, 0}, .format = DateFormat{}});
    table.columns.push_back(texts("town", {0, 0, 0, 0, 0, 1, Column::no_text}, {"Ulm", "Bonn"}));
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none}) {
        const Features features = fitted(table, scaling);
        cases.add(std::string("without effect ") + scaling_names[static_cast<std::size_t>(scaling)],
                  {.channels = features.width()}, "4 tanh, 3 softmax", table, features, abc());
    }
}

// Of every cycle, before 1970 and to the microsecond; one is missing.
void add_dates(Cases& cases) {
    RandomState random(13);
    Table table{.name = "dates", .rows = rows};
    table.columns.push_back(numbers("x", random));
    table.columns.push_back(numbers("when it was", random, 1.6e9, 5e7));
    table.columns[1].numbers[0] = -86400.5;
    table.columns[1].numbers[6] = missing;
    table.columns.push_back(
        {.name = "day", .numbers = {0, 86400, 172800, 31536000, 1e9, 951782400, 68169600}});
    table.columns[2].numbers[4] = 11574 * 86400.0;
    for (const std::size_t i : {1, 2}) table.columns[i].format = DateFormat{};
    table.columns.push_back(texts("kind", {0, 1, 0, 1, 1, 0, 1}, {"a", "b"}));
    const Features features = fitted(table, Scaling::standard);
    cases.add("dates and text", {.channels = features.width()}, "4 tanh, 3 softmax", table, features, abc());
    const Table alone{.name = "dates", .rows = rows, .columns = {table.columns[1]}};
    const Features one = fitted(alone, Scaling::none);
    cases.add("dates alone", {.channels = one.width()}, "4 tanh, 1 identity", alone, one, values({{2, 3}}));
}

// One input; one input for each column, of which some are doubles, text or dates; edges, beyond them,
// missing.
void add_bins(Cases& cases) {
    RandomState random(19);
    Table table{.name = "bins", .rows = rows};
    table.columns.push_back(numbers("x", random, 40, 10));
    table.columns.push_back({.name = "few", .numbers = {1, 2, 5, 2, 1, -7, 9}});
    table.columns.push_back({.name = "two", .numbers = {1, 2, 2, 1, 1, 0, 3}});
    table.columns.push_back({.name = "number", .numbers = {3, 3, 3, 3, 3, 1e30, -7}});
    table.columns.push_back({.name = "gaps", .numbers = {0, missing, 7, 1, 3, missing, 1e38}});
    table.columns.push_back({.name = "far", .numbers = {-3e38, 0, 1, 2, 3e38, 2.9e38, missing}});
    table.columns[0].numbers[5] = table.columns[0].numbers[2];
    const auto add = [&](const std::string& name, const Table& of, Scaling scaling) {
        const Features features = fitted(of, scaling, NumberEncoding::ple);
        cases.add("bins " + name, {.channels = features.width()}, "4 tanh, 3 softmax", of, features, abc());
    };
    Table plain = table;
    plain.columns.pop_back();  // which is a double, and then there is an input for each column
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none}) {
        const std::string name = scaling_names[static_cast<std::size_t>(scaling)];
        add(name, plain, scaling);
        add("of doubles " + name, table, scaling);
    }
    table.columns.push_back(numbers("frequency", random, 1e9, 3));
    table.columns.push_back(texts("kind", {0, 1, 0, 1, 1, 0, 1}, {"a", "b"}));
    table.columns.push_back(numbers("when", random, 1.6e9, 5e7));
    table.columns.back().format = DateFormat{};
    add("beside text and dates", table, Scaling::standard);
}

void add_masks(Cases& cases) {
    Table table = table_of(8, 5, 2);
    table.channels = 2;
    table.length = 4;
    for (std::size_t row = 0; row < rows; row += 2)
        for (const std::size_t place : {2, 3, 6, 7}) table.columns[place].numbers[row] = missing;
    table.columns[5].numbers[1] = missing;  // the other channel is there
    for (const Scaling scaling : {Scaling::standard, Scaling::series}) {
        const std::string name = scaling_names[static_cast<std::size_t>(scaling)];
        const Features features = fitted(table, scaling);
        cases.add("mask " + name, {.channels = 3, .length = 4}, "conv 2x2, flatten, 3 softmax", table,
                  features, abc());
        cases.add("mask of a vector " + name, {.channels = 12}, "3 softmax", table, features, abc());
    }
}

}  // namespace

std::vector<OnnxCase> onnx_cases() {
    Cases cases;
    add_activations(cases);
    add_layers(cases);
    add_tasks(cases);
    add_unsupervised(cases);
    add_scalings(cases);
    add_texts(cases);
    add_doubles(cases);
    add_masks(cases);
    add_bins(cases);
    add_dates(cases);
    add_columns_without_effect(cases);
    return cases.take();
}

}  // namespace gradus::test
