#include "gradus/model/linear_baseline.h"

#include <fmt/format.h>

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/run.h"

namespace gradus {

static std::string output_layer(Task task, Index outputs) {
    if (task == Task::regress) return fmt::format("{} identity", outputs);
    if (task == Task::multilabel) return fmt::format("{} sigmoid", outputs);
    return outputs == 1 ? "1 sigmoid" : fmt::format("{} softmax", outputs);
}

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

template <class T>
std::optional<LinearBaseline<T>> linear_baseline(const PreparedData<T>& prepared, const Recipe& recipe) {
    const Index inputs = prepared.X.rows(), outputs = prepared.Y.rows();
    Model<T> linear{.network = Network<T>(Shape{.channels = inputs}, output_layer(recipe.task, outputs),
                                          {.initializer = Initializer::zeros}),
                    .features = prepared.features,
                    .target = prepared.target};
    linear.recipe.run = settings_for(recipe, inputs, outputs, prepared.X.columns());
    Run<T> run(linear.network, prepared.training(), linear.recipe.run, RandomState(recipe.seed));
    try {
        while (run.next()) {
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    const bool validated = !prepared.validation_X.empty();
    Evaluation evaluation =
        validated
            ? evaluate_in_own_units<T>(linear, prepared.validation_X, prepared.validation_Y,
                                       prepared.validation_truth, prepared.validation_row_weights)
            : evaluate_in_own_units<T>(linear, prepared.X, prepared.Y, prepared.truth, prepared.row_weights);
    return LinearBaseline<T>{std::move(linear), std::move(evaluation)};
}

template std::optional<LinearBaseline<float>> linear_baseline(const PreparedData<float>&, const Recipe&);
template std::optional<LinearBaseline<double>> linear_baseline(const PreparedData<double>&, const Recipe&);

}  // namespace gradus
