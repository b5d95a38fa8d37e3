// Where do random numbers come from? From NumPy's legacy generator, so that every run can be re-done in
// NumPy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// numpy.random.RandomState, number by number: the Mersenne Twister MT19937 with Knuth's seeding, doubles of
/// 53 bits, normal numbers by the polar method (which keeps the second of each pair), Fisher-Yates shuffling
/// from the end. A value: copying it copies its position in the stream.
class RandomState {
public:
    /// numpy.random.seed(seed); without one, 0.
    explicit RandomState(std::uint32_t seed) : bits_(seed) {}
    RandomState() : RandomState(0) {}

    /// 32 random bits.
    std::uint32_t bits() { return bits_(); }

    /// Uniform in [0, 1): (a * 2^26 + b) / 2^53 from the upper 27 and 26 bits of two draws.
    double random_sample();

    /// Uniform in [low, high).
    double uniform(double low, double high) { return low + (high - low) * random_sample(); }

    /// Normal with mean 0 and variance 1 (Marsaglia's polar method).
    double randn();

    /// Every order of the items is equally likely.
    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i-- > 1;)
            std::swap(items[i], items[interval(static_cast<std::uint32_t>(i))]);
    }

    /// The numbers 0 .. n-1 in random order. Throws Error (usage) for an n below 0, or of 2^32 and more.
    std::vector<Index> permutation(Index n);

    bool operator==(const RandomState&) const = default;

    /// What NumPy's get_state() gives: the generator's 624 numbers and the position among them, then whether
    /// a normal number is kept, and which.
    struct Saved {
        static constexpr std::size_t size = 624;  ///< of the numbers
        std::vector<std::uint32_t> numbers = {};  ///< of the generator
        std::uint32_t position = 0;               ///< among them
        bool has_second = false;                  ///< is a normal number kept?
        double second = 0;                        ///< which
    };
    /// Where the generator is in its stream.
    [[nodiscard]] Saved saved() const;

    /// Nothing, when there are not 624 numbers and a position of at most 624.
    static std::optional<RandomState> restored(const Saved& saved);

private:
    /// A whole number in [0, max]: draws are masked to the bits of `max` and rejected while above it.
    std::uint32_t interval(std::uint32_t max);

    // std::mt19937, but for its words: Linux gives that 64 bits for each of its numbers, and no vectors
    std::mersenne_twister_engine<std::uint32_t, 32, 624, 397, 31, 0x9908b0df, 11, 0xffffffff, 7, 0x9d2c5680,
                                 15, 0xefc60000, 18, 1812433253>
        bits_;
    double second_ = 0;
    bool has_second_ = false;
};

/// A counter-based generator, Philox4x64-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
/// 3"): 256 random bits as a pure function of a counter and a key. Whoever knows (seed, step, layer, example,
/// unit) knows the bit, so a mask is the same however the work is split. NumPy's Philox gives block(counter +
/// 1, key) first.
std::array<std::uint64_t, 4> philox(std::array<std::uint64_t, 4> counter, std::array<std::uint64_t, 2> key);

}  // namespace gradus
