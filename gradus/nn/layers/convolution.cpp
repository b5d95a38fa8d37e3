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
    const Index padded = window_.padded(in.length), columns = in.channels / groups_ * window_.size;
    return {.out = {.channels = filters_, .length = window_.positions(in.length, text())},
            .parameters = {{.name = "W",
                            .rows = filters_,
                            .columns = columns,
                            .window = window_.size,
                            .fan_in = columns,
                            .fan_out = filters_ / groups_ * window_.size},
                           {.name = "b", .rows = filters_, .columns = 1, .weight = false}},
            .slice = filters_,
            .scratch = padded == in.length ? 0 : in.channels * padded,
            .forward = {{"Y", "W * windows(X) + b"}},
            .backward = {{"dX", "sum of the windows of W' * dY"},
                         {"dW", "sum over examples of dY * windows(X)' / m"},
                         {"db", "rowsum(dY) / m"}}};
}

// Where there is padding, the padded series lies in the example's scratch. There a window is one run of
// numbers, and the windows of all positions are a matrix whose columns overlap: the convolution is one
// product. With dilation or groups, the runs are shorter, and the convolution is the sum of the products of
// its taps.
template <class T>
struct Convolution<T>::Tap {
    Range columns;  // of W
    Index offset;   // from a window's beginning to the numbers that these columns meet
    Range filters;
};

template <class T>
template <class F>
void Convolution<T>::for_each_tap(const Pass<T>& pass, F f) const {
    const Index seen = pass.in.channels / groups_;  // channels that one filter sees
    if (groups_ == 1 && window_.dilation == 1)
        return f(Tap{.columns = {0, seen * window_.size}, .offset = 0, .filters = {0, filters_}});
    for (Index g = 0; g < groups_; ++g)
        for (Index k = 0; k < window_.size; ++k)
            f(Tap{.columns = {k * seen, (k + 1) * seen},
                  .offset = k * window_.dilation * pass.in.channels + g * seen,
                  .filters = {g * filters_ / groups_, (g + 1) * filters_ / groups_}});
}

template <class T>
View<const T> Convolution<T>::weights(const Pass<T>& pass) const {
    return {pass.parameters.data(), filters_, pass.in.channels / groups_ * window_.size};
}

// (columns of the tap x positions)
template <class T>
View<const T> Convolution<T>::windows(const Pass<T>& pass, const Tap& tap, Index example) const {
    const T* series = pass.scratch.empty() ? pass.X.column(example) : pass.scratch.column(example);
    return {series + tap.offset, tap.columns.size(), pass.out.length, 1, window_.stride * pass.in.channels};
}

template <class T>
void Convolution<T>::pad(const Pass<T>& pass, Range examples) const {
    if (pass.scratch.empty()) return;
    for (Index j = examples.begin; j < examples.end; ++j) {
        T* padded = pass.scratch.column(j);
        T* end = std::fill_n(padded, window_.zeros_before() * pass.in.channels, T(0));
        end = std::copy_n(pass.X.column(j), pass.X.rows(), end);
        std::fill(end, padded + pass.scratch.rows(), T(0));
    }
}

template <class T>
void Convolution<T>::forward(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass);
    const T* b = W.column(W.columns());
    pad(pass, examples);
    for (Index j = examples.begin; j < examples.end; ++j) {
        const View<T> Y(pass.Y.column(j), filters_, pass.out.length);
        for_each_tap(pass, [&](const Tap& tap) {
            const View<T> part = Y.rows(tap.filters);
            const View<const T> W_part = W.rows(tap.filters).columns(tap.columns);
            if (tap.columns.begin == 0) {
                product(part, W_part, windows(pass, tap, j));
            } else {
                add_product(part, W_part, windows(pass, tap, j));
            }
        });
        add_to_columns(Y, b);
    }
}

// Each number of the window passes its share of dY back to where it stood; what stood in the padding is
// dropped.
template <class T>
void Convolution<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass);
    const auto [channels, length] = pass.in;
    const Index seen = channels / groups_, stride = window_.stride;
    for (Index j = examples.begin; j < examples.end; ++j) {
        const View<const T> dY(pass.dY.column(j), filters_, pass.out.length);
        std::fill_n(pass.dX.column(j), pass.dX.rows(), T(0));
        for (Index k = 0; k < window_.size; ++k) {
            const Index first =
                k * window_.dilation - window_.zeros_before();  // where number k of window 0 stands
            const Index begin = first >= 0 ? 0 : (-first + stride - 1) / stride;
            const Index end =
                first >= length ? 0 : std::min(pass.out.length, (length - 1 - first) / stride + 1);
            if (begin >= end) continue;
            for (Index g = 0; g < groups_; ++g) {
                const Range filters{g * filters_ / groups_, (g + 1) * filters_ / groups_};
                T* to = pass.dX.column(j) + (first + begin * stride) * channels + g * seen;
                add_product(View<T>(to, seen, end - begin, 1, stride * channels),
                            W.rows(filters).columns({k * seen, (k + 1) * seen}).transposed(),
                            dY.rows(filters).columns({begin, end}));
            }
        }
    }
}

template <class T>
void Convolution<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Index W_columns = weights(pass).columns();
    T* gradient = pass.gradient.data();
    const View<T> dW(gradient, filters_, W_columns);
    std::fill(gradient + slices.begin * filters_, gradient + slices.end * filters_, T(0));
    for_each_tap(pass, [&](const Tap& tap) {
        const Range columns{std::max(tap.columns.begin, slices.begin), std::min(tap.columns.end, slices.end)};
        if (columns.size() <= 0) return;
        const Range met{columns.begin - tap.columns.begin, columns.end - tap.columns.begin};
        for (Index j = 0; j < pass.X.columns(); ++j)
            add_product(dW.rows(tap.filters).columns(columns),
                        View<const T>(pass.dY.column(j), filters_, pass.out.length).rows(tap.filters),
                        windows(pass, tap, j).rows(met).transposed());
    });
    if (slices.end > W_columns)  // examples follow each other, and so do all their positions
        sum_columns(gradient + W_columns * filters_,
                    View<const T>(pass.dY.data(), filters_, pass.out.length * pass.dY.columns()));
    divide(gradient + slices.begin * filters_, slices.size() * filters_, static_cast<T>(pass.X.columns()));
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace gradus
