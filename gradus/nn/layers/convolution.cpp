#include "gradus/nn/layers/convolution.h"

#include <algorithm>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"

namespace gradus {

static constexpr Index most = 1 << 20;  // of anything that a window is made of

// Some numbers of the window, one after the other in memory, at every position.
struct WindowRun {
    Range rows;       // of the windows
    Index begin;      // where they begin in the example at the first position; in the padding, outside
    Index step;       // to the next position
    Index numbers;    // of the example
    Index positions;  // of the window

    // What they see of an example: overlapping columns, one for each position.
    template <class T>
    [[nodiscard]] View<T> of(T* example) const {
        return {example + begin, rows.size(), positions, 1, step};
    }

    // The positions at which they lie inside the example.
    [[nodiscard]] Range whole() const {
        const Index room = numbers - rows.size() - begin;
        const Index end = room < 0 ? 0 : std::min(room / step + 1, positions);
        return {std::min((std::max<Index>(-begin, 0) + step - 1) / step, end), end};
    }

    // f(position, part of the run that is inside) for the other positions.
    template <class F>
    void for_each_cut(F f) const {
        const auto cut = [&](Index position) {
            const Index first = begin + position * step;
            f(position, Range{std::clamp<Index>(-first, 0, rows.size()),
                              std::clamp<Index>(numbers - first, 0, rows.size())});
        };
        for (Index t = 0; t < whole().begin; ++t) cut(t);
        for (Index t = whole().end; t < positions; ++t) cut(t);
    }
};

void Window::read_options(Words& words, Index* groups) {
    for (;;) {
        if (words.accept("stride")) {
            stride = words.whole_number("a stride", 1, most);
        } else if (words.accept("dilation")) {
            dilation = words.whole_number("a dilation", 1, most);
        } else if (words.accept("pad")) {
            pad_same = words.accept("same");
            if (!pad_same) pad = words.whole_number(say("\"same\" or a number"), 0, most);
        } else if (groups != nullptr && words.accept("groups")) {
            *groups = words.whole_number(say("a number of groups"), 1, most);
        } else {
            break;
        }
    }
    if (pad_same && stride != 1) words.reject_last(say("stride 1 beside pad same"));
}

Index Window::positions(Index length, const std::string& layer) const {
    if (reach() > padded(length))
        throw Error(Fault::input, {.place = layer,
                                   .found = say("its window reaches over {} positions, the series has {}",
                                                reach(), padded(length)),
                                   .hint = say("a smaller window, or pad")});
    return (padded(length) - reach()) / stride + 1;
}

static LayerSetting said_unless(Index usual, std::string name, Index value) {
    return {std::move(name), value, value == usual ? LayerSetting::Said::no : LayerSetting::Said::by_name};
}

void Window::describe(LayerDescription& description, Index usual_stride) const {
    auto& settings = description.settings;
    settings.push_back(said_unless(usual_stride, "stride", stride));
    settings.push_back(pad_same ? LayerSetting{"pad", "same"} : said_unless(0, "pad", pad));
    settings.push_back(said_unless(1, "dilation", dilation));
}

Window Window::of(const LayerDescription& description) {
    const bool same = std::holds_alternative<std::string>(description.setting("pad").value);
    return {.size = description.whole("window"),
            .stride = description.whole("stride"),
            .dilation = description.whole("dilation"),
            .pad = same ? 0 : description.whole("pad"),
            .pad_same = same};
}

template <class T>
Convolution<T>::Convolution(Index filters, Window window, Index groups)
    : filters_(filters), window_(window), groups_(groups) {}

template <class T>
LayerPointer<T> Convolution<T>::read(Words& words) {
    const auto [filters, size] = words.sizes(say("FILTERSxWINDOW, as in 25x5"), most);
    Window window{.size = size};
    Index groups = 1;
    window.read_options(words, &groups);
    if (filters % groups != 0) words.reject_last(say("a divisor of the {} filters", filters));
    return std::make_shared<Convolution>(filters, window, groups);
}

template <class T>
LayerDescription Convolution<T>::describe() const {
    using enum LayerSetting::Said;
    LayerDescription description{
        .kind = "conv", .settings = {{"filters", filters_, plainly}, {"window", window_.size, behind_x}}};
    window_.describe(description, 1);
    description.settings.push_back(said_unless(1, "groups", groups_));
    return description;
}

template <class T>
LayerPlan Convolution<T>::plan(Shape in) const {
    if (in.channels % groups_ != 0)
        throw Error(Fault::input,
                    {.place = this->text(),
                     .found = say("{} channels cannot be divided into {} groups", in.channels, groups_)});
    const Shape out{.channels = filters_, .length = window_.positions(in.length, this->text())};
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
            .in_parts = true,
            .scratch = groups_ * columns * out.length,
            .forward = {{"Y", "W * windows(X) + b"}},
            .backward = {{"dX", "sum of windows: W' * dY"},
                         {"dW", "sum over examples of dY * windows(X)' / m"},
                         {"db", "rowsum(dY) / m"}}};
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
static View<T> positions_of(const View<T>& Y, Shape out, Range examples) {
    return {Y.column(examples.begin), out.channels, examples.size() * out.length};
}

// What the windows of some examples see, one column for each position: (columns of W x positions), group
// under group. So the convolution of these examples is one product, as in a dense layer.
template <class T>
View<T> Convolution<T>::windows(const Pass<T>& pass, Index group, Range examples) const {
    const Index columns = weights(pass).columns(), all = groups_ * columns;
    return {pass.scratch.column(examples.begin) + group * columns, columns, examples.size() * pass.out.length,
            1, all};
}

// f(part, place) for parts of the examples whose windows stay in the second cache; `place` are the columns of
// the scratch where the part's windows are: always the same ones.
template <class T>
template <class F>
void Convolution<T>::for_each_part(const Pass<T>& pass, Range examples, F f) {
    constexpr Index cached = Index{1} << 16;  // numbers
    const Index most_examples = std::max<Index>(cached / pass.scratch.rows(), 1);
    for (Index begin = examples.begin; begin < examples.end; begin += most_examples) {
        const Range part{begin, std::min(begin + most_examples, examples.end)};
        f(part, Range{examples.begin, examples.begin + part.size()});
    }
}

// A window without gaps is one run of memory; otherwise each of its places is one, with all channels of the
// group. f(run) for the runs of a few places each, as far as they meet `rows` of the windows; from the last
// to the first.
template <class T>
template <class F>
void Convolution<T>::for_each_run(const Pass<T>& pass, Index group, Index places, Range rows, F f) const {
    const Index channels = pass.in.channels, seen = channels / groups_;
    if (groups_ != 1 || window_.dilation != 1) places = 1;
    for (Index k = (window_.size - 1) / places * places; k >= 0; k -= places) {
        const Range met{std::max(rows.begin, k * seen),
                        std::min(rows.end, std::min(k + places, window_.size) * seen)};
        if (met.size() <= 0) continue;
        const Index first = (k * window_.dilation - window_.zeros_before()) * channels + group * seen;
        f(WindowRun{.rows = met,
                    .begin = first + met.begin - k * seen,
                    .step = window_.stride * channels,
                    .numbers = pass.in.size(),
                    .positions = pass.out.length});
    }
}

// The windows of some examples into the scratch: these rows of them.
template <class T>
void Convolution<T>::unfold(const Pass<T>& pass, Index group, Range rows, Range examples, Range place) const {
    for_each_run(pass, group, window_.size, rows, [&](const WindowRun& run) {
        const Range whole = run.whole();
        for (Index j = 0; j < examples.size(); ++j) {
            const T* example = pass.X.column(examples.begin + j);
            const View<T> to = windows(pass, group, {place.begin + j, place.begin + j + 1}).rows(run.rows);
            copy(to.columns(whole), run.of(example).columns(whole));
            run.for_each_cut([&](Index position, Range inside) {
                T* seen = to.column(position);
                std::fill_n(seen, to.rows(), T(0));
                std::copy_n(run.of(example).column(position) + inside.begin, inside.size(),
                            seen + inside.begin);
            });
        }
    });
}

// The reverse: dX is the sum of what the windows pass back. As many places of the window at a time as do not
// meet at the next position: what was just added to would have to be waited for.
template <class T>
void Convolution<T>::fold(const Pass<T>& pass, Range examples, Range place) const {
    const Index apart = std::min(window_.stride, window_.size);
    for (Index j = 0; j < examples.size(); ++j) {
        T* dX = pass.dX.column(examples.begin + j);
        std::fill_n(dX, pass.dX.rows(), T(0));
        for (Index group = 0; group < groups_; ++group) {
            const View<const T> all = windows(pass, group, {place.begin + j, place.begin + j + 1});
            for_each_run(pass, group, apart, {0, all.rows()}, [&](const WindowRun& run) {
                const Range whole = run.whole();
                const View<const T> from = all.rows(run.rows);
                add(run.of(dX).columns(whole), from.columns(whole));
                run.for_each_cut([&](Index position, Range inside) {
                    const Range met{run.rows.begin + inside.begin, run.rows.begin + inside.end};
                    add(run.of(dX).rows(inside).columns({position, position + 1}),
                        all.rows(met).columns({position, position + 1}));
                });
            });
        }
    }
}

template <class T>
void Convolution<T>::forward(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass);
    for_each_part(pass, examples, [&](Range part, Range place) {
        const View<T> Y = positions_of(pass.Y, pass.out, part);
        for (Index group = 0; group < groups_; ++group) {
            unfold(pass, group, {0, W.columns()}, part, place);
            product(Y.rows(filters(group)), W.rows(filters(group)), windows(pass, group, place),
                    rounding_for(pass.parameters));
        }
        add_to_columns(Y, W.column(W.columns()));
    });
}

