#include "gradus/nn/layers/pooling.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/series.h"

namespace gradus {
namespace {

// Series views: element (c, t) of an example.
template <class T>
View<T> series(View<T> M, Shape shape, Index example) {
    return {M.column(example), shape.channels, shape.length};
}

// The positions of the series that lie under the window at position t.
struct Under {
    Index begin, end, step;
};
Under under(const Window& window, Index t, Index length) {
    Index begin = t * window.stride - window.zeros_before();
    const Index end = std::min(length, begin + window.reach());
    if (begin < 0) begin += (-begin + window.dilation - 1) / window.dilation * window.dilation;
    return {begin, end, window.dilation};
}

// Only a window with gaps can step over the whole series.
void require_numbers_under(const Window& window, Index positions, Index length, const std::string& layer) {
    if (window.dilation == 1) return;
    for (Index t = 0; t < positions; ++t)
        if (const Under u = under(window, t, length); u.begin >= u.end)
            throw Error(
                Fault::input,
                {.place = layer,
                 .found = say("its window at position {} lies wholly in the padding of a series of {}", t + 1,
                              length),
                 .hint = say("less pad or dilation")});
}

// Y[c, t] for the numbers of X that lie under the window.
template <Pool pool, class T>
void pool_channel(View<T> Y, View<const T> X, Index c, Index t, Under u) {
    T result = pool == Pool::max ? X(c, u.begin) : T(0);
    Index count = 0;
    for (Index i = u.begin; i < u.end; i += u.step, ++count) {
        if constexpr (pool == Pool::max) {
            if (!(X(c, i) <= result)) result = X(c, i);  // a NaN goes through
        } else {
            result += X(c, i);
        }
    }
    Y(c, t) = pool == Pool::max ? result : result / static_cast<T>(count);
}

// Passes dY[c, t] back: to the first of the largest, or in equal parts.
template <Pool pool, class T>
void pass_back(View<T> dX, View<const T> X, Index c, T dY, Under u) {
    if constexpr (pool == Pool::max) {
        Index largest = u.begin;
        for (Index i = u.begin; i < u.end; i += u.step)
            if (X(c, i) > X(c, largest)) largest = i;
        dX(c, largest) += dY;
    } else {
        const Index count = (u.end - u.begin + u.step - 1) / u.step;
        for (Index i = u.begin; i < u.end; i += u.step) dX(c, i) += dY / static_cast<T>(count);
    }
}

template <Pool pool, class T>
void pool_forward(const Pass<T>& pass, const Window& window, Range examples) {
    for (Index j = examples.begin; j < examples.end; ++j)
        for (Index t = 0; t < pass.out.length; ++t)
            for (Index c = 0; c < pass.in.channels; ++c)
                pool_channel<pool>(series(pass.Y, pass.out, j), series(pass.X, pass.in, j), c, t,
                                   under(window, t, pass.in.length));
}

template <Pool pool, class T>
void pool_backward(const Pass<T>& pass, const Window& window, Range examples) {
    for (Index j = examples.begin; j < examples.end; ++j) {
        const View<T> dX = series(pass.dX, pass.in, j);
        std::fill_n(dX.data(), pass.dX.rows(), T(0));
        for (Index t = 0; t < pass.out.length; ++t)
            for (Index c = 0; c < pass.in.channels; ++c)
                pass_back<pool>(dX, series(pass.X, pass.in, j), c, series(pass.dY, pass.out, j)(c, t),
                                under(window, t, pass.in.length));
    }
}

Operation formula(Pool pool) {
    return {"P", pool == Pool::max ? "max of each window of X" : "mean of each window of X"};
}

Operation derivative(Pool pool) {
    return {"dX", pool == Pool::max ? "dY, where X is the window's largest"
                                    : "dY / window, for each number of the window"};
}

Window whole(const Shape& in) {
    return {.size = in.length};
}

}  // namespace

template <class T, Pool pool>
LayerPointer<T> Pooling<T, pool>::read(Words& words) {
    Window window{.size = words.whole_number("a window", 1, 1 << 20)};
    window.stride = window.size;
    window.read_options(words);
    if (2 * window.zeros_before() > window.reach())
        words.reject_last(say("at most half a window of padding"));
    return std::make_shared<Pooling>(window);
}

template <class T, Pool pool>
LayerDescription Pooling<T, pool>::describe() const {
    LayerDescription description{.kind = pool == Pool::max ? "maxpool" : "avgpool",
                                 .settings = {{"window", window_.size, LayerSetting::Said::plainly}}};
    window_.describe(description, window_.size);
    return description;
}

template <class T, Pool pool>
LayerPlan Pooling<T, pool>::plan(Shape in) const {
    const Index positions = window_.positions(in.length, this->text());
    require_numbers_under(window_, positions, in.length, this->text());
    return {.out = {.channels = in.channels, .length = positions},
            .forward = {formula(pool)},
            .backward = {derivative(pool)}};
}

template <class T, Pool pool>
void Pooling<T, pool>::forward(const Pass<T>& pass, Range examples) const {
    pool_forward<pool>(pass, window_, examples);
}

template <class T, Pool pool>
void Pooling<T, pool>::backward_input(const Pass<T>& pass, Range examples) const {
    pool_backward<pool>(pass, window_, examples);
}

template <class T, Pool pool>
LayerPointer<T> GlobalPooling<T, pool>::read(Words& /*words*/) {
    return std::make_shared<GlobalPooling>();
}

template <class T, Pool pool>
LayerPlan GlobalPooling<T, pool>::plan(Shape in) const {
    return {.out = {.channels = in.channels}, .forward = {formula(pool)}, .backward = {derivative(pool)}};
}

template <class T, Pool pool>
void GlobalPooling<T, pool>::forward(const Pass<T>& pass, Range examples) const {
    pool_forward<pool>(pass, whole(pass.in), examples);
}

template <class T, Pool pool>
void GlobalPooling<T, pool>::backward_input(const Pass<T>& pass, Range examples) const {
    pool_backward<pool>(pass, whole(pass.in), examples);
}

template <class T>
LayerPointer<T> Flatten<T>::read(Words& /*words*/) {
    return std::make_shared<Flatten>();
}

template <class T>
LayerPlan Flatten<T>::plan(Shape in) const {
    return {.out = {.channels = in.size()},
            .forward = {{"F", "X, channel after channel"}},
            .backward = {{"dX", "dY, in X's order"}}};
}

template <class T>
void Flatten<T>::forward(const Pass<T>& pass, Range examples) const {
    channels_first(pass.Y.columns(examples), pass.X.columns(examples), pass.in);
}

template <class T>
void Flatten<T>::backward_input(const Pass<T>& pass, Range examples) const {
    positions_first(pass.dX.columns(examples), pass.dY.columns(examples), pass.in);
}

#define GRADUS_INSTANTIATE(T)                    \
    template class Pooling<T, Pool::max>;        \
    template class Pooling<T, Pool::mean>;       \
    template class GlobalPooling<T, Pool::max>;  \
    template class GlobalPooling<T, Pool::mean>; \
    template class Flatten<T>;
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
