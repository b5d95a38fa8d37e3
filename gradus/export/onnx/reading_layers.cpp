// How are layers understood: dense, convolutions, pooling, normalisation?

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/export/onnx/reading.h"
#include "gradus/export/onnx/recognize.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus::onnx {

using ValueKind = GraphValue::Kind;
using Ints = std::vector<Index>;

namespace {

const Array& constant(const Node& node, const std::vector<GraphValue*>& inputs, std::size_t i) {
    if (i >= inputs.size() || inputs[i] == nullptr) reject(node, say("its input {} is missing", i + 1));
    if (inputs[i]->kind != ValueKind::constant) reject(node, say("its input {} is not constant", i + 1));
    return inputs[i]->array;
}

const Array* optional_constant(const Node& node, const std::vector<GraphValue*>& inputs, std::size_t i) {
    return i < inputs.size() && inputs[i] != nullptr ? &constant(node, inputs, i) : nullptr;
}

Shape shape_behind(const std::string& text, Shape shape) {
    return read_layers<double>(text).front()->plan(shape).out;
}

std::string with_window(LayerDescription description, const Window& window, Index groups = 1) {
    using enum LayerSetting::Said;
    window.describe(description, 0);
    description.settings.push_back({"groups", groups, groups == 1 ? no : by_name});
    return description.text();
}

// The node's window along the axis of the length, which is number `along` of its axes.
struct NodeWindow {
    Window window;
    Index before = 0, behind = 0;
};

NodeWindow window_of(const Node& node, Index size, std::size_t axes, std::size_t along, Index length) {
    const auto one = [&](std::string_view name, std::size_t i, Index usual) {
        const Ints& list = std::get<Ints>(attribute(node, name));
        return i < list.size() ? list[i] : usual;
    };
    NodeWindow result{
        .window = {.size = size, .stride = one("strides", along, 1), .dilation = one("dilations", along, 1)},
        .before = one("pads", along, 0),
        .behind = one("pads", axes + along, 0)};
    const auto& automatic = std::get<std::string>(attribute(node, "auto_pad"));
    if (automatic == "VALID") result.before = result.behind = 0;
    if (!automatic.starts_with("SAME")) return result;
    const Index stride = result.window.stride, count = (length + stride - 1) / stride;
    const Index all = std::max((count - 1) * stride + result.window.reach() - length, Index{0});
    result.before = automatic == "SAME_LOWER" ? all - all / 2 : all / 2;
    result.behind = all - result.before;
    return result;
}

// As many zeros at both ends, or pad same.
bool set_padding(NodeWindow& of) {
    const Index all = of.window.reach() - 1;
    of.window.pad_same =
        of.window.stride == 1 && of.before == all / 2 && of.behind == all - all / 2 && of.before != of.behind;
    if (!of.window.pad_same) of.window.pad = of.before;
    return of.window.pad_same || of.before == of.behind;
}

}  // namespace

// The places of the array, in order, are the units of the step.
void Reading::leave(GraphValue& result, const Step& step) const {
    result.kind = ValueKind::numbers, result.step = &step;
    result.units = array_of(Type::float64, result.array.dims);
    const Index size = shape_of(step).size();
    for (Index i = 0; i < result.units.size(); ++i) result.units[i] = unit_of(i / size, i % size);
    result.probe = {.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()};
}

void Reading::layer(const Node& node, const Inputs& inputs, GraphValue& result) {
    const std::string& what = node.operation;
    if (what == "Gemm") return gemm(node, inputs, result);
    if (what == "MatMul") return mat_mul(node, inputs, result);
    for (std::size_t i = 1; i < inputs.size(); ++i)
        if (inputs[i] != nullptr) constant(node, inputs, i);
    if (inputs.empty() || inputs[0] == nullptr || inputs[0]->kind != ValueKind::numbers)
        reject(node, say("what it sees are no numbers"));
    GraphValue& x = *inputs[0];
    if (what == "Imputer") return impute(node, x, result);
    if (what != "Softmax" && what != "LogSoftmax" && what != "ZipMap") settle(node, x);
    if (what == "Conv") return convolve(node, inputs, result);
    if (what == "MaxPool" || what == "AveragePool") return pool(node, x, result);
    if (what == "BatchNormalization") return normalize(node, inputs, result);
    if (what == "Softmax" || what == "LogSoftmax") return soft_max(node, x, result);
    if (what.starts_with("Global") || what == "ReduceMean" || what == "ReduceMax")
        return reduce(node, x, result);
    if (what == "Scaler") return scaler(node, x, result);
    if (what != "ZipMap") reject(node, say("is no layer here"));
    result.kind = x.kind, result.step = x.step, result.units = x.units, result.probe = x.probe;
}

