#include "gradus/inspect/numpy_layers.h"

#include "gradus/error.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/convolution.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

using python::fill;
using python::Names;

constexpr const char* sigmoid_function = R"(
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
)";

constexpr const char* softmax_function = R"(
def softmax(z):
    e = np.exp(z - np.max(z, axis=0))  # the largest becomes e^0: nothing overflows
    return e / np.sum(e, axis=0)
)";

constexpr const char* normal_density = R"(
def normal_density(z):
    return np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)
)";

constexpr const char* normal_cdf = R"(
def normal_cdf(z):
    return 0.5 * np.vectorize(math.erfc)(-z / np.sqrt(2))
)";

constexpr const char* selu_constants = R"(
# With these two, selu keeps mean 0 and variance 1.
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934, 1.6732632423543772848
)";

constexpr const char* fold_function = R"(
def fold(dseen, window, length):
    """The gradient of a series: each of its numbers collects from all windows that see it."""
    channels, m = dseen.shape[0], dseen.shape[3]
    dX = np.zeros((channels, length, m))
    np.add.at(dX, (slice(None), window), dseen)
    return dX
)";

constexpr const char* moments_function = R"(
def moments(Z, statistics, layer, training):
    """Mean and variance of each channel over the batch; to predict, their running means."""
    if not training:
        return statistics["mean" + layer], statistics["variance" + layer]
    over = tuple(range(1, Z.ndim))  # all but the channels
    mean, variance = np.mean(Z, axis=over, keepdims=True), np.var(Z, axis=over, keepdims=True)
    n = Z.size // Z.shape[0]
    statistics["mean" + layer] = 0.9 * statistics["mean" + layer] + 0.1 * mean
    statistics["variance" + layer] = (
        0.9 * statistics["variance" + layer] + 0.1 * variance * n / max(1, n - 1))
    return mean, variance
)";

constexpr const char* dropout_function = R"(
def dropout_mask(A, rate, step, layer):
    """0 with probability `rate`, else 1 / (1 - rate). The random bits of a block of 8 units are a
    function of (block, example, step, layer) and the seed: the counter and the key of Philox."""
    units, m = A.size // A.shape[-1], A.shape[-1]
    kept = np.ones((units, m))
    if step is None:
        return kept  # to predict, nothing is dropped
    for example in range(m):
        counter = (layer << 192) + (step << 128) + (example << 64)  # of block 0
        philox = np.random.Philox(counter=(counter - 1) % 2 ** 256, key=SEED)  # it adds 1 first
        bits = philox.random_raw((units + 7) // 8 * 4).astype("<u8").view("<u4")
        kept[:, example] = bits[:units] >= int(rate * 2 ** 32)
    return kept / (1 - rate)
)";

std::string number(Index n) {
    return std::to_string(n);
}

std::string sizes(Shape shape) {
    return number(shape.channels) + ", " + number(shape.length) + ", -1";
}

// The words behind the layer's name.
Words arguments(const NumpyPlace& place) {
    Words words(place.text, place.text);
    if (!words.number_follows()) words.take();
    return words;
}

NumpyLayer dense(const NumpyPlace& /*place*/) {
    return {.forward = "$y = np.dot(W$n, $x) + b$n  # $units x m",
            .backward_input = "d$x = np.dot(W$n.T, d$y)",
            .backward_parameters =
                "dW$n = np.dot(d$y, $x.T) / m\n"
                "db$n = np.sum(d$y, axis=1, keepdims=True) / m",
            .shapes = {"$units, $inputs", "$units, 1"},
            .fan_in = "$inputs",
            .fan_out = "$units"};
}

// alpha as a factor of what follows; the factor 1 is not written.
std::string times(double alpha) {
    return alpha == 1 ? "" : to_text(alpha) + " * ";
}

double alpha_of(const NumpyPlace& place, double usual) {
    Words words = arguments(place);
    return words.done() ? usual : to_number(words.peek());
}

NumpyLayer leaky_relu(const NumpyPlace& place) {
    const double alpha = alpha_of(place, 0.01);
    return {.forward = "$y = np.where($x > 0, $x, " + times(alpha) + "$x)",
            .backward_input = "d$x = d$y * np.where($x > 0, 1, " + to_text(alpha) + ")"};
}

NumpyLayer elu(const NumpyPlace& place) {
    const double alpha = alpha_of(place, 1);
    return {.forward = "$y = np.where($x > 0, $x, " + times(alpha) + "np.expm1(np.minimum($x, 0)))",
            .backward_input = "d$x = d$y * np.where($x > 0, 1, $y + " + to_text(alpha) + ")"};
}

