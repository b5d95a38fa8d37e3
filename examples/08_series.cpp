// How does a network find a shape wherever it stands in a series? One-dimensional convolution, beside a dense
// network of over twenty times as many parameters.
#include <gradus/gradus.h>

#include <cstdio>

using namespace gradus;

// Sixteen readings of noise, and somewhere among them a tap: up and down is class 0, down and up class 1.
struct Taps {
    Matrix<double> X, Y;

    Taps(Index examples, std::uint32_t seed) : X(16, examples), Y(1, examples) {
        RandomState random(seed);
        for (Index j = 0; j < examples; ++j) {
            for (Index t = 0; t < 16; ++t) X(t, j) = 0.3 * random.randn();
            const auto where = Index(15 * random.random_sample());
            Y(0, j) = double(j % 2);
            X(where, j) += j % 2 == 0 ? 1.5 : -1.5;
            X(where + 1, j) += j % 2 == 0 ? -1.5 : 1.5;
        }
    }
};

void compare(const char* name, Network<double> network, const Taps& seen, const Taps& fresh) {
    Run<double> run(network, {.X = seen.X, .Y = seen.Y},
                    {.optimizer = {.learning_rate = 0.02}, .batch = 20, .epochs = 100});
    while (run.next()) {
    }
    const auto accuracy = [&](const Taps& taps) {
        return evaluate(network, taps.X, taps.Y, LossKind::binary_cross_entropy, Task::classify).accuracy;
    };
    std::printf("%-12s %4zu parameters   accuracy %.3f on the taps seen, %.3f on others\n", name,
                network.parameters().size(), accuracy(seen), accuracy(fresh));

    if (network.in().length == 1) return;  // no series: no filters
    const auto w = network.parameters();   // the filters come first: W (filters x window), column by column
    for (Index f = 0; f < 2; ++f)
        std::printf("filter %td: %6.2f %6.2f\n", f + 1, w[std::size_t(f)], w[std::size_t(f + 2)]);
}

int main() {
    const Taps seen(100, 1), fresh(1000, 2);
    compare("dense", Network<double>(16, "12 relu, 1 sigmoid"), seen, fresh);
    // A series has a shape: one channel of sixteen readings. Two filters, each over two neighbours, slide
    // along it; of each filter's answers the largest is kept, wherever it was.
    compare("convolution",
            Network<double>({.channels = 1, .length = 16}, "conv 2x2 relu, globalmaxpool, 1 sigmoid"), seen,
            fresh);
}
