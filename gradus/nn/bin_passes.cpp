#include "gradus/nn/bin_passes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/bin_passes.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include <algorithm>

#include "gradus/core/product.h"
#include "gradus/core/simd/numbers.h"

#ifndef GRADUS_NN_BIN_KERNELS
#define GRADUS_NN_BIN_KERNELS
namespace gradus {

template <class T>
struct BinKernels {
    void (*left)(const T* W, T* sums, Index units, Index bins);
    void (*add)(T* y, const T* W, const T* sums, const BinPlace<T>* places, Index runs, Index stride,
                Index units);
    void (*take)(const T* dy, T x, T* dw, T* behind, Index units);
    void (*right)(T* dW, T* behind, Index units, Index bins, Index examples);
};

}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// sums = the columns of W to the left, times full_bin.
template <class T>
void sums_from_the_left(const T* W, T* sums, Index units, Index bins) {
    std::fill_n(sums, units, T(0));
    for (Index k = 1; k < bins; ++k)
        sweep(
            units, [](Numbers<T> w, Numbers<T> sum, Numbers<T>& next) HWY_ATTR { next = sum + w * full_bin; },
            W + (k - 1) * units, static_cast<const T*>(sums + (k - 1) * units), sums + k * units);
}

// y += sums + x w for each run, `wide` registers of units at a time.
template <int wide, class T>
HWY_INLINE void add_runs_to(T* y, Index left, const T* W, const T* sums, const BinPlace<T>* places,
                            Index runs, Index stride, Index units) {
    const Index width = Numbers<T>::count();
    Numbers<T> sum[wide];
    for (int i = 0; i < wide; ++i) sum[i] = load(y + i * width, left - i * width);
    for (Index r = 0; r < runs; ++r) {
        const BinPlace<T>& place = places[r * stride];
        const Numbers<T> share = double(place.share);
        const Index at = place.row * units;
        for (int i = 0; i < wide; ++i) {
            const Index rest = left - i * width;
            sum[i] = sum[i] + load(sums + at + i * width, rest) + share * load(W + at + i * width, rest);
        }
    }
    for (int i = 0; i < wide; ++i) store(sum[i], y + i * width, left - i * width);
}

template <class T>
void add_runs(T* y, const T* W, const T* sums, const BinPlace<T>* places, Index runs, Index stride,
              Index units) {
    constexpr int wide = 4;
    const Index width = Numbers<T>::count();
    Index i = 0;
    for (; i + wide * width <= units; i += wide * width)
        add_runs_to<wide>(y + i, wide * width, W + i, sums + i, places, runs, stride, units);
    for (; i < units; i += width)
        add_runs_to<1>(y + i, units - i, W + i, sums + i, places, runs, stride, units);
}

// One example in the bin to which dw and behind belong.
template <class T>
void take_example(const T* dy, T x, T* dw, T* behind, Index units) {
    const Numbers<T> share = double(x);
    sweep(
        units,
        [share](Numbers<T> dy, Numbers<T>& dw, Numbers<T>& behind) HWY_ATTR {
            dw = dw + share * dy;
            behind = behind + dy;
        },
        dy, dw, behind);
}

// From the right: what lies behind a bin has it full.
template <class T>
void sums_from_the_right(T* dW, T* behind, Index units, Index bins, Index examples) {
    const Numbers<T> m = double(examples);
    for (Index k = bins - 1; k >= 0; --k) {
        const bool last = k + 1 == bins;
        const T* next = behind + (last ? k : k + 1) * units;
        const Numbers<T> full = last ? 0.0 : full_bin;
        sweep(
            units, [m, full](Numbers<T> further, Numbers<T>& dw) HWY_ATTR { dw = (dw + full * further) / m; },
            next, dW + k * units);
        if (last) continue;
        sweep(
            units, [](Numbers<T> further, Numbers<T>& here) HWY_ATTR { here = here + further; }, next,
            behind + k * units);
    }
}

template <class T>
constexpr BinKernels<T> all_bin_kernels{.left = sums_from_the_left<T>,
                                        .add = add_runs<T>,
                                        .take = take_example<T>,
                                        .right = sums_from_the_right<T>};
