#include "gradus/nn/sampling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/sampling.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/simd/functions.h"

#include <algorithm>
#include <array>

#include "gradus/core/random.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

template <class T>
void below(Index count, T* s, const T* u, const T* p) {
    sweep(
        count, [](Numbers<T>& s, Numbers<T> u, Numbers<T> p) HWY_ATTR { s = where(u < p, 1, 0); }, s, u, p);
}

// cos(2 pi w) = sin(2 pi (|w - 1/2| - 1/4)), by the series of the sine: beyond its last term nothing is left
// in double for an angle of up to pi / 2.
template <class T>
HWY_INLINE Numbers<T> cosine_of_turns(Numbers<T> w) {
    const Numbers<T> x = (abs(w - 0.5) - 0.25) * 6.283185307179586476925, square = x * x;
    Numbers<T> sum = 0;
    for (int n = 23; n >= 3; n -= 2) sum = (sum + 1) * square * (-1.0 / (n * (n - 1)));
    return mul_add(x, sum, x);
}

template <class T>
HWY_INLINE Numbers<T> normal(Numbers<T> u, Numbers<T> w) {
    return sqrt(-2 * log(1 - u)) * cosine_of_turns(w);
}

template <class T>
void add_normal(Index count, T* s, const T* m, const T* u, const T* w) {
    sweep(
        count, [](Numbers<T>& s, Numbers<T> m, Numbers<T> u, Numbers<T> w) HWY_ATTR { s = m + normal(u, w); },
        s, m, u, w);
}

template <class T>
void rectified(Index count, T* s, const T* z, const T* u, const T* w) {
    sweep(
        count,
        [](Numbers<T>& s, Numbers<T> z, Numbers<T> u, Numbers<T> w) HWY_ATTR {
            const Numbers<T> y = mul_add(sqrt(sigmoid(z)), normal(u, w), z);
            s = where(y < 0, 0, y);  // NaN stays NaN
        },
        s, z, u, w);
}

#define GRADUS_DEFINE(T)                                                         \
    void below_##T(Index count, T* s, const T* u, const T* p) {                  \
        below(count, s, u, p);                                                   \
    }                                                                            \
    void add_normal_##T(Index count, T* s, const T* m, const T* u, const T* w) { \
        add_normal(count, s, m, u, w);                                           \
    }                                                                            \
    void rectified_##T(Index count, T* s, const T* z, const T* u, const T* w) {  \
        rectified(count, s, z, u, w);                                            \
    }
GRADUS_DEFINE(float)
GRADUS_DEFINE(double)
#undef GRADUS_DEFINE

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(below_float);
HWY_EXPORT(below_double);
HWY_EXPORT(add_normal_float);
HWY_EXPORT(add_normal_double);
HWY_EXPORT(rectified_float);
HWY_EXPORT(rectified_double);

