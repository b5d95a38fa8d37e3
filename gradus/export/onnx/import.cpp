#include "gradus/export/onnx/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/chain.h"

namespace gradus::onnx {
namespace {

[[noreturn]] void refuse(const std::string& found, const std::string& expected = {}) {
    throw Error(Fault::input, {.found = found, .expected = expected});
}

// Everything that no layer here can be, all of it at once.
class Complaints {
public:
    explicit Complaints(const File& file) {
        for (const Operators& operators : file.operators)
            if (operators.domain.empty() && (operators.version < 7 || operators.version > 26))
                add(say("version {} of the operators", operators.version));
        for (const Node& node : file.graph.nodes) see(node);
    }

    void throw_if_any() const {
        if (!list_.empty())
            refuse(say("this model has what no layer here can be: {}",
                       fmt::format("{}", fmt::join(list_, ", "))),
                   say("a chain of layers that Gradus knows"));
    }

private:
    void add(const std::string& complaint) {
        if (known_.insert(complaint).second) list_.push_back(complaint);
    }

    void see(const Node& node) {
        if (node.operation == "Constant" || node.operation == "Add") return;
        const KnownOperator* known = find_operator(node);
        if (known == nullptr) {
            add(node.domain.empty() ? node.operation : node.domain + "." + node.operation);
            return;
        }
        for (const Attribute& attribute : node.attributes) {
            const auto usual = std::ranges::find(known->attributes, attribute.name, &KnownAttribute::name);
            if (usual == known->attributes.end() || usual->usual.index() != attribute.value.index() ||
                (usual->fixed && !same(usual->usual, attribute.value)))
                add(say("{} with {}{}", node.operation, attribute.name, text(attribute.value)));
        }
    }

    static bool same(const AttributeValue& a, const AttributeValue& b) {
        if (std::holds_alternative<float>(a)) return std::get<float>(a) == std::get<float>(b);
        return std::get<Index>(a) == std::get<Index>(b);
    }

    static std::string text(const AttributeValue& value) {
        if (const auto* number = std::get_if<float>(&value)) return fmt::format(" {}", *number);
        if (const auto* number = std::get_if<Index>(&value)) return fmt::format(" {}", *number);
        return {};
    }

    std::set<std::string> known_;
    std::vector<std::string> list_;
};

const Tensor* constant_value(const Node& node) {
    for (const Attribute& attribute : node.attributes)
        if (attribute.name == "value") return std::get_if<Tensor>(&attribute.value);
    return nullptr;
}

// Walks from the graph's input to its output.
template <class T>
class Importer {
public:
    explicit Importer(const Graph& graph) : graph_(graph) {
        for (const Tensor& tensor : graph.initializers) chain_.constants.emplace(tensor.name, &tensor);
        for (const Node& node : graph.nodes) see(node);
    }

    Model<T> operator()(const Value& input) {
        begin(input);
        std::string flow = input.name;
        std::set<const Node*> seen;
        while (const Node* node = next(flow)) {
            if (!seen.insert(node).second) refuse(say("the chain of this model runs in a circle"));
            flow = read(*node);
        }
        const bool is_output =
            std::ranges::any_of(graph_.outputs, [&flow](const Value& output) { return output.name == flow; });
        if (!is_output)
            refuse(say("the chain of this model ends at \"{}\"", flow), say("an output of the graph"));
        return model(flow);
    }

private:
    void see(const Node& node) {
        if (node.operation == "Constant") {
            const Tensor* value = constant_value(node);
            if (value == nullptr || node.outputs.size() != 1) reject(node, say("it is no tensor"));
            chain_.constants.emplace(node.outputs.front(), value);
            return;
        }
        for (const std::string& name : node.inputs) users_[name].push_back(&node);
    }

