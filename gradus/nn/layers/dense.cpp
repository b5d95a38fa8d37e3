#include "gradus/nn/layers/dense.h"

#include <algorithm>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
LayerPointer<T> Dense<T>::read(Words& words) {
    return std::make_shared<Dense>(words.whole_number(say("a number of units"), 1, most_units));
}

template <class T>
LayerPlan Dense<T>::plan(Shape in) const {
    if (in.length > 1)
        throw Error(Fault::input, {.place = say("dense layer of {} units", this->text()),
                                   .found = say("its input is a series of {}", in.text()),
                                   .expected = say("a vector"),
                                   .hint = say("flatten, globalavgpool or globalmaxpool before it")});
    const Index inputs = in.size();
    return {
        .out = {.channels = units_, .length = 1},
        .parameters = {{.name = "W", .rows = units_, .columns = inputs, .fan_in = inputs, .fan_out = units_},
                       {.name = "b", .rows = units_, .columns = 1, .weight = false}},
        .slice = units_,
        .in_parts = true,
        .forward = {{"Y", "W * X + b"}},
        .backward = {{"dX", "W' * dY"}, {"dW", "dY * X' / m"}, {"db", "rowsum(dY) / m"}}};
}

template <class T>
static View<const T> weights(const Pass<T>& pass) {
    return {pass.parameters.data(), pass.Y.rows(), pass.X.rows()};
}

template <class T>
void Dense<T>::forward(const Pass<T>& pass, Range examples) const {
    const View<T> Y = pass.Y.columns(examples);
    product(Y, weights(pass), pass.X.columns(examples), rounding_for(pass.parameters));
    add_to_columns(Y, pass.parameters.data() + units_ * pass.X.rows());
}

template <class T>
void Dense<T>::backward_input(const Pass<T>& pass, Range examples) const {
    product(pass.dX.columns(examples), weights(pass).transposed(), pass.dY.columns(examples),
            rounding_for(pass.parameters));
}

template <class T>
void Dense<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Index inputs = pass.X.rows();
    const Range columns{slices.begin, std::min(slices.end, inputs)};
    T* gradient = pass.gradient.data();
    if (columns.size() > 0)
        product(View<T>(gradient + columns.begin * units_, units_, columns.size()), pass.dY,
                pass.X.rows(columns).transposed(), SumEnds{pass.sums_go_on(), pass.divisor()},
                rounding_for(pass.parameters));
    if (slices.end > inputs) {
        sum_columns(gradient + inputs * units_, pass.dY, pass.sums_go_on());
        divide(gradient + inputs * units_, units_, static_cast<T>(pass.divisor()));
    }
}

template class Dense<float>;
template class Dense<double>;

}  // namespace gradus
