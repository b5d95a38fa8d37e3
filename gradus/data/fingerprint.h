// Are two things the same? A number that tells.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
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
    /// Of many bytes, eight at a time.
    void add_bytes(std::span<const char> bytes) {
        add(std::uint64_t{bytes.size()});
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), sizeof(std::uint64_t)))) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), std::min(bytes.size(), sizeof word));
            add(word);
        }
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
