// What does a run repeat? A step: the cost of some examples, its gradient, an update of the parameters.
#pragma once

#include <span>
#include <string>

#include "gradus/core/matrix.h"
#include "gradus/nn/examples.h"

namespace gradus {

/// What an optimizer remembers between updates.
template <class T>
struct OptimizerState {
    AlignedVector<T> slots;  ///< laid out like the parameters, once for each slot
    Index updates = 0;       ///< made

    bool operator==(const OptimizerState&) const = default;
};

/// Whatever learns by small steps, so that a Run can drive it, stop it early, take it back and resume it: a
/// network (NetworkStep), or anything of yours. For each batch, the run calls
///
///     cost = step.forward(batch);  step.gradient(batch);  step.update(rate);
///
/// What it learns lies in parameters(), statistics() and optimizer(), and nowhere else: the state of a run is
/// a copy of them.
template <class T>
class Step {
public:
    Step() = default;
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    virtual ~Step() = default;

    /// Throws Error (input) when such examples cannot be learned from; `name` is what the caller calls them.
    virtual void require_fit(const Examples<T>& examples, const std::string& name) const;

    /// Of so many examples of a batch, those whose inputs it reads: where several processes share a batch,
    /// the other columns of X hold anything.
    [[nodiscard]] virtual Range share(Index examples) const { return {0, examples}; }

    /// The mean loss of the examples.
    virtual double forward(const Examples<T>& batch) = 0;

    /// The derivative of this mean loss, kept inside.
    virtual void gradient(const Examples<T>& batch) = 0;

    /// Moves the parameters against the gradient, and counts: ++optimizer().updates.
    virtual void update(double learning_rate) = 0;

    /// The mean loss of examples that nothing is learned from.
    virtual double validation_cost(const Examples<T>& examples) = 0;

    [[nodiscard]] virtual std::span<T> parameters() = 0;                   ///< what it learns
    [[nodiscard]] virtual std::span<T> statistics() { return {}; }         ///< what it keeps besides
    [[nodiscard]] virtual const OptimizerState<T>& optimizer() const = 0;  ///< what its optimizer remembers
    /// The same where several processes remember a part each: they all call it, and get the whole.
    [[nodiscard]] virtual OptimizerState<T> whole_optimizer() { return optimizer(); }
    /// So many numbers the whole has in its slots.
    [[nodiscard]] virtual std::size_t whole_size() const { return optimizer().slots.size(); }
    /// A state of as many slots as there are.
    virtual void restore(const OptimizerState<T>& state) = 0;
};

template <class T>
void Step<T>::require_fit(const Examples<T>& /*examples*/, const std::string& /*name*/) const {}

}  // namespace gradus