NumpyLayer selu(const NumpyPlace& /*place*/) {
    return {.forward = "$y = SELU_SCALE * np.where($x > 0, $x, SELU_ALPHA * np.expm1(np.minimum($x, 0)))",
            .backward_input = "d$x = d$y * np.where($x > 0, SELU_SCALE, $y + SELU_SCALE * SELU_ALPHA)",
            .definitions = {selu_constants}};
}

// Over all numbers of an example, also of a series.
NumpyLayer softmax(const NumpyPlace& place) {
    const bool series = place.in.length > 1;
    const std::string sum = series ? "np.sum(d$y * $y, axis=(0, 1))" : "np.sum(d$y * $y, axis=0)";
    return {.forward = series ? "$y = softmax($x.reshape(" + number(place.in.size()) + ", -1)).reshape(" +
                                    sizes(place.in) + ")"
                              : "$y = softmax($x)",
            .backward_input = "d$x = $y * (d$y - " + sum + ")",
            .definitions = {softmax_function}};
}

// The engine counts the units of a series position after position.
NumpyLayer dropout(const NumpyPlace& place) {
    const std::string order = place.in.length == 1 ? ""
                                                   : ".reshape(" + number(place.in.length) + ", " +
                                                         number(place.in.channels) + ", -1).swapaxes(0, 1)";
    return {.forward = "kept_$y = dropout_mask($x, " + to_text(alpha_of(place, 0)) + ", step, layer=$layer)" +
                       order + "\n$y = $x * kept_$y",
            .backward_input = "d$x = d$y * kept_$y",
            .definitions = {dropout_function}};
}

NumpyLayer batch_normalization(const NumpyPlace& place) {
    const bool series = place.in.length > 1;
    const std::string over = series ? "axis=(1, 2), keepdims=True" : "axis=1, keepdims=True";
    const std::string shape = series ? "$units, 1, 1" : "$units, 1";
    return {.forward =
                "mean$n, variance$n = moments($x, statistics, \"$n\", $training)\n"
                "N$n = ($x - mean$n) / np.sqrt(variance$n + 1e-5)\n"
                "$y = gamma$n * N$n + beta$n",
            .backward_input = "mean = np.mean(d$y, " + over + ")\ncommon = np.mean(d$y * N$n, " + over +
                              ")  # how much of N$n is in d$y\nd$x = gamma$n / np.sqrt(variance$n + 1e-5) * "
                              "(d$y - mean - common * N$n)",
            .backward_parameters =
                "dgamma$n = np.sum(d$y * N$n, " + over + ") / m\ndbeta$n = np.sum(d$y, " + over + ") / m",
            .definitions = {moments_function},
            .shapes = {shape, shape}};
}

// A series of one position is kept as a vector; to a window it is a series.
std::string as_series(const std::string& name, Shape shape) {
    return shape.length > 1 ? name : name + "[:, np.newaxis]";
}

std::string as_kept(Shape shape) {
    return shape.length > 1 ? "" : "[:, 0]";
}

// The constant window_$y: the places that the window sees.
std::string window_constant(const Window& window, Index positions) {
    const auto times = [](Index factor) { return factor == 1 ? "" : number(factor) + " * "; };
    return "# What the window of $y sees: positions x places of the series.\nwindow_$y = " +
           times(window.stride) + "np.arange(" + number(positions) + ")[:, np.newaxis] + " +
           times(window.dilation) + "np.arange(" + number(window.size) + ")\n";
}

std::string padded(const NumpyPlace& place, const Window& window, const std::string& filling = "") {
    const std::string series = as_series("$x", place.in);
    if (window.padded(place.in.length) == place.in.length) return series;
    const Index before = window.zeros_before();
    const Index after = window.padded(place.in.length) - place.in.length - before;
    return "np.pad(" + series + ", ((0, 0), (" + number(before) + ", " + number(after) + "), (0, 0))" +
           filling + ")";
}

std::string folded(const NumpyPlace& place, const Window& window) {
    const Index all = window.padded(place.in.length), before = window.zeros_before();
    std::string text = "fold(dseen_$y, window_$y, " + number(all) + ")";
    if (all > place.in.length) text += "[:, " + number(before) + ":" + number(before + place.in.length) + "]";
    return "d$x = " + text + as_kept(place.in);
}

