#include "gradus/nn/tiny_passes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/tiny_passes.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include <bit>
#include <cstdint>
#include <cstring>

#include "gradus/core/simd/numbers.h"
#include "gradus/nn/layers/dense.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// From one unit's examples to the next unit's: whole registers. Lanes without an example compute anything;
// nobody reads it.
template <class T>
Index stride_for(Index examples) {
    const Index lanes = Numbers<T>::count();
    return (examples + lanes - 1) / lanes * lanes;
}

// Stores only what is new: a register that is loaded just after its numbers were stored one by one waits
// until they have left the processor, and a full batch is the same in every step.
template <class T>
void to_lanes(T* lanes, Index stride, const View<const T>& X) {
    if (X.data() == lanes) return;
    for (Index i = 0; i < X.rows(); ++i)
        for (Index j = 0; j < X.columns(); ++j)
            if (std::memcmp(&lanes[i * stride + j], &X(i, j), sizeof(T)) != 0)
                lanes[i * stride + j] = X(i, j);
}

template <class T>
void from_lanes(const View<T>& X, const T* lanes, Index stride) {
    if (X.data() == lanes) return;
    for (Index i = 0; i < X.rows(); ++i)
        for (Index j = 0; j < X.columns(); ++j) X(i, j) = lanes[i * stride + j];
}

// The sum over k of a(k) B(k), with B(k) a register of examples: one chain, as in every product.
template <class T>
HWY_INLINE Numbers<T> chain(Index count, const T* a, Index a_step, const T* B, Index B_step) {
    Numbers<T> sum = 0;
    for (Index k = 0; k < count; ++k)
        sum = mul_add(Numbers<T>(a[k * a_step]), load(B + k * B_step, Numbers<T>::count()), sum);
    return sum;
}

// Y = W X + b
template <class T>
void dense_forward(const Pass<T>& pass, Index stride, const T* X, T* Y) {
    const Index units = pass.Y.rows(), inputs = pass.in.size();
    const T* W = pass.parameters.data();
    const T* b = W + units * inputs;
    for (Index i = 0; i < units; ++i)
        for (Index j = 0; j < stride; j += Numbers<T>::count())
            store(chain(inputs, W + i, units, X + j, stride) + b[i], Y + i * stride + j, Numbers<T>::count());
}

// dX = W' dY
template <class T>
void dense_backward_input(const Pass<T>& pass, Index stride, const T* dY, T* dX) {
    const Index units = pass.Y.rows(), inputs = pass.in.size();
    const T* W = pass.parameters.data();
    for (Index k = 0; k < inputs; ++k)
        for (Index j = 0; j < stride; j += Numbers<T>::count())
            store(chain(units, W + k * units, Index{1}, dY + j, stride), dX + k * stride + j,
                  Numbers<T>::count());
}

// The sum over the examples of x(j) y(j), in order: one chain, yet of single numbers. (x * y + sum in plain
// C++ would be rounded twice.)
template <class T>
HWY_INLINE T chain_over_examples(Index count, const T* x, const T* y) {
    const hn::CappedTag<T, 1> d;
    auto sum = hn::Zero(d);
    HWY_UNROLL(4)
    for (Index j = 0; j < count; ++j) sum = mul_add(hn::LoadU(d, x + j), hn::LoadU(d, y + j), sum);
    return hn::GetLane(sum);
}

// dW = dY X' / m and db = rowsum(dY) / m, the examples in order.
template <class T>
void dense_backward_parameters(const Pass<T>& pass, Index stride, const T* X, const T* dY) {
    const Index units = pass.Y.rows(), inputs = pass.in.size(), m = pass.Y.columns();
    const T inverse = T(1) / static_cast<T>(m);
    const bool exact = std::has_single_bit(static_cast<std::uint64_t>(m));
    const auto mean = [=](T sum) {
        return exact ? sum * inverse : sum / static_cast<T>(m);
    };  // a product is faster
    T* gradient = pass.gradient.data();
    for (Index k = 0; k < inputs; ++k)
        for (Index i = 0; i < units; ++i)
            *gradient++ = mean(chain_over_examples(m, dY + i * stride, X + k * stride));
    for (Index i = 0; i < units; ++i) {
        T sum = 0;
        HWY_UNROLL(4)
        for (Index j = 0; j < m; ++j) sum += dY[i * stride + j];
        *gradient++ = mean(sum);
    }
}

template <class T>
void forward(const View<const T>& X, std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes,
             Index stride, T* x) {
    to_lanes(x, stride, X);
    for (std::size_t i = 0; i < passes.size(); ++i) {
        const auto& [elementwise, Y, dX] = lanes[i];
        if (elementwise != nullptr) {
            elementwise->values(passes[i].Y.rows() * stride, x, Y);
        } else {
            dense_forward(passes[i], stride, x, Y);
        }
        x = Y;
    }
    from_lanes(passes.back().Y, x, stride);
}

