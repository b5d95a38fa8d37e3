#include "gradus/core/say.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/activation.h"
#include "gradus/nn/layers/batch_normalization.h"
#include "gradus/nn/layers/convolution.h"
#include "gradus/nn/layers/dense.h"
#include "gradus/nn/layers/dropout.h"
#include "gradus/nn/layers/pbld.h"
#include "gradus/nn/layers/pooling.h"
#include "gradus/nn/layers/residual.h"

namespace gradus {
namespace {

template <class Float, class Double>
LayerKind row(std::string name, std::string arguments, Phrase description, bool activation,
              Initializer suits) {
    return {std::move(name), std::move(arguments), description, activation, suits, Float::read, Double::read};
}

// Behind the dense layer, to which they belong.
std::vector<LayerKind> with_activations(std::vector<LayerKind> table) {
    const std::vector<LayerKind> activations = activation_kinds();
    table.insert(table.begin() + 1, activations.begin(), activations.end());
    return table;
}

}  // namespace

std::span<const LayerKind> layer_table() {
    using enum Initializer;
    static const std::vector<LayerKind> table = with_activations({
        row<Dense<float>, Dense<double>>("dense", "UNITS",
                                         say_later("every unit sees every input; \"dense\" may be left out"),
                                         false, glorot),
        row<Softmax<float>, Softmax<double>>(
            "softmax", "", say_later("each example's outputs become probabilities"), true, glorot),
        row<Dropout<float>, Dropout<double>>(
            "dropout", "RATE", say_later("zeroes each unit with this probability while training"), false,
            glorot),
        row<BatchNormalization<float>, BatchNormalization<double>>(
            "batchnorm", "", say_later("mean 0 and variance 1 for each channel of the batch"), false, glorot),
        row<Convolution<float>, Convolution<double>>(
            "conv", "FILTERSxWINDOW [stride N] [pad N|same] [dilation N] [groups N]",
            say_later("convolution over a series"), false, glorot),
        row<Pooling<float, Pool::max>, Pooling<double, Pool::max>>(
            "maxpool", "WINDOW [stride N] [pad N|same]", say_later("the largest number under a window"),
            false, glorot),
        row<Pooling<float, Pool::mean>, Pooling<double, Pool::mean>>(
            "avgpool", "WINDOW [stride N] [pad N|same]", say_later("the mean under a window"), false, glorot),
        row<GlobalPooling<float, Pool::max>, GlobalPooling<double, Pool::max>>(
            "globalmaxpool", "", say_later("the largest number of each channel"), false, glorot),
        row<GlobalPooling<float, Pool::mean>, GlobalPooling<double, Pool::mean>>(
            "globalavgpool", "", say_later("the mean of each channel"), false, glorot),
        row<Flatten<float>, Flatten<double>>(
            "flatten", "", say_later("a series becomes a vector, channel after channel"), false, glorot),
        row<Pbld<float>, Pbld<double>>(
            "pbld", "[FREQUENCIESxNUMBERS] [sigma S]",
            say_later("each number, and beside it sums of waves of it: a periodic embedding"), false, glorot),
        row<ResidualBegin<float>, ResidualBegin<double>>(
            "residual(", "LAYERS)", say_later("adds the layers' input to their output"), false, glorot),
        row<ResidualEnd<float>, ResidualEnd<double>>(")", "", say_later("ends residual("), false, glorot),
    });
    return table;
}

}  // namespace gradus