void Reading::scaler(const Node& node, GraphValue& x, GraphValue& result) {
    const auto& offsets = std::get<std::vector<float>>(attribute(node, "offset"));
    const auto& scales = std::get<std::vector<float>>(attribute(node, "scale"));
    Array scale = array_of(Type::float64, x.array.dims), shift = scale;
    const auto columns = static_cast<std::size_t>(x.array.dim(-1));
    for (std::size_t i = 0; i < scale.numbers.size(); ++i) {
        const double factor = scales[scales.size() == 1 ? 0 : i % columns];
        scale.numbers[i] = factor;
        shift.numbers[i] = -static_cast<double>(offsets[offsets.size() == 1 ? 0 : i % columns]) * factor;
    }
    give_scale(x, scale, shift, result, node);
}

void Reading::gemm(const Node& node, const Inputs& inputs, GraphValue& result) {
    if (inputs[0] == nullptr || inputs[0]->kind != ValueKind::numbers)
        reject(node, say("what it sees are no numbers"));
    const Array& W = constant(node, inputs, 1);
    const Array* C = optional_constant(node, inputs, 2);
    const double alpha = static_cast<double>(std::get<float>(attribute(node, "alpha"))),
                 beta = static_cast<double>(std::get<float>(attribute(node, "beta")));
    const bool out_first = std::get<Index>(attribute(node, "transB")) != 0;
    const Index out = W.dim(out_first ? 0 : 1), in = W.dim(out_first ? 1 : 0);
    Step step{.W = std::vector<double>(W.numbers.size()),
              .b = std::vector<double>(static_cast<std::size_t>(out), 0.)};
    for (Index row = 0; row < out; ++row) {
        for (Index k = 0; k < in; ++k)
            step.W[static_cast<std::size_t>(row * in + k)] =
                alpha * W[out_first ? row * in + k : k * out + row];
        if (C == nullptr) continue;
        if (C->size() != 1 && C->dim(-1) != out)
            reject(node, say("input {} has {} numbers", 3, C->size()), std::to_string(out));
        if (C->size() != 1 && C->size() != out)
            reject(node, say("input {} has {} numbers", 3, C->size()), std::to_string(out));
        step.b[static_cast<std::size_t>(row)] = beta * (*C)[C->size() == 1 ? 0 : row];
    }
    dense(*inputs[0], step, result, node);
}

void Reading::mat_mul(const Node& node, const Inputs& inputs, GraphValue& result) {
    if (inputs.size() != 2 || inputs[0] == nullptr || inputs[0]->kind != ValueKind::numbers)
        reject(node, say("what it sees are no numbers"));
    const Array& W = constant(node, inputs, 1);
    if (W.rank() != 2 || W.size() == 0) reject(node, say("its weights are no matrix"));
    const Index in = W.dim(0), out = W.dim(1);
    Step step{.W = std::vector<double>(W.numbers.size()),
              .b = std::vector<double>(static_cast<std::size_t>(out), 0.)};
    for (Index row = 0; row < out; ++row)
        for (Index k = 0; k < in; ++k) step.W[static_cast<std::size_t>(row * in + k)] = W[k * out + row];
    dense(*inputs[0], step, result, node);
}

