// What does a report consist of? Sections of HTML, in the order of the page.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/answers.h"
#include "gradus/model/model.h"

namespace gradus {

/// The examples that a report looks at, and what the model said to them.
struct Examined {
    std::string part;  ///< "validation"
    const Dataset* data = nullptr;
    std::vector<Index> rows = {};
    Answers answers = {};
    std::string remark = {};  ///< whose answers they are, where that is a question

    [[nodiscard]] Index size() const { return static_cast<Index>(rows.size()); }
    [[nodiscard]] double truth(Index target, std::size_t i) const { return data->Y(target, rows[i]); }
};

/// What happened over the epochs (or iterations); the mark stands where the kept weights were reached.
std::string curves_section(const std::vector<CurvePoint>& curve, const Recipe& recipe, Index kept_updates);

/// Of a classification.
std::string confusion_section(const Examined& examined, const Target& target);

/// Of a regression: for each target the predictions over the truth, and a histogram of the residuals.
std::string residuals_section(const Examined& examined, const Target& target);

/// The ten examples with the highest loss, as they stand in the data.
std::string worst_section(const Examined& examined, const Target& target);

/// The recipe as a command; `source` says what stands there for DATA and its options.
std::string recipe_section(const Recipe& recipe);

template <class T>
std::string network_section(const Network<T>& network);

std::string features_section(const Features& features);

}  // namespace gradus
