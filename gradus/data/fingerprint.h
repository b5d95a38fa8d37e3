// Are two things the same? A number that tells.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gradus {

/// Mixes words into 64 bits: not against an adversary, but no two files of a person will meet.
class Fingerprint {
public:
    void add(std::uint64_t word) {
        state_ = (state_ ^ word) * 0x9E3779B97F4A7C15;
        state_ ^= state_ >> 32;
    }
    void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
    void add(std::string_view text) {
        add(std::uint64_t{text.size()});
        for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
    }
    template <class T>
    void add(const std::vector<T>& items) {
        add(std::uint64_t{items.size()});
        for (const T& item : items) add(item);
    }
    void add(std::int32_t code) { add(std::int64_t{code}); }
    void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
    [[nodiscard]] std::uint64_t value() const { return state_; }

private:
    std::uint64_t state_ = 0x243F6A8885A308D3;
};

}  // namespace gradus
