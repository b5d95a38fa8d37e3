#include "gradus/export/layer_forms.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/formula.h"
#include "gradus/export/onnx/one_operators.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus {
namespace {

using onnx::Attribute;
using onnx::KnownAttribute;
using onnx::LayerInGraph;
using onnx::OneOperator;

using Ints = std::vector<Index>;

std::string dense(LayerInGraph& layer) {
    const std::string W = layer.tensor(0, {layer.out.channels, layer.in.channels});
    const std::string b = layer.tensor(1, {layer.out.channels});
    return layer.graph.node("Gemm", layer.title, {layer.x, W, b}, {{"transB", Index{1}}});
}

std::string identity(LayerInGraph& layer) {
    return layer.x;
}

// An activation that is an operator of its own: its settings are the operator's attributes.
std::string one_operator(LayerInGraph& layer) {
    const OneOperator& form = *onnx::find_one_operator(layer.layer.kind);
    std::vector<Attribute> attributes;
    for (const KnownAttribute& attribute : form.attributes)
        if (!attribute.fixed)
            attributes.push_back(
                {std::string(attribute.name), static_cast<float>(layer.layer.number(attribute.name))});
    return layer.graph.node(form.operation, layer.title, {layer.x}, std::move(attributes));
}

std::string formula(LayerInGraph& layer) {
    return onnx::write_formula(layer.graph, layer.layer.function->value, layer.x, layer.title);
}

// Over all numbers of an example, of a series too.
std::string softmax(LayerInGraph& layer) {
    return layer.graph.node("Softmax", layer.title, {layer.x}, {{"axis", Index{1}}});
}

std::string dropout(LayerInGraph& layer) {
    const std::string rate = layer.graph.numbers(layer.title + "_rate", {}, {layer.layer.number("rate")});
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
    const Window window = Window::of(layer.layer);
    const Index filters = layer.layer.whole("filters"), groups = layer.layer.whole("groups");
    const std::string W = layer.tensor(0, {filters, layer.in.channels / groups, window.size});
    const std::string b = layer.tensor(1, {filters});
    std::vector<Attribute> list = attributes(window, layer.in.length);
    if (groups != 1) list.push_back({"group", groups});
    return layer.graph.node("Conv", layer.title, {layer.x, W, b}, std::move(list));
}

// ONNX Runtime wants less padding than the window has numbers; a window with gaps may have more here.
std::string maxpool(LayerInGraph& layer) {
    const Window window = Window::of(layer.layer);
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
    const Window window = Window::of(layer.layer);
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

// Behind an example's inputs x an axis of one: [N, n, 1]. Times w it has the waves, behind that the sums of
// them. Whole turns are taken off w x as in the layer, so that a large x gives the same waves. ONNX Runtime
// has Sin in double, and no Cos.
std::string pbld(LayerInGraph& layer) {
    const Index n = layer.in.channels, k = layer.layer.whole("frequencies"),
                sums = layer.layer.whole("numbers") - 1;
    const auto node = [&](std::string_view operation, const std::string& name,
                          std::vector<std::string> inputs, std::vector<Attribute> list = {}) {
        return layer.graph.node(operation, layer.title + name, std::move(inputs), std::move(list));
    };
    const std::string w = layer.tensor(0, {n, k}), b = layer.tensor(1, {n, k}),
                      V = layer.tensor(2, {n, sums, k}), c = layer.tensor(3, {n, sums});
    const std::string two_pi = layer.graph.numbers(layer.title + "_two_pi", {}, {2 * std::numbers::pi});
    const std::string two = layer.graph.integers(layer.title + "_axis_2", {2}),
                      three = layer.graph.integers(layer.title + "_axis_3", {3});
    const std::string x = node("Unsqueeze", "_x", {layer.x, two});
    const std::string turns = node("Mul", "_turns", {x, w});
    const std::string rest = node("Sub", "_rest", {turns, node("Round", "_whole", {turns})});
    std::string angle = node("Add", "_angle", {node("Mul", "_radians", {rest, two_pi}), b});
    const bool has_cos = layer.graph.type() == onnx::Type::float32;
    if (!has_cos) {
        const std::string quarter = layer.graph.numbers(layer.title + "_quarter", {}, {std::numbers::pi / 2});
        angle = node("Add", "_shifted", {angle, quarter});
    }
    const std::string H = node("Unsqueeze", "_waves", {node(has_cos ? "Cos" : "Sin", "_H", {angle}), two});
    const std::string sum =
        node("ReduceSum", "_sums", {node("Mul", "_products", {H, V}), three}, {{"keepdims", Index{0}}});
    const std::string all = node("Concat", "_all", {x, node("Add", "_E", {sum, c})}, {{"axis", Index{2}}});
    const std::string stacked = node("Transpose", "_stacked", {all}, {{"perm", Ints{0, 2, 1}}});
    return node("Flatten", "", {stacked}, {{"axis", Index{1}}});
}

using enum Rank;
constexpr std::array forms{
    LayerForm{"dense",
              vector,
              vector,
              true,
              dense,
              {.letter = "Z",
               .forward = "{y} = np.dot(W{n}, {x}) + b{n}  # {shape} x m\n",
               .backward = "d{x} = np.dot(W{n}.T, d{y})\n",
               .gradient = "dW{n} = np.dot(d{y}, {x}.T) / m\n"
                           "db{n} = np.sum(d{y}, axis=1, keepdims=True) / m\n"}},
    LayerForm{"softmax",
              vector,
              vector,
              true,
              softmax,
              {.letter = "A",
               .forward = "{y} = softmax({x})\n",
               .backward = "d{x} = {y} * (d{y} - np.sum(d{y} * {y}, axis={units}))\n"}},
    LayerForm{"dropout",
              any,
              any,
              true,
              dropout,
              {.letter = "D",
               .forward = "kept_{y} = dropout_mask({x}, {rate}, step, layer={layer}, seed=SEED)\n"
                          "{y} = {x} * kept_{y}\n",
               .backward = "d{x} = d{y} * kept_{y}\n"}},
    LayerForm{"batchnorm",
              any,
              any,
              true,
              batchnorm,
              {.letter = "Z",
               .forward = "mean{n}, variance{n} = moments({x}, parameters, \"{n}\", step is not None)\n"
                          "N{n} = ({x} - mean{n}) / np.sqrt(variance{n} + 1e-5)\n"
                          "{y} = gamma{n} * N{n} + beta{n}\n",
               .backward = "mean = np.mean(d{y}, axis={over}, keepdims=True)\n"
                           "common = np.mean(d{y} * N{n}, axis={over}, keepdims=True)"
                           "  # how much of N{n} is in d{y}\n"
                           "d{x} = gamma{n} / np.sqrt(variance{n} + 1e-5) * (d{y} - mean - common * N{n})\n",
               .gradient = "dgamma{n} = np.sum(d{y} * N{n}, axis={over}, keepdims=True) / m\n"
                           "dbeta{n} = np.sum(d{y}, axis={over}, keepdims=True) / m\n"}},
    LayerForm{"conv",
              series,
              series,
              false,
              conv,
              {.letter = "Z",
               .forward = "{y} = conv({x}, W{n}, b{n}, groups={groups}, {moves})  # {shape} x m\n",
               .backward = "d{x} = conv_backward(d{y}, {x}, W{n}, groups={groups}, {moves})\n",
               .gradient = "dW{n} = conv_gradient(d{y}, {x}, W{n}, groups={groups}, {moves}) / m\n"
                           "db{n} = np.sum(d{y}, axis={over_out}, keepdims=True) / m\n"}},
    LayerForm{"maxpool",
              series,
              series,
              true,
              maxpool,
              {.letter = "P",
               .forward = "{y} = max_pool({x}, {window}, {moves})\n",
               .backward = "d{x} = max_pool_backward(d{y}, {x}, {window}, {moves})\n"}},
    LayerForm{"avgpool",
              series,
              series,
              false,
              avgpool,
              {.letter = "P",
               .forward = "{y} = mean_pool({x}, {window}, {moves})\n",
               .backward = "d{x} = mean_pool_backward(d{y}, {x}, {window}, {moves})\n"}},
    LayerForm{"globalmaxpool",
              series,
              vector,
              false,
              global_pool<max>,
              {.letter = "P",
               .forward = "{y} = np.max(series({x}), axis=1)\n",
               .backward = "d{x} = global_max_backward(d{y}, {x})\n"}},
    LayerForm{"globalavgpool",
              series,
              vector,
              false,
              global_pool<mean>,
              {.letter = "P",
               .forward = "{y} = np.mean(series({x}), axis=1)\n",
               .backward = "d{x} = global_mean_backward(d{y}, {x})\n"}},
    LayerForm{"flatten",
              vector,
              vector,
              true,
              flatten,
              {.letter = "F",
               .forward = "{y} = {x}.reshape({entering}, -1)  # channel after channel\n",
               .backward = "d{x} = d{y}.reshape({x}.shape)\n"}},
    LayerForm{
        "pbld",
        vector,
        vector,
        true,
        pbld,
        {.letter = "Z",
         .forward = "angles{n} = waves({x}, w{n}, b{n})  # inputs x {frequencies} x m\n"
                    "H{n} = np.cos(angles{n})\n"
                    "E{n} = V{n} @ H{n} + c{n}  # of each input by itself: inputs x sums x m\n"
                    "{y} = np.vstack([{x}, *E{n}.swapaxes(0, 1)])  # {shape} x m\n",
         .backward = "d{x} = d{y}[:{entering}] + 2 * np.pi * np.sum(w{n} * dangles, axis=1)\n",
         .gradient = "dE = d{y}[{entering}:].reshape(-1, {entering}, m).swapaxes(0, 1)\n"
                     "dangles = -np.sin(angles{n}) * (V{n}.swapaxes(1, 2) @ dE)\n"
                     "dw{n} = 2 * np.pi * np.sum(dangles * {x}[:, np.newaxis], axis=2, keepdims=True) / m\n"
                     "db{n} = np.sum(dangles, axis=2, keepdims=True) / m\n"
                     "dV{n} = dE @ H{n}.swapaxes(1, 2) / m\n"
                     "dc{n} = np.sum(dE, axis=2, keepdims=True) / m\n"}},
    LayerForm{"residual(",
              any,
              any,
              true,
              identity,
              {.backward = "d{x} = d{x} + d{other}  # past the layers in between\n"}},
    LayerForm{")",
              any,
              any,
              true,
              identity,
              {.letter = "S", .forward = "{y} = {x} + {other}\n", .backward = "d{x} = d{y}\n"}},
};

}  // namespace

std::optional<LayerForm> find_form(const LayerDescription& layer) {
    for (const LayerForm& form : forms)
        if (form.kind == layer.kind) return form;
    if (!layer.function) return {};
    const onnx::OneOperator* one = onnx::find_one_operator(layer.kind);
    const bool also_double =
        one != nullptr ? one->also_double : onnx::computes_in_double(layer.function->value);
    return LayerForm{layer.kind, any, any, also_double, one != nullptr ? one_operator : formula};
}

LayerForm require_form(const LayerDescription& layer) {
    const std::optional<LayerForm> form = find_form(layer);
    if (!form)
        throw Error(Fault::input, {.place = say("layer \"{}\"", layer.text()),
                                   .found = say("no file can hold it"),
                                   .expected = say("layers that Gradus has itself")});
    return *form;
}

}  // namespace gradus
