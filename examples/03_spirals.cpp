// How does a deeper network learn something harder? Two spirals, mini-batches, Adam, early stopping.
#include <gradus/gradus.h>

#include <cstdio>

using namespace gradus;

int main() {
    const Dataset spirals = generate("spirals", {.examples = 1000, .seed = 1});
    const Split parts = split(spirals, 0.2, RandomState(1));
    const Matrix<double> spirals_X = numbers_of(spirals.table);
    const Matrix<double> X = select(spirals_X, parts.training), Y = select(spirals.Y, parts.training);
    const Matrix<double> X_new = select(spirals_X, parts.validation);
    const Matrix<double> Y_new = select(spirals.Y, parts.validation);

    Network<double> network(2, "32 tanh, 32 tanh, 1 sigmoid", {.seed = 1});
    const RunSettings settings{
        .optimizer = {.learning_rate = 0.01}, .batch = 32, .epochs = 200, .patience = 40};
    Run<double> run(network, {.X = X, .Y = Y}, {.X = X_new, .Y = Y_new}, settings, RandomState(1));
    while (const auto event = run.next())
        if (event->epoch_end && event->epoch % 20 == 0)
            std::printf("epoch %3td   cost %.3f   validation %.3f\n", event->epoch, event->epoch_end->cost,
                        *event->epoch_end->validation_cost);

    const Evaluation seen = evaluate(network, X, Y, settings.loss, Task::classify);
    const Evaluation fresh = evaluate(network, X_new, Y_new, settings.loss, Task::classify);
    std::printf("accuracy on %td examples seen %.3f, on %td never seen %.3f\n", seen.examples, seen.accuracy,
                fresh.examples, fresh.accuracy);
}
