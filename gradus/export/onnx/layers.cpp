#include "gradus/export/onnx/layers.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numbers>

#include "gradus/core/error.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/activation.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

std::string dense(LayerInGraph& layer) {
    const std::string W = layer.tensor(0, {layer.out.channels, layer.in.channels});
    const std::string b = layer.tensor(1, {layer.out.channels});
    return layer.graph.node("Gemm", layer.title, {layer.x, W, b}, {{"transB", Index{1}}});
}

std::string identity(LayerInGraph& layer) {
    return layer.x;
}

// The operator of one input that is called so.
template <const char* operation>
std::string plain(LayerInGraph& layer) {
    return layer.graph.node(operation, layer.title, {layer.x});
}
constexpr char sigmoid[] = "Sigmoid", tanh[] = "Tanh", relu[] = "Relu", softplus[] = "Softplus";

template <class F>
Attribute alpha(LayerInGraph& layer) {
    const double alpha = layer.words.done() ? F{}.alpha : to_number(layer.words.peek());
    return {"alpha", static_cast<float>(alpha)};
}

std::string leaky_relu(LayerInGraph& layer) {
    return layer.graph.node("LeakyRelu", layer.title, {layer.x}, {alpha<LeakyRelu>(layer)});
}

std::string elu(LayerInGraph& layer) {
    return layer.graph.node("Elu", layer.title, {layer.x}, {alpha<Elu>(layer)});
}

std::string selu(LayerInGraph& layer) {
    return layer.graph.node(
        "Selu", layer.title, {layer.x},
        {{"alpha", static_cast<float>(Selu::alpha)}, {"gamma", static_cast<float>(Selu::lambda)}});
}

// z (erf(z / sqrt 2) + 1) / 2: ONNX has Gelu only since version 20 of its operators.
std::string gelu(LayerInGraph& layer) {
    GraphBuilder& graph = layer.graph;
    const std::string root = graph.numbers("root_2", {}, {std::numbers::sqrt2});
    const std::string one = graph.numbers("one", {}, {1}), half = graph.numbers("half", {}, {0.5});
    const std::string scaled = graph.node("Div", layer.title + "_scaled", {layer.x, root});
    const std::string erf = graph.node("Erf", layer.title + "_erf", {scaled});
    const std::string sum = graph.node("Add", layer.title + "_sum", {erf, one});
    const std::string twice = graph.node("Mul", layer.title + "_twice", {layer.x, sum});
    return graph.node("Mul", layer.title, {twice, half});
}

// In double written out as z / (1 + e^-z): ONNX Runtime would fuse the usual pair to what it has in float
// only.
std::string silu(LayerInGraph& layer) {
    if (layer.graph.type() == Type::float64) {
        const std::string one = layer.graph.numbers("one", {}, {1});
        const std::string negative = layer.graph.node("Neg", layer.title + "_negative", {layer.x});
        const std::string power = layer.graph.node("Exp", layer.title + "_exp", {negative});
        const std::string sum = layer.graph.node("Add", layer.title + "_sum", {power, one});
        return layer.graph.node("Div", layer.title, {layer.x, sum});
    }
    const std::string share = layer.graph.node("Sigmoid", layer.title + "_sigmoid", {layer.x});
    return layer.graph.node("Mul", layer.title, {layer.x, share});
}

// Over all numbers of an example, of a series too.
std::string softmax(LayerInGraph& layer) {
    return layer.graph.node("Softmax", layer.title, {layer.x}, {{"axis", Index{1}}});
}

std::string dropout(LayerInGraph& layer) {
    const std::string rate = layer.graph.numbers(layer.title + "_rate", {}, {to_number(layer.words.take())});
    return layer.graph.node("Dropout", layer.title, {layer.x, rate});
}

std::string batchnorm(LayerInGraph& layer) {
    std::vector<std::string> inputs{layer.x};
    for (std::size_t i = 0; i < 4; ++i) inputs.push_back(layer.tensor(i, {layer.in.channels}));
    return layer.graph.node("BatchNormalization", layer.title, std::move(inputs),
                            {{"epsilon", 1e-5F}, {"momentum", 0.9F}});
}

Ints pads(const Window& window, Index length) {
    const Index before = window.zeros_before();
    return {before, window.padded(length) - length - before};
}

std::vector<Attribute> attributes(const Window& window, Index length) {
    std::vector<Attribute> list{{"kernel_shape", Ints{window.size}},
                                {"pads", pads(window, length)},
                                {"strides", Ints{window.stride}}};
    if (window.dilation != 1) list.push_back({"dilations", Ints{window.dilation}});
    return list;
}

std::string conv(LayerInGraph& layer) {
    const auto [filters, size] = layer.words.sizes("", layer.out.channels + (Index{1} << 20));
    Window window{.size = size};
    Index groups = 1;
    window.read_options(layer.words, &groups);
    const std::string W = layer.tensor(0, {filters, layer.in.channels / groups, size});
    const std::string b = layer.tensor(1, {filters});
    std::vector<Attribute> list = attributes(window, layer.in.length);
    if (groups != 1) list.push_back({"group", groups});
    return layer.graph.node("Conv", layer.title, {layer.x, W, b}, std::move(list));
}

