#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/chain.h"
#include "gradus/export/onnx/layers.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

template <class V>
const V& get(const Node& node, std::string_view name) {
    return std::get<V>(attribute(node, name));
}

// The digits that give a float back: 0.01, not 0.009999999776.
std::string digits(const Node& node, std::string_view name) {
    return fmt::format("{}", get<float>(node, name));
}

template <class T>
void append(std::vector<T>& to, const Tensor& tensor) {
    if (tensor.type != type_of<T>)
        throw Error(Fault::input, {.found = say("the tensor \"{}\" has another type", tensor.name),
                                   .expected = say("the type of the model's input")});
    const std::vector<T> numbers = numbers_of<T>(tensor);
    to.insert(to.end(), numbers.begin(), numbers.end());
}

// Input i of the node, one number for each of `count` channels; zeros if it may be left out and is.
template <class T>
void append_vector(std::vector<T>& to, const Chain<T>& chain, const Node& node, std::size_t i, Index count) {
    const Tensor* tensor = chain.optional_constant(node, i);
    if (tensor == nullptr) {
        to.insert(to.end(), static_cast<std::size_t>(count), T(0));
        return;
    }
    if (tensor->size() != count || tensor->dims.empty() || tensor->dims.back() != count)
        reject(node, say("input {} has {} numbers", i + 1, tensor->size()), std::to_string(count));
    append(to, *tensor);
}

template <class T>
void require_vector(const Chain<T>& chain, const Node& node, Index inputs) {
    if (chain.series || chain.shape.channels != inputs)
        reject(node,
               say("what it sees is {}", chain.series ? say("a series of {}", chain.shape.text())
                                                      : say("{} numbers", chain.shape.text())),
               say("{} numbers", inputs));
}

template <class T>
void add_layer(Chain<T>& chain, const std::string& text) {
    chain.shape = read_layers<T>(text).front()->plan(chain.shape).out;
    chain.layers.push_back(text);
}

// A layer with a window.
template <class T>
void add_layer(Chain<T>& chain, LayerDescription description, const Window& window, Index groups = 1) {
    using enum LayerSetting::Said;
    window.describe(description, 0);
    description.settings.push_back({"groups", groups, groups == 1 ? no : by_name});
    add_layer(chain, description.text());
}

// W X + b, with W as [out, in] or as [in, out], which is W column by column.
template <class T>
void dense(Chain<T>& chain, const Node& node, bool out_first) {
    const Tensor& W = chain.constant(node, 1);
    if (W.dims.size() != 2 || W.size() == 0) reject(node, say("its weights are no matrix"));
    const Index out = W.dims[out_first ? 0 : 1], in = W.dims[out_first ? 1 : 0];
    require_vector(chain, node, in);
    if (out_first) {
        std::vector<T> numbers(static_cast<std::size_t>(W.size()));
        from_tensor<T>(W, {.name = "W", .rows = out, .columns = in}, numbers);
        chain.parameters.insert(chain.parameters.end(), numbers.begin(), numbers.end());
    } else {
        append(chain.parameters, W);
    }
    append_vector(chain.parameters, chain, node, 2, out);
    add_layer(chain, std::to_string(out));
}

template <class T>
void gemm(Chain<T>& chain, const Node& node) {
    dense(chain, node, get<Index>(node, "transB") != 0);
}

// An Add behind it was made its third input.
template <class T>
void mat_mul(Chain<T>& chain, const Node& node) {
    dense(chain, node, false);
}

