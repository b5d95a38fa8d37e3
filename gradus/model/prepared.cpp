#include "gradus/model/prepared.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/few_rows.h"
#include "gradus/data/folds.h"
#include "gradus/data/shared_table.h"
#include "gradus/model/network_text.h"

namespace gradus {
namespace {

// All classes count alike, within each its examples by their own weights. Of several labels the factors
// multiply, as in scikit-learn's compute_sample_weight.
template <class T>
Matrix<T> balancing_weights(View<const double> Y, std::size_t classes, View<const double> own) {
    const auto weight = [&](Index j) { return own.empty() ? 1 : own(0, j); };
    Matrix<double> weights(1, Y.columns());
    for (Index j = 0; j < Y.columns(); ++j) weights(0, j) = weight(j);
    for (Index i = 0; i < Y.rows(); ++i) {
        std::vector<double> count(classes);
        for (Index j = 0; j < Y.columns(); ++j) count[static_cast<std::size_t>(Y(i, j))] += weight(j);
        const auto present =
            static_cast<double>(std::ranges::count_if(count, [](double n) { return n > 0; }));
        for (Index j = 0; j < Y.columns(); ++j) {
            const double all = count[static_cast<std::size_t>(Y(i, j))];
            if (all > 0) weights(0, j) *= double(Y.columns()) / (present * all);
        }
    }
    return Y.rows() == 1 ? Matrix<T>(weights.view()) : of_mean_one<T>(weights);
}

Matrix<double> weights_of(const Dataset& data, const std::vector<Index>& rows) {
    if (data.weights.empty() || rows.empty()) return {};
    Matrix<double> weights(1, static_cast<Index>(rows.size()));
    Index to = 0;
    for (const Index row : rows) weights(0, to++) = data.weights[static_cast<std::size_t>(row)];
    return weights;
}

// These rows, or one rank's share of them.
template <class T>
Matrix<T> encoded(const Features& features, const Table& table, std::span<const Index> rows,
                  const Ranks* shared_by) {
    if (shared_by != nullptr) {
        const Range mine = shared_by->share(std::ssize(rows));
        rows = rows.subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.size()));
    }
    Matrix<T> X(features.width(), static_cast<Index>(rows.size()));
    Encoder(features, table)(X.view(), rows);
    return X;
}

std::vector<Index> all_rows(Index rows) {
    std::vector<Index> all(static_cast<std::size_t>(rows));
    std::iota(all.begin(), all.end(), Index{0});
    return all;
}

// The rows without a label, table after table.
template <class T>
Matrix<T> unlabelled(const Features& features, const Dataset& data) {
    Index rows = 0;
    for (const Table& table : data.unlabelled) rows += table.rows;
    Matrix<T> X(features.width(), rows);
    rows = 0;
    for (const Table& table : data.unlabelled) {
        Encoder(features, table)(X.view().columns({rows, rows + table.rows}), all_rows(table.rows));
        rows += table.rows;
    }
    return X;
}

Table first_rows(const Table& table, const std::vector<Index>& rows, std::size_t most) {
    Table first{.name = table.name,
                .rows = static_cast<Index>(std::min(most, rows.size())),
                .channels = table.channels,
                .length = table.length,
                .divisor = table.divisor};
    for (const Column& column : table.columns) {
        const Shown shown(column);
        Column part{.name = column.name, .format = column.format};
        for (std::size_t i = 0; i < static_cast<std::size_t>(first.rows); ++i) {
            const auto row = static_cast<std::size_t>(rows[i]);
            if (!column.is_text()) {
                part.numbers.push_back(column.numbers[row]);
            } else if (column.codes[row] == Column::no_text) {
                part.codes.push_back(Column::no_text);
            } else {
                part.codes.push_back(static_cast<std::int32_t>(part.texts.size()));
                part.texts.push_back(column.texts[static_cast<std::size_t>(column.codes[row])]);
            }
        }
        first.columns.push_back(std::move(part));
    }
    return first;
}