    void begin(const Value& input) {
        constexpr Index most = Index{1} << 20;
        const std::vector<Index>& dims = input.dims;
        const bool fits = (dims.size() == 2 || dims.size() == 3) && dims[1] > 0 && dims[1] <= most &&
                          (dims.size() == 2 || (dims[2] > 0 && dims[2] <= most / dims[1]));
        if (!fits)
            refuse(say("the input \"{}\" has the shape [{}]", input.name,
                       fmt::format("{}", fmt::join(dims, ", "))),
                   say("[N, C] or [N, C, L], of which only N is open"));
        chain_.series = dims.size() == 3;
        chain_.in = {.channels = dims[1], .length = chain_.series ? dims[2] : 1};
        chain_.shape = chain_.in;
    }

    // The one node that reads this value; none at the end.
    const Node* next(const std::string& flow) const {
        const auto found = users_.find(flow);
        if (found == users_.end()) return nullptr;
        if (found->second.size() > 1)
            refuse(say("\"{}\" goes to {} operators", flow, found->second.size()), say("a chain"));
        return found->second.front();
    }

    // Adds the node's layer, and gives the name of its result.
    std::string read(const Node& node) {
        if (node.outputs.empty()) reject(node, say("it has no result"));
        if (node.operation == "MatMul") {
            const Node* add = next(node.outputs.front());
            if (add != nullptr && add->operation == "Add" && add->inputs.size() == 2 &&
                !add->outputs.empty()) {
                Node both = node;
                both.inputs.push_back(add->inputs[add->inputs[0] == node.outputs.front() ? 1 : 0]);
                apply(both);
                return add->outputs.front();
            }
        }
        apply(node);
        return node.outputs.front();
    }

    void apply(const Node& node) {
        const KnownOperator* known = find_operator(node);
        if (known == nullptr) reject(node, say("there is no MatMul before it"));
        if constexpr (std::is_same_v<T, float>) {
            known->read_float(chain_, node);
        } else {
            known->read_double(chain_, node);
        }
    }

    Network<T> network() const {
        const std::string text =
            chain_.layers.empty() ? "identity" : fmt::format("{}", fmt::join(chain_.layers, ", "));
        Network<T> network(chain_.in, text, {.initializer = Initializer::zeros});
        if (network.parameters().size() != chain_.parameters.size() ||
            network.statistics().size() != chain_.statistics.size())
            refuse(say("this model has another number of parameters than its layers"));
        std::ranges::copy(chain_.parameters, network.parameters().begin());
        std::ranges::copy(chain_.statistics, network.statistics().begin());
        return network;
    }

    Model<T> model(const std::string& output) const {
        Model<T> model{.network = network()};
        model.features = plain_features(chain_.in.size());
        model.target.task = Task::regress;
        for (Index i = 0; i < model.network.out().size(); ++i)
            model.target.names.push_back(fmt::format("{}_{}", output, i));
        model.target.lines.resize(model.target.names.size());
        model.recipe.task = Task::regress;
        model.recipe.shape = chain_.in;
        model.recipe.network = model.network.text();
        model.recipe.run.loss = LossKind::mean_squared;
        model.recipe.scaling = Scaling::none;
        model.recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
        return model;
    }

    const Graph& graph_;
    std::map<std::string, std::vector<const Node*>, std::less<>> users_;
    Chain<T> chain_;
};

// The graph's input: older files list their constants among the inputs.
const Value& only_input(const Graph& graph) {
    const Value* found = nullptr;
    std::set<std::string_view> constants;
    for (const Tensor& tensor : graph.initializers) constants.insert(tensor.name);
    for (const Value& input : graph.inputs) {
        if (constants.contains(input.name)) continue;
        if (found != nullptr)
            refuse(say("this model has inputs \"{}\" and \"{}\"", found->name, input.name), say("one input"));
        found = &input;
    }
    if (found == nullptr) refuse(say("this model has no input"));
    return *found;
}

}  // namespace

AnyModel import_model(const File& file) {
    Complaints(file).throw_if_any();
    const Value& input = only_input(file.graph);
    if (input.type == Type::float64) return Importer<double>(file.graph)(input);
    if (input.type == Type::float32) return Importer<float>(file.graph)(input);
    refuse(say("the input \"{}\" holds no numbers of float or double", input.name));
}

}  // namespace gradus::onnx
