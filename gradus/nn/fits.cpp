#include "gradus/nn/fits.h"

#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

[[noreturn]] static void fail(const std::string& found, const std::string& hint) {
    throw Error(Fault::usage, {.found = found, .hint = hint});
}

template <class T>
void require_inputs(const Network<T>& network, View<const T> X) {
    const Index inputs = network.in().size();
    if (X.rows() == inputs) return;
    fail(say("X has {}, the network has {}", say_count(X.rows(), "{} row", "{} rows"),
             say_count(inputs, "{} input", "{} inputs")),
         X.columns() == inputs ? say("examples are columns: X.transposed()") : "");
}

template <class T>
void require_fits(const Network<T>& network, View<const T> X, View<const T> Y) {
    require_inputs(network, X);
    const Index outputs = network.out().size(), n = X.columns();
    if (Y.rows() != outputs) {
        std::string hint;
        if (Y.columns() == outputs && Y.rows() == n) hint = say("examples are columns: Y.transposed()");
        if (Y.rows() == 1 && Y.columns() == n) hint = say("class numbers become columns by one_hot");
        fail(say("Y has {}, the network has {}", say_count(Y.rows(), "{} row", "{} rows"),
                 say_count(outputs, "{} output", "{} outputs")),
             hint);
    }
    if (Y.columns() != n)
        fail(say("Y has {}, X has {}", say_count(Y.columns(), "{} column", "{} columns"),
                 say_count(n, "{} column", "{} columns")),
             say("a column for each example"));
    if (n == 0) fail(say("X and Y have no columns"), say("at least one example"));
}

#define GRADUS_INSTANTIATE(T)                                       \
    template void require_inputs(const Network<T>&, View<const T>); \
    template void require_fits(const Network<T>&, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
