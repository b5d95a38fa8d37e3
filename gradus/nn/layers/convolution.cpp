#include "gradus/nn/layers/convolution.h"

#include <algorithm>

#include "gradus/error.h"
#include "gradus/math/elementwise.h"
#include "gradus/math/product.h"

namespace gradus {

static constexpr Index most = 1 << 20;  // of anything that a window is made of

void Window::read_options(Words& words, Index* groups) {
    for (;;) {
        if (words.accept("stride")) {
            stride = words.whole_number("a stride", 1, most);
        } else if (words.accept("dilation")) {
            dilation = words.whole_number("a dilation", 1, most);
        } else if (words.accept("pad")) {
            pad_same = words.accept("same");
            if (!pad_same) pad_begin = pad_end = words.whole_number("\"same\" or a number", 0, most);
        } else if (groups != nullptr && words.accept("groups")) {
            *groups = words.whole_number("a number of groups", 1, most);
        } else {
            break;
        }
    }
    if (pad_same && stride != 1) words.reject_last("stride 1 beside pad same");
}

Index Window::positions(Index length, const std::string& layer) const {
    if (reach() > padded(length))
        throw Error(Fault::input, {.place = layer,
                                   .found = "its window reaches over " + std::to_string(reach()) +
                                            " positions, the series has " + std::to_string(padded(length)),
                                   .hint = "a smaller window, or pad"});
    return (padded(length) - reach()) / stride + 1;
}

std::string Window::options(Index usual_stride) const {
    std::string text;
    if (stride != usual_stride) text += " stride " + std::to_string(stride);
    if (pad_same) text += " pad same";
    if (pad_begin != 0) text += " pad " + std::to_string(pad_begin);
    if (dilation != 1) text += " dilation " + std::to_string(dilation);
    return text;
}

template <class T>
Convolution<T>::Convolution(Index filters, Window window, Index groups)
    : filters_(filters), window_(window), groups_(groups) {}

template <class T>
LayerPointer<T> Convolution<T>::read(Words& words) {
    const auto [filters, size] = words.sizes("FILTERSxWINDOW, as in 25x5", most);
    Window window{.size = size};
    Index groups = 1;
    window.read_options(words, &groups);
    if (filters % groups != 0) words.reject_last("a divisor of the " + std::to_string(filters) + " filters");
    return std::make_shared<Convolution>(filters, window, groups);
}

template <class T>
std::string Convolution<T>::text() const {
    return "conv " + std::to_string(filters_) + "x" + std::to_string(window_.size) + window_.options(1) +
           (groups_ == 1 ? "" : " groups " + std::to_string(groups_));
}

template <class T>
LayerPlan Convolution<T>::plan(Shape in) const {
    if (in.channels % groups_ != 0)
        throw Error(Fault::input,
                    {.place = text(),
                     .found = std::to_string(in.channels) + " channels cannot be divided into " +
                              std::to_string(groups_) + " groups"});
    const Shape out{.channels = filters_, .length = window_.positions(in.length, text())};
    const Index columns = in.channels / groups_ * window_.size;
    return {.out = out,
            .parameters = {{.name = "W",
                            .rows = filters_,
                            .columns = columns,
                            .window = window_.size,
                            .fan_in = columns,
                            .fan_out = filters_ / groups_ * window_.size},
                           {.name = "b", .rows = filters_, .columns = 1, .weight = false}},
            .slice = filters_,
            .scratch = groups_ * columns * out.length,
            .forward = {{"Y", "W * windows(X) + b"}},
            .backward = {{"dX", "sum of windows: W' * dY"},
                         {"dW", "sum over examples of dY * windows(X)' / m"},
                         {"db", "rowsum(dY) / m"}}};
}

// An example's scratch holds what its windows see, one column for each position: (columns of W x positions),
// group under group. So the convolution of many examples is one product, as in a dense layer.
template <class T>
View<T> Convolution<T>::windows(const Pass<T>& pass, Index group, Range examples) const {
    const Index columns = weights(pass).columns(), all = groups_ * columns;
    return {pass.scratch.column(examples.begin) + group * columns, columns, examples.size() * pass.out.length,
            1, all};
}

template <class T>
View<const T> Convolution<T>::weights(const Pass<T>& pass) const {
    return {pass.parameters.data(), filters_, pass.in.channels / groups_ * window_.size};
}

template <class T>
Range Convolution<T>::filters(Index group) const {
    return {group * filters_ / groups_, (group + 1) * filters_ / groups_};
}

// (filters x positions of all these examples)
template <class T>
static View<T> positions_of(View<T> Y, Shape out, Range examples) {
    return {Y.column(examples.begin), out.channels, examples.size() * out.length};
}

// f(rows, begin) for the runs of memory of which the window at a position is made, as far as they meet `rows`
// of it: its numbers `rows` are those that begin at number `begin` of the example. In the padding, `begin`
// and what follows may lie outside of the example. A window without gaps is one run.
template <class T>
template <class F>
void Convolution<T>::for_each_run(const Pass<T>& pass, Index group, Index position, Range rows, F f) const {
    const Index channels = pass.in.channels, seen = channels / groups_;
    const bool one = groups_ == 1 && window_.dilation == 1;
    const Index run = one ? seen * window_.size : seen;
    const Index first = (position * window_.stride - window_.zeros_before()) * channels + group * seen;
    for (Index k = rows.begin / run; k * run < rows.end; ++k) {
        const Range met{std::max(rows.begin, k * run), std::min(rows.end, (k + 1) * run)};
        f(met, first + k * window_.dilation * channels + (met.begin - k * run));
    }
}

// The windows of some examples into the scratch: these rows of them.
template <class T>
void Convolution<T>::unfold(const Pass<T>& pass, Index group, Range rows, Range examples) const {
    const View<T> all = windows(pass, group, examples);
    for (Index j = 0; j < all.columns(); ++j) {
        const T* example = pass.X.column(examples.begin + j / pass.out.length);
        for_each_run(pass, group, j % pass.out.length, rows, [&](Range run, Index begin) {
            T* to = all.column(j) + run.begin;
            if (begin >= 0 && begin + run.size() <= pass.X.rows()) {
                std::copy_n(example + begin, run.size(), to);
                return;
            }
            const Range inside{std::clamp<Index>(-begin, 0, run.size()),
                               std::clamp<Index>(pass.X.rows() - begin, 0, run.size())};
            std::fill(to, to + inside.begin, T(0));
            std::copy(example + begin + inside.begin, example + begin + inside.end, to + inside.begin);
            std::fill(to + std::max(inside.begin, inside.end), to + run.size(), T(0));
        });
    }
}

// The reverse: dX is the sum of what the windows in the scratch pass back.
template <class T>
void Convolution<T>::fold(const Pass<T>& pass, Range examples) const {
    for (Index j = examples.begin; j < examples.end; ++j) {
        T* dX = pass.dX.column(j);
        std::fill_n(dX, pass.dX.rows(), T(0));
        for (Index group = 0; group < groups_; ++group) {
            const View<const T> all = windows(pass, group, {j, j + 1});
            for (Index t = 0; t < all.columns(); ++t)
                for_each_run(pass, group, t, {0, all.rows()}, [&](Range run, Index begin) {
                    const Range inside{std::max<Index>(-begin, 0),
                                       std::min<Index>(pass.dX.rows() - begin, run.size())};
                    if (inside.size() > 0)
                        add(dX + begin + inside.begin, all.column(t) + run.begin + inside.begin,
                            inside.size());
                });
        }
    }
}

template <class T>
void Convolution<T>::forward(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass);
    const View<T> Y = positions_of(pass.Y, pass.out, examples);
    for (Index group = 0; group < groups_; ++group) {
        unfold(pass, group, {0, W.columns()}, examples);
        product(Y.rows(filters(group)), W.rows(filters(group)), windows(pass, group, examples));
    }
    add_to_columns(Y, W.column(W.columns()));
}

template <class T>
void Convolution<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass), dY = positions_of(pass.dY, pass.out, examples);
    for (Index group = 0; group < groups_; ++group)
        product(windows(pass, group, examples), W.rows(filters(group)).transposed(), dY.rows(filters(group)));
    fold(pass, examples);
}

template <class T>
void Convolution<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Range batch{0, pass.X.columns()};
    const View<const T> dY = positions_of(pass.dY, pass.out, batch);
    const Index W_columns = weights(pass).columns();
    const Range columns{slices.begin, std::min(slices.end, W_columns)};
    T* gradient = pass.gradient.data();
    const View<T> dW(gradient, filters_, W_columns);
    for (Index group = 0; group < groups_ && columns.size() > 0; ++group) {
        unfold(pass, group, columns, batch);
        product(dW.rows(filters(group)).columns(columns), dY.rows(filters(group)),
                View<const T>(windows(pass, group, batch).rows(columns)).transposed());
    }
    if (slices.end > W_columns) sum_columns(gradient + W_columns * filters_, dY);
    divide(gradient + slices.begin * filters_, slices.size() * filters_, static_cast<T>(pass.X.columns()));
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace gradus