std::vector<Index> all_rows(const Dataset& data) {
    return all_rows(data.examples());
}

}  // namespace

static void require_class(double y, Index classes) {
    if (!(y >= 0 && y < double(classes) && y == std::floor(y)))
        throw Error(Fault::usage, {.place = "targets",
                                   .found = say("Y has the value {}", to_text(y)),
                                   .expected = say("a class number from 0 to {}", classes - 1)});
}

void require_same_target(const Target& target, const Dataset& data) {
    require_valid(data);
    if (is_unsupervised(target.task)) return;
    if (target.names.empty()) return;  // it does not say what it learned
    const bool labels = target.task == Task::multilabel;
    const auto outputs = static_cast<Index>(labels ? target.names.size() : target.lines.size());
    if (labels && !data.multilabel)
        throw Error(
            Fault::input,
            {.place = file_of(data),
             .found = say("it has {} to predict", data.has_classes() ? say("classes") : say("values")),
             .expected =
                 say("the labels of the model: {}", fmt::format("{}", fmt::join(target.names, ", ")))});
    if (target.classes != data.class_names)
        throw Error(
            Fault::input,
            {.place = file_of(data),
             .found = data.has_classes()
                          ? say("its classes are {}", fmt::format("{}", fmt::join(data.class_names, ", ")))
                          : say("it has values to predict"),
             .expected = target.classes.empty() ? say("values")
                                                : say("the classes of the model: {}",
                                                      fmt::format("{}", fmt::join(target.classes, ", ")))});
    if (outputs > 0 && outputs != data.Y.rows())
        throw Error(Fault::input, {.place = file_of(data),
                                   .found = say("it has {} targets", data.Y.rows()),
                                   .expected = say("{}, as the model has", outputs)});
}

template <class T>
Matrix<T> of_mean_one(View<const double> weights) {
    if (weights.empty()) return {};
    double mean = 0;
    for (Index j = 0; j < weights.columns(); ++j) mean += weights(0, j);
    mean /= double(weights.columns());
    if (!(mean > 0))
        throw Error(Fault::input, {.place = setting("weight"),
                                   .found = say("the weights of {} examples are all 0", weights.columns()),
                                   .expected = say("one above 0 on each side of the division")});
    Matrix<T> scaled(1, weights.columns());
    for (Index j = 0; j < weights.columns(); ++j) scaled(0, j) = static_cast<T>(weights(0, j) / mean);
    return scaled;
}

template <class T>
Matrix<T> targets(View<const double> Y, const Target& target) {
    const auto classes = static_cast<Index>(target.classes.size());
    const bool one_hot = target.task == Task::classify && classes != 2;
    const auto lines =
        static_cast<Index>(target.task == Task::multilabel ? target.names.size() : target.lines.size());
    if (lines > 0 && lines != Y.rows())
        throw Error(Fault::usage, {.place = "targets",
                                   .found = say("Y has {} rows", Y.rows()),
                                   .expected = say("{}, as many as there are targets", lines)});
    Matrix<T> result(one_hot ? classes : Y.rows(), Y.columns());
    for (Index j = 0; j < Y.columns(); ++j) {
        if (classes > 0) require_class(Y(0, j), classes);
        if (one_hot) {
            result(static_cast<Index>(Y(0, j)), j) = 1;
            continue;
        }
        for (Index i = 0; i < Y.rows(); ++i) {
            const Line line = target.lines.empty() ? Line{} : target.lines[static_cast<std::size_t>(i)];
            result(i, j) = static_cast<T>((Y(i, j) - line.offset) / line.divisor);
        }
    }
    return result;
}

