#include "gradus/nn/layers/residual.h"

namespace gradus {

// Y = A, or Y = A + B where B is given.
template <class T>
static void sum(View<T> Y, View<const T> A, View<const T> B, Range examples) {
    for (Index j = examples.begin; j < examples.end; ++j)
        for (Index i = 0; i < Y.rows(); ++i) Y(i, j) = B.empty() ? A(i, j) : A(i, j) + B(i, j);
}

template <class T>
LayerPointer<T> ResidualBegin<T>::read(Words& /*words*/) {
    return std::make_shared<ResidualBegin>();
}

template <class T>
LayerPlan ResidualBegin<T>::plan(Shape in) const {
    return {.out = in, .forward = {{"R", "X"}}, .backward = {{"dX", "dY + other"}}};
}

template <class T>
void ResidualBegin<T>::forward(const Pass<T>& pass, Range examples) const {
    sum<T>(pass.Y, pass.X, {}, examples);
}

template <class T>
void ResidualBegin<T>::backward_input(const Pass<T>& pass, Range examples) const {
    sum<T>(pass.dX, pass.dY, pass.other, examples);
}

template <class T>
LayerPointer<T> ResidualEnd<T>::read(Words& /*words*/) {
    return std::make_shared<ResidualEnd>();
}

template <class T>
LayerPlan ResidualEnd<T>::plan(Shape in) const {
    return {.out = in, .forward = {{"S", "X + other"}}, .backward = {{"dX", "dY"}}};
}

template <class T>
void ResidualEnd<T>::forward(const Pass<T>& pass, Range examples) const {
    sum<T>(pass.Y, pass.X, pass.other, examples);
}

template <class T>
void ResidualEnd<T>::backward_input(const Pass<T>& pass, Range examples) const {
    sum<T>(pass.dX, pass.dY, {}, examples);
}

template class ResidualBegin<float>;
template class ResidualBegin<double>;
template class ResidualEnd<float>;
template class ResidualEnd<double>;

}  // namespace gradus
