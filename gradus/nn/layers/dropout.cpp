#include "gradus/nn/layers/dropout.h"

#include <algorithm>
#include <array>

#include "gradus/core/elementwise.h"
#include "gradus/core/number.h"
#include "gradus/core/random.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
LayerPointer<T> Dropout<T>::read(Words& words) {
    return std::make_shared<Dropout>(
        words.number(say("a rate from 0 to below 1"), [](double x) { return 0 <= x && x < 1; }));
}

template <class T>
LayerPlan Dropout<T>::plan(Shape in) const {
    const std::string kept = " .* M / (1 - " + to_text(rate_) + ")";
    return {.out = in,
            .scratch = in.size(),  // the mask, for the way back
            .forward = {{"M", "0 with probability " + to_text(rate_) + ", else 1"}, {"D", "X" + kept}},
            .backward = {{"dX", "dY" + kept}}};
}

// 0, or what the kept ones are multiplied by.
template <class T>
void Dropout<T>::draw_mask(View<T> mask, const Pass<T>& pass, Range examples) const {
    constexpr Index per_block = 8;  // 256 random bits are eight numbers of 32
    const auto threshold = static_cast<std::uint64_t>(rate_ * 4294967296.0);
    const std::array<T, 2> factors{static_cast<T>(1 / (1 - rate_)), 0};  // a look-up has no jump to guess
    for (Index j = examples.begin; j < examples.end; ++j)
        for (Index first = 0; first < mask.rows(); first += per_block) {
            const std::array<std::uint64_t, 4> bits =
                philox({static_cast<std::uint64_t>(first / per_block),
                        static_cast<std::uint64_t>(pass.part.first + j), pass.mask.step, pass.mask.layer},
                       {pass.mask.seed, 0});
            std::array<T, per_block> block;
            for (std::size_t k = 0; k < per_block; ++k)
                block[k] = factors[((bits[k / 2] >> (32 * (k % 2))) & 0xffffffff) < threshold];
            std::copy_n(block.data(), std::min(per_block, mask.rows() - first), mask.column(j) + first);
        }
}

template <class T>
static void apply(View<const T> mask, View<const T> from, View<T> to, Range examples) {
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T *m = mask.column(j), *x = from.column(j);
        T* y = to.column(j);
        for (Index i = 0; i < from.rows(); ++i) y[i] = x[i] * m[i];
        for (Index i = 0; i < from.rows(); ++i) y[i] = m[i] == 0 ? 0 : y[i];  // whatever x is there
    }
}

template <class T>
void Dropout<T>::forward(const Pass<T>& pass, Range examples) const {
    if (!pass.training) return copy(pass.Y.columns(examples), pass.X.columns(examples));
    draw_mask(pass.scratch, pass, examples);
    apply<T>(pass.scratch, pass.X, pass.Y, examples);
}

template <class T>
void Dropout<T>::backward_input(const Pass<T>& pass, Range examples) const {
    if (!pass.training) return copy(pass.dX.columns(examples), pass.dY.columns(examples));
    apply<T>(pass.scratch, pass.dY, pass.dX, examples);
}

template <class T>
std::vector<Intermediate<T>> Dropout<T>::intermediates(const Pass<T>& pass) const {
    Matrix<T> M(pass.X.rows(), pass.X.columns());
    if (pass.training) draw_mask(M.view(), pass, {0, M.columns()});
    map(M.view(), View<const T>(M), [&](T m) { return T(m != 0 || !pass.training); });
    return {{"M", std::move(M)}};
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace gradus
