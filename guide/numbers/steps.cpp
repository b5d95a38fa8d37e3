// Chapters 1 to 8: the tutorial's program, step by step.
#include "tutorial.h"

namespace {

// [central_difference]
double central_difference(Parameters p, int row, int column) {  // d(cost)/dW1[row, column], measured
    const double w = p.W1(row, column), step = 1e-5;
    p.W1(row, column) = w + step;
    const double above = calculate_cost(forward_prop(X, p).A2, Y);
    p.W1(row, column) = w - step;
    const double below = calculate_cost(forward_prop(X, p).A2, Y);
    return (above - below) / (2 * step);
}
// [/central_difference]

void activation() {
    std::printf("    z   sigmoid(z)    slope     tanh(z)     slope\n");
    for (const int z : {-4, -2, -1, 0, 1, 2, 4}) {
        const double s = sigmoid(MatrixXd::Constant(1, 1, z))(0, 0), t = std::tanh(z);
        std::printf("%5d ", z);
        for (const double value : {s, s * (1 - s), t, 1 - t * t}) print(value);
        std::printf("\n");
    }
}

void activation_answer() {
    for (const double z : {-1.0, 0.5, 2.0}) {
        const double s = sigmoid(MatrixXd::Constant(1, 1, 2 * z))(0, 0);
        std::printf("z = %4.1f   2 sigmoid(2z) - 1 = %9.6f   tanh(z) = %9.6f\n", z, 2 * s - 1, std::tanh(z));
    }
}

void parameters() {
    print(start(2), 8);
}

void parameters_answer() {
    const Parameters p = start(2, 3);
    print(p, 8);
    std::printf("numbers: %d\n", int(p.W1.size() + p.b1.size() + p.W2.size() + p.b2.size()));
}

void forward() {
    const Parameters p = start(2);
    const Cache cache = forward_prop(X, p);
    print("X", X, 0);
    print("Z1 = W1 X + b1", (p.W1 * X).colwise() + p.b1);
    print("A1 = tanh(Z1)", cache.A1);
    print("Z2 = W2 A1 + b2", (p.W2 * cache.A1).colwise() + p.b2);
    print("A2 = sigmoid(Z2)", cache.A2);
}

void forward_answer() {
    const Parameters p = start(2);
    const MatrixXd x = X.col(3), A1 = forward_prop(x, p).A1, A2 = forward_prop(x, p).A2;
    for (int i = 0; i < 2; ++i)
        std::printf("A1[%d] = tanh(%f * 1 + %f * 1 + 0) = tanh(%f) = %f\n", i + 1, p.W1(i, 0), p.W1(i, 1),
                    p.W1.row(i).sum(), A1(i, 0));
    std::printf("A2    = sigmoid(%f * %f + %f * %f + 0)\n", p.W2(0, 0), A1(0, 0), p.W2(0, 1), A1(1, 0));
    std::printf("      = sigmoid(%f) = %f\n", (p.W2 * A1)(0, 0), A2(0, 0));
}

void cost() {
    const MatrixXd A2 = forward_prop(X, start(2)).A2;
    print("Y", Y, 0);
    print("A2", A2);
    MatrixXd losses(1, 4);
    for (int e = 0; e < 4; ++e) losses(0, e) = calculate_cost(A2.col(e), Y.col(e));
    print("loss of each example", losses);
    std::printf("cost, their mean: %f\n", calculate_cost(A2, Y));
}

void cost_answer() {
    const MatrixXd coin = MatrixXd::Constant(1, 4, 0.5), sure{{0.01, 0.99, 0.99, 0.99}};
    std::printf("always 0.5:              cost %f\n", calculate_cost(coin, Y));
    std::printf("sure, and wrong once:    cost %f\n", calculate_cost(sure, Y));
    std::printf("loss of the right ones:       %f\n", calculate_cost(sure.col(0), Y.col(0)));
    std::printf("loss of the wrong one:        %f\n", calculate_cost(sure.col(3), Y.col(3)));
}

void backward() {
    const Parameters p = start(2);
    const Cache cache = forward_prop(X, p);
    const Gradients g = backward_prop(X, Y, cache, p);
    const MatrixXd dZ2 = cache.A2 - Y, dA1 = p.W2.transpose() * dZ2;
    print("dZ2 = A2 - Y", dZ2);
    print("dW2 = dZ2 A1' / m", g.dW2);
    print("db2 = row sum of dZ2 / m", g.db2);
    print("W2' dZ2", dA1);
    print("1 - A1^2", slope(cache.A1));
    print("dZ1 = (W2' dZ2) .* (1 - A1^2)", dA1.cwiseProduct(slope(cache.A1)));
    print("dW1 = dZ1 X' / m", g.dW1);
    print("db1 = row sum of dZ1 / m", g.db1);
}

void gradient_check() {
    const Parameters p = start(2);
    const Gradients g = gradients_at(p);
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
            std::printf("dW1[%d,%d]   backward_prop %11.8f   central difference %11.8f\n", i + 1, j + 1,
                        g.dW1(i, j), central_difference(p, i, j));
}

Gradients without_the_factor(const Parameters& p) {  // the slip of the exercise: 1 - A1^2 is left out
    Gradients g = gradients_at(p);
    const MatrixXd dZ1 = p.W2.transpose() * (forward_prop(X, p).A2 - Y);
    g.dW1 = dZ1 * X.transpose() / 4;
    g.db1 = dZ1.rowwise().sum() / 4;
    return g;
}

void backward_answer() {
    Parameters p = start(2);
    const MatrixXd wrong = without_the_factor(p).dW1;
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
            std::printf("dW1[%d,%d]   without the factor %11.8f   central difference %11.8f\n", i + 1, j + 1,
                        wrong(i, j), central_difference(p, i, j));
    for (int i = 0; i < updates; ++i) p = update_parameters(p, without_the_factor(p), learning_rate);
    std::printf("cost after 1001 such updates %f, after 1001 correct ones %f\n", cost_at(p),
                cost_at(train(start(2), updates)));
}

void update() {
    const Parameters p = start(2);
    const Gradients g = gradients_at(p);
    const Parameters q = update_parameters(p, g, learning_rate);
    print(q, 8);
    std::printf("cost before       %9.6f\n", cost_at(p));
    std::printf("cost after        %9.6f\n", cost_at(q));
    std::printf("change            %9.6f\n", cost_at(q) - cost_at(p));
    std::printf("change predicted  %9.6f\n", -learning_rate * (g.dW1.squaredNorm() + g.db1.squaredNorm() +
                                                               g.dW2.squaredNorm() + g.db2.squaredNorm()));
}

void update_answer() {
    const Parameters p = start(2);
    for (const double rate : {0.03, 0.3, 1.0, 3.0})
        std::printf("learning rate %4.2f   cost after 1 update %f   after 1001 updates %f\n", rate,
                    cost_at(train(p, 1, rate)), cost_at(train(p, updates, rate)));
}

void loop() {
    NumpyRandom random(2);
    print(model(X, Y, 2, 2, 1, 1000, learning_rate, random));
}

void loop_milestones() {
    Parameters p = start(2);
    int all_right = -1;
    for (int i = 0; i < updates; ++i) {
        if (all_right < 0 && solved(forward_prop(X, p).A2)) all_right = i;
        p = train(p, 1);
    }
    std::printf("all four right for the first time at iteration %d\n", all_right);
    std::printf("cost at iteration 1000          %f\n", cost_at(train(start(2), 1000)));
    std::printf("cost after its update, the last %f\n", cost_at(p));
}

void loop_answer() {
    const Parameters p = train({MatrixXd::Constant(2, 2, 0.5), VectorXd::Zero(2),  //
                                MatrixXd::Constant(1, 2, 0.5), VectorXd::Zero(1)},
                               updates);
    print(p);
    print("A2", forward_prop(X, p).A2);
    std::printf("cost %f\n", cost_at(p));
}

void prediction() {
    const Parameters before = start(2), after = train(before, updates);
    for (int e = 0; e < X.cols(); ++e) {
        const MatrixXd x = X.col(e);
        std::printf("(%d, %d) is %d   before training: %f -> %d   after: %f -> %d\n", int(x(0)), int(x(1)),
                    int(Y(0, e)), forward_prop(x, before).A2(0, 0), predict(x, before),
                    forward_prop(x, after).A2(0, 0), predict(x, after));
    }
}

void hidden() {
    print("A1", forward_prop(X, train(start(2), updates)).A1);
}

void prediction_answer() {
    const Parameters p = train(start(2), updates);
    std::printf("  x2\n");
    for (int row = 4; row >= 0; --row) {
        std::printf("%5.2f ", 0.25 * row);
        for (int column = 0; column <= 4; ++column)
            std::printf(" %5.3f", forward_prop(VectorXd{{0.25 * column, 0.25 * row}}, p).A2(0, 0));
        std::printf("\n");
    }
    std::printf("    x1  0.00  0.25  0.50  0.75  1.00\n");
    std::printf("(3, 3): %f\n", forward_prop(VectorXd{{3.0, 3.0}}, p).A2(0, 0));
}

}  // namespace

std::span<const Section> step_sections() {
    static const Section all[] = {
        {"activation", activation},
        {"activation_answer", activation_answer},
        {"parameters", parameters},
        {"parameters_answer", parameters_answer},
        {"forward", forward},
        {"forward_answer", forward_answer},
        {"cost", cost},
        {"cost_answer", cost_answer},
        {"backward", backward},
        {"gradient_check", gradient_check},
        {"backward_answer", backward_answer},
        {"update", update},
        {"update_answer", update_answer},
        {"loop", loop},
        {"loop_milestones", loop_milestones},
        {"loop_answer", loop_answer},
        {"prediction", prediction},
        {"hidden", hidden},
        {"prediction_answer", prediction_answer},
    };
    return all;
}
