#include "gradus/nn/layers/pbld.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/layers/pbld.cpp"
#include "gradus/core/say.h"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/simd/functions.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

#ifndef GRADUS_PBLD_KERNELS  // once for all instruction sets
#define GRADUS_PBLD_KERNELS
namespace gradus {

// One example, and the columns of the parameters: each has a number for each of the n inputs.
template <class T>
struct PbldExample {
    Index n, frequencies, sums;  // sums: d - 1
    const T* parameters;
    const T *x, *dy;
    T *y, *dx;
    T* kept;      // h, then the sines
    T* gradient;  // to which backward_parameters adds

    // The first of their columns; V's are the sums of the first frequency, then those of the second, ...
    [[nodiscard]] Index b() const { return frequencies; }
    [[nodiscard]] Index V() const { return 2 * frequencies; }
    [[nodiscard]] Index c() const { return V() + frequencies * sums; }
};

template <class T>
struct PbldKernels {
    void (*forward)(const PbldExample<T>&);
    void (*backward_input)(const PbldExample<T>&);
    void (*backward_parameters)(const PbldExample<T>&, Range columns);
};

}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// A register full of inputs, from input i on, and what belongs to them.
template <class T>
struct Inputs {
    using V = Numbers<T>;
    const PbldExample<T>& e;
    Index i;

    [[nodiscard]] HWY_INLINE Index left() const { return e.n - i; }
    [[nodiscard]] HWY_INLINE V of(const T* numbers, Index column) const {
        return load(numbers + column * e.n + i, left());
    }
    HWY_INLINE void keep(V numbers, T* to, Index column) const {
        store(numbers, to + column * e.n + i, left());
    }
    HWY_INLINE void add(V numbers, Index column) const {
        keep(of(e.gradient, column) + numbers, e.gradient, column);
    }

    // The derivative with respect to the angle 2 pi w x + b: -sin(angle) (V' dE).
    [[nodiscard]] HWY_INLINE V angle_gradient(Index f) const {
        V sum = 0;
        for (Index j = 0; j < e.sums; ++j)
            sum = sum + of(e.parameters, e.V() + f * e.sums + j) * of(e.dy, 1 + j);
        return -of(e.kept, e.frequencies + f) * sum;
    }
};

template <class T, class F>
HWY_INLINE void for_each_input(const PbldExample<T>& e, F f) {
    for (Index i = 0; i < e.n; i += Numbers<T>::count()) f(Inputs<T>{e, i});
}

template <class T>
void forward(const PbldExample<T>& e) {
    for_each_input(e, [&](const Inputs<T>& in) HWY_ATTR {
        const Numbers<T> x = in.of(e.x, 0);
        in.keep(x, e.y, 0);
        for (Index f = 0; f < e.frequencies; ++f) {
            const Numbers<T> turns = in.of(e.parameters, f) * x, rest = turns - round(turns);
            const Numbers<T> angle = (rest + rest) + in.of(e.parameters, e.b() + f) * std::numbers::inv_pi;
            in.keep(cospi(angle), e.kept, f);
            in.keep(sinpi(angle), e.kept, e.frequencies + f);
        }
        for (Index j = 0; j < e.sums; ++j) {
            Numbers<T> sum = in.of(e.parameters, e.c() + j);
            for (Index f = 0; f < e.frequencies; ++f)
                sum = sum + in.of(e.parameters, e.V() + f * e.sums + j) * in.of(e.kept, f);
            in.keep(sum, e.y, 1 + j);
        }
    });
}

template <class T>
void backward_input(const PbldExample<T>& e) {
    for_each_input(e, [&](const Inputs<T>& in) HWY_ATTR {
        Numbers<T> sum = 0;
        for (Index f = 0; f < e.frequencies; ++f) sum = sum + in.of(e.parameters, f) * in.angle_gradient(f);
        in.keep(in.of(e.dy, 0) + sum * (2 * std::numbers::pi), e.dx, 0);
    });
}

template <class T>
void backward_parameters(const PbldExample<T>& e, Range columns) {
    const auto within = [&](Index column) { return columns.begin <= column && column < columns.end; };
    for_each_input(e, [&](const Inputs<T>& in) HWY_ATTR {
        const Numbers<T> turn = in.of(e.x, 0) * (2 * std::numbers::pi);
        for (Index f = 0; f < e.frequencies; ++f) {
            if (!within(f) && !within(e.b() + f)) continue;
            const Numbers<T> g = in.angle_gradient(f);
            if (within(f)) in.add(g * turn, f);
            if (within(e.b() + f)) in.add(g, e.b() + f);
        }
        for (Index column = std::max(columns.begin, e.V()); column < columns.end; ++column) {
            const Index place = column - e.V(), f = place / e.sums, j = place % e.sums;
            const Numbers<T> dy = in.of(e.dy, 1 + j);
            in.add(f < e.frequencies ? dy * in.of(e.kept, f) : dy, column);
        }
    });
}

