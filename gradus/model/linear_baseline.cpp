#include "gradus/model/linear_baseline.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/network_text.h"
#include "gradus/nn/run.h"

namespace gradus {

static RunSettings settings_for(const Recipe& recipe, Index inputs, Index outputs, Index examples) {
    constexpr Index largest_batch = 256, fewest = 20, most = 500, work = 200'000'000;
    const Index batch = std::min(examples, largest_batch);
    const Index affordable = work / std::max<Index>(1, batch * inputs * outputs);
    return {.loss = recipe.run.loss,
            .optimizer = {.kind = OptimizerKind::adam, .learning_rate = 0.05},
            .schedule = Schedule::cosine,
            .batch = batch < examples ? batch : 0,
            .iterations = std::clamp(affordable, fewest, most),
            .patience = 0,
            .threads = recipe.run.threads};
}

// Which inputs are bins.
static Range bins_of(const Features& features) {
    const Index begin = static_cast<Index>(features.numeric.size()) + features.masked_length();
    return {begin, begin + features.bins()};
}

template <class T>
static Matrix<T> without_rows(View<const T> X, Range rows) {
    Matrix<T> rest(X.rows() - rows.size(), X.columns());
    for (Index j = 0; j < X.columns(); ++j) {
        T* to = std::copy_n(X.column(j), rows.begin, rest.view().column(j));
        std::copy(X.column(j) + rows.end, X.column(j) + X.rows(), to);
    }
    return rest;
}

// The same layer, to which inputs in between are nothing.
template <class T>
static void copy_around(const Network<T>& from, Network<T>& to, Range inputs) {
    const std::span<const T> W = from.parameters();
    const auto before = static_cast<std::size_t>(inputs.begin * to.out().size());
    const auto size = static_cast<std::size_t>(inputs.size() * to.out().size());
    std::ranges::copy(W.first(before), to.parameters().begin());
    std::ranges::copy(W.subspan(before), to.parameters().subspan(before + size).begin());
}

template <class T>
std::optional<LinearBaseline<T>> linear_baseline(const PreparedData<T>& prepared, const Recipe& recipe) {
    const Range bins = bins_of(prepared.features);
    const Index inputs = prepared.X.rows() - bins.size(), outputs = prepared.Y.rows();
    const auto layer = [&](Index width) {
        return Network<T>(Shape{.channels = width}, output_layer(recipe.task, outputs),
                          {.initializer = Initializer::zeros});
    };
    Model<T> linear{.network = layer(inputs), .features = prepared.features, .target = prepared.target};
    linear.recipe.run = settings_for(recipe, inputs, outputs, prepared.Y.columns());
    linear.recipe.run.ranks = prepared.shared_by;
    Examples<T> examples = prepared.training();
    const Matrix<T> columns = bins.size() > 0 ? without_rows<T>(prepared.X, bins) : Matrix<T>();
    if (bins.size() > 0) {
        examples.X = columns;
        examples.bins = {};
    }
    Run<T> run(linear.network, examples, linear.recipe.run, RandomState(recipe.seed));
    try {
        while (run.next()) {
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    if (bins.size() > 0) {
        Network<T> whole = layer(prepared.X.rows());
        copy_around(linear.network, whole, bins);
        linear.network = std::move(whole);
    }
    linear.recipe.run.ranks = nullptr;
    Evaluation evaluation =
        prepared.validates()
            ? evaluate_in_own_units<T>(linear, prepared.validation(), prepared.validation_truth,
                                       prepared.validation_row_weights)
            : evaluate_in_own_units<T>(linear, prepared.training(), prepared.truth, prepared.row_weights);
    return LinearBaseline<T>{std::move(linear), std::move(evaluation)};
}

template std::optional<LinearBaseline<float>> linear_baseline(const PreparedData<float>&, const Recipe&);
template std::optional<LinearBaseline<double>> linear_baseline(const PreparedData<double>&, const Recipe&);

}  // namespace gradus
