// How does a network of two layers learn XOR? The tutorial's program, with Eigen in the place of NumPy.
//
// Examples stand in columns: X is 2x4, one column for each of (0,0), (0,1), (1,0), (1,1); Y is 1x4.
// Read from top to bottom: eight functions in the order in which the numbers flow, then the main program.
// The program uses nothing of the library: the library's tests compare themselves with it.

#include <Eigen/Dense>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>

using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Parameters {
    MatrixXd W1;  // n_h x n_x
    VectorXd b1;  // n_h
    MatrixXd W2;  // n_y x n_h
    VectorXd b2;  // n_y
};

struct Cache {    // what the way back needs from the way forward
    MatrixXd A1;  // n_h x m
    MatrixXd A2;  // n_y x m
};

struct Gradients {  // dW1 is the derivative of the cost with respect to W1: it has the shape of W1
    MatrixXd dW1;
    VectorXd db1;
    MatrixXd dW2;
    VectorXd db2;
};

// numpy.random.seed(s) and numpy.random.randn: the Mersenne Twister and the polar method.
class NumpyRandom {
public:
    explicit NumpyRandom(std::uint32_t seed) : bits_(seed) {}

    double randn() {
        if (has_second_) {
            has_second_ = false;
            return second_;
        }
        double x = 0, y = 0, r2 = 0;
        do {  // a random point in the unit disc, its centre left out
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            r2 = x * x + y * y;
        } while (r2 >= 1 || r2 == 0);
        const double f = std::sqrt(-2 * std::log(r2) / r2);
        second_ = f * x;
        has_second_ = true;
        return f * y;
    }

    MatrixXd randn(int rows, int columns) {  // row by row, as NumPy fills a matrix
        MatrixXd M(rows, columns);
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j) M(i, j) = randn();
        return M;
    }

private:
    double uniform() {  // 53 random bits: a number in [0, 1)
        const double a = double(bits_() >> 5);
        const double b = double(bits_() >> 6);
        return (a * 67108864 + b) / 9007199254740992;
    }

    std::mt19937 bits_;
    double second_ = 0;
    bool has_second_ = false;
};

// [sigmoid]
MatrixXd sigmoid(const MatrixXd& z) {
    return 1 / (1 + (-z.array()).exp());
}
// [/sigmoid]

// [initialize_parameters]
Parameters initialize_parameters(int n_x, int n_h, int n_y, NumpyRandom& random) {
    const MatrixXd W1 = random.randn(n_h, n_x);  // W1 is drawn first
    const MatrixXd W2 = random.randn(n_y, n_h);
    return {W1, VectorXd::Zero(n_h), W2, VectorXd::Zero(n_y)};
}
// [/initialize_parameters]

// [forward_prop]
Cache forward_prop(const MatrixXd& X, const Parameters& p) {
    const MatrixXd Z1 = (p.W1 * X).colwise() + p.b1;
    const MatrixXd A1 = Z1.array().tanh();
    const MatrixXd Z2 = (p.W2 * A1).colwise() + p.b2;
    const MatrixXd A2 = sigmoid(Z2);
    return {A1, A2};
}
// [/forward_prop]

// [calculate_cost]
double calculate_cost(const MatrixXd& A2, const MatrixXd& Y) {
    const auto A = A2.array(), T = Y.array();
    const double m = double(Y.cols());
    return -(T * A.log() + (1 - T) * (1 - A).log()).sum() / m;
}
// [/calculate_cost]

// [backward_prop]
Gradients backward_prop(const MatrixXd& X, const MatrixXd& Y, const Cache& cache, const Parameters& p) {
    const auto& [A1, A2] = cache;
    const double m = double(X.cols());
    const MatrixXd dZ2 = A2 - Y;
    const MatrixXd dW2 = dZ2 * A1.transpose() / m;
    const VectorXd db2 = dZ2.rowwise().sum() / m;
    const MatrixXd dZ1 = (p.W2.transpose() * dZ2).array() * (1 - A1.array().square());
    const MatrixXd dW1 = dZ1 * X.transpose() / m;
    const VectorXd db1 = dZ1.rowwise().sum() / m;
    return {dW1, db1, dW2, db2};
}
// [/backward_prop]

// [update_parameters]
Parameters update_parameters(const Parameters& p, const Gradients& g, double learning_rate) {
    return {p.W1 - learning_rate * g.dW1, p.b1 - learning_rate * g.db1,  //
            p.W2 - learning_rate * g.dW2, p.b2 - learning_rate * g.db2};
}
// [/update_parameters]

// [model]
Parameters model(const MatrixXd& X, const MatrixXd& Y, int n_x, int n_h, int n_y, int num_of_iters,
                 double learning_rate, NumpyRandom& random) {
    Parameters parameters = initialize_parameters(n_x, n_h, n_y, random);
    for (int i = 0; i <= num_of_iters; ++i) {  // inclusive: 1000 iterations are 1001 updates
        const Cache cache = forward_prop(X, parameters);
        const double cost = calculate_cost(cache.A2, Y);
        const Gradients gradients = backward_prop(X, Y, cache, parameters);
        parameters = update_parameters(parameters, gradients, learning_rate);
        if (i % 100 == 0) std::printf("Cost after iteration# %d: %f\n", i, cost);
    }
    return parameters;
}
// [/model]

// [predict]
int predict(const MatrixXd& X, const Parameters& parameters) {
    const double p = forward_prop(X, parameters).A2(0, 0);  // the network's probability of a 1
    return p >= 0.5 ? 1 : 0;
}
// [/predict]

#ifndef XOR_TUTORIAL_WITHOUT_MAIN  // the guide and the tests include this file for its functions
// [main]
int main() {
    NumpyRandom random(2);
    const MatrixXd X{{0, 0, 1, 1}, {0, 1, 0, 1}};
    const MatrixXd Y{{0, 1, 1, 0}};
    const Parameters trained = model(X, Y, 2, 2, 1, 1000, 0.3, random);
    for (int i = 0; i < X.cols(); ++i)
        std::printf("Neural Network prediction for example (%d, %d) is %d\n", int(X(0, i)), int(X(1, i)),
                    predict(X.col(i), trained));
}
// [/main]
#endif
