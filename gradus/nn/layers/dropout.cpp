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
            .forward = {{"M", "0 with probability " + to_text(rate_) + ", else 1"}, {"D", "X" + kept}},
            .backward = {{"dX", "dY" + kept}}};
}

template <class T>
void Dropout<T>::apply_mask(View<T> to, View<const T> from, const Pass<T>& pass, Range examples) const {
    if (!pass.training) return map(to.columns(examples), from.columns(examples), [](T x) { return x; });
    constexpr Index per_block = 8;  // 256 random bits are eight numbers of 32
    const auto threshold = static_cast<std::uint64_t>(rate_ * 4294967296.0);
    const T kept = static_cast<T>(1 / (1 - rate_));
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T* x = from.column(j);
        T* y = to.column(j);
        for (Index first = 0; first < from.rows(); first += per_block) {
            const std::array<std::uint64_t, 4> bits =
                philox({static_cast<std::uint64_t>(first / per_block),
                        static_cast<std::uint64_t>(pass.part.first + j), pass.mask.step, pass.mask.layer},
                       {pass.mask.seed, 0});
            for (Index i = first; i < std::min(first + per_block, from.rows()); ++i) {
                const Index k = i - first;
                const std::uint64_t number =
                    (bits[static_cast<std::size_t>(k / 2)] >> (32 * (k % 2))) & 0xffffffff;
                y[i] = number < threshold ? T(0) : x[i] * kept;
            }
        }
    }
}

template <class T>
void Dropout<T>::forward(const Pass<T>& pass, Range examples) const {
    apply_mask(pass.Y, pass.X, pass, examples);
}

template <class T>
void Dropout<T>::backward_input(const Pass<T>& pass, Range examples) const {
    apply_mask(pass.dX, pass.dY, pass, examples);
}

template <class T>
std::vector<Intermediate<T>> Dropout<T>::intermediates(const Pass<T>& pass) const {
    Matrix<T> ones(pass.X.rows(), pass.X.columns()), M = ones;
    std::fill_n(ones.data(), ones.rows() * ones.columns(), T(1));
    apply_mask(M, ones, pass, {0, M.columns()});
    std::transform(M.data(), M.data() + M.rows() * M.columns(), M.data(), [](T x) { return T(x != 0); });
    return {{"M", std::move(M)}};
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace gradus
