// On which scale does a network see its inputs? Fitted on the training examples, applied to all.
#pragma once

#include <array>
#include <vector>

#include "gradus/math/matrix.h"

namespace gradus {

enum class Scaling {
    standard,  ///< (x - mean) / standard deviation, for each feature
    minmax,    ///< (x - min) / (max - min), for each feature
    series,    ///< (x - mean) / standard deviation, for each example by itself
    none,      ///< x
};
inline constexpr std::array scaling_names{"standard", "minmax", "series", "none"};

/// x -> (x - offset) / divisor. A feature (or example) that never varies is divided by 1.
class Scaler {
public:
    Scaler() = default;
    Scaler(Scaling scaling, View<const double> X);  ///< fitted to X (features x examples)

    /// Scales X in place.
    void apply(View<double> X) const;

private:
    struct Line {
        double offset = 0;
        double divisor = 1;
    };
    static Line standard(View<const double> numbers);
    static Line minmax(View<const double> numbers);

    Scaling scaling_ = Scaling::none;
    std::vector<Line> features_;
};

}  // namespace gradus