// The window of this size, with its stride, padding and dilation.
Window window_of(const Node& node, Index size) {
    const auto one = [&node](std::string_view name) {
        const Ints& list = get<Ints>(node, name);
        if (list.size() > 1) reject(node, say("its {} have {} dimensions", name, list.size()), say("one"));
        return list.empty() ? Index{1} : list.front();
    };
    Window window{.size = size, .stride = one("strides"), .dilation = one("dilations")};
    const auto& automatic = get<std::string>(node, "auto_pad");
    Ints pads = get<Ints>(node, "pads");
    if (pads.empty() || automatic == "VALID") pads = {0, 0};
    const bool same = automatic.starts_with("SAME");
    if (pads.size() != 2) reject(node, say("its padding has another number of dimensions"), say("one"));
    if (pads[0] < 0 || pads[1] < 0 || window.stride < 1 || window.dilation < 1)
        reject(node, say("its window has a negative number"));

    const Window like{.size = size, .dilation = window.dilation, .pad_same = true};
    const Index all = like.reach() - 1;
    window.pad_same = window.stride == 1 && ((same && (automatic == "SAME_UPPER" || all % 2 == 0)) ||
                                             (pads[0] != pads[1] && pads == Ints{all / 2, all - all / 2}));
    if ((same || pads[0] != pads[1]) && !window.pad_same)
        reject(node, say("it has more zeros at one end"), say("as many at both, or pad same with stride 1"));
    if (!window.pad_same) window.pad = pads[0];
    return window;
}

template <class T>
void require_series(const Chain<T>& chain, const Node& node) {
    if (!chain.series)
        reject(node, say("what it sees is {} numbers", chain.shape.text()), say("a series [N, C, L]"));
}

// W[m, c, k]
template <class T>
void conv(Chain<T>& chain, const Node& node) {
    require_series(chain, node);
    const Tensor& W = chain.constant(node, 1);
    if (W.dims.size() != 3 || W.size() == 0)
        reject(node, say("its weights are not [M, C, k]"), say("1-D convolution"));
    const Index filters = W.dims[0], channels = W.dims[1], size = W.dims[2];
    const Index groups = get<Index>(node, "group");
    if (groups < 1 || channels * groups != chain.shape.channels)
        reject(node, say("its weights are for {} channels in {} groups", channels, groups),
               say("{} channels", chain.shape.channels));
    using enum LayerSetting::Said;
    add_layer(chain,
              {.kind = "conv", .settings = {{"filters", filters, plainly}, {"window", size, behind_x}}},
              window_of(node, size), groups);
    std::vector<T> numbers(static_cast<std::size_t>(W.size()));
    from_tensor<T>(W, {.name = "W", .rows = filters, .columns = channels * size, .window = size}, numbers);
    chain.parameters.insert(chain.parameters.end(), numbers.begin(), numbers.end());
    append_vector(chain.parameters, chain, node, 2, filters);
}

// Our epsilon is 1e-5: another one becomes a part of the variance.
template <class T>
void batch_normalization(Chain<T>& chain, const Node& node) {
    const Index channels = chain.shape.channels;
    for (std::size_t i = 1; i < 5; ++i) chain.constant(node, i);
    append_vector(chain.parameters, chain, node, 1, channels);
    append_vector(chain.parameters, chain, node, 2, channels);
    append_vector(chain.statistics, chain, node, 3, channels);
    append_vector(chain.statistics, chain, node, 4, channels);
    const double more = double(get<float>(node, "epsilon")) - double(1e-5F);
    for (auto variance = chain.statistics.end() - channels; variance != chain.statistics.end(); ++variance)
        *variance = static_cast<T>(double(*variance) + more);
    add_layer(chain, "batchnorm");
}

template <class T>
Index pool_size(Chain<T>& chain, const Node& node) {
    require_series(chain, node);
    const Ints& size = get<Ints>(node, "kernel_shape");
    if (size.size() != 1 || size.front() < 1)
        reject(node, say("its window has not one dimension"), say("1-D pooling"));
    return size.front();
}

LayerDescription pool(const char* kind, Index size) {
    return {.kind = kind, .settings = {{"window", size, LayerSetting::Said::plainly}}};
}

template <class T>
void max_pool(Chain<T>& chain, const Node& node) {
    const Index size = pool_size(chain, node);
    add_layer(chain, pool("maxpool", size), window_of(node, size));
}

