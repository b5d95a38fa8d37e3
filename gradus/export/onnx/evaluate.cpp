#include "gradus/export/onnx/evaluate.h"

#include <algorithm>

#include "gradus/core/say.h"

namespace gradus::onnx {

Index operators_version(const File& file) {
    Index version = 0;
    for (const Operators& operators : file.operators)
        if (operators.domain.empty() || operators.domain == "ai.onnx") version = operators.version;
    return version;
}

static void require_known(const Node& node) {
    const Operator* known = find_operator(node);
    if (known == nullptr) reject(node, say("is not known here"));
    for (const Attribute& given : node.attributes) {
        const auto usual = std::ranges::find(known->attributes, given.name, &KnownAttribute::name);
        if (usual == known->attributes.end() || usual->usual.index() != given.value.index() ||
            (usual->fixed && given.value != usual->usual))
            reject(node, say("its {} is of another kind", given.name));
    }
}

Arrays evaluate(const File& file, Arrays inputs) {
    const Index version = operators_version(file);
    Arrays values = std::move(inputs);
    Work work;
    for (const Tensor& tensor : file.graph.initializers) {
        work.allow(static_cast<double>(tensor.size()));
        values[tensor.name] = array_of(tensor);
    }
    for (const Node& node : file.graph.nodes) {
        require_known(node);
        std::vector<const Array*> arrays;
        for (const std::string& name : node.inputs) {
            const auto found = values.find(name);
            if (!name.empty() && found == values.end())
                reject(node, say("its input \"{}\" comes from nowhere, or from behind it", name));
            arrays.push_back(name.empty() ? nullptr : &found->second);
        }
        std::vector<Array> outputs = compute(node, arrays, version, work);
        for (std::size_t i = 0; i < std::min(outputs.size(), node.outputs.size()); ++i)
            values[node.outputs[i]] = std::move(outputs[i]);
    }
    return values;
}

}  // namespace gradus::onnx
