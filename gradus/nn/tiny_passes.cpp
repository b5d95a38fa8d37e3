#include "gradus/nn/tiny_passes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/tiny_passes.cpp"
#include "gradus/math/simd/each_target.h"
// each_target.h comes first
#include <bit>
#include <cstdint>

#include "gradus/math/simd/numbers.h"
#include "gradus/nn/layers/dense.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// Whole registers for a unit. Lanes without an example compute anything; nobody reads it.
template <class T>
Index padded(Index examples) {
    const Index lanes = Numbers<T>::count();
    return (examples + lanes - 1) / lanes * lanes;
}

template <class T>
void to_lanes(T* lanes, const View<const T>& X) {
    const Index width = padded<T>(X.columns());
    for (Index i = 0; i < X.rows(); ++i)
        for (Index j = 0; j < X.columns(); ++j) lanes[i * width + j] = X(i, j);
}

template <class T>
void from_lanes(const View<T>& X, const T* lanes) {
    const Index width = padded<T>(X.columns());
    for (Index i = 0; i < X.rows(); ++i)
        for (Index j = 0; j < X.columns(); ++j) X(i, j) = lanes[i * width + j];
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
void dense_forward(const Pass<T>& pass, const T* X, T* Y) {
    const Index units = pass.Y.rows(), inputs = pass.X.rows(), width = padded<T>(pass.X.columns());
    const T* W = pass.parameters.data();
    const T* b = W + units * inputs;
    for (Index i = 0; i < units; ++i)
        for (Index j = 0; j < width; j += Numbers<T>::count())
            store(chain(inputs, W + i, units, X + j, width) + b[i], Y + i * width + j, Numbers<T>::count());
}

// dX = W' dY
template <class T>
void dense_backward_input(const Pass<T>& pass, const T* dY, T* dX) {
    const Index units = pass.Y.rows(), inputs = pass.X.rows(), width = padded<T>(pass.X.columns());
    const T* W = pass.parameters.data();
    for (Index k = 0; k < inputs; ++k)
        for (Index j = 0; j < width; j += Numbers<T>::count())
            store(chain(units, W + k * units, Index{1}, dY + j, width), dX + k * width + j,
                  Numbers<T>::count());
}

// dW = dY X' / m and db = rowsum(dY) / m, the examples in order.
template <class T>
void dense_backward_parameters(const Pass<T>& pass, const T* X, const T* dY) {
    const Index units = pass.Y.rows(), inputs = pass.X.rows(), m = pass.X.columns(), width = padded<T>(m);
    const hn::CappedTag<T, 1> d;  // one number; yet a * b + c in plain C++ would be rounded twice
    const T inverse = T(1) / static_cast<T>(m);
    const bool exact = std::has_single_bit(static_cast<std::uint64_t>(m));
    const auto mean = [=](T sum) {
        return exact ? sum * inverse : sum / static_cast<T>(m);
    };  // a product is faster
    T* gradient = pass.gradient.data();
    for (Index k = 0; k < inputs; ++k)
        for (Index i = 0; i < units; ++i) {
            auto sum = hn::Zero(d);
            for (Index j = 0; j < m; ++j)
                sum = hn::MulAdd(hn::LoadU(d, dY + i * width + j), hn::LoadU(d, X + k * width + j), sum);
            *gradient++ = mean(hn::GetLane(sum));
        }
    for (Index i = 0; i < units; ++i) {
        T sum = 0;
        for (Index j = 0; j < m; ++j) sum += dY[i * width + j];
        *gradient++ = mean(sum);
    }
}

template <class T>
void forward(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, T* X) {
    to_lanes(X, passes.front().X);
    for (std::size_t i = 0; i < passes.size(); ++i) {
        const Pass<T>& pass = passes[i];
        const auto& [elementwise, Y, dX] = lanes[i];
        if (elementwise != nullptr) {
            elementwise->values(pass.Y.rows() * padded<T>(pass.Y.columns()), X, Y);
        } else {
            dense_forward(pass, X, Y);
        }
        from_lanes(pass.Y, Y);
        X = Y;
    }
}

template <class T>
void backward(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, const T* first_X,
              T* dY) {
    to_lanes(dY, passes.back().dY);
    for (std::size_t i = passes.size(); i-- > 0;) {
        const Pass<T>& pass = passes[i];
        const auto& [elementwise, Y, dX] = lanes[i];
        const T* X = i == 0 ? first_X : lanes[i - 1].Y;
        if (elementwise == nullptr) dense_backward_parameters(pass, X, dY);
        if (i == 0) break;
        if (elementwise != nullptr) {
            elementwise->slopes(pass.Y.rows() * padded<T>(pass.Y.columns()), X, Y, dY, dX);
        } else {
            dense_backward_input(pass, dY, dX);
        }
        from_lanes(pass.dX, dX);
        dY = dX;
    }
}

#define GRADUS_DEFINE(T)                                                                                 \
    void forward_##T(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, T* X) {      \
        forward(passes, lanes, X);                                                                       \
    }                                                                                                    \
    void backward_##T(std::span<const Pass<T>> passes, std::span<const LayerLanes<T>> lanes, const T* X, \
                      T* dY) {                                                                           \
        backward(passes, lanes, X, dY);                                                                  \
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

template <class T>
TinyPasses<T>::TinyPasses(const Network<T>& network, Index batch) {
    constexpr Index longest = 64 / sizeof(T);  // register; a machine with a longer one takes the usual way
    const Index width = (batch + longest - 1) / longest * longest;
    Index units = network.in().size() + network.out().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        units += network.in_of(i).size() + network.plan(i).out.size();
    memory_.resize(static_cast<std::size_t>(units * width));
    T* free = memory_.data();
    const auto take = [&free, width](Index rows) {
        free += rows * width;
        return free - rows * width;
    };
    X_ = take(network.in().size());
    dY_ = take(network.out().size());
    for (std::size_t i = 0; i < network.size(); ++i)
        lanes_.push_back({.elementwise = dynamic_cast<const ElementwiseLayer<T>*>(&network.layer(i)),
                          .Y = take(network.plan(i).out.size()),
                          .dX = take(network.in_of(i).size())});
}

#define GRADUS_OFFER(T)                                              \
    HWY_EXPORT(forward_##T);                                         \
    HWY_EXPORT(backward_##T);                                        \
    template <>                                                      \
    void TinyPasses<T>::forward(std::span<const Pass<T>> passes) {   \
        HWY_DYNAMIC_DISPATCH(forward_##T)(passes, lanes_, X_);       \
    }                                                                \
    template <>                                                      \
    void TinyPasses<T>::backward(std::span<const Pass<T>> passes) {  \
        HWY_DYNAMIC_DISPATCH(backward_##T)(passes, lanes_, X_, dY_); \
    }
GRADUS_OFFER(float)
GRADUS_OFFER(double)
#undef GRADUS_OFFER

template class TinyPasses<float>;
template class TinyPasses<double>;

}  // namespace gradus
#endif