template <class T>
void average_pool(Chain<T>& chain, const Node& node) {
    const Index size = pool_size(chain, node);
    const Window window = window_of(node, size);
    if (get<Index>(node, "count_include_pad") != 0 && window.padded(0) > 0)
        reject(node, say("its mean counts the padding"), "count_include_pad 0");
    add_layer(chain, pool("avgpool", size), window);
}

// The result is still [N, C, 1].
template <class T>
void global_average_pool(Chain<T>& chain, const Node& node) {
    require_series(chain, node);
    add_layer(chain, "globalavgpool");
}

template <class T>
void global_max_pool(Chain<T>& chain, const Node& node) {
    require_series(chain, node);
    add_layer(chain, "globalmaxpool");
}

template <class T>
void make_vector(Chain<T>& chain) {
    if (chain.shape.length > 1) add_layer(chain, "flatten");
    chain.series = false;
}

template <class T>
void flatten(Chain<T>& chain, const Node& /*node*/) {
    make_vector(chain);
}

template <class T>
void reshape(Chain<T>& chain, const Node& node) {
    const Ints to = numbers_of<Index>(chain.constant(node, 1));
    const Index size = chain.shape.size();
    if (to.size() != 2 || to[0] > 0 || (to[1] != size && (to[1] != -1 || to[0] == -1)))
        reject(node, say("it makes [{}] of {} numbers", fmt::format("{}", fmt::join(to, ", ")), size),
               say("[N, all of them]"));
    make_vector(chain);
}

template <class T>
void squeeze(Chain<T>& chain, const Node& node) {
    const Tensor* input = chain.optional_constant(node, 1);
    const Ints axes = input != nullptr ? numbers_of<Index>(*input) : get<Ints>(node, "axes");
    if (chain.shape.length != 1 || !chain.series || (axes != Ints{2} && axes != Ints{-1}))
        reject(node, say("it removes something else than a length of 1"));
    make_vector(chain);
}

template <class T>
void nothing(Chain<T>& /*chain*/, const Node& /*node*/) {}

template <class T>
void dropout(Chain<T>& chain, const Node& node) {
    const Tensor* input = chain.optional_constant(node, 1);
    if (input == nullptr) return add_layer(chain, fmt::format("dropout {}", digits(node, "ratio")));
    if (input->size() != 1 || input->type != Type::float32) reject(node, say("its ratio is not one float"));
    add_layer(chain, fmt::format("dropout {}", numbers_of<float>(*input).front()));
}

template <class T>
void softmax(Chain<T>& chain, const Node& node) {
    const Index axis = get<Index>(node, "axis");
    if (chain.series || (axis != 1 && axis != -1))
        reject(node, say("it is not over the numbers of an example"));
    add_layer(chain, "softmax");
}

const std::vector<OneOperator>& one_operators() {
    static const std::vector<OneOperator> table{
        {"sigmoid", "Sigmoid", true},
        {"tanh", "Tanh", true},
        {"relu", "Relu", true},
        {"leaky_relu", "LeakyRelu", true, {{"alpha", 0.01F}}},
        {"elu", "Elu", false, {{"alpha", 1.F}}},
        {"selu",
         "Selu",
         false,
         {{"alpha", 1.67326319217681884765625F, true}, {"gamma", 1.05070102214813232421875F, true}}},
        {"softplus", "Softplus", false},
    };
    return table;
}

template <class T>
void one_operator(Chain<T>& chain, const Node& node) {
    const OneOperator& form = *std::ranges::find(one_operators(), node.operation, &OneOperator::operation);
    std::string text(form.kind);
    for (const KnownAttribute& attribute : form.attributes)
        if (!attribute.fixed) text += " " + digits(node, attribute.name);
    add_layer(chain, text);
}

#define GRADUS_READ(function) function<float>, function<double>