Target fit_target(const Dataset& data, View<const double> Y, const Recipe& recipe) {
    Target target{.task = recipe.task, .names = data.target_names, .units = data.target_units};
    if (recipe.task == Task::classify) {
        target.classes = data.class_names;
        return target;
    }
    if (recipe.task == Task::multilabel) return target;
    for (Index i = 0; i < Y.rows(); ++i) {
        std::vector<double> values;
        for (Index j = 0; j < Y.columns(); ++j) values.push_back(Y(i, j));
        const bool in_double = float_is_coarse(values);
        Line line = standard_line(values);
        if (recipe.scaling == Scaling::none) line = {.offset = in_double ? line.offset : 0};
        target.lines.push_back(line);
        target.in_double = target.in_double || in_double;
        if (recipe.ensemble == 1 || values.empty()) continue;
        const auto [lowest, highest] = std::ranges::minmax(values);
        target.lowest.push_back(lowest);
        target.highest.push_back(highest);
    }
    return target;
}

Target fit_target(const Features& features, const Recipe& recipe) {
    Target target{.task = recipe.task};
    if (recipe.task == Task::encode) {
        for (Index i = 1; i <= outputs_of(recipe.network, recipe.shape); ++i)
            target.names.push_back(fmt::format("h{}", i));
        return target;
    }
    target.names = features.names();
    target.lines.resize(target.names.size());
    target.in_double = !features.dates.empty();
    auto line = target.lines.begin();
    for (const NumericFeature& feature : features.numeric) {
        *line++ = {.offset = feature.line.offset * features.divisor,
                   .divisor = feature.line.divisor * features.divisor};
        target.in_double = target.in_double || feature.in_double;
    }
    line += static_cast<std::ptrdiff_t>(features.masked_length() + features.bins());
    for (const DateFeature& feature : features.dates) {
        *line = feature.line;
        line += static_cast<std::ptrdiff_t>(feature.width());
    }
    return target;
}

template <class T>
Matrix<T> targets_for(const Target& target, LossKind loss, View<const T> X, View<const double> Y) {
    if (target.task == Task::encode) return {};
    if (target.task != Task::reconstruct) return targets<T>(Y, target);
    Matrix<T> truth(X);
    if (needs_probabilities(loss))
        std::transform(truth.data(), truth.data() + truth.rows() * truth.columns(), truth.data(),
                       [](T x) { return std::clamp(x, T(0), T(1)); });
    return truth;
}

// The rows without a label, if anybody looks at them.
static std::span<const Table> seen_unlabelled(const Dataset& data, const Recipe& recipe) {
    if (recipe.pretraining.kind == Pretrain::none) return {};
    return data.unlabelled;
}

// A shape is the same wherever it stands in a series: mean and deviation are those of a whole channel.
static void scale_channels(const Table& table, std::span<const Index> rows, Index length,
                           Features& features) {
    if (features.numeric.size() != table.columns.size() || std::ssize(features.numeric) % length != 0) return;
    const auto places = static_cast<std::size_t>(length);
    const auto each_place = [&](std::size_t first, const auto& see) {
        std::vector<double> numbers(rows.size());
        for (std::size_t i = first; i < first + places; ++i) {
            const Shown shown(table.columns[i]);
            for (std::size_t k = 0; k < rows.size(); ++k)
                numbers[k] = table.columns[i].numbers[static_cast<std::size_t>(rows[k])] / table.divisor;
            see(numbers);
        }
    };
    for (std::size_t first = 0; first < table.columns.size(); first += places) {
        StandardLine of_channel;
        each_place(first, [&](const std::vector<double>& numbers) { of_channel.see(numbers); });
        each_place(first, [&](const std::vector<double>& numbers) { of_channel.see_again(numbers); });
        const Line line = of_channel.line();
        for (NumericFeature& place : std::span(features.numeric).subspan(first, places)) {
            place.line = of_channel.varies() ? line : Line::to_nothing(line.offset);
            place.fill = line.offset;  // which becomes 0
        }
    }
}

Features fitted_features(const Dataset& data, std::span<const Index> rows, const Recipe& recipe) {
    Features features = fit_features(data.table, rows, recipe.scaling, recipe.shape.length > 1,
                                     recipe.encoding, seen_unlabelled(data, recipe));
    if (recipe.scaling == Scaling::standard && sees_places_alike(recipe.network, recipe.shape))
        scale_channels(data.table, rows, recipe.shape.length, features);
    return features;
}

