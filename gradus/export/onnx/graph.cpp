#include "gradus/export/onnx/graph.h"

namespace gradus::onnx {

static std::vector<Index> with_examples(std::vector<Index> dims) {
    dims.insert(dims.begin(), Value::any);
    return dims;
}

std::string GraphBuilder::free_name(std::string name) {
    if (name.empty()) name = "_";  // in ONNX an empty name means: not there
    while (!names_.insert(name).second) name += "_";
    return name;
}

std::string GraphBuilder::input(const std::string& name, Type type, std::vector<Index> dims) {
    graph_.inputs.push_back({free_name(name), type, with_examples(std::move(dims))});
    return graph_.inputs.back().name;
}

std::string GraphBuilder::reserve(const std::string& name) {
    return *reserved_.insert(free_name(name)).first;
}

void GraphBuilder::output(const std::string& name, Type type, std::vector<Index> dims) {
    graph_.outputs.push_back({name, type, with_examples(std::move(dims))});
}

std::string GraphBuilder::node(std::string_view operation, const std::string& result,
                               std::vector<std::string> inputs, std::vector<Attribute> attributes,
                               std::string_view domain) {
    std::string name = reserved_.erase(result) > 0 ? result : free_name(result);
    graph_.nodes.push_back({.operation = std::string(operation),
                            .domain = std::string(domain),
                            .name = name,
                            .inputs = std::move(inputs),
                            .outputs = {name},
                            .attributes = std::move(attributes)});
    return name;
}

std::string GraphBuilder::tensor(Tensor tensor) {
    tensor.name = free_name(tensor.name);
    graph_.initializers.push_back(std::move(tensor));
    return graph_.initializers.back().name;
}

std::string GraphBuilder::numbers(Type type, const std::string& name, std::vector<Index> dims,
                                  const std::vector<double>& numbers) {
    if (type == Type::float64) return tensor(tensor_of<double>(name, std::move(dims), numbers));
    const std::vector<float> rounded(numbers.begin(), numbers.end());
    return tensor(tensor_of<float>(name, std::move(dims), rounded));
}

std::string GraphBuilder::integers(const std::string& name, const std::vector<Index>& numbers) {
    return tensor(tensor_of<Index>(name, {static_cast<Index>(numbers.size())}, numbers));
}

Flow GraphBuilder::as_vector(Flow flow) {
    if (!flow.series) return flow;
    flow.name = node("Flatten", flow.name + "_vector", {flow.name}, {{"axis", Index{1}}});
    return {.name = flow.name, .shape = {.channels = flow.shape.size()}};
}

Flow GraphBuilder::as_series(Flow flow) {
    if (flow.series) return flow;
    const std::string shape =
        integers(flow.name + "_shape", {Value::any, flow.shape.channels, flow.shape.length});
    flow.name = node("Reshape", flow.name + "_series", {flow.name, shape});
    flow.series = true;
    return flow;
}

}  // namespace gradus::onnx