std::vector<KnownAttribute> window_attributes(std::vector<KnownAttribute> more) {
    std::vector<KnownAttribute> list{{"kernel_shape", Ints{}},
                                     {"strides", Ints{}},
                                     {"dilations", Ints{}},
                                     {"pads", Ints{}},
                                     {"auto_pad", std::string("NOTSET")}};
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

std::vector<KnownOperator> with_one_operators(std::vector<KnownOperator> table) {
    for (const OneOperator& form : one_operators())
        table.push_back({form.operation, form.attributes, GRADUS_READ(one_operator)});
    return table;
}

}  // namespace

const OneOperator* find_one_operator(std::string_view kind) {
    const auto found = std::ranges::find(one_operators(), kind, &OneOperator::kind);
    return found == one_operators().end() ? nullptr : &*found;
}

std::span<const KnownOperator> known_operators() {
    static const std::vector<KnownOperator> table = with_one_operators({
        {"Gemm",
         {{"alpha", 1.F, true}, {"beta", 1.F, true}, {"transA", Index{0}, true}, {"transB", Index{0}}},
         GRADUS_READ(gemm)},
        {"MatMul", {}, GRADUS_READ(mat_mul)},
        {"Conv", window_attributes({{"group", Index{1}}}), GRADUS_READ(conv)},
        {"BatchNormalization",
         {{"epsilon", 1e-5F},
          {"momentum", 0.9F},
          {"training_mode", Index{0}, true},
          {"spatial", Index{1}, true}},
         GRADUS_READ(batch_normalization)},
        {"MaxPool", window_attributes({{"ceil_mode", Index{0}, true}, {"storage_order", Index{0}}}),
         GRADUS_READ(max_pool)},
        {"AveragePool", window_attributes({{"ceil_mode", Index{0}, true}, {"count_include_pad", Index{0}}}),
         GRADUS_READ(average_pool)},
        {"GlobalAveragePool", {}, GRADUS_READ(global_average_pool)},
        {"GlobalMaxPool", {}, GRADUS_READ(global_max_pool)},
        {"Flatten", {{"axis", Index{1}, true}}, GRADUS_READ(flatten)},
        {"Reshape", {{"allowzero", Index{0}, true}}, GRADUS_READ(reshape)},
        {"Squeeze", {{"axes", Ints{}}}, GRADUS_READ(squeeze)},
        {"Identity", {}, GRADUS_READ(nothing)},
        {"Dropout", {{"ratio", 0.5F}, {"seed", Index{0}}}, GRADUS_READ(dropout)},
        {"Softmax", {{"axis", Index{1}}}, GRADUS_READ(softmax)},
    });
    return table;
}

#undef GRADUS_READ

const KnownOperator* find_operator(const Node& node) {
    if (!node.domain.empty() && node.domain != "ai.onnx") return nullptr;
    const auto table = known_operators();
    const auto found = std::ranges::find(table, node.operation, &KnownOperator::name);
    return found == table.end() ? nullptr : &*found;
}

const AttributeValue& attribute(const Node& node, std::string_view name) {
    for (const Attribute& attribute : node.attributes)
        if (attribute.name == name) return attribute.value;
    return std::ranges::find(find_operator(node)->attributes, name, &KnownAttribute::name)->usual;
}

void reject(const Node& node, const std::string& found, const std::string& expected) {
    throw Error(
        Fault::input,
        {.place = fmt::format("{} \"{}\"", node.operation, node.name), .found = found, .expected = expected});
}

template <class T>
const Tensor* Chain<T>::optional_constant(const Node& node, std::size_t i) const {
    if (i >= node.inputs.size() || node.inputs[i].empty()) return nullptr;
    const auto found = constants.find(node.inputs[i]);
    if (found == constants.end()) reject(node, say("its input {} is not constant", i + 1));
    return found->second;
}

template <class T>
const Tensor& Chain<T>::constant(const Node& node, std::size_t i) const {
    const Tensor* tensor = optional_constant(node, i);
    if (tensor == nullptr) reject(node, say("its input {} is missing", i + 1));
    return *tensor;
}

template struct Chain<float>;
template struct Chain<double>;

}  // namespace gradus::onnx
