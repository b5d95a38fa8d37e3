#include "gradus/report/lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus {

static constexpr Index epochs_between_lines = 10;

Index updates_between_lines(Index iterations) {
    Index every = 100;
    while (iterations / every > 1000) every *= 10;
    return every;
}

std::optional<std::string> iteration_line(const Event& event, Index between) {
    if (event.iteration % between != 0) return std::nullopt;
    return fmt::format("Cost after iteration# {}: {:.6f}", event.iteration, event.cost);
}

std::optional<std::string> epoch_line(const Event& event) {
    if (!event.epoch_end || (event.epoch % epochs_between_lines != 0 && !event.last)) return std::nullopt;
    std::string line = fmt::format("Cost after epoch# {}: {:.6f}", event.epoch, event.epoch_end->cost);
    if (event.epoch_end->validation_cost)
        line += fmt::format("  validation: {:.6f}", *event.epoch_end->validation_cost);
    return line;
}

std::optional<std::string> pretraining_line(const PretrainingEvent& event) {
    if (!event.update.epoch_end || (event.update.epoch % epochs_between_lines != 0 && !event.update.last))
        return std::nullopt;
    std::string line = fmt::format("Pretraining layer# {} epoch# {}: reconstruction {:.6f}",
                                   event.machine + 1, event.update.epoch, event.update.epoch_end->cost);
    if (event.free_energy_gap) line += fmt::format("  free-energy gap {:.6f}", *event.free_energy_gap);
    return line;
}

std::string member_line(const MemberEvent& event, const Recipe& recipe) {
    return fmt::format("Cost of {}# {}: {:.6f}  on its fold: {:.6f}", recipe.ensemble > 1 ? "member" : "fold",
                       event.member, event.training.loss, event.fold.loss);
}

std::string six_decimals_or_exponent(double number) {
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e15);
    return plain ? fmt::format("{:.6f}", number) : fmt::format("{:.6e}", number);
}

// " +- 3400": two digits, as many as an uncertainty deserves, and an exponent only of what is hardly a number
// otherwise. One example tells none.
static std::string plus_minus(double standard_error, Index examples) {
    if (examples < 2) return "";
    const double size = std::abs(standard_error);
    if (!(size > 0)) return " +- 0";
    if (size < 1e-15 || size >= 1e15) return fmt::format(" +- {:.1e}", size);
    const int places = 1 - static_cast<int>(std::floor(std::log10(size)));
    const double unit = std::pow(10, -places);
    return fmt::format(" +- {:.{}f}", std::round(size / unit) * unit, std::max(places, 0));
}

std::string metrics_line(const std::string& part, const Evaluation& evaluation) {
    const StandardErrors& error = evaluation.standard_error;
    const Index n = evaluation.examples;
    std::string line = fmt::format("{:<10} {:>7} example{}", part, n, n == 1 ? "" : "s");
    if (is_unsupervised(evaluation.task)) {
        line += fmt::format("   reconstruction error {:.6f}{}", evaluation.reconstruction_error,
                            plus_minus(error.reconstruction_error, n));
    } else if (evaluation.task != Task::regress) {
        line += fmt::format("   accuracy {:.4f}{}   f1 {:.4f}", evaluation.accuracy,
                            plus_minus(error.accuracy, n), evaluation.f1);
    } else {
        line += fmt::format("   rmse {}{}   mae {}", six_decimals_or_exponent(evaluation.rmse),
                            plus_minus(error.rmse, n), six_decimals_or_exponent(evaluation.mae));
        if (n > 1) line += fmt::format("   R2 {:.4f}{}", evaluation.r2, plus_minus(error.r2, n));
    }
    return evaluation.task == Task::encode
               ? line + fmt::format("   free energy {:.6f}{}", evaluation.free_energy,
                                    plus_minus(error.free_energy, n))
               : line + fmt::format("   loss {:.6f}", evaluation.loss);
}

std::vector<std::string> probability_lines(const Evaluation& evaluation) {
    if (evaluation.task == Task::regress || is_unsupervised(evaluation.task) || evaluation.examples == 0)
        return {};
    const StandardErrors& error = evaluation.standard_error;
    const Index n = evaluation.examples;
    std::vector<std::string> lines{
        fmt::format("log loss           {:.4f}{}", evaluation.log_loss, plus_minus(error.log_loss, n)),
        fmt::format("calibration error  {:.4f}{}", evaluation.calibration_error,
                    plus_minus(error.calibration_error, n))};
    if (!std::isnan(evaluation.roc_auc))
        lines.push_back(
            fmt::format("ROC AUC            {:.4f}{}", evaluation.roc_auc, plus_minus(error.roc_auc, n)));
    return lines;
}

std::vector<NamedMetric> named_metrics(const Evaluation& e) {
    const bool spreads = e.examples > 1;
    const StandardErrors& error = e.standard_error;
    std::vector<NamedMetric> metrics;
    if (is_unsupervised(e.task)) {
        metrics = {{"reconstruction_error", e.reconstruction_error, error.reconstruction_error}};
        if (e.task == Task::encode) metrics.push_back({"free_energy", e.free_energy, error.free_energy});
    } else if (e.task == Task::regress) {
        metrics = {{"rmse", e.rmse, error.rmse},
                   {"mae", e.mae, error.mae},
                   {"r2", spreads ? e.r2 : missing, error.r2}};
    } else {
        metrics = {{"accuracy", e.accuracy, error.accuracy},
                   {"f1", e.f1, error.f1},
                   {"log_loss", e.log_loss, error.log_loss},
                   {"roc_auc", e.roc_auc, error.roc_auc},
                   {"calibration_error", e.calibration_error, error.calibration_error}};
    }
    for (NamedMetric& metric : metrics)
        if (!spreads) metric.standard_error = missing;
    return metrics;
}

}  // namespace gradus
