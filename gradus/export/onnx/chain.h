// How is a chain of ONNX operators read? Operator by operator, each of which adds a layer.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/export/onnx/file.h"
#include "gradus/nn/layer.h"

namespace gradus::onnx {

/// The layers found so far, and what flows out of the last.
template <class T>
struct Chain {
    Shape in = {};
    Shape shape = {};     ///< of the flow
    bool series = false;  ///< [N, C, L]
    Index version = 0;    ///< of the operators
    std::vector<std::string> layers = {};
    std::vector<T> parameters = {};  ///< in the layers' own order
    std::vector<T> statistics = {};
    std::map<std::string, const Tensor*, std::less<>> constants = {};

    /// The constant that is input i of the node; nullptr when the input is left out.
    const Tensor* optional_constant(const Node& node, std::size_t i) const;
    const Tensor& constant(const Node& node, std::size_t i) const;
};

/// An attribute that an operator may have: its usual value, and whether it must be this one.
struct KnownAttribute {
    std::string_view name;
    AttributeValue usual;
    bool fixed = false;
};

/// An operator that adds a layer, or changes the shape.
struct KnownOperator {
    std::string_view name;
    std::vector<KnownAttribute> attributes;
    void (*read_float)(Chain<float>&, const Node&);
    void (*read_double)(Chain<double>&, const Node&);
};

/// An activation that is an operator of its own.
struct OneOperator {
    std::string_view kind;                        ///< of the layer
    std::string_view operation;                   ///< of the node
    bool also_double;                             ///< does ONNX Runtime's CPU build compute it in double?
    std::vector<KnownAttribute> attributes = {};  ///< what is not fixed is a setting of the layer
};

/// Of this kind of layer; nullptr when there is none.
const OneOperator* find_one_operator(std::string_view kind);

/// Every operator that can stand in a chain (operators.cpp).
std::span<const KnownOperator> known_operators();
const KnownOperator* find_operator(const Node& node);

/// The attribute of the node, or its usual value. Its type was checked before.
const AttributeValue& attribute(const Node& node, std::string_view name);

/// Throws Error (input), without a place, that names the node.
[[noreturn]] void reject(const Node& node, const std::string& found, const std::string& expected = {});

}  // namespace gradus::onnx