template <class T>
void Convolution<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const View<const T> W = weights(pass);
    for_each_part(pass, examples, [&](Range part, Range place) {
        const View<const T> dY = positions_of(pass.dY, pass.out, part);
        for (Index group = 0; group < groups_; ++group)
            product(windows(pass, group, place), W.rows(filters(group)).transposed(), dY.rows(filters(group)),
                    rounding_for(pass.parameters));
        fold(pass, part, place);
    });
}

template <class T>
void Convolution<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Range examples{0, pass.X.columns()};
    const Index W_columns = weights(pass).columns();
    const Range columns{slices.begin, std::min(slices.end, W_columns)};
    T* gradient = pass.gradient.data();
    const View<T> dW(gradient, filters_, W_columns);
    for_each_part(pass, examples, [&](Range part, Range place) {
        const View<const T> dY = positions_of(pass.dY, pass.out, part);
        for (Index group = 0; group < groups_ && columns.size() > 0; ++group) {
            unfold(pass, group, columns, part, place);
            const View<T> sums = dW.rows(filters(group)).columns(columns);
            const View<const T> seen = windows(pass, group, place).rows(columns);
            product(sums, dY.rows(filters(group)), seen.transposed(),
                    SumEnds{.go_on = pass.sums_go_on() || part.begin > 0}, rounding_for(pass.parameters));
        }
    });
    if (slices.end > W_columns)
        sum_columns(gradient + W_columns * filters_, positions_of(pass.dY, pass.out, examples),
                    pass.sums_go_on());
    divide(gradient + slices.begin * filters_, slices.size() * filters_, static_cast<T>(pass.divisor()));
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace gradus