void Reading::dense(GraphValue& x, Step& step, GraphValue& result, const Node& node) {
    settle(node, x);
    if (step.W.empty()) reject(node, say("its weights are no matrix"));
    if (x.array.rank() == 3) return dense_along(x, step, result, node);
    if (x.array.rank() != 2) reject(node, say("what it sees has {} dimensions", x.array.rank()), "2");
    const Index columns = x.array.dim(1);
    const bool as_series = shape_of(*x.step).length > 1;
    step.sees_columns = sees_columns(*x.step) && !as_series;
    for (Index i = 0; i < x.units.size(); ++i) {
        const auto unit = static_cast<Index>(x.units[i]);
        if (unit < 0 || unit / unit_stride != i / columns)
            reject(node, say("what it sees are several examples at once"));
        const Index place = step.sees_columns ? unit % unit_stride : place_of(*x.step, unit % unit_stride);
        if (i < columns) step.from.push_back(place);
        if (step.from[static_cast<std::size_t>(i % columns)] != place)
            reject(node, say("what it sees are several examples at once"));
    }
    const auto out = static_cast<Index>(step.b.size());
    step.before = x.step, step.inputs = shape_of(*x.step).size();
    if (as_series)
        step.before = &add({.before = x.step, .text = "flatten", .out = {.channels = step.inputs}});
    step.text = std::to_string(out), step.out = {.channels = out};
    leave(result, add(std::move(step)));
}

// [N, L, C] W: the same weights at each place, which is a convolution of one place.
void Reading::dense_along(GraphValue& x, Step& step, GraphValue& result, const Node& node) {
    const Index length = x.array.dim(1), in = x.array.dim(2), out = static_cast<Index>(step.b.size());
    GraphValue turned = x;
    turned.array.dims = {x.array.dim(0), in, length};
    turned.units.dims = turned.array.dims;
    for (Index i = 0; i < x.units.size(); ++i) {
        const Index n = i / (length * in), t = i / in % length, c = i % in;
        turned.units[(n * in + c) * length + t] = x.units[i];
    }
    as_series(node, turned, false);
    step.before = x.step;
    step.text = with_window({.kind = "conv",
                             .settings = {{"filters", out, LayerSetting::Said::plainly},
                                          {"window", Index{1}, LayerSetting::Said::behind_x}}},
                            {.size = 1});
    step.out = {.channels = out, .length = length};
    const Step& added = add(std::move(step));
    leave(result, added);
    for (Index i = 0; i < result.units.size(); ++i) {
        const Index n = i / (length * out), t = i / out % length, c = i % out;
        result.units[i] = unit_of(n, c * length + t);
    }
}

Reading::Series Reading::as_series(const Node& node, GraphValue& x, bool may_be_padded) {
    const Array& units = x.units;
    Series series;
    const bool flat = units.rank() == 4 && units.dim(3) == 1 && units.dim(2) != 1;
    if (units.rank() == 4 && units.dim(2) != 1 && units.dim(3) != 1)
        reject(node, say("what it sees are pictures"), say("series: 2-D layers are not offered"));
    if (units.rank() < 3 || units.rank() > 4)
        reject(node, say("what it sees is {} numbers", shape_of(*x.step).text()), say("a series [N, C, L]"));
    series.windowed = units.rank() == 3 || flat ? 2 : 3;
    const Index channels = units.dim(1), all = units.dim(series.windowed);
    while (series.before < all && units[series.before] < 0) ++series.before;
    while (series.behind < all - series.before && units[all - 1 - series.behind] < 0) ++series.behind;
    const Index length = all - series.before - series.behind;
    if (length < 1 || (!may_be_padded && length != all)) reject(node, say("its mean counts the padding"));
    if (sees_columns(*x.step) && columns_.order.empty()) {
        std::vector<Index> order, places(columns_.units.size(), -1);
        for (Index c = 0; c < channels; ++c)
            for (Index t = 0; t < length; ++t) {
                const double unit = units[c * all + series.before + t];
                if (unit < 0 || unit >= static_cast<double>(places.size()) ||
                    places[static_cast<std::size_t>(unit)] >= 0)
                    reject(node, say("what it sees are no columns of the file"));
                places[static_cast<std::size_t>(unit)] = std::ssize(order);
                order.push_back(static_cast<Index>(unit));
            }
        if (order.size() != places.size()) reject(node, say("what it sees are not all columns of the file"));
        columns_.order = std::move(order), columns_.places = std::move(places);
        columns_.shape = {.channels = channels, .length = length};
    }
    const Shape shape = shape_of(*x.step);
    if (shape != Shape{.channels = channels, .length = length})
        reject(node, say("what it sees is {} numbers", shape.text()), fmt::format("{}x{}", channels, length));
    for (Index i = 0; i < units.size(); ++i) {
        const Index n = i / (channels * all), c = i / all % channels, t = i % all - series.before;
        const bool inside = t >= 0 && t < length;
        const double expected = unit_of(n, c * length + t);
        const auto unit = static_cast<Index>(units[i]);
        const bool fits = inside ? units[i] >= 0 && unit_of(unit / unit_stride,
                                                            place_of(*x.step, unit % unit_stride)) == expected
                                 : units[i] < 0;
        if (!fits) reject(node, say("its inputs stand in another order"));
    }
    return series;
}

