// How is an ONNX graph put together? Value by value: whoever adds a node gets the name of its result.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/export/onnx/file.h"
#include "gradus/nn/layer.h"

namespace gradus::onnx {

/// What flows from node to node: one example after the other, [N, C, L] when it is a series, else [N, C].
struct Flow {
    std::string name;
    Shape shape;
    bool series = false;
};

/// A graph that grows. Names are the ones asked for, with a "_" behind those that are taken.
class GraphBuilder {
public:
    /// The type of all numbers that are computed.
    explicit GraphBuilder(Type type) : type_(type) {}

    [[nodiscard]] Type type() const { return type_; }

    /// Adds an input. The dimension of the examples comes by itself.
    std::string input(const std::string& name, Type type, std::vector<Index> dims_of_an_example);

    /// Says that an output called `name` will come, so that nobody else takes the name.
    std::string reserve(const std::string& name);
    void output(const std::string& name, Type type, std::vector<Index> dims_of_an_example);

    /// Adds a node with one result, and gives the result's name. One that was reserved is used as it is.
    std::string node(std::string_view operation, const std::string& result, std::vector<std::string> inputs,
                     std::vector<Attribute> attributes = {}, std::string_view domain = {});

    /// Adds a tensor, and gives its name.
    std::string tensor(Tensor tensor);

    /// Adds numbers of the graph's own type or of another, or whole ones.
    std::string numbers(const std::string& name, std::vector<Index> dims,
                        const std::vector<double>& numbers) {
        return this->numbers(type_, name, std::move(dims), numbers);
    }
    std::string numbers(Type type, const std::string& name, std::vector<Index> dims,
                        const std::vector<double>& numbers);
    std::string integers(const std::string& name, const std::vector<Index>& numbers);

    /// Adds what makes numbers of this type of others.
    std::string cast(const std::string& result, const std::string& x, Type type) {
        return node("Cast", result, {x}, {{"to", static_cast<Index>(type)}});
    }

    /// The same numbers as [N, C] or as [N, C, L].
    Flow as_vector(Flow flow);
    Flow as_series(Flow flow);

    Graph take() { return std::move(graph_); }

private:
    std::string free_name(std::string name);

    Type type_;
    Graph graph_;
    std::set<std::string, std::less<>> names_;
    std::set<std::string, std::less<>> reserved_;
};

}  // namespace gradus::onnx
