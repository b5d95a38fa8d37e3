// What does an ONNX operator compute? One slow and obvious function for each: it says what the graph of
// another program means, and judges what was made of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/export/onnx/array.h"

namespace gradus::onnx {

/// An attribute that an operator may have: its usual value, and whether it must be this one.
struct KnownAttribute {
    std::string_view name;
    AttributeValue usual;
    bool fixed = false;
};

/// What an operator is: what comes of its inputs does not depend on how numbers are arranged (elementwise),
/// is the same numbers in other places (movement), or neither.
enum class Nature { elementwise, movement, other };

struct Call;

struct Operator {
    std::string_view name;
    std::string_view domain;
    Nature nature;
    std::vector<KnownAttribute> attributes;
    void (*compute)(Call&);
};

/// One application of an operator.
struct Call {
    const Node& node;
    Index version;                         ///< of the operators
    std::span<const Array* const> inputs;  ///< nullptr: left out
    Work& work;
    std::vector<Array> outputs = {};

    [[nodiscard]] const Array& in(std::size_t i) const;
    [[nodiscard]] const Array* optional(std::size_t i) const {
        return i < inputs.size() ? inputs[i] : nullptr;
    }
    /// The whole numbers of input i; or the attribute of older versions; or nothing.
    [[nodiscard]] std::vector<Index> wholes(std::size_t i, std::string_view name) const;
    template <class V>
    [[nodiscard]] const V& get(std::string_view name) const;
    /// An axis of so many, counted from behind if it is negative.
    [[nodiscard]] Index axis(Index axis, Index rank) const;
    /// A new output, all zeros. What is written to it is rounded by `finish`.
    Array& make(Type type, std::vector<Index> dims);
    void finish(Array& array) const;
};

/// nullptr when it is not known.
const Operator* find_operator(const Node& node);

/// The attribute of the node, or its usual value. Throws Error (input) when it is of another type.
const AttributeValue& attribute(const Node& node, std::string_view name);

/// What the operator makes of its inputs. Throws Error (input), without a place, that names the node when
/// they do not fit it.
std::vector<Array> compute(const Node& node, std::span<const Array* const> inputs, Index version, Work& work);

/// Throws Error (input), without a place, that names the node.
[[noreturn]] void reject(const Node& node, const std::string& found, const std::string& expected = {});

template <class V>
const V& Call::get(std::string_view name) const {
    const V* value = std::get_if<V>(&attribute(node, name));
    if (value == nullptr) reject(node, std::string(name));
    return *value;
}

/// @cond  The lists that make up the table of operators.
std::vector<Operator> elementwise_operators();
std::vector<Operator> movement_operators();
std::vector<Operator> layer_operators();
std::vector<Operator> ml_operators();
/// @endcond

/// The dimensions that these have together (broadcasting). Throws as compute.
std::vector<Index> broadcast(const Node& node, std::span<const Array* const> arrays);

/// Goes through all places of `dims` in order, and says where each array, broadcast to these, has its number.
class Walk {
public:
    Walk(std::span<const Array* const> arrays, const std::vector<Index>& dims);
    [[nodiscard]] Index operator[](std::size_t array) const { return walkers_[array].place; }
    void next();

private:
    struct Walker {
        std::vector<Index> step;  // to the next place of each axis
        Index place = 0;
    };
    std::vector<Walker> walkers_;
    std::vector<Index> dims_, at_;
};

/// The same for one array, all at once. Who calls it has spent so many numbers before.
std::vector<Index> places(const Array& array, const std::vector<Index>& dims);

}  // namespace gradus::onnx
