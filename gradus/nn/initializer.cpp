#include "gradus/nn/initializer.h"

#include <cmath>

namespace gradus {

static double draw(const Parameter& parameter, Initializer initializer, RandomState& random) {
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
    const auto number = [&] {
        return parameter.weight ? draw(parameter, initializer, random) : parameter.start;
    };
    const Index channels = W.columns() / parameter.window;
    for (Index i = 0; i < W.rows(); ++i)
        for (Index c = 0; c < channels; ++c)
            for (Index w = 0; w < parameter.window; ++w) W(i, w * channels + c) = static_cast<T>(number());
}

template void initialize(View<float>, const Parameter&, Initializer, RandomState&);
template void initialize(View<double>, const Parameter&, Initializer, RandomState&);

}  // namespace gradus
