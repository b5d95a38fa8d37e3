// How does one process tell another a value? As bytes, which the same program opens again.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
concept PlainValue = std::is_arithmetic_v<T> || std::is_enum_v<T>;
template <class T>
concept Sequence = requires(T& all) {
    all.resize(all.size()), all.data();
};

/// Puts values into bytes, one behind another: numbers as they lie in memory, so that they keep their bits; a
/// text, a vector and an optional behind their size. Of a type of one's own, parts(archive, value) calls
/// archive(a, b, ...) with all its members:
///
///     template <class Archive, Is<Plateau> Value>
///     void parts(Archive& archive, Value& plateau) {
///         auto& [factor, lowest, epochs, waiting] = plateau;  // does not compile when one is forgotten
///         archive(factor, lowest, epochs, waiting);
///     }
class Packer {
public:
    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    std::string bytes;  ///< so far

private:
    template <class T>
    void put(const T& value) {
        if constexpr (PlainValue<T>) {
            bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
        } else if constexpr (Sequence<T>) {
            put(value.size());
            if constexpr (PlainValue<typename T::value_type>)
                bytes.append(reinterpret_cast<const char*>(value.data()),
                             value.size() * sizeof *value.data());
            else
                for (const auto& one : value) put(one);
        } else if constexpr (requires { value.has_value(); }) {
            put(value.has_value());
            if (value) put(*value);
        } else {
            parts(*this, value);
        }
    }
};

/// Takes them out again, in the same order. Throws Error (input) where the bytes end too early.
class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : left_(bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (take(values), ...);
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

    /// Throws Error (input): these are no such values.
    [[noreturn]] static void refuse() {
        throw Error(Fault::input,
                    {.place = say("a message of another process"), .found = say("it is not whole")});
    }

private:
    void copy(void* to, std::size_t size) {
        if (size > left_.size()) refuse();
        if (size > 0) std::memcpy(to, left_.data(), size);
        left_.remove_prefix(size);
    }
    // Limits before allocation: what one item takes at least.
    std::size_t size_of(std::size_t each) {
        std::size_t size = 0;
        take(size);
        if (size > left_.size() / each) refuse();
        return size;
    }

    template <class T>
    void take(T& value) {
        if constexpr (PlainValue<T>) {
            copy(&value, sizeof value);
        } else if constexpr (Sequence<T>) {
            using Item = typename T::value_type;
            value.resize(size_of(PlainValue<Item> ? sizeof(Item) : 1));
            if constexpr (PlainValue<Item>)
                copy(value.data(), value.size() * sizeof(Item));
            else
                for (Item& one : value) take(one);
        } else if constexpr (requires { value.has_value(); }) {
            bool there = false;
            take(there);
            value.reset();
            if (there) take(value.emplace());
        } else {
            parts(*this, value);
        }
    }

    std::string_view left_;
};

/// For parts(): a T, or one that may only be read; and one of a family of types, as RunState<float> is.
template <class Value, class T>
concept Is = std::same_as<std::remove_const_t<Value>, T>;
template <class T, template <class> class Family>
inline constexpr bool is_of = false;
template <class T, template <class> class Family>
inline constexpr bool is_of<Family<T>, Family> = true;
template <class Value, template <class> class Family>
concept Of = is_of<std::remove_const_t<Value>, Family>;

/// A value as bytes.
template <class T>
std::string packed(const T& value) {
    Packer packer;
    packer(value);
    return std::move(packer.bytes);
}

/// The value in the bytes that packed() has made of it. Throws Error (input) where they are no such bytes.
template <class T>
T unpacked(std::string_view bytes) {
    T value{};
    Unpacker unpacker(bytes);
    unpacker(value);
    if (!unpacker.at_end()) Unpacker::refuse();
    return value;
}

}  // namespace gradus
