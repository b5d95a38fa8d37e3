#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/elementary.h"
#include "gradus/core/number.h"
#include "gradus/model/tune.h"

namespace gradus {
namespace {

// What a trial says of a setting: its value, or which half of a range it lies in; empty: nothing.
std::string level_of(const TunedTrial& trial, const SearchedSetting& setting, double middle) {
    for (const auto& [id, value] : trial.drawn) {
        if (id != setting.id) continue;
        if (!setting.values.empty()) return value;
        const bool low = to_number(value) < middle;
        return fmt::format("{:.3g}..{:.3g}", low ? setting.low : middle, low ? middle : setting.high);
    }
    return {};
}

// The levels in the order of the space.
std::vector<std::string> levels_of(const SearchedSetting& setting, double middle) {
    if (!setting.values.empty()) return setting.values;
    return {fmt::format("{:.3g}..{:.3g}", setting.low, middle),
            fmt::format("{:.3g}..{:.3g}", middle, setting.high)};
}

Estimate mean_and_variance(const std::vector<double>& values) {
    const auto n = double(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double x : values) squares += (x - mean) * (x - mean);
    return {.value = mean, .standard_error = squares / (n - 1) / n};  // its square
}

}  // namespace

std::vector<TuneEffect> main_effects(const Tuned& tuned, const SearchSpace& space) {
    std::vector<TuneEffect> effects;
    const Index folds = tuned.rungs.front();
    const auto change = [&](const TunedTrial& trial) {
        return gradus::log(trial.loss(folds) / tuned.trials.front().loss(folds));
    };
    for (const SearchedSetting& setting : space.settings) {
        const double middle =
            setting.log ? std::sqrt(setting.low * setting.high) : (setting.low + setting.high) / 2;
        const auto of_level = [&](const std::string& level) {
            std::vector<double> changes;
            for (const TunedTrial& trial : tuned.trials)
                if (level_of(trial, setting, middle) == level && std::isfinite(change(trial)))
                    changes.push_back(change(trial));
            return changes;
        };
        const std::vector<double> as_usual = of_level("");
        for (const std::string& level : levels_of(setting, middle)) {
            const std::vector<double> with = of_level(level);
            if (with.size() < 2 || as_usual.size() < 2) continue;
            const Estimate a = mean_and_variance(with), b = mean_and_variance(as_usual);
            effects.push_back({.id = setting.id,
                               .value = level,
                               .trials = std::ssize(with),
                               .change = {.value = a.value - b.value,
                                          .standard_error = std::sqrt(a.standard_error + b.standard_error)}});
        }
    }
    return effects;
}

}  // namespace gradus
