// Chapter 14: mini-batches, momentum and Adam.
#include <vector>

#include "tutorial.h"

namespace {

using Eigen::ArrayXd;

ArrayXd flat(const Gradients& g) {  // W1 row by row, b1, W2, b2: nine numbers in one array
    ArrayXd numbers(9);
    numbers << g.dW1(0, 0), g.dW1(0, 1), g.dW1(1, 0), g.dW1(1, 1), g.db1.array(), g.dW2.transpose().array(),
        g.db2.array();
    return numbers;
}

void move(Parameters& p, const ArrayXd& step) {
    p.W1 += MatrixXd{{step(0), step(1)}, {step(2), step(3)}};
    p.b1 += step.segment(4, 2).matrix();
    p.W2 += step.segment(6, 2).matrix().transpose();
    p.b2 += step.segment(8, 1).matrix();
}

// [momentum]
struct Momentum {
    ArrayXd v = ArrayXd::Zero(9);

    ArrayXd step(const ArrayXd& g, double rate) {
        v = 0.9 * v + g;
        return -rate * v;
    }
};
// [/momentum]

// [adam]
struct Adam {
    ArrayXd v = ArrayXd::Zero(9), s = ArrayXd::Zero(9);
    int t = 0;

    ArrayXd step(const ArrayXd& g, double rate) {
        ++t;
        v = 0.9 * v + 0.1 * g;
        s = 0.999 * s + 0.001 * g.square();
        const ArrayXd mean = v / (1 - std::pow(0.9, t)), square = s / (1 - std::pow(0.999, t));
        return -rate * mean / (square.sqrt() + 1e-8);
    }
};
// [/adam]

template <class Optimizer>
double cost_after(Optimizer optimizer, double rate, int count) {
    Parameters p = start(2);
    for (int i = 0; i < count; ++i) move(p, optimizer.step(flat(gradients_at(p)), rate));
    return cost_at(p);
}

double gradient_of(const std::vector<int>& batch) {  // dJ/dW1[1,1], from these examples alone
    const Parameters p = start(2);
    const MatrixXd some_X = X(Eigen::all, batch), some_Y = Y(Eigen::all, batch);
    return backward_prop(some_X, some_Y, forward_prop(some_X, p), p).dW1(0, 0);
}

void print_spread(const char* name, const std::vector<double>& estimates) {
    double mean = 0, square = 0;
    for (const double g : estimates) mean += g / double(estimates.size());
    for (const double g : estimates) square += (g - mean) * (g - mean) / double(estimates.size());
    std::printf("%s", name);
    for (const double g : estimates) print(g);
    std::printf("\n   mean %f   standard deviation %f\n", mean, std::sqrt(square));
}

void batches() {
    std::vector<double> one, two;
    for (int i = 0; i < 4; ++i) one.push_back(gradient_of({i}));
    for (int i = 0; i < 4; ++i)
        for (int j = i + 1; j < 4; ++j) two.push_back(gradient_of({i, j}));
    print_spread("of 1 example ", one);
    print_spread("of 2 examples", two);
    print_spread("of all four  ", {gradient_of({0, 1, 2, 3})});
}

void momentum_sum() {
    std::printf("   t   always 1   1 and -1 in turn\n");
    double same = 0, turning = 0;
    for (int t = 1; t <= 100; ++t) {
        same = 0.9 * same + 1;
        turning = 0.9 * turning + (t % 2 ? 1 : -1);
        if (t > 3 && t != 10 && t != 30 && t != 100) continue;
        std::printf("%4d", t);
        print(same, 4);
        print(turning, 4);
        std::printf("\n");
    }
}

void momentum_cost() {
    for (const int updates : {100, 1000})
        std::printf("after %4d updates with rate 0.1   gradient descent %f   momentum %f\n", updates,
                    cost_at(train(start(2), updates, 0.1)), cost_after(Momentum{}, 0.1, updates));
}

void adam_first() {
    const Parameters p = start(2);
    const ArrayXd g = flat(gradients_at(p)), step = Adam{}.step(g, 0.1);
    const char* names[] = {"W1[1,1]", "W1[1,2]", "W1[2,1]", "W1[2,2]"};
    for (int i = 0; i < 4; ++i)
        std::printf("%s   gradient %9.6f   gradient descent moves it by %9.6f, Adam by %9.6f\n", names[i],
                    g(i), -0.1 * g(i), step(i));
}

void adam_correction() {
    std::printf("   t   1 - 0.9^t   1 - 0.999^t   step without the correction\n");
    for (const int t : {1, 2, 10, 100, 1000, 10000}) {
        const double v = 1 - std::pow(0.9, t), s = 1 - std::pow(0.999, t);
        std::printf("%5d   %f      %f      %f\n", t, v, s, v / std::sqrt(s));
    }
}

void optimizer_answer() {
    const ArrayXd g = flat(gradients_at(start(2)));
    for (int i = 0; i < 2; ++i)
        std::printf("W1[1,%d]   s = %.8f   step %9.6f\n", i + 1, 0.1 * g(i) * g(i),
                    -0.1 * g(i) / (std::sqrt(0.1 * g(i) * g(i)) + 1e-8));
}

}  // namespace

std::span<const Section> optimizer_sections() {
    static const Section all[] = {
        {"batches", batches},
        {"momentum_sum", momentum_sum},
        {"momentum_cost", momentum_cost},
        {"adam_first", adam_first},
        {"adam_correction", adam_correction},
        {"optimizer_answer", optimizer_answer},
    };
    return all;
}
