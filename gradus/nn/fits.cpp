#include "gradus/nn/fits.h"

#include <string>

#include "gradus/core/error.h"

namespace gradus {

static std::string count(Index number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

[[noreturn]] static void fail(const std::string& found, const std::string& hint) {
    throw Error(Fault::usage, {.found = found, .hint = hint});
}

template <class T>
void require_inputs(const Network<T>& network, View<const T> X) {
    const Index inputs = network.in().size();
    if (X.rows() == inputs) return;
    fail("X has " + count(X.rows(), "row") + ", the network has " + count(inputs, "input"),
         X.columns() == inputs ? "examples are columns: X.transposed()" : "");
}

template <class T>
void require_fits(const Network<T>& network, View<const T> X, View<const T> Y) {
    require_inputs(network, X);
    const Index outputs = network.out().size(), n = X.columns();
    if (Y.rows() != outputs) {
        std::string hint;
        if (Y.columns() == outputs && Y.rows() == n) hint = "examples are columns: Y.transposed()";
        if (Y.rows() == 1 && Y.columns() == n) hint = "class numbers become columns by one_hot";
        fail("Y has " + count(Y.rows(), "row") + ", the network has " + count(outputs, "output"), hint);
    }
    if (Y.columns() != n)
        fail("Y has " + count(Y.columns(), "column") + ", X has " + count(n, "column"),
             "a column for each example");
    if (n == 0) fail("X and Y have no columns", "at least one example");
}

#define GRADUS_INSTANTIATE(T)                                       \
    template void require_inputs(const Network<T>&, View<const T>); \
    template void require_fits(const Network<T>&, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
