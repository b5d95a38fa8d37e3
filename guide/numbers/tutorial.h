// What does the tutorial's program say? A copy of it for each file that asks: it is a program and no library.
#pragma once

#include <Eigen/Dense>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>

#include "numbers.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"  // nobody asks for everything
namespace {

#define XOR_TUTORIAL_WITHOUT_MAIN
#include "../../examples/01_xor_tutorial.cpp"

const MatrixXd X{{0, 0, 1, 1}, {0, 1, 0, 1}};
const MatrixXd Y{{0, 1, 1, 0}};
const double learning_rate = 0.3;
const int updates = 1001;  // iterations 0 to 1000

Parameters start(unsigned seed, int n_h = 2) {
    NumpyRandom random(seed);
    return initialize_parameters(2, n_h, 1, random);
}

Gradients gradients_at(const Parameters& p) {
    return backward_prop(X, Y, forward_prop(X, p), p);
}

double cost_at(const Parameters& p) {
    return calculate_cost(forward_prop(X, p).A2, Y);
}

Parameters train(Parameters p, int count, double rate = learning_rate) {
    for (int i = 0; i < count; ++i) p = update_parameters(p, gradients_at(p), rate);
    return p;
}

// [solved]
bool solved(const MatrixXd& A2) {  // all four predictions agree with Y
    return ((A2.array() >= 0.5) == (Y.array() == 1)).all();
}
// [/solved]

MatrixXd slope(const MatrixXd& A) {  // tanh'(Z), where A = tanh(Z)
    return 1 - A.array().square();
}

using ::print;
void print(const Parameters& p, int decimals = 6) {
    print("W1", p.W1, decimals);
    print("b1", p.b1, decimals);
    print("W2", p.W2, decimals);
    print("b2", p.b2, decimals);
}

}  // namespace
#pragma GCC diagnostic pop