const BinKernels<float>& bin_kernels_float() {
    return all_bin_kernels<float>;
}
const BinKernels<double>& bin_kernels_double() {
    return all_bin_kernels<double>;
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(bin_kernels_float);
HWY_EXPORT(bin_kernels_double);

template <class T>
static const BinKernels<T>& bin_kernels() {
    if constexpr (std::is_same_v<T, float>) {
        return HWY_DYNAMIC_DISPATCH(bin_kernels_float)();
    } else {
        return HWY_DYNAMIC_DISPATCH(bin_kernels_double)();
    }
}

template <class T>
std::unique_ptr<BinPasses<T>> BinPasses<T>::where_they_suit(const Network<T>& network,
                                                            std::span<const Range> runs, Index batch) {
    if (runs.empty() || network.layer(0).describe().kind != "dense") return nullptr;
    return std::unique_ptr<BinPasses>(
        new BinPasses(network.plan(0).out.size(), network.in().size(), runs, batch));
}

template <class T>
BinPasses<T>::BinPasses(Index units, Index inputs, std::span<const Range> runs, Index batch)
    : kernels_(&bin_kernels<T>()),
      units_(units),
      batch_(batch),
      runs_(runs.begin(), runs.end()),
      sums_(static_cast<std::size_t>(units * inputs)),
      behind_(sums_.size()),
      places_(runs.size() * static_cast<std::size_t>(batch)) {
    Index begin = 0;
    for (const Range run : runs_) {
        if (begin < run.begin) others_.push_back({begin, run.begin});
        begin = run.end;
    }
    others_.push_back({begin, inputs + 1});
}

template <class T>
void BinPasses<T>::sum_weights(const Pass<T>& pass, Range runs) {
    for (Index r = runs.begin; r < runs.end; ++r) {
        const Range run = runs_[static_cast<std::size_t>(r)];
        kernels_->left(pass.parameters.data() + run.begin * units_, sums_.data() + run.begin * units_, units_,
                       run.size());
    }
}

template <class T>
void BinPasses<T>::forward(const Pass<T>& pass, Range examples) {
    const View<T> Y = pass.Y.columns(examples);
    const View<const T> X = pass.X.columns(examples);
    const Index inputs = X.rows();
    const T* W = pass.parameters.data();
    for (Index j = 0; j < Y.columns(); ++j) std::copy_n(W + inputs * units_, units_, Y.column(j));
    for (const Range other : others_) {
        const Range rows{other.begin, std::min(other.end, inputs)};
        if (rows.size() > 0)
            add_product(Y, View<const T>(W + rows.begin * units_, units_, rows.size()), X.rows(rows),
                        rounding_for(pass.parameters));
    }
    for (Index j = 0; j < Y.columns(); ++j) {
        const T* x = X.column(j);
        BinPlace<T>* places = places_.data() + examples.begin + j;
        for (Index r = 0; r < run_count(); ++r) {
            const Range run = runs_[static_cast<std::size_t>(r)];
            const T* last = x + run.end - 1;
            const T* share = std::partition_point(x + run.begin, last,
                                                  [](T value) { return value == static_cast<T>(full_bin); });
            places[r * batch_] = {.row = share - x, .share = *share};
        }
        kernels_->add(Y.column(j), W, sums_.data(), places, run_count(), batch_, units_);
    }
}

template <class T>
void BinPasses<T>::backward(const Pass<T>& pass, Range runs) {
    if (runs.size() == 0) return;
    const View<const T> dY = pass.dY;
    const bool go_on = pass.sums_go_on(), whole = !go_on && pass.sums_end();
    T* behind = this->behind(runs).data();  // of a whole batch it always lies here: it stays in the cache
    for (Index r = runs.begin; r < runs.end; ++r) {
        const Range run = runs_[static_cast<std::size_t>(r)];
        T* dW = pass.gradient.data() + run.begin * units_;
        if (!whole) behind = behind_.data() + run.begin * units_;
        if (!go_on) {
            std::fill_n(dW, run.size() * units_, T(0));
            std::fill_n(behind, run.size() * units_, T(0));
        }
        for (Index j = 0; j < dY.columns(); ++j) {
            const auto [row, share] = places_[static_cast<std::size_t>(r * batch_ + j)];
            const Index at = (row - run.begin) * units_;
            kernels_->take(dY.column(j), share, dW + at, behind + at, units_);
        }
        if (pass.sums_end()) kernels_->right(dW, behind, units_, run.size(), pass.batch());
    }
}

template class BinPasses<float>;
template class BinPasses<double>;

}  // namespace gradus
#endif
