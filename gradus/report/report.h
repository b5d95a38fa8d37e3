// How did it go? A page for people: how good, how it learned, where it is wrong, how to do it again.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/training.h"

namespace gradus {

/// Where a report's data came from.
struct ReportSource {
    const Dataset* validation = nullptr;  ///< examples to validate with that are no share of the data
    std::string target = {};              ///< which, who said so, and what it is: "mpg, named: a regression"
    std::vector<std::string> notes = {};  ///< what was understood of the data, a sentence each
};

/// One HTML file about a training: metrics, beside those of the linear model where the training has one
/// (Trained::linear); learning curves; confusion matrix, ROC and precision-recall curves and calibration, or
/// residuals; the worst examples, the recipe as a command line, the network, the features, the data. It needs
/// no other file, no network and no script, and holds no clock, path or thread count: the same training gives
/// the same bytes.
///
/// Confusion, residuals and worst examples are of the validation examples, if there are any. Where the
/// network was trained again on all examples, they show the first run's answers, which had not seen them (a
/// run that was resumed after that has lost these; then the page says that it shows the final network's).
template <class T>
std::string html_report(const Trained<T>& trained, const Dataset& data, const ReportSource& source = {});

/// The same about a model on other data with known truth, with the metrics of both.
template <class T>
std::string html_report(const Model<T>& model, const Dataset& data, const Evaluation& evaluation);

}  // namespace gradus
