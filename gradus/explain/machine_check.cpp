#include <algorithm>
#include <cmath>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/explain/cell_name.h"
#include "gradus/explain/machine_trace.h"
#include "gradus/nn/rbm_likelihood.h"

namespace gradus {
namespace {

// The exact log-likelihood of the batch as a function of the parameters.
class Likelihood {
public:
    Likelihood(Rbm<double> machine, Matrix<double> V) : machine_(std::move(machine)), V_(std::move(V)) {}

    [[nodiscard]] double value() const { return log_likelihood<double>(machine_, V_); }
    [[nodiscard]] std::vector<double> gradient() const {
        return log_likelihood_gradient<double>(machine_, V_);
    }

    // Of -log-likelihood; its error falls with h^4, so that h may be large and rounding small.
    double difference(Index k) {
        constexpr double h = 1e-3;
        return (4 * central(k, h) - central(k, 2 * h)) / 3;
    }

private:
    double central(Index k, double h) { return (moved(k, -h) - moved(k, h)) / (2 * h); }
    double moved(Index k, double distance) {
        double& w = machine_.parameters()[static_cast<std::size_t>(k)];
        const double kept = std::exchange(w, w + distance), result = value();
        w = kept;
        return result;
    }

    Rbm<double> machine_;
    Matrix<double> V_;
};

// With the parameters that a trace has before the update, or after it.
template <class T>
Rbm<double> in_double(const Rbm<T>& like, const std::vector<Tensor>& tensors) {
    Rbm<double> machine(like.visible(), like.hidden(), like.visible_units(), like.hidden_units(),
                        like.labels());
    double* next = machine.parameters().data();
    for (const char* name : {"W", "b", "c"}) {
        const Tensor& t = *std::ranges::find(tensors, name, &Tensor::name);
        for (Index j = 0; j < t.columns(); ++j)
            for (Index i = 0; i < t.rows(); ++i)
                *next++ = t.values[static_cast<std::size_t>(i * t.columns() + j)];
    }
    return machine;
}

std::vector<Tensor> parameters_of(const Trace& trace) {
    return {*trace.find("W"), *trace.find("b"), *trace.find("c")};
}

// "dW[2,1]", and its place among the tensors of a gradient.
struct GradientCell {
    const char* tensor;
    Index row, column;
};
GradientCell gradient_cell(Index k, Index visible, Index hidden) {
    if (k < hidden * visible) return {"dW", k % hidden, k / hidden};
    k -= hidden * visible;
    return k < hidden ? GradientCell{"db", k, 0} : GradientCell{"dc", k - hidden, 0};
}

// Multiply-adds of going once through all states.
template <class T>
double work_of(const Rbm<T>& machine) {
    const bool gaussian = machine.visible_units() == VisibleUnits::gaussian;
    const Index units = machine.visible() - machine.labels();
    const bool over_hidden = gaussian || machine.hidden() < units;
    const double states = double(Index{1} << std::min<Index>(over_hidden ? machine.hidden() : units, 60)) *
                          double(over_hidden ? 1 : std::max<Index>(machine.labels(), 1));
    return states * double(machine.visible() + machine.hidden());
}

constexpr double worth = 1e9;  // multiply-adds, some seconds

template <class T>
void require_exact_likelihood(const Rbm<T>& machine, const std::string& place) {
    const auto refuse = [&](const std::string& found, const std::string& expected,
                            const std::string& hint = {}) {
        throw Error(Fault::input, {.place = place, .found = found, .expected = expected, .hint = hint});
    };
    if (machine.hidden_units() == HiddenUnits::rectified)
        refuse(say("rectified units have no exact likelihood"), say("sigmoid units"),
               setting("net", "8 sigmoid"));
    constexpr double at_least = 40;  // likelihoods: ten numbers
    if (work_of(machine) * at_least > worth)
        refuse(say("{} visible and {} hidden units have too many states to go through them all",
                   machine.visible(), machine.hidden()),
               say("a layer of up to some 16 units"), setting("net", "8 sigmoid"));
}

}  // namespace

template <class T>
MachineCheck check_machine(const MachineRun<T>& now, const Trace& trace, const std::string& place,
                           Index most) {
    require_exact_likelihood(now.machine, place);
    const Index v = now.machine.visible(), h = now.machine.hidden(),
                count = static_cast<Index>(now.machine.parameters().size());
    Likelihood likelihood(in_double(now.machine, parameters_of(trace)), to_matrix(*trace.find("V0")));
    const std::vector<double> gradient = likelihood.gradient();
    double largest = 0;
    for (const double g : gradient) largest = std::max(largest, std::abs(g));
    MachineCheck check{.exact = {.parameters = count}, .log_likelihood = likelihood.value()};
    check.log_likelihood_after =
        Likelihood(in_double(now.machine, trace.phases.back().tensors), to_matrix(*trace.find("V0"))).value();
    if (most == 0) most = static_cast<Index>(std::clamp(worth / (4 * work_of(now.machine)), 10.0, 2000.0));
    double dot = 0, of_exact = 0, of_cd = 0;
    for (Index k = 0; k < count; k += std::max<Index>(1, (count + most - 1) / most)) {
        const auto [name, row, column] = gradient_cell(k, v, h);
        const Tensor& d = *trace.find(name);
        const double cd = d.values[static_cast<std::size_t>(row * d.columns() + column)],
                     exact = gradient[static_cast<std::size_t>(k)], difference = likelihood.difference(k);
        const double scale = std::max({std::abs(exact), std::abs(difference), 1e-3 * largest,
                                       1e-6 * std::abs(check.log_likelihood), 1e-300});
        check.exact.cells.push_back({.cell = cell_name(name, {row + 1, column + 1}),
                                     .backward = exact,
                                     .difference = difference,
                                     .error = std::abs(exact - difference) / scale});
        check.cd.push_back(cd);
        dot += cd * exact;
        of_exact += exact * exact;
        of_cd += cd * cd;
    }
    check.cosine = dot / std::sqrt(std::max(of_exact * of_cd, 1e-300));
    return check;
}

template MachineCheck check_machine(const MachineRun<float>&, const Trace&, const std::string&, Index);
template MachineCheck check_machine(const MachineRun<double>&, const Trace&, const std::string&, Index);

}  // namespace gradus
