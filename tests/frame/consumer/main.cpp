// What a foreign program does with the library: it trains the tutorial's network and prints the last cost.
#include <gradus/gradus.h>

#include <cstdio>

int main() {
    const gradus::Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}};
    const gradus::Matrix<double> Y{{0, 1, 1, 0}};

    gradus::Network<double> network(2, "2 tanh, 1 sigmoid",
                                    {.seed = 2, .initializer = gradus::Initializer::normal});

    const gradus::OptimizerSettings descent{.kind = gradus::OptimizerKind::gd, .learning_rate = 0.3};
    gradus::TrainingStep<double> step(network, gradus::LossKind::binary_cross_entropy, descent, 4);
    double cost = 0;
    for (int i = 0; i <= 1000; ++i) {
        step.forward(X);
        cost = step.cost(Y);
        step.backward(Y);
        step.update();
    }
    std::printf("%.6f\n", cost);
}