namespace {

constexpr Index per_block = 8;  // 256 random bits are eight numbers of 32
constexpr std::uint64_t radius_stream = 1, angle_stream = 2;

// The numbers of the units first .. first + count - 1; first is a multiple of per_block.
template <class T>
void uniform_run(T* u, Index first, Index count, const Draws& draws, Index example, std::uint64_t stream) {
    const std::uint64_t place = (std::uint64_t{draws.layer} << 32) + draws.sample;
    for (Index i = 0; i < count; i += per_block) {
        const std::array<std::uint64_t, 4> bits =
            philox({static_cast<std::uint64_t>((first + i) / per_block), static_cast<std::uint64_t>(example),
                    draws.step, place},
                   {draws.seed, stream});
        std::array<T, per_block> numbers;
        for (std::size_t k = 0; k < 4; ++k) {
            constexpr T unit = T(1) / 16777216;
            numbers[2 * k] = static_cast<T>(static_cast<std::int32_t>(bits[k] >> 8 & 0xffffff)) * unit;
            numbers[2 * k + 1] = static_cast<T>(static_cast<std::int32_t>(bits[k] >> 40)) * unit;
        }
        std::copy_n(numbers.data(), std::min(per_block, count - i), u + i);
    }
}

// f(run of s, run of p, u) over all columns, a piece of memory at a time.
constexpr Index piece = 512;
template <class T, class F>
void each_piece(const View<T>& S, const View<const T>& P, F f) {
    for (Index j = 0; j < S.columns(); ++j)
        for (Index i = 0; i < S.rows(); i += piece)
            f(S.column(j) + i, P.column(j) + i, i, std::min(piece, S.rows() - i), j);
}

void dispatch_below(Index count, float* s, const float* u, const float* p) {
    HWY_DYNAMIC_DISPATCH(below_float)(count, s, u, p);
}
void dispatch_below(Index count, double* s, const double* u, const double* p) {
    HWY_DYNAMIC_DISPATCH(below_double)(count, s, u, p);
}
void dispatch_normal(Index count, float* s, const float* m, const float* u, const float* w) {
    HWY_DYNAMIC_DISPATCH(add_normal_float)(count, s, m, u, w);
}
void dispatch_normal(Index count, double* s, const double* m, const double* u, const double* w) {
    HWY_DYNAMIC_DISPATCH(add_normal_double)(count, s, m, u, w);
}
void dispatch_rectified(Index count, float* s, const float* z, const float* u, const float* w) {
    HWY_DYNAMIC_DISPATCH(rectified_float)(count, s, z, u, w);
}
void dispatch_rectified(Index count, double* s, const double* z, const double* u, const double* w) {
    HWY_DYNAMIC_DISPATCH(rectified_double)(count, s, z, u, w);
}

// f(count, s, p, u, w) with the uniform numbers of both streams.
template <class T, class F>
void with_normal(const View<T>& S, const View<const T>& P, const Draws& draws, Index example, F f) {
    std::array<T, piece> u, w;
    each_piece(S, P, [&](T* s, const T* p, Index i, Index count, Index j) {
        uniform_run(u.data(), i, count, draws, example + j, radius_stream);
        uniform_run(w.data(), i, count, draws, example + j, angle_stream);
        f(count, s, p, u.data(), w.data());
    });
}

}  // namespace

template <class T>
void uniform_numbers(T* u, Index count, const Draws& draws, Index example, std::uint64_t stream) {
    uniform_run(u, 0, count, draws, example, stream);
}

template <class T>
void sample_bernoulli(const View<T>& S, const View<const T>& P, const Draws& draws, Index first) {
    std::array<T, piece> u;
    each_piece(S, P, [&](T* s, const T* p, Index i, Index count, Index j) {
        uniform_run(u.data(), i, count, draws, first + j, radius_stream);
        dispatch_below(count, s, u.data(), p);
    });
}

template <class T>
void sample_one_of(const View<T>& S, const View<const T>& P, const Draws& draws, Index first) {
    for (Index j = 0; j < S.columns(); ++j) {
        T u = 0, sum = 0;
        uniform_run(&u, 0, 1, draws, first + j, radius_stream);
        bool found = false;
        for (Index i = 0; i < S.rows(); ++i) {
            sum += P(i, j);
            const bool here = !found && (u < sum || i + 1 == S.rows());  // rounding may leave a sum below 1
            found = found || here;
            S(i, j) = here ? T(1) : T(0);
        }
    }
}

template <class T>
void sample_normal(const View<T>& S, const View<const T>& M, const Draws& draws, Index first) {
    with_normal(S, M, draws, first, [](Index count, T* s, const T* m, const T* u, const T* w) {
        dispatch_normal(count, s, m, u, w);
    });
}

template <class T>
void sample_rectified(const View<T>& S, const View<const T>& Z, const Draws& draws, Index first) {
    with_normal(S, Z, draws, first, [](Index count, T* s, const T* z, const T* u, const T* w) {
        dispatch_rectified(count, s, z, u, w);
    });
}

#define GRADUS_INSTANTIATE(T)                                                                  \
    template void uniform_numbers(T*, Index, const Draws&, Index, std::uint64_t);              \
    template void sample_bernoulli(const View<T>&, const View<const T>&, const Draws&, Index); \
    template void sample_one_of(const View<T>&, const View<const T>&, const Draws&, Index);    \
    template void sample_normal(const View<T>&, const View<const T>&, const Draws&, Index);    \
    template void sample_rectified(const View<T>&, const View<const T>&, const Draws&, Index);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
#endif
