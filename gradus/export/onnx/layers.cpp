#include "gradus/export/onnx/layers.h"

#include <map>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/layer_forms.h"

namespace gradus::onnx {
namespace {

// Column w * channels + c of the parameter is what files know as [c, w].
template <class F>
void for_each_in_file_order(const Parameter& parameter, F f) {
    const Index channels = parameter.columns / parameter.window;
    for (Index row = 0; row < parameter.rows; ++row)
        for (Index c = 0; c < channels; ++c)
            for (Index w = 0; w < parameter.window; ++w)
                f(static_cast<std::size_t>(row + (w * channels + c) * parameter.rows));
}

// Names count the layers that learn, as in the tutorial: "W1", "b2".
template <class T>
std::vector<Tensor> learned_tensors(const Network<T>& network, std::size_t layer, int number,
                                    const std::string& before) {
    std::vector<Tensor> tensors;
    const auto part = [](std::span<const T> all, Index first, Index count) {
        return all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    };
    Index first = network.parameters_of(layer).begin;
    for (const Parameter& parameter : network.plan(layer).parameters) {
        const Index count = parameter.rows * parameter.columns;
        tensors.push_back(to_tensor(before + parameter.name + std::to_string(number), parameter,
                                    part(network.parameters(), first, count)));
        first += count;
    }
    first = network.statistics_of(layer).begin;
    for (const Statistic& statistic : network.plan(layer).statistics) {
        tensors.push_back(tensor_of(before + statistic.name + std::to_string(number), {statistic.size},
                                    part(network.statistics(), first, statistic.size)));
        first += statistic.size;
    }
    return tensors;
}

}  // namespace

std::string LayerInGraph::tensor(std::size_t i, std::vector<Index> dims) {
    learned[i].dims = std::move(dims);
    names.push_back(graph.tensor(std::move(learned[i])));
    return names.back();
}

template <class T>
Flow write_layers(GraphBuilder& graph, const Network<T>& network, Flow x, std::vector<std::string>& learned,
                  const std::string& before) {
    std::vector<Flow> left;  // at the residual connections that are open
    int number = 0;          // of the layers that learn
    for (std::size_t i = 0; i < network.size(); ++i) {
        const LayerDescription described = network.layer(i).describe();
        const LayerForm form = require_form(described);
        if (!network.plan(i).parameters.empty()) ++number;
        if (form.takes == Rank::vector) x = graph.as_vector(x);
        if (form.takes == Rank::series) x = graph.as_series(x);

        LayerInGraph layer{.graph = graph,
                           .title = before + described.kind + "_" + std::to_string(i + 1),
                           .layer = described,
                           .in = network.in_of(i),
                           .out = network.plan(i).out,
                           .x = x.name,
                           .learned = learned_tensors(network, i, number, before)};
        x.name = form.operators(layer);
        if (form.gives != Rank::any) x.series = form.gives == Rank::series;
        x.shape = layer.out;
        learned.insert(learned.end(), layer.names.begin(), layer.names.end());

        if (network.partner(i) > i) left.push_back(x);
        if (network.partner(i) < i) {
            const Flow other = left.back().series == x.series ? left.back()
                               : x.series                     ? graph.as_series(left.back())
                                                              : graph.as_vector(left.back());
            left.pop_back();
            x.name = graph.node("Add", before + "residual_" + std::to_string(i + 1), {x.name, other.name});
        }
    }
    return graph.as_vector(x);
}

template <class T>
void read_learned(const std::vector<Tensor>& tensors, std::span<const std::string> names,
                  Network<T>& network) {
    std::map<std::string_view, const Tensor*> by_name;
    for (const Tensor& tensor : tensors) by_name.emplace(tensor.name, &tensor);
    std::size_t next = 0;
    const auto next_tensor = [&]() -> const Tensor& {
        const std::string name = next < names.size() ? names[next++] : say("of the next layer");
        const auto found = by_name.find(name);
        if (found == by_name.end())
            throw Error(Fault::input, {.found = say("the tensor \"{}\" is missing", name)});
        return *found->second;
    };
    T* parameters = network.parameters().data();
    T* statistics = network.statistics().data();
    for (std::size_t i = 0; i < network.size(); ++i) {
        for (const Parameter& parameter : network.plan(i).parameters) {
            const std::span<T> numbers(parameters,
                                       static_cast<std::size_t>(parameter.rows * parameter.columns));
            from_tensor(next_tensor(), parameter, numbers);
            parameters += numbers.size();
        }
        for (const Statistic& statistic : network.plan(i).statistics) {
            const std::span<T> numbers(statistics, static_cast<std::size_t>(statistic.size));
            from_tensor(next_tensor(), {.name = statistic.name, .rows = statistic.size, .columns = 1},
                        numbers);
            statistics += numbers.size();
        }
    }
}

template <class T>
Tensor to_tensor(const std::string& name, const Parameter& parameter, std::span<const T> numbers) {
    std::vector<T> ordered;
    ordered.reserve(numbers.size());
    for_each_in_file_order(parameter, [&](std::size_t place) { ordered.push_back(numbers[place]); });
    return tensor_of<T>(name, {static_cast<Index>(ordered.size())}, ordered);
}

template <class T>
void from_tensor(const Tensor& tensor, const Parameter& parameter, std::span<T> numbers) {
    if (tensor.type != type_of<T> || tensor.raw.size() != numbers.size_bytes())
        throw Error(Fault::input, {.found = say("the tensor \"{}\" has another size or type", tensor.name),
                                   .expected = say("{} numbers of the model's type", numbers.size())});
    const char* next = tensor.raw.data();
    for_each_in_file_order(parameter, [&](std::size_t place) {
        std::memcpy(&numbers[place], next, sizeof(T));
        next += sizeof(T);
    });
}

#define GRADUS_INSTANTIATE(T)                                                                          \
    template void read_learned(const std::vector<Tensor>&, std::span<const std::string>, Network<T>&); \
    template Flow write_layers(GraphBuilder&, const Network<T>&, Flow, std::vector<std::string>&,      \
                               const std::string&);                                                    \
    template Tensor to_tensor(const std::string&, const Parameter&, std::span<const T>);               \
    template void from_tensor(const Tensor&, const Parameter&, std::span<T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
