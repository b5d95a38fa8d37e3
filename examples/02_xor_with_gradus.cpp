// How does the tutorial's program look when the library does the work?
#include <gradus/gradus.h>

#include <cstdio>

int main() {
    const gradus::Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    gradus::Network<double> network(2, "2 tanh, 1 sigmoid",
                                    {.seed = 2, .initializer = gradus::Initializer::normal});

    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.optimizer = {.kind = gradus::OptimizerKind::gd, .learning_rate = 0.3},
                             .batch = 0,
                             .iterations = 1001});
    while (const auto event = run.next())
        if (event->iteration % 100 == 0)
            std::printf("Cost after iteration# %td: %f\n", event->iteration, event->cost);

    const auto classes = gradus::classes_of(gradus::Predictor<double>(network, 4)(X));
    for (gradus::Index j = 0; j < X.columns(); ++j)
        std::printf("Neural Network prediction for example (%g, %g) is %td\n", X(0, j), X(1, j), classes[j]);
}
