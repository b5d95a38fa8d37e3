// Does it help? A run with one option more, compared with the run before.
#pragma once

#include <functional>
#include <string>

#include "gradus/doctor/cures.h"
#include "gradus/doctor/measurements.h"

namespace gradus {

/// Tries cures of one run. A cure helps when what it is for becomes better by a tenth, and, where 20 examples
/// or more were set aside, significantly so: example by example (Paired in worth.h).
template <class T>
class Trials {
public:
    /// Everything but T's model is kept as a pointer. `trying` is told before each run.
    Trials(const Dataset& data, const Dataset* validation, const Measurements& measured,
           const Model<T>& model, const Watch& watch, const std::function<void(const Cure&)>& trying);

    /// Tries the cures of a finding; that which helped most becomes its hint, and the evidence says how much.
    /// True when one helped.
    bool helped(Finding& finding);

private:
    // What a run reached on the examples that are judged.
    struct Result {
        Evaluation training = {};
        std::optional<Evaluation> validation = {};
        std::vector<double> losses = {}, distances = {};  // of each example; |answer - truth|, of values
        [[nodiscard]] bool failed() const { return losses.empty(); }
    };
    Result result_of(const Model<T>& model, const PreparedData<T>& prepared) const;
    Result try_cure(const Cure& cure);
    bool machines_helped(Finding& finding);
    bool is_better(Benefit benefit, const Result& now, const Result& before) const;
    std::string evidence(Benefit benefit, const Result& now, const Result& before) const;

    const Dataset& data_;
    const Dataset* validation_;
    const Measurements& measured_;
    const Watch& watch_;
    const std::function<void(const Cure&)>& trying_;
    Result before_;
};

}  // namespace gradus
