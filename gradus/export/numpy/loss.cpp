#include "gradus/export/numpy/loss.h"

#include "gradus/core/expression.h"

namespace gradus {
namespace {

// As the tutorial writes it, who knows that no logarithm is infinite.
Expression trusting(Expression e) {
    if (e.word == "above_zero") return trusting(e.parts[0]);
    for (Expression& part : e.parts) part = trusting(part);
    return e;
}

// The loss and the last activation in one, exact however small the probability is.
std::string exact_lines(LossKind loss, const std::string& z) {
    if (loss == LossKind::binary_cross_entropy)
        return "# exact even where the probability is almost 0 or 1\n"
               "losses = np.logaddexp(0, " +
               z + ") - Y * " + z + "\n";
    return "# exact even where the probability is almost 0\n"
           "largest = np.max(" +
           z +
           ", axis=0)\n"
           "log_sum = largest + np.log(np.sum(np.exp(" +
           z +
           " - largest), axis=0))\n"
           "losses = np.sum(Y * (log_sum - " +
           z + "), axis=0)\n";
}

}  // namespace

NumpyLoss numpy_loss(LossKind kind, const std::string& last_layer, const std::string& a, const std::string& z,
                     Index outputs, bool as_the_tutorial) {
    const auto loss = make_loss<double>(kind, last_layer);
    const LossFormula formula = loss->formula();
    const auto in_numpy = [&](const Expression& e) {
        return to_text(e, Notation::numpy, [&](const std::string& name) { return name == "A" ? a : name; });
    };
    const Expression slope = formula.mean ? formula.slope / double(outputs) : formula.slope;
    NumpyLoss lines{.losses = {}, .judged = a, .slope = in_numpy(slope), .fused = loss->fused()};
    if (loss->fused() && !as_the_tutorial) {
        lines.judged = z;
        lines.losses = exact_lines(kind, z);
    } else {
        const std::string value = in_numpy(as_the_tutorial ? trusting(formula.value) : formula.value);
        lines.losses = "losses = " + (formula.mean ? value : "np.sum(" + value + ", axis=0)") + "\n";
    }
    return lines;
}

}  // namespace gradus