PbldKernels<float> pbld_float() {
    return {forward<float>, backward_input<float>, backward_parameters<float>};
}
PbldKernels<double> pbld_double() {
    return {forward<double>, backward_input<double>, backward_parameters<double>};
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(pbld_float);
HWY_EXPORT(pbld_double);

namespace {

template <class T>
PbldKernels<T> kernels() {
    if constexpr (std::is_same_v<T, float>) {
        return HWY_DYNAMIC_DISPATCH(pbld_float)();
    } else {
        return HWY_DYNAMIC_DISPATCH(pbld_double)();
    }
}

// f(example) for those of the range, in order.
template <class T, class F>
void for_each_example(const Pass<T>& pass, Index frequencies, Index sums, Range examples, F f) {
    for (Index j = examples.begin; j < examples.end; ++j)
        f(PbldExample<T>{.n = pass.X.rows(),
                         .frequencies = frequencies,
                         .sums = sums,
                         .parameters = pass.parameters.data(),
                         .x = pass.X.column(j),
                         .dy = pass.dY.empty() ? nullptr : pass.dY.column(j),
                         .y = pass.Y.column(j),
                         .dx = pass.dX.empty() ? nullptr : pass.dX.column(j),
                         .kept = pass.scratch.column(j),
                         .gradient = pass.gradient.data()});
}

}  // namespace

template <class T>
LayerPointer<T> Pbld<T>::read(Words& words) {
    Index frequencies = usual_frequencies, numbers = usual_numbers;
    double sigma = usual_sigma;
    if (!words.done() && std::isdigit(static_cast<unsigned char>(words.peek().front())) != 0)
        std::tie(frequencies, numbers) = words.sizes(say("FREQUENCIESxNUMBERS, as in 16x4"), most);
    if (numbers < 2) words.reject_last(say("at least 2 numbers: the input, and a sum of its waves"));
    if (words.accept("sigma"))
        sigma =
            words.number(say("a sigma above 0, at most 1000"), [](double x) { return 0 < x && x <= 1000; });
    return std::make_shared<Pbld>(frequencies, numbers, sigma);
}

template <class T>
LayerDescription Pbld<T>::describe() const {
    using enum LayerSetting::Said;
    const bool usual = frequencies_ == usual_frequencies && numbers_ == usual_numbers;
    return {.kind = "pbld",
            .settings = {{"frequencies", frequencies_, usual ? no : plainly},
                         {"numbers", numbers_, usual ? no : behind_x},
                         {"sigma", sigma_, sigma_ == usual_sigma ? no : by_name}}};
}

template <class T>
LayerPlan Pbld<T>::plan(Shape in) const {
    if (in.length > 1)
        throw Error(Fault::input, {.place = say("layer \"{}\"", this->text()),
                                   .found = say("its input is a series of {}", in.text()),
                                   .expected = say("a vector"),
                                   .hint = say("flatten, globalavgpool or globalmaxpool before it")});
    using enum FirstNumbers;
    const Index n = in.size(), k = frequencies_, sums = numbers_ - 1;
    const double r = 1 / std::sqrt(double(k));
    constexpr double rate = 10;
    return {.out = {.channels = n * numbers_},
            .parameters = {{.name = "w",
                            .rows = n,
                            .columns = k,
                            .fan_in = 1,
                            .fan_out = 1,
                            .weight = false,
                            .start = sigma_,
                            .first = normal,
                            .rate = rate},
                           {.name = "b",
                            .rows = n,
                            .columns = k,
                            .weight = false,
                            .start = std::numbers::pi,
                            .first = uniform,
                            .rate = rate},
                           {.name = "V",
                            .rows = n,
                            .columns = k * sums,
                            .window = k,
                            .fan_in = k,
                            .fan_out = sums,
                            .weight = false,
                            .start = r,
                            .first = uniform,
                            .rate = rate},
                           {.name = "c",
                            .rows = n,
                            .columns = sums,
                            .weight = false,
                            .start = r,
                            .first = uniform,
                            .rate = rate}},
            .slice = n,
            .in_parts = true,
            .scratch = 2 * n * k,
            .forward = {{"H", "cos(2 pi w .* X + b)"}, {"E", "V * H + c"}, {"Y", "[X; E]"}},
            .backward = {{"dX", "dY[X] - 2 pi sum(w .* sin(2 pi w .* X + b) .* (V' * dY[E]))"},
                         {"dw", "-2 pi rowsum(sin(2 pi w .* X + b) .* (V' * dY[E]) .* X) / m"},
                         {"db", "-rowsum(sin(2 pi w .* X + b) .* (V' * dY[E])) / m"},
                         {"dV", "dY[E] * H' / m"},
                         {"dc", "rowsum(dY[E]) / m"}}};
}

template <class T>
void Pbld<T>::forward(const Pass<T>& pass, Range examples) const {
    for_each_example(pass, frequencies_, numbers_ - 1, examples, kernels<T>().forward);
}

template <class T>
void Pbld<T>::backward_input(const Pass<T>& pass, Range examples) const {
    for_each_example(pass, frequencies_, numbers_ - 1, examples, kernels<T>().backward_input);
}

template <class T>
void Pbld<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Index n = pass.X.rows();
    T* gradient = pass.gradient.data() + slices.begin * n;
    if (!pass.sums_go_on()) std::fill_n(gradient, slices.size() * n, T(0));
    for_each_example(pass, frequencies_, numbers_ - 1, {0, pass.X.columns()},
                     [add = kernels<T>().backward_parameters, slices](const PbldExample<T>& example) {
                         add(example, slices);
                     });
    divide(gradient, slices.size() * n, static_cast<T>(pass.divisor()));
}

template <class T>
std::vector<Intermediate<T>> Pbld<T>::intermediates(const Pass<T>& pass) const {
    const Index n = pass.X.rows(), m = pass.X.columns();
    Matrix<T> H(n * frequencies_, m), E(n * (numbers_ - 1), m);
    copy(H.view(), View<const T>(pass.scratch.rows({0, H.rows()})));
    copy(E.view(), View<const T>(pass.Y.rows({n, pass.Y.rows()})));
    return {{"H", std::move(H)}, {"E", std::move(E)}};
}

template class Pbld<float>;
template class Pbld<double>;

}  // namespace gradus
#endif
