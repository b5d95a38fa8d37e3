// How does a network learn from examples without labels, and what does it dream of? A deep belief network:
// layers learned one after the other as restricted Boltzmann machines, then as ever.
#include <gradus/gradus.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

using namespace gradus;

constexpr Index side = 5, pixels = side * side, classes = 3;
constexpr std::array<std::string_view, classes> letters{
    "#####"
    "..#.."
    "..#.."
    "..#.."
    "..#..",
    "#...."
    "#...."
    "#...."
    "#...."
    "#####",
    "#...#"
    ".#.#."
    "..#.."
    ".#.#."
    "#...#",
};

// Pictures of T, L and X in turn, in which one pixel in seven is wrong; Y is their letter, 0, 1 or 2.
struct Pictures {
    Matrix<double> X, Y;

    Pictures(Index count, std::uint32_t seed) : X(pixels, count), Y(1, count) {
        RandomState random(seed);
        for (Index j = 0; j < count; ++j) {
            Y(0, j) = double(j % classes);
            for (Index i = 0; i < pixels; ++i) {
                const bool ink = letters[std::size_t(j % classes)][std::size_t(i)] == '#';
                X(i, j) = ink == (random.random_sample() < 1.0 / 7) ? 0 : 1;
            }
        }
    }
};

Matrix<double> one_hot(const Matrix<double>& Y) {  // a row for each class
    Matrix<double> rows(classes, Y.columns());
    for (Index j = 0; j < Y.columns(); ++j) rows(Index(Y(0, j)), j) = 1;
    return rows;
}

// Learns from the labelled pictures, and says how many of the fresh ones it then knows.
double tuned(Network<double>& network, const Examples<double>& labelled, const Pictures& fresh) {
    Run<double> run(network, labelled,
                    {.loss = LossKind::cross_entropy,
                     .optimizer = {.learning_rate = 0.01},
                     .batch = 0,
                     .iterations = 200});
    while (run.next()) {
    }
    return evaluate(network, fresh.X, one_hot(fresh.Y), LossKind::cross_entropy, Task::classify).accuracy;
}

void print(const Matrix<double>& pictures) {  // beside each other
    for (Index row = 0; row < side; ++row)
        for (Index j = 0; j < pictures.columns(); ++j) {
            for (Index i = 0; i < side; ++i) std::printf("%c", pictures(row * side + i, j) > 0.5 ? '#' : '.');
            std::printf(j + 1 < pictures.columns() ? "  " : "\n");
        }
}

int main() {
    // 300 pictures, and only of the first three somebody has said which letter they are.
    const Pictures seen(300, 1), fresh(1000, 2);
    const std::vector<Index> first{0, 1, 2};
    const Matrix<double> X = select(seen.X, first), Y = one_hot(select(seen.Y, first));

    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        Network<double> network(pixels, "36 sigmoid, 20 sigmoid, 3 softmax", {.seed = seed});
        Network<double> copy = network;  // that sees three pictures and no other
        const double alone = tuned(copy, {.X = X, .Y = Y}, fresh);

        Pretraining<double> pretraining(network, {.X = seen.X}, {.kind = Pretrain::rbm, .epochs = 100},
                                        RandomState(seed), seed);
        while (pretraining.next()) {
        }
        std::printf("seed %u: accuracy %.3f from three labels alone, %.3f with pre-training\n", seed, alone,
                    tuned(network, {.X = X, .Y = Y}, fresh));
        if (seed == 3)
            print(dream(pretraining.machines(), 6, {.steps = 500, .seed = 1}));  // nobody drew these
    }
}
