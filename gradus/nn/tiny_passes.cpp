#include "gradus/nn/tiny_passes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/tiny_passes.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "gradus/core/simd/functions.h"
#include "gradus/nn/layers/dense.h"

#ifndef GRADUS_TINY_KERNELS  // once for all instruction sets
#define GRADUS_TINY_KERNELS
namespace gradus {

template <class T>
struct TinyKernels {
    using Layers = std::span<const LayerLanes<T>>;
    Index (*stride)(Index examples);
    void (*forward)(const View<const T>& X, std::span<const Pass<T>> passes, Layers layers, Index stride,
                    T* x);
    void (*losses)(std::span<double> losses, const View<const T>& Y, Index stride, const T* z, T* y);
    void (*output_gradient)(const View<const T>& Y, Index stride, const T* a, T* y, T* dz);
    void (*backward)(std::span<const Pass<T>> passes, Layers layers, Index stride, const T* X, T* dY);
};

}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

constexpr bool is_fused = HWY_NATIVE_FMA;

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
HWY_INLINE void to_lanes(T* lanes, Index stride, const View<const T>& X) {
    const T* row = X.data();
    if (row == lanes) return;
    for (Index i = 0; i < X.rows(); ++i, row += X.row_step(), lanes += stride) {
        const T* x = row;
        for (Index j = 0; j < X.columns(); ++j, x += X.column_step())
            if (std::memcmp(lanes + j, x, sizeof(T)) != 0) lanes[j] = *x;
    }
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

// a b + c of single numbers, rounded as in a register. (In plain C++ it would be rounded twice.)
template <class T>
HWY_INLINE T mul_add_one(T a, T b, T c) {
    if constexpr (is_fused) {
        return std::fma(a, b, c);
    } else {
        return fused(a, b, c);
    }
}

// sum + x(0) y(0) + x(1) y(1) + ..., one after the other.
template <class T>
HWY_INLINE T chain_over_examples(T sum, Index count, const T* x, const T* y) {
    if (count != 4) {
        for (Index j = 0; j < count; ++j) sum = mul_add_one(x[j], y[j], sum);
        return sum;
    }
    sum = mul_add_one(x[0], y[0], sum);
    sum = mul_add_one(x[1], y[1], sum);
    sum = mul_add_one(x[2], y[2], sum);
    return mul_add_one(x[3], y[3], sum);
}

// dW = dY X' / m and db = dY ones' / m, the examples in order, four at a time.
template <class T>
void dense_backward_parameters(const Pass<T>& pass, Index stride, const T* X, const T* dY) {
    constexpr T ones[] = {1, 1, 1, 1};
    const Index units = pass.Y.rows(), inputs = pass.in.size(), m = pass.Y.columns();
    const T divisor = static_cast<T>(m), inverse = T(1) / divisor;
    const bool exact = std::has_single_bit(static_cast<std::uint64_t>(m));  // a product is faster
    for (Index begin = 0; begin < m; begin += 4) {
        const Index count = std::min<Index>(4, m - begin);
        T* gradient = pass.gradient.data();
        for (Index k = 0; k <= inputs; ++k) {
            const T* x = k < inputs ? X + k * stride + begin : ones;
            const T* dy = dY + begin;
            for (Index i = 0; i < units; ++i, ++gradient, dy += stride) {
                const T sum = chain_over_examples(begin == 0 ? T(0) : *gradient, count, x, dy);
                *gradient = begin + count < m ? sum : exact ? sum * inverse : sum / divisor;
            }
        }
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

// log(1 + e^z) - y z, as SigmoidCrossEntropy has it: in double.
template <class T>
void losses(std::span<double> losses, const View<const T>& Y, Index stride, const T* z, T* y) {
    to_lanes(y, stride, Y);
    if constexpr (std::is_same_v<T, double>)
        sweep(
            static_cast<Index>(losses.size()),
            [](Numbers<double> z, Numbers<double> y, Numbers<double>& loss)
                HWY_ATTR { loss = softplus(z) - where(y == 0, 0, y * z); },
            z, static_cast<const double*>(y), losses.data());
}

// dZ = A - Y
template <class T>
void output_gradient(const View<const T>& Y, Index stride, const T* a, T* y, T* dz) {
    to_lanes(y, stride, Y);
    sweep(
        stride, [](Numbers<T> a, Numbers<T> y, Numbers<T>& dz) HWY_ATTR { dz = a - y; }, a,
        static_cast<const T*>(y), dz);
}

template <class T>
constexpr TinyKernels<T> all{stride_for<T>, forward<T>, losses<T>, output_gradient<T>, backward<T>};
const TinyKernels<float>& kernels_float() {
    return all<float>;
}
const TinyKernels<double>& kernels_double() {
    return all<double>;
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(kernels_float);
HWY_EXPORT(kernels_double);

template <class T>
static const TinyKernels<T>& kernels() {
    if constexpr (std::is_same_v<T, float>) {
        return HWY_DYNAMIC_DISPATCH(kernels_float)();
    } else {
        return HWY_DYNAMIC_DISPATCH(kernels_double)();
    }
}

template <class T>
std::unique_ptr<TinyPasses<T>> TinyPasses<T>::where_they_suit(const Network<T>& network, Index batch,
                                                              const Loss<T>& loss) {
    constexpr Index most = 1000;  // multiply-adds in a product over all layers
    if (static_cast<Index>(network.parameters().size()) * batch > most) return {};
    for (std::size_t i = 0; i < network.size(); ++i) {
        const Layer<T>* layer = &network.layer(i);
        if (dynamic_cast<const Dense<T>*>(layer) == nullptr &&
            dynamic_cast<const ElementwiseLayer<T>*>(layer) == nullptr)
            return {};
    }
    const bool knows_loss = loss.kind() == LossKind::binary_cross_entropy && loss.fused() &&
                            network.out().size() == 1 && network.size() > 1;
    return std::unique_ptr<TinyPasses>(new TinyPasses(network, batch, knows_loss));
}

template <class T>
TinyPasses<T>::TinyPasses(const Network<T>& network, Index batch, bool has_loss)
    : kernels_(&kernels<T>()), has_loss_(has_loss), stride_(kernels_->stride(batch)) {
    Index units = network.in().size() + 2 * network.out().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        units += network.in_of(i).size() + network.plan(i).out.size();
    memory_.resize(static_cast<std::size_t>(units * stride_));
    T* free = memory_.data();
    const auto take = [&free, this](Index rows) {
        free += rows * stride_;
        return free - rows * stride_;
    };
    X_ = take(network.in().size());
    Y_ = take(network.out().size());
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

template <class T>
void TinyPasses<T>::forward(const View<const T>& X, std::span<const Pass<T>> passes) {
    kernels_->forward(X, passes, lanes_, stride_, X_);
}

template <class T>
bool TinyPasses<T>::losses(std::span<double> losses, const View<const T>& Y) {
    if (!has_loss_ || !std::is_same_v<T, double>) return false;
    kernels_->losses(losses, Y, stride_, lanes_[lanes_.size() - 2].Y, Y_);
    return true;
}

template <class T>
bool TinyPasses<T>::output_gradient(const View<const T>& Y) {
    if (has_loss_) kernels_->output_gradient(Y, stride_, lanes_.back().Y, Y_, dY_);
    return has_loss_;
}

template <class T>
void TinyPasses<T>::backward(std::span<const Pass<T>> passes) {
    kernels_->backward(passes, lanes_, stride_, X_, dY_);
}

template class TinyPasses<float>;
template class TinyPasses<double>;

}  // namespace gradus
#endif