Window pool_window(LayerInGraph& layer) {
    Window window{.size = layer.words.whole_number("", 1, Index{1} << 20)};
    window.stride = window.size;
    window.read_options(layer.words);
    return window;
}

// ONNX Runtime wants less padding than the window has numbers; a window with gaps may have more here.
std::string maxpool(LayerInGraph& layer) {
    const Window window = pool_window(layer);
    std::vector<Attribute> list = attributes(window, layer.in.length);
    const Ints zeros = pads(window, layer.in.length);
    if (std::max(zeros[0], zeros[1]) < window.size)
        return layer.graph.node("MaxPool", layer.title, {layer.x}, std::move(list));
    const std::string around = layer.graph.integers(layer.title + "_pads", {0, 0, zeros[0], 0, 0, zeros[1]});
    const std::string lowest =
        layer.graph.numbers(layer.title + "_lowest", {}, {-std::numeric_limits<double>::infinity()});
    const std::string padded = layer.graph.node("Pad", layer.title + "_padded", {layer.x, around, lowest});
    list[1].value = Ints{0, 0};
    return layer.graph.node("MaxPool", layer.title, {padded}, std::move(list));
}

// AveragePool has no gaps in its window before version 19 of the operators. The sum under such a window is a
// convolution with ones; how many numbers each sum has is known.
std::string pool_with_gaps(LayerInGraph& layer, const Window& window) {
    const Index C = layer.in.channels;
    std::vector<double> counts(static_cast<std::size_t>(layer.out.length));
    for (Index t = 0; t < layer.out.length; ++t)
        for (Index k = 0; k < window.size; ++k) {
            const Index at = t * window.stride - window.zeros_before() + k * window.dilation;
            if (at >= 0 && at < layer.in.length) ++counts[static_cast<std::size_t>(t)];
        }
    const std::string ones =
        layer.graph.numbers(layer.title + "_ones", {C, 1, window.size},
                            std::vector<double>(static_cast<std::size_t>(C * window.size), 1.0));
    const std::string count = layer.graph.numbers(layer.title + "_counts", {1, 1, layer.out.length}, counts);
    std::vector<Attribute> list = attributes(window, layer.in.length);
    list.push_back({"group", C});
    const std::string sum = layer.graph.node("Conv", layer.title + "_sum", {layer.x, ones}, std::move(list));
    return layer.graph.node("Div", layer.title, {sum, count});
}

std::string avgpool(LayerInGraph& layer) {
    const Window window = pool_window(layer);
    if (window.dilation != 1) return pool_with_gaps(layer, window);
    std::vector<Attribute> list = attributes(window, layer.in.length);
    list.push_back({"count_include_pad", Index{0}});
    return layer.graph.node("AveragePool", layer.title, {layer.x}, std::move(list));
}

template <const char* operation>
std::string global_pool(LayerInGraph& layer) {
    const std::string pooled = layer.graph.node(operation, layer.title + "_pool", {layer.x});
    return layer.graph.node("Flatten", layer.title, {pooled}, {{"axis", Index{1}}});
}
constexpr char max[] = "GlobalMaxPool", mean[] = "GlobalAveragePool";

std::string flatten(LayerInGraph& layer) {
    return layer.x;  // whoever takes a vector gets one
}

constexpr std::array mappings{
    LayerMapping{"dense", Rank::vector, Rank::vector, true, dense},
    LayerMapping{"identity", Rank::any, Rank::any, true, identity},
    LayerMapping{"sigmoid", Rank::any, Rank::any, true, plain<sigmoid>},
    LayerMapping{"tanh", Rank::any, Rank::any, true, plain<tanh>},
    LayerMapping{"relu", Rank::any, Rank::any, true, plain<relu>},
    LayerMapping{"leaky_relu", Rank::any, Rank::any, true, leaky_relu},
    LayerMapping{"elu", Rank::any, Rank::any, false, elu},
    LayerMapping{"selu", Rank::any, Rank::any, false, selu},
    LayerMapping{"gelu", Rank::any, Rank::any, false, gelu},
    LayerMapping{"silu", Rank::any, Rank::any, true, silu},
    LayerMapping{"softplus", Rank::any, Rank::any, false, plain<softplus>},
    LayerMapping{"softmax", Rank::vector, Rank::vector, true, softmax},
    LayerMapping{"dropout", Rank::any, Rank::any, true, dropout},
    LayerMapping{"batchnorm", Rank::any, Rank::any, true, batchnorm},
    LayerMapping{"conv", Rank::series, Rank::series, false, conv},
    LayerMapping{"maxpool", Rank::series, Rank::series, true, maxpool},
    LayerMapping{"avgpool", Rank::series, Rank::series, false, avgpool},
    LayerMapping{"globalmaxpool", Rank::series, Rank::vector, false, global_pool<max>},
    LayerMapping{"globalavgpool", Rank::series, Rank::vector, false, global_pool<mean>},
    LayerMapping{"flatten", Rank::vector, Rank::vector, true, flatten},
    LayerMapping{"residual(", Rank::any, Rank::any, true, identity},
    LayerMapping{")", Rank::any, Rank::any, true, identity},
};

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
std::vector<Tensor> learned_tensors(const Network<T>& network, std::size_t layer, int number) {
    std::vector<Tensor> tensors;
    const auto part = [](std::span<const T> all, Index first, Index count) {
        return all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    };
    Index first = network.parameters_of(layer).begin;
    for (const Parameter& parameter : network.plan(layer).parameters) {
        const Index count = parameter.rows * parameter.columns;
        tensors.push_back(to_tensor(parameter.name + std::to_string(number), parameter,
                                    part(network.parameters(), first, count)));
        first += count;
    }
    first = network.statistics_of(layer).begin;
    for (const Statistic& statistic : network.plan(layer).statistics) {
        tensors.push_back(tensor_of(statistic.name + std::to_string(number), {statistic.size},
                                    part(network.statistics(), first, statistic.size)));
        first += statistic.size;
    }
    return tensors;
}

