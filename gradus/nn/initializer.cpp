#include "gradus/nn/initializer.h"

#include <cmath>

namespace gradus {

static double draw(const Parameter& parameter, Initializer initializer, RandomState& random) {
    if (!parameter.weight) {
        if (parameter.first == FirstNumbers::normal) return parameter.start * random.randn();
        if (parameter.first == FirstNumbers::uniform)
            return random.uniform(-parameter.start, parameter.start);
        return parameter.start;
    }
    const double in = double(parameter.fan_in), out = double(parameter.fan_out);
    switch (initializer) {
        case Initializer::zeros:
            return 0;
        case Initializer::normal:
            return random.randn();
        case Initializer::uniform:
            return random.uniform(-1, 1);
        case Initializer::he:
            return random.randn() * std::sqrt(2 / in);
        case Initializer::lecun:
            return random.randn() * std::sqrt(1 / in);
        case Initializer::automatic:
        case Initializer::glorot:
            break;
    }
    const double r = std::sqrt(6 / (in + out));
    return random.uniform(-r, r);
}

template <class T>
void initialize(View<T> W, const Parameter& parameter, Initializer initializer, RandomState& random) {
    const Index channels = W.columns() / parameter.window;
    for (Index i = 0; i < W.rows(); ++i)
        for (Index c = 0; c < channels; ++c)
            for (Index w = 0; w < parameter.window; ++w)
                W(i, w * channels + c) = static_cast<T>(draw(parameter, initializer, random));
}

template void initialize(View<float>, const Parameter&, Initializer, RandomState&);
template void initialize(View<double>, const Parameter&, Initializer, RandomState&);

}  // namespace gradus