// How a convolution looks at its input: one sum for all channels ...
NumpyLayer one_convolution(const NumpyPlace& place, const Window& window) {
    const std::string dy = as_series("d$y", place.out);
    return {.forward = "seen_$y = " + padded(place, window) +
                       "[:, window_$y]\n$y = np.einsum(\"fck,ctkm->ftm\", W$n, seen_$y)" +
                       as_kept(place.out) + " + b$n  # $shape x m",
            .backward_input =
                "dseen_$y = np.einsum(\"fck,ftm->ctkm\", W$n, " + dy + ")\n" + folded(place, window),
            .backward_parameters = "dW$n = np.einsum(\"ftm,ctkm->fck\", " + dy + ", seen_$y) / m"};
}

// ... or one for each group of them.
NumpyLayer grouped_convolution(const NumpyPlace& place, const Window& window, Index groups) {
    const auto by_groups = [groups](const std::string& name, Index channels, const std::string& rest) {
        return name + ".reshape(" + number(groups) + ", " + number(channels / groups) + ", " + rest + ")";
    };
    const Index channels = place.in.channels, filters = place.out.channels, positions = place.out.length;
    const std::string W = by_groups("W$n", filters, number(channels / groups) + ", " + number(window.size));
    return {.forward =
                "seen_$y = " +
                by_groups(padded(place, window), channels, number(window.padded(place.in.length)) + ", -1") +
                "[:, :, window_$y]\n$y = np.einsum(\"gfck,gctkm->gftm\", " + W +
                ", seen_$y)  # for each group\n$y = $y.reshape(" + sizes({filters, positions}) + ")" +
                as_kept(place.out) + " + b$n  # $shape x m",
            .backward_input = "dseen_$y = np.einsum(\"gfck,gftm->gctkm\", " + W + ", dgroups_$y)\n" +
                              "dseen_$y = dseen_$y.reshape(" + number(channels) + ", " + number(positions) +
                              ", " + number(window.size) + ", -1)\n" + folded(place, window),
            .backward_parameters = "dgroups_$y = " + by_groups("d$y", filters, number(positions) + ", -1") +
                                   "\ndW$n = np.einsum(\"gftm,gctkm->gfck\", dgroups_$y, "
                                   "seen_$y).reshape(W$n.shape) / m"};
}

NumpyLayer convolution(const NumpyPlace& place) {
    Words words = arguments(place);
    const auto [filters, size] = words.sizes("", Index{1} << 20);
    Window window{.size = size};
    Index groups = 1;
    window.read_options(words, &groups);
    NumpyLayer layer =
        groups == 1 ? one_convolution(place, window) : grouped_convolution(place, window, groups);
    const bool series = place.out.length > 1;
    const Index seen = place.in.channels / groups;
    layer.backward_parameters +=
        std::string("\ndb$n = np.sum(d$y, ") + (series ? "axis=(1, 2)" : "axis=1") + ", keepdims=True) / m";
    layer.definitions = {window_constant(window, place.out.length), fold_function};
    layer.shapes = {number(filters) + ", " + number(seen) + ", " + number(size),
                    series ? "$units, 1, 1" : "$units, 1"};
    layer.fan_in = number(seen * size);
    layer.fan_out = number(filters / groups * size);
    return layer;
}

Window pooling_window(const NumpyPlace& place) {
    Words words = arguments(place);
    Window window{.size = words.whole_number("", 1, Index{1} << 20)};
    window.stride = window.size;
    window.read_options(words);
    return window;
}

// The padding counts in neither: it is -inf, or not a number.
NumpyLayer max_pooling(const NumpyPlace& place) {
    const Window window = pooling_window(place);
    return {.forward = "seen_$y = " + padded(place, window, ", constant_values=-np.inf") +
                       "[:, window_$y]\n$y = np.max(seen_$y, axis=2)" + as_kept(place.out),
            .backward_input =
                "first_$y = np.argmax(seen_$y, axis=2)[:, :, np.newaxis]  # of the largest\n"
                "dseen_$y = (np.arange(" +
                number(window.size) + ")[:, np.newaxis] == first_$y) * " + as_series("d$y", place.out) +
                "[:, :, np.newaxis]\n" + folded(place, window),
            .definitions = {window_constant(window, place.out.length), fold_function}};
}

NumpyLayer mean_pooling(const NumpyPlace& place) {
    const Window window = pooling_window(place);
    const bool pads = window.padded(place.in.length) > place.in.length;
    const std::string seen = padded(place, window, ", constant_values=np.nan") + "[:, window_$y]";
    const std::string dy = as_series("d$y", place.out), size = number(window.size);
    const std::string dseen =
        pads ? "inside_$y = ~np.isnan(seen_$y)\ndseen_$y = inside_$y * (" + dy +
                   " / np.sum(inside_$y, axis=2))[:, :, np.newaxis]\n"
             : "dseen_$y = np.repeat(" + dy + "[:, :, np.newaxis] / " + size + ", " + size + ", axis=2)\n";
    return {.forward = "seen_$y = " + seen + "\n$y = " + (pads ? "np.nanmean" : "np.mean") +
                       "(seen_$y, axis=2)" + as_kept(place.out),
            .backward_input = dseen + folded(place, window),
            .definitions = {window_constant(window, place.out.length), fold_function}};
}

