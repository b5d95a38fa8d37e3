#include "gradus/report/tune_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/elementary.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/settings.h"
#include "gradus/report/html.h"

namespace gradus {

static const TunedTrial& trial_at(const Tuned& tuned, Index place) {
    return tuned.trials[static_cast<std::size_t>(place)];
}

std::string typed(const TunedTrial& trial) {
    std::string text;
    for (const Setting& row : settings())
        if (const auto value = row.text(trial.said))
            text += (text.empty() ? "" : " ") + option_of(row.id, *value);
    return text;
}

std::vector<Index> in_order(const Tuned& tuned) {
    std::vector<Index> places(tuned.trials.size());
    std::iota(places.begin(), places.end(), Index{0});
    std::ranges::stable_sort(
        places, {}, [&](Index i) { return std::pair(-trial_at(tuned, i).rungs, trial_at(tuned, i).loss()); });
    return places;
}

Estimate in_percent(const Estimate& log_ratio) {
    const double ratio = gradus::exp(log_ratio.value);
    return {.value = 100 * (ratio - 1), .standard_error = 100 * ratio * log_ratio.standard_error};
}

std::string verdict(const Tuned& tuned) {
    const Index place = tuned.best > 0 ? tuned.best : tuned.lowest;
    if (place == 0) return say("the default: no trial has a lower loss");
    const Index number = trial_at(tuned, place).number;
    const Estimate below = gain(trial_at(tuned, place), tuned.trials.front());
    if (tuned.best > 0)
        return say("trial {}: its loss is below the default's by {:.4f} +- {:.4f}", number, below.value,
                   below.standard_error);
    if (below.value < significant_gain * below.standard_error)
        return say("the default: trial {} is below it by {:.4f} +- {:.4f}, which may be chance", number,
                   below.value, below.standard_error);
    return say("the default: trial {} has a lower loss, but hardly more right answers", number);
}

static std::string trials_table(const Tuned& tuned) {
    HtmlTable table(
        say("Trials, the best first; loss: out of fold, ± its difference to the default's is paired"),
        {say("trial"), say("folds"), say("loss"), say("against the default"), say("settings")});
    for (const Index place : in_order(tuned)) {
        const TunedTrial& trial = trial_at(tuned, place);
        const Estimate below = gain(trial, tuned.trials.front());
        const bool failed = std::isinf(trial.loss());
        table.add({trial.number, std::ssize(trial.folds),
                   failed ? HtmlCell(say("failed")) : HtmlCell(trial.loss()),
                   failed || trial.number == 1 ? HtmlCell("")
                                               : HtmlCell::estimate(-below.value, below.standard_error),
                   trial.number == 1 ? say("the default") : typed(trial)});
    }
    return table.html();
}

static std::string effects_table(const std::vector<TuneEffect>& effects) {
    HtmlTable table(say("The change of the loss, in percent"),
                    {say("setting"), say("trials"), say("change")});
    for (const TuneEffect& effect : effects)
        table.add({option_of(effect.id).substr(2) + " " + effect.value, effect.trials,
                   HtmlCell::estimate(in_percent(effect.change).value,
                                      in_percent(effect.change).standard_error, true)});
    return table.html();
}

std::string html_report(const Tuned& tuned, const SearchSpace& space, const std::string& data,
                        const std::string& recipe) {
    std::string body =
        fmt::format("<h1>{}</h1>\n<p>{}</p>\n", html_text(say("A search for a better recipe: {}", data)),
                    html_text(say("Taken: {}.", verdict(tuned))));
    body += fmt::format("<pre>gradus train {}</pre>\n", html_text(recipe));
    body += fmt::format("<h2>{}</h2>\n{}", say("Trials"), trials_table(tuned));
    if (const auto effects = main_effects(tuned, space); !effects.empty())
        body += fmt::format("<h2>{}</h2>\n<p>{}</p>\n{}", say("What mattered"),
                            say("Of all trials, on the first rung: the mean loss of those that say a value "
                                "beside that of those that "
                                "leave the setting as the default has it. About a percent less is -1."),
                            effects_table(effects));
    return html_page(data, body);
}

}  // namespace gradus
