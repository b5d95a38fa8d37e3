#include "gradus/core/random.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>
#include <sstream>

#include "gradus/core/elementary.h"

namespace gradus {

double RandomState::random_sample() {
    const double a = bits() >> 5;
    const double b = bits() >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
}

double RandomState::randn() {
    if (has_second_) {
        has_second_ = false;
        return second_;
    }
    double x = 0;
    double y = 0;
    double r2 = 0;
    do {  // a point in the unit disc, its centre left out
        x = 2.0 * random_sample() - 1.0;
        y = 2.0 * random_sample() - 1.0;
        r2 = x * x + y * y;
    } while (r2 >= 1.0 || r2 == 0.0);
    const double f = std::sqrt(-2.0 * log(r2) / r2);
    second_ = f * x;
    has_second_ = true;
    return f * y;
}

std::uint32_t RandomState::interval(std::uint32_t max) {
    if (max == 0) return 0;
    const std::uint32_t mask = ~std::uint32_t{0} >> std::countl_zero(max);
    std::uint32_t value = 0;
    do value = bits() & mask;
    while (value > max);
    return value;
}

std::vector<Index> RandomState::permutation(Index n) {
    assert(0 <= n && n < Index{1} << 32);
    std::vector<Index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), Index{0});
    shuffle(order);
    return order;
}

// The standard's generator shows its state as text only: the numbers, then the position.
RandomState::Saved RandomState::saved() const {
    Saved saved{.has_second = has_second_, .second = second_};
    std::stringstream text;
    text << bits_;
    saved.numbers.resize(Saved::size);
    for (std::uint32_t& number : saved.numbers) text >> number;
    text >> saved.position;
    return saved;
}

std::optional<RandomState> RandomState::restored(const Saved& saved) {
    if (saved.numbers.size() != Saved::size || saved.position > Saved::size) return std::nullopt;
    std::stringstream text;
    for (const std::uint32_t number : saved.numbers) text << number << ' ';
    text << saved.position;
    RandomState random;
    text >> random.bits_;
    random.has_second_ = saved.has_second;
    random.second_ = saved.second;
    return random;
}

namespace {

struct Product {
    std::uint64_t high;
    std::uint64_t low;
};

// The 128-bit product of two 64-bit numbers. Standard C++ has no 128-bit type: where the compiler has none of
// its own, four products of 32 bits.
constexpr Product multiply(std::uint64_t a, std::uint64_t b) {
#ifdef __SIZEOF_INT128__
    __extension__ using Wide = unsigned __int128;
    return {static_cast<std::uint64_t>(Wide{a} * b >> 64), a * b};
#else
    constexpr std::uint64_t low_half = 0xffffffff;
    const std::uint64_t ll = (a & low_half) * (b & low_half);
    const std::uint64_t lh = (a & low_half) * (b >> 32);
    const std::uint64_t hl = (a >> 32) * (b & low_half);
    const std::uint64_t middle = (ll >> 32) + (lh & low_half) + (hl & low_half);
    const std::uint64_t high = (a >> 32) * (b >> 32) + (lh >> 32) + (hl >> 32) + (middle >> 32);
    return {high, a * b};
#endif
}

}  // namespace

std::array<std::uint64_t, 4> philox(std::array<std::uint64_t, 4> x, std::array<std::uint64_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const Product p0 = multiply(0xD2E7470EE14C6C93, x[0]);
        const Product p1 = multiply(0xCA5A826395121157, x[2]);
        x = {p1.high ^ x[1] ^ key[0], p1.low, p0.high ^ x[3] ^ key[1], p0.low};
        key[0] += 0x9E3779B97F4A7C15;  // the golden ratio
        key[1] += 0xBB67AE8584CAA73B;  // sqrt(3) - 1
    }
    return x;
}

}  // namespace gradus