NumpyLayer global_max_pooling(const NumpyPlace& place) {
    if (place.in.length == 1) return {.forward = "$y = $x", .backward_input = "d$x = d$y"};
    return {.forward = "$y = np.max($x, axis=1)",
            .backward_input =
                "first_$y = np.argmax($x, axis=1)[:, np.newaxis]  # of the largest\n"
                "d$x = (np.arange(" +
                number(place.in.length) + ")[:, np.newaxis] == first_$y) * d$y[:, np.newaxis]"};
}

NumpyLayer global_mean_pooling(const NumpyPlace& place) {
    if (place.in.length == 1) return {.forward = "$y = $x", .backward_input = "d$x = d$y"};
    const std::string length = number(place.in.length);
    return {.forward = "$y = np.mean($x, axis=1)",
            .backward_input = "d$x = np.repeat(d$y[:, np.newaxis] / " + length + ", " + length + ", axis=1)"};
}

NumpyLayer flatten(const NumpyPlace& place) {
    if (place.in.length == 1) return {.forward = "$y = $x", .backward_input = "d$x = d$y"};
    return {.forward = "$y = $x.reshape(" + number(place.in.size()) + ", -1)",
            .backward_input = "d$x = d$y.reshape(" + sizes(place.in) + ")"};
}

}  // namespace

std::span<const NumpyLayerKind> numpy_layer_table() {
    using Place = NumpyPlace;
    using Lines = NumpyLayer;
    static const std::vector<NumpyLayerKind> table{
        {"dense", "Z", dense},
        {"identity", "A",
         [](const Place&) {
             return Lines{"$y = $x", "d$x = d$y"};
         }},
        {"sigmoid", "A",
         [](const Place&) {
             return Lines{"$y = sigmoid($x)", "d$x = d$y * $y * (1 - $y)", {}, {sigmoid_function}};
         }},
        {"tanh", "A",
         [](const Place&) {
             return Lines{"$y = np.tanh($x)", "d$x = d$y * (1 - $y ** 2)"};
         }},
        {"relu", "A",
         [](const Place&) {
             return Lines{"$y = np.maximum($x, 0)", "d$x = d$y * ($x > 0)"};
         }},
        {"leaky_relu", "A", leaky_relu},
        {"elu", "A", elu},
        {"selu", "A", selu},
        {"gelu", "A",
         [](const Place&) {
             return Lines{"$y = $x * normal_cdf($x)",
                          "d$x = d$y * (normal_cdf($x) + $x * normal_density($x))",
                          {},
                          {normal_cdf, normal_density}};
         }},
        {"silu", "A",
         [](const Place&) {
             return Lines{"$y = $x * sigmoid($x)",
                          "d$x = d$y * (sigmoid($x) * (1 - $y) + $y)",
                          {},
                          {sigmoid_function}};
         }},
        {"softplus", "A",
         [](const Place&) {
             return Lines{"$y = np.logaddexp(0, $x)  # log(1 + e^z)",
                          "d$x = d$y * sigmoid($x)",
                          {},
                          {sigmoid_function}};
         }},
        {"softmax", "A", softmax},
        {"dropout", "D", dropout},
        {"batchnorm", "Z", batch_normalization},
        {"conv", "Z", convolution},
        {"maxpool", "P", max_pooling},
        {"avgpool", "P", mean_pooling},
        {"globalmaxpool", "P", global_max_pooling},
        {"globalavgpool", "P", global_mean_pooling},
        {"flatten", "F", flatten},
        {"residual(", "",
         [](const Place&) {
             return Lines{"", "d$x = d$x + d$other  # past the layers in between"};
         }},
        {")", "S",
         [](const Place&) {
             return Lines{"$y = $x + $other", "d$x = d$y"};
         }},
    };
    return table;
}

const NumpyLayerKind& find_numpy_layer(const std::string& text) {
    const LayerKind* kind = find_layer(text);
    for (const NumpyLayerKind& row : numpy_layer_table())
        if (kind != nullptr && row.name == kind->name) return row;
    throw Error(Fault::input, {.place = "layer \"" + text + "\"", .found = "cannot be written in NumPy"});
}

}  // namespace gradus
