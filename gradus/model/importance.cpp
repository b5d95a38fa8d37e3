#include "gradus/model/importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/random.h"
#include "gradus/core/say.h"
#include "gradus/model/prepared.h"
#include "gradus/model/sweep.h"
#include "gradus/nn/predictor.h"

namespace gradus {
namespace {

// What is permuted together: some inputs of the network.
struct Group {
    std::string name;
    std::vector<Index> inputs = {};
};

std::vector<Group> channels_of(const Shape& shape, const Features& features, const std::string& data) {
    const Index channels = features.masked_channels > 0 ? features.masked_channels : shape.channels;
    if (channels < 2)
        throw Error(Fault::input,
                    {.place = data,
                     .found = say("the model sees series of one channel"),
                     .expected = say("columns, or several channels, of which one can be left out")});
    std::vector<Group> groups;
    for (Index c = 0; c < channels; ++c) {
        Group group{.name = say("channel {}", c + 1)};
        for (Index i = 0; i < shape.length; ++i) group.inputs.push_back(c * shape.length + i);
        groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<Group> columns_of(const Features& features) {
    std::vector<Group> groups;
    const std::vector<std::string> sources = features.sources();
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::size_t place = places.emplace(sources[i], groups.size()).first->second;
        if (place == groups.size()) groups.push_back({.name = sources[i]});
        groups[place].inputs.push_back(static_cast<Index>(i));
    }
    return groups;
}

struct Scores {
    double loss = 0, score = 0;
};

void require_settings(const ImportanceSettings& settings, std::size_t rows) {
    const auto refuse = [](const std::string& found, const std::string& expected) {
        throw Error(Fault::usage, {.place = "permutation_importance", .found = found, .expected = expected});
    };
    if (settings.repeats < 2) refuse(say("{} repeats", settings.repeats), say("at least 2"));
    if (settings.threads < 1) refuse(say("threads is {}", settings.threads), say("at least 1"));
    if (rows < 2) refuse(say("{} examples", rows), say("at least 2"));
}

// The examples as the model sees them, and its scores when some of its inputs come from others.
template <class T>
class PermutedExamples {
public:
    PermutedExamples(const Model<T>& model, const Dataset& data, const std::vector<Index>& rows)
        : model_(model), X_(model.features.width(), static_cast<Index>(rows.size())) {
        Encoder(model.features, data.table)(X_.view(), rows);
        truth_ = select(data.Y, rows);
        Y_ = targets<T>(truth_, model.target);
        if (data.weights.empty()) return;
        weights_ = Matrix<double>(1, X_.columns());
        for (std::size_t j = 0; j < rows.size(); ++j)
            weights_(0, static_cast<Index>(j)) = data.weights[static_cast<std::size_t>(rows[j])];
        scaled_ = of_mean_one<T>(weights_);
    }

    [[nodiscard]] Scores scores(const std::vector<Index>& inputs, const std::vector<Index>& order) const {
        const Index n = X_.columns(), batch = std::min<Index>(n, 256);
        Predictor<T> predict = predictor(model_, batch);
        Matrix<T> part(X_.rows(), batch), A(model_.network.out().size(), n);
        for (Index begin = 0; begin < n; begin += batch) {
            const Index count = std::min(batch, n - begin);
            for (Index j = 0; j < count; ++j) {
                std::copy_n(X_.view().column(begin + j), X_.rows(), part.view().column(j));
                for (const Index i : inputs) part(i, j) = X_(i, order[static_cast<std::size_t>(begin + j)]);
            }
            const View<const T> out = predict(part.view().columns({0, count}));
            std::copy_n(out.data(), out.rows() * out.columns(), A.view().column(begin));
        }
        return measured(A);
    }

private:
    [[nodiscard]] Scores measured(const Matrix<T>& A) const {
        if (model_.target.task != Task::regress) {
            const Evaluation e = measure<T>(model_.target.task, A, Y_, scaled_, Asked::log_loss);
            return {.loss = e.log_loss, .score = -e.accuracy};
        }
        const Matrix<double> values = in_own_units(model_.target, A);
        double squares = 0, total = 0;
        for (Index j = 0; j < values.columns(); ++j) {
            const double weight = weights_.empty() ? 1 : weights_(0, j);
            total += weight;
            for (Index i = 0; i < values.rows(); ++i) {
                const double missed = values(i, j) - truth_(i, j);
                squares += weight * (missed * missed);
            }
        }
        return {.loss = squares / (double(values.rows()) * total),
                .score = measure<double>(Task::regress, values, truth_, weights_).rmse};
    }

    const Model<T>& model_;
    Matrix<T> X_, Y_, scaled_ = {};
    Matrix<double> truth_, weights_ = {};
};

Estimate mean_of(const std::vector<double>& values) {
    const auto n = double(values.size());
    Estimate mean;
    for (const double x : values) mean.value += x / n;
    double squares = 0;
    for (const double x : values) squares += (x - mean.value) * (x - mean.value);
    mean.standard_error = std::sqrt(squares / (n - 1) / n);
    return mean;
}

}  // namespace

template <class T>
std::vector<ColumnImportance> permutation_importance(const Model<T>& given, const Dataset& data,
                                                     const ImportanceSettings& settings) {
    const Model<T> model = completed(given);
    if (is_unsupervised(model.target.task))
        throw Error(Fault::input, {.place = file_of(data),
                                   .found = say("the model predicts nothing, so no prediction gets worse"),
                                   .expected = say("a model of a classification or a regression")});
    require_same_target(model.target, data);
    std::vector<Index> rows = settings.rows;
    if (rows.empty()) {
        rows.resize(static_cast<std::size_t>(data.examples()));
        std::iota(rows.begin(), rows.end(), Index{0});
    }
    require_settings(settings, rows.size());
    const Shape shape = model.network.in();
    const std::vector<Group> groups =
        shape.length > 1 ? channels_of(shape, model.features, data.name) : columns_of(model.features);
    const PermutedExamples<T> examples(model, data, rows);

    RandomState random(settings.seed);
    std::vector<std::vector<Index>> orders;
    for (int r = 0; r < settings.repeats; ++r)
        orders.push_back(random.permutation(static_cast<Index>(rows.size())));

    const Scores whole = examples.scores({}, {});
    std::vector<ColumnImportance> all(groups.size());
    side_by_side(static_cast<Index>(groups.size()), settings.threads, [&](Index g) {
        const Group& group = groups[static_cast<std::size_t>(g)];
        std::vector<double> loss, score;
        for (const std::vector<Index>& order : orders) {
            const Scores without = examples.scores(group.inputs, order);
            loss.push_back(without.loss - whole.loss);
            score.push_back(without.score - whole.score);
        }
        all[static_cast<std::size_t>(g)] = {group.name, mean_of(loss), mean_of(score)};
    });
    std::ranges::stable_sort(all, std::ranges::greater{},
                             [](const ColumnImportance& c) { return c.loss.value; });
    return all;
}

template std::vector<ColumnImportance> permutation_importance(const Model<float>&, const Dataset&,
                                                              const ImportanceSettings&);
template std::vector<ColumnImportance> permutation_importance(const Model<double>&, const Dataset&,
                                                              const ImportanceSettings&);

}  // namespace gradus
