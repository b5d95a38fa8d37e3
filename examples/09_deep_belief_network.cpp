// How does a network learn from examples without labels, and what does it dream of? A deep belief network:
// layers learned one after the other as restricted Boltzmann machines, then as ever.
#include <gradus/gradus.h>

#include <array>
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

int main() {
    // 300 pictures, and only of the first three somebody has said which letter they are.
    const Pictures seen(300, 1), fresh(1000, 2);
    const std::vector<Index> labelled{0, 1, 2};
    const Matrix<double> X = select(seen.X, labelled), Y = one_hot(select(seen.Y, labelled));
    const auto tune_and_judge = [&](const char* name, Network<double>& network) {
        Run<double> run(network, {.X = X, .Y = Y},
                        {.loss = LossKind::cross_entropy,
                         .optimizer = {.learning_rate = 0.01},
                         .batch = 0,
                         .iterations = 200});
        while (run.next()) {
        }
        const Evaluation judged =
            evaluate(network, fresh.X, one_hot(fresh.Y), LossKind::cross_entropy, Task::classify);
        std::printf("%s: accuracy %.3f on %td other pictures\n", name, judged.accuracy, judged.examples);
    };

    Network<double> plain(pixels, "40 sigmoid, 20 sigmoid, 3 softmax", {.seed = 1});
    tune_and_judge("labels alone", plain);

    Network<double> network(pixels, "40 sigmoid, 20 sigmoid, 3 softmax", {.seed = 1});
    Pretraining<double> pretraining(network, {.X = seen.X}, {.kind = Pretrain::rbm, .epochs = 100},
                                    RandomState(1), 1);
    while (const auto event = pretraining.next())
        if (event->update.epoch_end && event->update.epoch == 99)
            std::printf("layer %td: reconstruction error %.3f\n", event->machine + 1,
                        event->update.epoch_end->cost);
    tune_and_judge("pre-trained ", network);

    const Matrix<double> dreams = dream(pretraining.machines(), 6, {.steps = 500, .seed = 1});
    for (Index row = 0; row < side; ++row) {
        for (Index j = 0; j < dreams.columns(); ++j) {
            for (Index i = 0; i < side; ++i) std::printf("%c", dreams(row * side + i, j) > 0.5 ? '#' : '.');
            std::printf(j + 1 < dreams.columns() ? "  " : "\n");
        }
    }
}