template <class T>
void backward(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, Index stride,
              const T* first_X, T* dY) {
    to_lanes(dY, stride, passes.back().dY);
    for (std::size_t i = passes.size(); i-- > 0;) {
        const Pass<T>& pass = passes[i];
        const auto& [elementwise, Y, dX] = lanes[i];
        const T* X = i == 0 ? first_X : lanes[i - 1].Y;
        if (elementwise == nullptr) dense_backward_parameters(pass, stride, X, dY);
        if (i == 0) break;
        if (elementwise != nullptr) {
            elementwise->slopes(pass.Y.rows() * stride, X, Y, dY, dX);
        } else {
            dense_backward_input(pass, stride, dY, dX);
        }
        dY = dX;
    }
}

#define GRADUS_DEFINE(T)                                                                                   \
    Index stride_##T(Index examples) {                                                                     \
        return stride_for<T>(examples);                                                                    \
    }                                                                                                      \
    void forward_##T(const View<const T>& X, std::span<const Pass<T>> passes,                              \
                     std::span<const LayerLanes<T>> lanes, Index stride, T* x) {                           \
        forward(X, passes, lanes, stride, x);                                                              \
    }                                                                                                      \
    void backward_##T(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, Index stride, \
                      const T* X, T* dY) {                                                                 \
        backward(passes, lanes, stride, X, dY);                                                            \
    }
GRADUS_DEFINE(float)
GRADUS_DEFINE(double)
#undef GRADUS_DEFINE

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

template <class T>
std::optional<TinyPasses<T>> TinyPasses<T>::where_they_suit(const Network<T>& network, Index batch) {
    constexpr Index most = 1000;  // multiply-adds in a product over all layers
    if (static_cast<Index>(network.parameters().size()) * batch > most) return {};
    for (std::size_t i = 0; i < network.size(); ++i) {
        const Layer<T>* layer = &network.layer(i);
        if (dynamic_cast<const Dense<T>*>(layer) == nullptr &&
            dynamic_cast<const ElementwiseLayer<T>*>(layer) == nullptr)
            return {};
    }
    return TinyPasses(network, batch);
}

HWY_EXPORT(stride_float);
HWY_EXPORT(stride_double);

template <class T>
TinyPasses<T>::TinyPasses(const Network<T>& network, Index batch) {
    if constexpr (std::is_same_v<T, float>) {
        stride_ = HWY_DYNAMIC_DISPATCH(stride_float)(batch);
    } else {
        stride_ = HWY_DYNAMIC_DISPATCH(stride_double)(batch);
    }
    Index units = network.in().size() + network.out().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        units += network.in_of(i).size() + network.plan(i).out.size();
    memory_.resize(static_cast<std::size_t>(units * stride_));
    T* free = memory_.data();
    const auto take = [&free, this](Index rows) {
        free += rows * stride_;
        return free - rows * stride_;
    };
    X_ = take(network.in().size());
    dY_ = take(network.out().size());
    for (std::size_t i = 0; i < network.size(); ++i)
        lanes_.push_back({.elementwise = dynamic_cast<const ElementwiseLayer<T>*>(&network.layer(i)),
                          .Y = take(network.plan(i).out.size()),
                          .dX = take(network.in_of(i).size())});
}

template <class T>
void TinyPasses<T>::show(std::span<Pass<T>> passes, View<T>& output_gradient) const {
    const auto seen = [this](const View<T>& V, T* lanes) {
        return View<T>(lanes, V.rows(), V.columns(), stride_, 1);
    };
    for (std::size_t i = 0; i < passes.size(); ++i) {
        Pass<T>& pass = passes[i];
        pass.dX = seen(pass.dX, lanes_[i].dX);
        if (i + 1 < passes.size() || pass.Y.rows() == 1) pass.Y = seen(pass.Y, lanes_[i].Y);
    }
    if (output_gradient.rows() == 1) output_gradient = seen(output_gradient, dY_);
}

#define GRADUS_OFFER(T)                                                                    \
    HWY_EXPORT(forward_##T);                                                               \
    HWY_EXPORT(backward_##T);                                                              \
    template <>                                                                            \
    void TinyPasses<T>::forward(const View<const T>& X, std::span<const Pass<T>> passes) { \
        HWY_DYNAMIC_DISPATCH(forward_##T)(X, passes, lanes_, stride_, X_);                 \
    }                                                                                      \
    template <>                                                                            \
    void TinyPasses<T>::backward(std::span<const Pass<T>> passes) {                        \
        HWY_DYNAMIC_DISPATCH(backward_##T)(passes, lanes_, stride_, X_, dY_);              \
    }
GRADUS_OFFER(float)
GRADUS_OFFER(double)
#undef GRADUS_OFFER

template class TinyPasses<float>;
template class TinyPasses<double>;

}  // namespace gradus
#endif