InputRange input_range(const Dataset& data, const Recipe& recipe) {
    const std::vector<Index> rows = division(data, recipe).training;
    const Features features = fitted_features(data, rows, recipe);
    const Encoder encoder(features, data.table);
    const auto n = static_cast<Index>(rows.size()), width = features.width();
    std::vector<double> sums(static_cast<std::size_t>(width)), squares(sums.size());
    InputRange range;
    constexpr Index at_once = 256;
    for (Index begin = 0; begin < n; begin += at_once) {
        const Index count = std::min(at_once, n - begin);
        Matrix<double> X(width, count);
        encoder(X.view(),
                std::span(rows).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)));
        for (Index j = 0; j < count; ++j)
            for (Index i = 0; i < width; ++i) {
                const double x = X(i, j);
                range.from_0_to_1 = range.from_0_to_1 && x >= 0 && x <= 1;
                sums[static_cast<std::size_t>(i)] += x;
                squares[static_cast<std::size_t>(i)] += x * x;
            }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double mean = sums[i] / double(n);
        range.variance += std::max(0.0, squares[i] / double(n) - mean * mean) / double(width);
    }
    for (const Table& table : seen_unlabelled(data, recipe)) {
        const Matrix<double> X = encode<double>(features, table);
        range.from_0_to_1 = range.from_0_to_1 && std::all_of(X.data(), X.data() + X.rows() * X.columns(),
                                                             [](double x) { return x >= 0 && x <= 1; });
    }
    return range;
}

// A few different rows that come again and again: one of them says nothing of the others. How they are
// distributed it does say.
static bool can_be_set_aside(const Dataset& data, const Recipe& recipe) {
    return recipe.split == SplitBy::time || recipe.pretraining.kind != Pretrain::none ||
           is_unsupervised(recipe.task) || too_few_different_rows(data) == 0;
}

// What is set aside, and all the rest.
static Split whole_division(const Dataset& data, const Recipe& recipe) {
    const bool any = recipe.validation_file.empty() && can_be_set_aside(data, recipe);
    const double share = any ? recipe.validation : 0;
    return split(data, share, RandomState(recipe.data_seed), recipe.split);
}

static Split division_of_member(const Dataset& data, const Recipe& recipe, const std::vector<Index>& rows) {
    const std::vector<Index> fold =
        folds(data, rows, fold_count(recipe), RandomState(recipe.data_seed), recipe.split);
    Split parts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        (fold[i] + 1 == recipe.member ? parts.validation : parts.training).push_back(rows[i]);
    return parts;
}

Split division(const Dataset& data, const Recipe& recipe) {
    Split parts = whole_division(data, recipe);
    return recipe.member == 0 ? parts : division_of_member(data, recipe, parts.training);
}

std::vector<Index> folds_of(const Dataset& data, const Recipe& recipe) {
    return folds(data, whole_division(data, recipe).training, fold_count(recipe),
                 RandomState(recipe.data_seed), recipe.split);
}

Index validation_examples(const Dataset& data, const Recipe& recipe) {
    return static_cast<Index>(division(data, recipe).validation.size());
}

Index input_width(const Dataset& data, const Recipe& recipe) {
    return fitted_width(data.table, division(data, recipe).training, recipe.encoding,
                        seen_unlabelled(data, recipe));
}

void require_divisible(const Dataset& data, const Recipe& recipe) {
    if (recipe.validation == 0 || !recipe.validation_file.empty()) return;
    const bool by_column = !data.group_name.empty() || (recipe.split == SplitBy::time && !data.times.empty());
    if (by_column && data.examples() > 1 && !is_divisible(data, recipe.split)) {
        const bool grouped = !data.group_name.empty();
        throw Error(
            Fault::input,
            {.place = say("{}: column \"{}\"", file_of(data), grouped ? data.group_name : data.time_name),
             .found = grouped ? say("all rows are one group") : say("all rows have the same time"),
             .expected = say("at least two, one of them to validate with"),
             .hint = setting("validation", "0")});
    }
    if (validation_examples(data, recipe) < data.examples()) return;
    throw Error(Fault::input, {.place = file_of(data),
                               .found = say("a validation share of {} leaves no example for training",
                                            to_text(recipe.validation)),
                               .hint = setting("validation", "0")});
}

