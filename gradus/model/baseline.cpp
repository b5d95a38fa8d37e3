#include "gradus/model/baseline.h"

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/prepared.h"
#include "gradus/model/training_checks.h"

namespace gradus {

[[noreturn]] static void refuse_baseline(const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = "baseline", .found = found, .expected = expected});
}

double baseline(const Dataset& data, Task task) {
    require_valid(data);
    const Index n = data.examples();
    const auto weight = [&](Index j) {
        return data.weights.empty() ? 1 : data.weights[static_cast<std::size_t>(j)];
    };
    double all = 0;
    for (Index j = 0; j < n; ++j) all += weight(j);
    if (is_unsupervised(task)) refuse_baseline(say("a task without a truth"), "baseline(data, recipe)");
    if (task == Task::classify) {
        if (!data.has_classes()) refuse_baseline(say("classify, and the data has values"), "regress");
        std::vector<double> count(data.class_names.size());
        for (Index j = 0; j < n; ++j) count[static_cast<std::size_t>(data.Y(0, j))] += weight(j);
        return *std::ranges::max_element(count) / all;
    }
    if (task == Task::multilabel) {
        require_multilabel("baseline", data);
        double right = 0;
        for (Index i = 0; i < data.Y.rows(); ++i) {
            double have = 0;
            for (Index j = 0; j < n; ++j) have += data.Y(i, j) * weight(j);
            right += std::max(have, all - have);
        }
        return right / (all * double(data.Y.rows()));
    }
    double total = 0;  // over the targets
    for (Index i = 0; i < data.Y.rows(); ++i) {
        double mean = 0, squares = 0;
        for (Index j = 0; j < n; ++j) mean += data.Y(i, j) * weight(j) / all;
        for (Index j = 0; j < n; ++j) {
            const double from_mean = data.Y(i, j) - mean;
            squares += weight(j) * (from_mean * from_mean);
        }
        total += std::sqrt(squares / all);
    }
    return total / double(data.Y.rows());
}

double baseline(const Dataset& data, const Recipe& recipe) {
    if (recipe.task == Task::encode) return 0;
    return recipe.task == Task::reconstruct ? input_range(data, recipe).variance
                                            : baseline(data, recipe.task);
}

}  // namespace gradus