void Reading::convolve(const Node& node, const Inputs& inputs, GraphValue& result) {
    GraphValue& x = *inputs[0];
    const Array& W = constant(node, inputs, 1);
    const Array* b = optional_constant(node, inputs, 2);
    const auto axes = static_cast<std::size_t>(W.rank() - 2);
    if (axes == 2 && W.dim(2) != 1 && W.dim(3) != 1)
        reject(node, say("a window of {}x{}", W.dim(2), W.dim(3)), say("series: 2-D layers are not offered"));
    const Series series = as_series(node, x, true);
    const auto along = static_cast<std::size_t>(series.windowed - 2);
    if (axes == 2 && W.dim(along == 0 ? 3 : 2) != 1) reject(node, say("its window lies across the series"));
    const Index filters = W.dim(0), channels = W.dim(1), size = W.dim(series.windowed);
    NodeWindow of = window_of(node, size, axes, along, x.units.dim(series.windowed));
    of.before += series.before, of.behind += series.behind;
    Step step{.before = x.step, .W = W.numbers};
    // More zeros at one end: as many at both, and a longer window with a weight of 0.
    const Index more = std::abs(of.behind - of.before);
    if (!set_padding(of)) {
        if (more % of.window.dilation != 0 || more / of.window.dilation > size + 8)
            reject(node, say("it has more zeros at one end"));
        const Index longer = size + more / of.window.dilation;
        step.W.assign(static_cast<std::size_t>(filters * channels * longer), 0.);
        for (Index row = 0; row < filters * channels; ++row)
            for (Index k = 0; k < size; ++k)
                step.W[static_cast<std::size_t>(
                    row * longer + k + (of.behind > of.before ? longer - size : 0))] = W[row * size + k];
        of.window.size = longer;
        of.window.pad = std::max(of.before, of.behind);
    }
    step.window = of.window.size;
    const Index groups = std::get<Index>(attribute(node, "group"));
    step.text = with_window({.kind = "conv",
                             .settings = {{"filters", filters, LayerSetting::Said::plainly},
                                          {"window", of.window.size, LayerSetting::Said::behind_x}}},
                            of.window, groups);
    step.b = b == nullptr ? std::vector<double>(static_cast<std::size_t>(filters), 0.) : b->numbers;
    step.out = shape_behind(step.text, shape_of(*x.step));
    leave(result, add(std::move(step)));
}

void Reading::pool(const Node& node, GraphValue& x, GraphValue& result) {
    const Ints& sizes = std::get<Ints>(attribute(node, "kernel_shape"));
    if (sizes.size() == 2 && sizes[0] != 1 && sizes[1] != 1)
        reject(node, say("a window of {}x{}", sizes[0], sizes[1]), say("series: 2-D layers are not offered"));
    const Series series = as_series(node, x, false);
    const auto along = static_cast<std::size_t>(series.windowed - 2);
    if (sizes.size() == 2 && sizes[1 - along] != 1) reject(node, say("its window lies across the series"));
    NodeWindow of = window_of(node, sizes[along], sizes.size(), along, x.units.dim(series.windowed));
    if (!set_padding(of))
        reject(node, say("it has more zeros at one end"), say("as many at both, or pad same with stride 1"));
    const bool average = node.operation == "AveragePool";
    if (average && of.before + of.behind > 0 && std::get<Index>(attribute(node, "count_include_pad")) != 0)
        reject(node, say("its mean counts the padding"), "count_include_pad 0");
    LayerDescription description{.kind = average ? "avgpool" : "maxpool",
                                 .settings = {{"window", of.window.size, LayerSetting::Said::plainly}}};
    const std::string text = with_window(std::move(description), of.window);
    leave(result, add({.before = x.step, .text = text, .out = shape_behind(text, shape_of(*x.step))}));
}