// A run for each column that has bins.
static std::vector<Range> runs_of_bins(const Features& features) {
    std::vector<Range> runs;
    Index first = static_cast<Index>(features.numeric.size()) + features.masked_length();
    for (const NumericFeature& feature : features.numeric) {
        if (feature.bins() > 0) runs.push_back({first, first + feature.bins()});
        first += feature.bins();
    }
    return runs;
}

template <class T>
PreparedData<T>::PreparedData(const Dataset& data, const Recipe& recipe, double validation_share,
                              const Dataset* validation, const Model<T>* model) {
    const double share = validation == nullptr && can_be_set_aside(data, recipe) ? validation_share : 0;
    Recipe divided = recipe;
    divided.validation = share;
    require_divisible(data, divided);
    const Split whole = split(data, share, RandomState(recipe.data_seed), recipe.split);
    const Split parts = recipe.member == 0 ? whole : division_of_member(data, recipe, whole.training);
    Matrix<double> training_Y = select(data.Y, parts.training);
    features = model != nullptr ? model->features : fitted_features(data, whole.training, recipe);
    // Other programs' have none, or have classes alone.
    const bool has_target = model != nullptr && !model->target.names.empty() &&
                            (model->target.output.empty() || model->target.classes == data.class_names);
    target = has_target                     ? model->target
             : is_unsupervised(recipe.task) ? fit_target(features, recipe)
                                            : fit_target(data, training_Y, recipe);
    target.output.clear();  // from now on it is known
    shared_by = data.table.shared_by;
    sample = first_rows(data.table, parts.training, 3);
    bins = runs_of_bins(features);
    X = encoded<T>(features, data.table, parts.training, shared_by);
    Y = targets_for<T>(target, recipe.run.loss, X, training_Y);
    if (validation != nullptr) {
        validation_X = encoded<T>(features, validation->table, all_rows(*validation), shared_by);
        validation_truth = validation->Y;
        validation_row_weights = weights_of(*validation, all_rows(*validation));
    } else if (!parts.validation.empty()) {
        validation_X = encoded<T>(features, data.table, parts.validation, shared_by);
        validation_truth = select(data.Y, parts.validation);
        validation_row_weights = weights_of(data, parts.validation);
    }
    if (!validation_X.empty() || !validation_truth.empty())
        validation_Y = targets_for<T>(target, recipe.run.loss, validation_X, validation_truth);
    if (recipe.pretraining.kind != Pretrain::none) unlabelled_X = unlabelled<T>(features, data);
    row_weights = weights_of(data, parts.training);
    weights = of_mean_one<T>(row_weights);
    validation_weights = of_mean_one<T>(validation_row_weights);
    stops_early = recipe.run.patience > 0 && validates();
    if (recipe.class_weights == ClassWeights::balanced) {
        const std::size_t classes = recipe.task == Task::multilabel ? 2 : data.class_names.size();
        weights = balancing_weights<T>(training_Y, classes, of_mean_one<double>(row_weights));
    }
    truth = std::move(training_Y);
}

template struct PreparedData<float>;
template struct PreparedData<double>;
template Matrix<float> of_mean_one(View<const double>);
template Matrix<double> of_mean_one(View<const double>);
template Matrix<float> targets(View<const double>, const Target&);
template Matrix<double> targets(View<const double>, const Target&);
template Matrix<float> targets_for(const Target&, LossKind, View<const float>, View<const double>);
template Matrix<double> targets_for(const Target&, LossKind, View<const double>, View<const double>);

}  // namespace gradus
