#include "gradus/nn/tiny_passes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/tiny_passes.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "gradus/core/simd/functions.h"
#include "gradus/nn/layers/dense.h"

#ifndef GRADUS_TINY_KERNELS  // once for all instruction sets
#define GRADUS_TINY_KERNELS
namespace gradus {

template <class T>
struct TinyKernels {
    using Layers = std::span<const TinyLayer<T>>;
    Index (*stride)(Index examples);
    void (*forward)(Layers layers, Index stride);
    void (*sigmoid)(Index count, const T* z, T* a, T* e);
    void (*losses)(Index count, const T* z, const T* e, const T* y, T* loss);
    void (*output_gradient)(Index count, const T* a, const T* y, T* dz);
    void (*backward_input)(Layers layers, Index stride);
    void (*backward_parameters)(std::span<const GradientFactors<T>> factors, Index examples, T* gradient);
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

// f(count), where the compiler knows a small count: to count costs more than to compute.
template <class F>
HWY_INLINE void with_count(Index count, F f) {
    switch (count) {
        case 1:
            return f(std::integral_constant<Index, 1>());
        case 2:
            return f(std::integral_constant<Index, 2>());
        case 3:
            return f(std::integral_constant<Index, 3>());
        case 4:
            return f(std::integral_constant<Index, 4>());
        default:
            return f(count);
    }
}

// A single register needs no loop, and no constants made ready for its next round.
template <class F, class... T>
HWY_INLINE void sweep_few(Index count, F f, T*... arrays) {
    const Index width = std::min({Numbers<std::remove_const_t<T>>::count()...});
    if (count == width) return sweep(width, f, arrays...);
    sweep(count, f, arrays...);
}

// The sum over k of a(k) B(k), with B(k) a register of examples: one chain, as in every product.
template <class T, class Count>
HWY_INLINE Numbers<T> chain(Count count, const T* a, Index a_step, const T* B, Index B_step) {
    Numbers<T> sum = 0;
    for (Index k = 0; k < count; ++k)
        sum = mul_add(Numbers<T>(a[k * a_step]), load(B + k * B_step, Numbers<T>::count()), sum);
    return sum;
}

// Y = W X + b
template <class T>
HWY_INLINE void dense_forward(const TinyLayer<T>& layer, Index stride) {
    with_count(layer.inputs, [&](auto inputs) HWY_ATTR {
        const Index units = layer.units;
        const T *W = layer.parameters, *end = W + units, *b = W + units * inputs;
        T* Y = layer.Y;
        for (; W < end; ++W, ++b)
            for (Index j = 0; j < stride; j += Numbers<T>::count(), Y += Numbers<T>::count())
                store(chain<T>(inputs, W, units, layer.X + j, stride) + *b, Y, Numbers<T>::count());
    });
}

// dX = W' dY
template <class T>
HWY_INLINE void dense_backward_input(const TinyLayer<T>& layer, Index stride) {
    with_count(layer.units, [&](auto units) HWY_ATTR {
        const T *W = layer.parameters, *end = W + units * layer.inputs;
        T* dX = layer.dX;
        for (; W < end; W += units)
            for (Index j = 0; j < stride; j += Numbers<T>::count(), dX += Numbers<T>::count())
                store(chain<T>(units, W, Index{1}, layer.dY + j, stride), dX, Numbers<T>::count());
    });
}

template <class T>
void forward(std::span<const TinyLayer<T>> layers, Index stride) {
    for (const TinyLayer<T>& layer : layers) {
        if (layer.function.kernel != nullptr) {
            layer.function.values(layer.units * stride, layer.X, layer.Y);
        } else {
            dense_forward(layer, stride);
        }
    }
}

template <class T>
void backward_input(std::span<const TinyLayer<T>> layers, Index stride) {
    for (std::size_t i = layers.size(); --i > 0;) {
        const TinyLayer<T>& layer = layers[i];
        if (layer.function.kernel != nullptr) {
            layer.function.slopes(layer.units * stride, layer.X, layer.Y, layer.dY, layer.dX);
        } else {
            dense_backward_input(layer, stride);
        }
    }
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

// x(0) dy(0) + x(1) dy(1) + ..., one after the other.
template <class T, class Count>
HWY_INLINE T chain_over_examples(Count examples, const GradientFactors<T>& factors) {
    const auto [x, dy] = factors;
    T sum = 0;
    for (Index j = 0; j < examples; ++j) sum = mul_add_one(x[j], dy[j], sum);
    return sum;
}

// dW = dY X' / m and db = dY ones' / m, the examples in order.
template <class T>
void backward_parameters(std::span<const GradientFactors<T>> factors, Index m, T* gradient) {
    const auto count = static_cast<Index>(factors.size());
    const T divisor = static_cast<T>(m), inverse = T(1) / divisor;
    const bool exact = std::has_single_bit(static_cast<std::uint64_t>(m));  // a product is faster
    with_count(m, [&](auto examples) HWY_ATTR {
        for (Index p = 0; p < count; p += Numbers<T>::count()) {
            const GradientFactors<T>* const here = &factors[static_cast<std::size_t>(p)];
            const auto left = static_cast<std::size_t>(count - p);
            const Numbers<T> sums =
                count - p >= Numbers<T>::count()
                    ? numbers_of<T>([&](std::size_t lane)
                                        HWY_ATTR { return chain_over_examples(examples, here[lane]); })
                    : numbers_of<T>([&](std::size_t lane) HWY_ATTR {
                          return lane < left ? chain_over_examples(examples, here[lane]) : T(0);
                      });
            store(exact ? sums * inverse : sums / divisor, gradient + p, count - p);
        }
    });
}

// A sigmoid, and e^-|z|, with which its loss begins as well.
template <class T>
void sigmoids(Index count, const T* z, T* a, T* e) {
    using V = Numbers<T>;
    const auto f = [](V z, V& a, V& e) HWY_ATTR {
        e = simd::exp_of_minus_abs(z);
        a = simd::sigmoid_of(z, e);
    };
    sweep_few(count, f, z, a, e);
}

// log(1 + e^z) - y z, as SigmoidCrossEntropy has it.
template <class T>
void losses(Index count, const T* z, const T* e, const T* y, T* loss) {
    using V = Numbers<T>;
    const auto f = [](V z, V e, V y, V& loss)
                       HWY_ATTR { loss = simd::softplus_of(z, e) - where(y == 0, 0, y * z); };
    sweep_few(count, f, z, e, y, loss);
}

// dZ = A - Y
template <class T>
void output_gradient(Index count, const T* a, const T* y, T* dz) {
    sweep_few(
        count, [](Numbers<T> a, Numbers<T> y, Numbers<T>& dz) HWY_ATTR { dz = a - y; }, a, y, dz);
}

template <class T>
constexpr TinyKernels<T> all{.stride = stride_for<T>,
                             .forward = forward<T>,
                             .sigmoid = sigmoids<T>,
                             .losses = losses<T>,
                             .output_gradient = output_gradient<T>,
                             .backward_input = backward_input<T>,
                             .backward_parameters = backward_parameters<T>};
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
void BatchLanes<T>::lay_out(const View<const T>& X, bool gapless) {
    const auto count = static_cast<std::size_t>(X.rows() * X.columns());
    seen_examples_ = gapless ? X.columns() : 0;
    seen_bytes_ = count * sizeof(T);
    if (gapless) std::copy_n(X.data(), count, seen_.data());
    for (Index i = 0; i < X.rows(); ++i)
        for (Index j = 0; j < X.columns(); ++j) lanes_[static_cast<std::size_t>(i * stride_ + j)] = X(i, j);
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
    return std::unique_ptr<TinyPasses>(new TinyPasses(network, batch, loss));
}

template <class T>
TinyPasses<T>::TinyPasses(const Network<T>& network, Index batch, const Loss<T>& loss)
    : kernels_(&kernels<T>()),
      has_loss_(loss.kind() == LossKind::binary_cross_entropy && loss.fused() && network.out().size() == 1 &&
                network.size() > 1),
      stride_(kernels_->stride(batch)),
      X_(network.in().size(), stride_),
      Y_(network.out().size(), stride_),
      dY_(network.out().size(), stride_),
      exponentials_(static_cast<std::size_t>(stride_)),
      losses_(static_cast<std::size_t>(stride_)),
      layers_(network.size()),
      last_backward_(network.size() - (loss.fused() && network.size() > 1 ? 2 : 1)) {
    Index units = 1;  // and those of the ones
    for (std::size_t i = 0; i < network.size(); ++i)
        units += network.in_of(i).size() + network.plan(i).out.size();
    memory_.assign(static_cast<std::size_t>(units * stride_), 1);
    T* free = memory_.data() + stride_;
    const auto take = [&free, this](Index rows) {
        free += rows * stride_;
        return free - rows * stride_;
    };
    for (std::size_t i = 0; i < network.size(); ++i) {
        TinyLayer<T>& layer = layers_[i];
        if (const auto* elementwise = dynamic_cast<const ElementwiseLayer<T>*>(&network.layer(i)))
            layer.function = elementwise->function();
        layer.inputs = network.in_of(i).size();
        layer.units = network.plan(i).out.size();
        layer.parameters = network.parameters().data() + network.parameters_of(i).begin;
        layer.X = i == 0 ? X_.data() : layers_[i - 1].Y;
        layer.Y = take(layer.units);
        layer.dX = take(layer.inputs);
    }
    for (std::size_t i = 0; i < network.size(); ++i)
        layers_[i].dY = i < last_backward_ ? layers_[i + 1].dX : dY_.data();
    list_factors();
}

// In the order of the parameters.
template <class T>
void TinyPasses<T>::list_factors() {
    const T* ones = memory_.data();
    for (const TinyLayer<T>& layer : layers_) {
        if (layer.function.kernel != nullptr) continue;
        for (Index k = 0; k <= layer.inputs; ++k)
            for (Index i = 0; i < layer.units; ++i)
                factors_.push_back(
                    {.x = k < layer.inputs ? layer.X + k * stride_ : ones, .dy = layer.dY + i * stride_});
    }
}

template <class T>
void TinyPasses<T>::show(std::span<Pass<T>> passes, View<T>& output_gradient) {
    const auto seen = [this](const View<T>& V, T* lanes) {
        return View<T>(lanes, V.rows(), V.columns(), stride_, 1);
    };
    for (std::size_t i = 0; i < passes.size(); ++i) {
        Pass<T>& pass = passes[i];
        pass.dX = seen(pass.dX, layers_[i].dX);
        if (i + 1 < passes.size() || pass.Y.rows() == 1) pass.Y = seen(pass.Y, layers_[i].Y);
    }
    if (output_gradient.rows() == 1) output_gradient = seen(output_gradient, dY_.data());
}

template <class T>
void TinyPasses<T>::forward(const View<const T>& X, const View<T>& Y) {
    examples_ = X.columns();
    X_(X);
    const TinyLayer<T>& last = layers_.back();
    kernels_->forward(std::span(layers_).first(layers_.size() - (has_loss_ ? 1 : 0)), stride_);
    if (has_loss_) kernels_->sigmoid(stride_, last.X, last.Y, exponentials_.data());
    const T* lanes = last.Y;
    if (Y.data() == lanes) return;
    for (Index i = 0; i < Y.rows(); ++i)
        for (Index j = 0; j < Y.columns(); ++j) Y(i, j) = lanes[i * stride_ + j];
}

template <class T>
std::span<const double> TinyPasses<T>::losses(const View<const T>& Y) {
    if constexpr (std::is_same_v<T, double>) {
        if (!has_loss_) return {};
        kernels_->losses(stride_, layers_.back().X, exponentials_.data(), Y_(Y), losses_.data());
        return std::span(losses_).first(static_cast<std::size_t>(examples_));
    }
    return {};  // in float they would be rounded
}

template <class T>
bool TinyPasses<T>::output_gradient(const View<const T>& Y) {
    if (has_loss_) kernels_->output_gradient(stride_, layers_.back().Y, Y_(Y), dY_.data());
    return has_loss_;
}

template <class T>
void TinyPasses<T>::backward(const View<const T>& output_gradient, std::span<T> gradient) {
    if (output_gradient.data() != dY_.data()) dY_(output_gradient);
    kernels_->backward_input(std::span(layers_).first(last_backward_ + 1), stride_);
    kernels_->backward_parameters(factors_, examples_, gradient.data());
}

template class TinyPasses<float>;
template class TinyPasses<double>;

}  // namespace gradus
#endif