// Over all places of each channel, wherever these stand.
void Reading::reduce(const Node& node, GraphValue& x, GraphValue& result) {
    if (sees_columns(*x.step) && columns_.order.empty()) as_series(node, x, false);
    const Shape shape = shape_of(*x.step);
    if (x.units.size() != examples_ * shape.size() || result.array.size() != examples_ * shape.channels)
        reject(node, say("it is not over the whole length of a series"));
    Array channel = x.units, other;
    for (double& unit : channel.numbers) {
        if (unit < 0) reject(node, say("its mean counts the padding"));
        const auto of = static_cast<Index>(unit);
        unit = unit_of(of / unit_stride, place_of(*x.step, of % unit_stride) / shape.length);
    }
    Node largest = node;
    largest.operation = node.operation.starts_with("Global") ? "GlobalMaxPool" : "ReduceMax";
    std::vector<const Array*> arrays{&channel};
    for (std::size_t i = 1; i < node.inputs.size(); ++i)
        arrays.push_back(node.inputs[i].empty() ? nullptr : &values_.find(node.inputs[i])->second.array);
    const Array most = std::move(compute(largest, arrays, version_, work_).front());
    for (double& unit : channel.numbers) unit = -unit;
    const Array least = std::move(compute(largest, arrays, version_, work_).front());
    for (Index i = 0; i < most.size(); ++i)
        if (most[i] != -least[i]) reject(node, say("it is not over the whole length of a series"));
    const bool average = node.operation == "GlobalAveragePool" || node.operation == "ReduceMean";
    leave(result, add({.before = x.step,
                       .text = average ? "globalavgpool" : "globalmaxpool",
                       .out = {.channels = shape.channels}}));
    result.units = most;
}

void Reading::soft_max(const Node& node, GraphValue& x, GraphValue& result) {
    settle(node, x);
    const Index axis =
        version_ < 13 || std::ranges::find(node.attributes, "axis", &Attribute::name) != node.attributes.end()
            ? std::get<Index>(attribute(node, "axis"))
            : -1;
    const Index size = shape_of(*x.step).size();
    bool fits = x.array.rank() == 2 && x.array.dim(1) == size && (axis == 1 || axis == -1);
    for (Index i = 0; fits && i < x.units.size(); ++i) fits = x.units[i] == unit_of(i / size, i % size);
    if (!fits) reject(node, say("it is not over the numbers of an example"));
    leave(result, add({.before = x.step, .text = "softmax", .out = {.channels = size}}));
    if (node.operation != "LogSoftmax") return;
    for (double& z : result.probe.numbers) z = std::log(z);
    result.operations = {node.operation};
}

// Our epsilon is 1e-5: another one becomes a part of the variance.
void Reading::normalize(const Node& node, const Inputs& inputs, GraphValue& result) {
    GraphValue& x = *inputs[0];
    for (std::size_t i = 1; i < 5; ++i) constant(node, inputs, i);
    const Array &gamma = inputs[1]->array, &beta = inputs[2]->array, &mean = inputs[3]->array,
                &variance = inputs[4]->array;
    Step step{
        .before = x.step, .same_units = true, .text = "batchnorm", .W = gamma.numbers, .b = beta.numbers};
    step.statistics = mean.numbers;
    const double more =
        static_cast<double>(std::get<float>(attribute(node, "epsilon"))) - static_cast<double>(1e-5F);
    for (const double v : variance.numbers) step.statistics.push_back(v + more);
    if (x.units.rank() > 2) as_series(node, x, false);
    const Shape shape = shape_of(*x.step);
    bool fits = shape.channels == gamma.size();
    for (Index i = 0; fits && x.units.rank() == 2 && i < x.units.size(); ++i)
        fits = x.units[i] == unit_of(i / shape.size(), i % shape.size());
    if (!fits) reject(node, say("its inputs stand in another order"));
    result.kind = ValueKind::numbers, result.units = x.units, result.probe = x.probe;
    result.step = &add(std::move(step));
}

}  // namespace gradus::onnx
