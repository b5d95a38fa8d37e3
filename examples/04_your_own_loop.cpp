// How do you keep the loop in your own hands? The tutorial's four verbs, and everything in between to look
// at.
#include <gradus/gradus.h>

#include <cstdio>

using namespace gradus;

int main() {
    const Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}};
    const Matrix<double> Y{{0, 1, 1, 0}};
    Network<double> network(2, "2 tanh, 1 sigmoid", {.seed = 2, .initializer = Initializer::normal});

    TrainingStep<double> step(network, LossKind::binary_cross_entropy,
                              {.kind = OptimizerKind::gd, .learning_rate = 0.3}, 4);
    for (int i = 0; i <= 1000; ++i) {
        step.forward(X);
        if (i % 250 == 0) std::printf("iteration %4d   cost %f\n", i, step.cost(Y));
        step.backward(Y);
        if (i == 0) {
            const View<const double> dW2 = step.gradient("W2");  // 1 x 2: the shape of W2
            std::printf("at first dW2 = [%.4f, %.4f]\n", dW2(0, 0), dW2(0, 1));
        }
        step.update();
    }

    const View<const double> A1 = step.output(1);  // layer 0 is W1 X + b1, layer 1 its tanh
    std::printf("what the hidden units say about the four examples:\n");
    for (Index i = 0; i < A1.rows(); ++i)
        std::printf("  %6.3f %6.3f %6.3f %6.3f\n", A1(i, 0), A1(i, 1), A1(i, 2), A1(i, 3));

    Predictor<double> predict(network, 4);
    const View<const double> A2 = predict(X);
    std::printf("p = %.3f %.3f %.3f %.3f\n", A2(0, 0), A2(0, 1), A2(0, 2), A2(0, 3));
}