const LayerMapping& mapping_of(const std::string& text) {
    const LayerKind* kind = find_layer(text);
    const LayerMapping* mapping = kind == nullptr ? nullptr : find_mapping(kind->name);
    if (mapping == nullptr)
        throw Error(Fault::input, {.place = "layer \"" + text + "\"",
                                   .found = "it has no counterpart in ONNX",
                                   .expected = "a layer of this library"});
    return *mapping;
}

}  // namespace

const LayerMapping* find_mapping(std::string_view kind) {
    for (const LayerMapping& mapping : mappings)
        if (mapping.kind == kind) return &mapping;
    return nullptr;
}

std::string LayerInGraph::tensor(std::size_t i, std::vector<Index> dims) {
    learned[i].dims = std::move(dims);
    names.push_back(graph.tensor(std::move(learned[i])));
    return names.back();
}

template <class T>
Flow write_layers(GraphBuilder& graph, const Network<T>& network, Flow x, std::vector<std::string>& learned) {
    std::vector<Flow> left;  // at the residual connections that are open
    int number = 0;          // of the layers that learn
    for (std::size_t i = 0; i < network.size(); ++i) {
        const std::string text = network.layer(i).text();
        const LayerMapping& mapping = mapping_of(text);
        if (!network.plan(i).parameters.empty()) ++number;
        if (mapping.takes == Rank::vector) x = graph.as_vector(x);
        if (mapping.takes == Rank::series) x = graph.as_series(x);

        Words words(text, text);
        if (words.peek() == mapping.kind) words.take();
        LayerInGraph layer{.graph = graph,
                           .title = std::string(mapping.kind) + "_" + std::to_string(i + 1),
                           .words = words,
                           .in = network.in_of(i),
                           .out = network.plan(i).out,
                           .x = x.name,
                           .learned = learned_tensors(network, i, number)};
        x.name = mapping.write(layer);
        if (mapping.gives != Rank::any) x.series = mapping.gives == Rank::series;
        x.shape = layer.out;
        learned.insert(learned.end(), layer.names.begin(), layer.names.end());

        if (network.partner(i) > i) left.push_back(x);
        if (network.partner(i) < i) {
            const Flow other = left.back().series == x.series ? left.back()
                               : x.series                     ? graph.as_series(left.back())
                                                              : graph.as_vector(left.back());
            left.pop_back();
            x.name = graph.node("Add", "residual_" + std::to_string(i + 1), {x.name, other.name});
        }
    }
    return graph.as_vector(x);
}

template <class T>
void read_learned(const std::vector<Tensor>& tensors, const std::vector<std::string>& names,
                  Network<T>& network) {
    std::map<std::string_view, const Tensor*> by_name;
    for (const Tensor& tensor : tensors) by_name.emplace(tensor.name, &tensor);
    std::size_t next = 0;
    const auto next_tensor = [&]() -> const Tensor& {
        const std::string name = next < names.size() ? names[next++] : "of the next layer";
        const auto found = by_name.find(name);
        if (found == by_name.end())
            throw Error(Fault::input, {.found = "the tensor \"" + name + "\" is missing"});
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
        throw Error(Fault::input,
                    {.found = "the tensor \"" + tensor.name + "\" has another size or type",
                     .expected = std::to_string(numbers.size()) + " numbers of the model's type"});
    const char* next = tensor.raw.data();
    for_each_in_file_order(parameter, [&](std::size_t place) {
        std::memcpy(&numbers[place], next, sizeof(T));
        next += sizeof(T);
    });
}

#define GRADUS_INSTANTIATE(T)                                                                             \
    template void read_learned(const std::vector<Tensor>&, const std::vector<std::string>&, Network<T>&); \
    template Flow write_layers(GraphBuilder&, const Network<T>&, Flow, std::vector<std::string>&);        \
    template Tensor to_tensor(const std::string&, const Parameter&, std::span<const T>);                  \
    template void from_tensor(const Tensor&, const Parameter&, std::span<T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
