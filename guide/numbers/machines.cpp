// Chapter 17: a restricted Boltzmann machine with 3 visible and 4 hidden units, whose 128 states can all be
// visited.
#include "tutorial.h"

namespace {

// [machine]
struct Machine {
    MatrixXd W;  // hidden x visible
    VectorXd b;  // of the hidden units
    VectorXd c;  // of the visible units

    double energy(const VectorXd& v, const VectorXd& h) const { return -c.dot(v) - b.dot(h) - h.dot(W * v); }

    double free_energy(const VectorXd& v) const {
        return -c.dot(v) - (W * v + b).array().exp().log1p().sum();  // log1p(exp(z)) is softplus
    }

    MatrixXd up(const MatrixXd& V) const { return sigmoid((W * V).colwise() + b); }
    MatrixXd down(const MatrixXd& H) const { return sigmoid((W.transpose() * H).colwise() + c); }
};
// [/machine]

MatrixXd all_states(int units) {  // 0 or 1 for each unit; a column for each state
    MatrixXd states(units, 1 << units);
    for (int j = 0; j < states.cols(); ++j)
        for (int i = 0; i < units; ++i) states(i, j) = (j >> (units - 1 - i)) & 1;
    return states;
}

const MatrixXd xor_rows{
    {0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 0}};  // x1, x2 and x1 XOR x2; an example a column
const MatrixXd visible_states = all_states(3), hidden_states = all_states(4);

Machine first_machine() {
    NumpyRandom random(2);
    return {0.5 * random.randn(4, 3), VectorXd::Zero(4), VectorXd::Zero(3)};
}

VectorXd weights_of_states(const Machine& m) {  // e^-F of the eight states
    VectorXd weights(8);
    for (int j = 0; j < 8; ++j) weights(j) = std::exp(-m.free_energy(visible_states.col(j)));
    return weights;
}

VectorXd probabilities_of_states(const Machine& m) {
    const VectorXd weights = weights_of_states(m);
    return weights / weights.sum();
}

double log_likelihood(const Machine& m) {
    const VectorXd P = probabilities_of_states(m);
    return (std::log(P(0)) + std::log(P(3)) + std::log(P(5)) + std::log(P(6))) / 4;  // 000, 011, 101, 110
}

VectorXd data_distribution() {
    VectorXd P = VectorXd::Zero(8);
    for (const int state : {0, 3, 5, 6}) P(state) = 0.25;
    return P;
}

// <h v'>, <h> and <v>, when the visible states have the probabilities P.
Machine statistics(const Machine& m, const VectorXd& P) {
    const MatrixXd H = m.up(visible_states);
    return {H * P.asDiagonal() * visible_states.transpose(), H * P, visible_states * P};
}

// The probabilities of the states after one Gibbs step, h drawn from v, then v drawn from h.
VectorXd gibbs(const Machine& m, const VectorXd& P) {
    const MatrixXd up = m.up(visible_states), down = m.down(hidden_states);
    VectorXd next = VectorXd::Zero(8);
    for (int from = 0; from < 8; ++from)
        for (int j = 0; j < 16; ++j) {
            double path = P(from);
            for (int i = 0; i < 4; ++i) path *= hidden_states(i, j) > 0 ? up(i, from) : 1 - up(i, from);
            for (int to = 0; to < 8; ++to) {
                double arrival = path;
                for (int i = 0; i < 3; ++i)
                    arrival *= visible_states(i, to) > 0 ? down(i, j) : 1 - down(i, j);
                next(to) += arrival;
            }
        }
    return next;
}

VectorXd fantasies(const Machine& m, int steps) {  // of contrastive divergence; 0 stands for the model itself
    if (steps == 0) return probabilities_of_states(m);
    VectorXd P = data_distribution();
    for (int i = 0; i < steps; ++i) P = gibbs(m, P);
    return P;
}

Machine learn(Machine m, int updates, int steps) {
    for (int i = 0; i < updates; ++i) {
        const Machine positive = statistics(m, data_distribution()),
                      negative = statistics(m, fantasies(m, steps));
        m.W += 0.5 * (positive.W - negative.W);
        m.b += 0.5 * (positive.b - negative.b);
        m.c += 0.5 * (positive.c - negative.c);
    }
    return m;
}

void print_state(const VectorXd& v) {
    std::printf("(%d, %d, %d)", int(v(0)), int(v(1)), int(v(2)));
}

// ---- the sections -----------------------------------------------------------------------------------

void machine_weights() {
    print("W", first_machine().W);
}

void machine_energy() {
    const Machine m = first_machine();
    const VectorXd v{{0, 1, 1}};
    double sum = 0;
    for (const int j : {0, 4, 8, 12}) {
        const VectorXd h = hidden_states.col(j);
        std::printf("v = (0, 1, 1), h = (%d, %d, %d, %d): E = %9.6f, e^-E = %f\n", int(h(0)), int(h(1)),
                    int(h(2)), int(h(3)), m.energy(v, h) + 0.0, std::exp(-m.energy(v, h)));
    }
    for (int j = 0; j < 16; ++j) sum += std::exp(-m.energy(v, hidden_states.col(j)));
    std::printf("sum of e^-E over all 16 states of h: %f\n", sum);
    std::printf("F(v) = %f, e^-F(v) = %f\n", m.free_energy(v), std::exp(-m.free_energy(v)));
}

void machine_up() {
    const Machine m = first_machine();
    const VectorXd v{{0, 1, 1}};
    const VectorXd formula = m.up(v);
    VectorXd counted = VectorXd::Zero(4);
    double sum = 0;
    for (int j = 0; j < 16; ++j) {
        const double weight = std::exp(-m.energy(v, hidden_states.col(j)));
        counted += weight * hidden_states.col(j);
        sum += weight;
    }
    for (int i = 0; i < 4; ++i)
        std::printf("P(h%d = 1 | v)   sigmoid(z) = sigmoid(%9.6f) = %f   counted over the states %f\n", i + 1,
                    (m.W * v)(i), formula(i), counted(i) / sum);
}

void print_distribution(const Machine& m) {
    const VectorXd P = probabilities_of_states(m);
    for (int j = 0; j < 8; ++j) {
        print_state(visible_states.col(j));
        std::printf("   F = %9.6f   P = %f%s\n", m.free_energy(visible_states.col(j)), P(j),
                    data_distribution()(j) > 0 ? "   of the data" : "");
    }
    std::printf("Z = %f   mean log-likelihood of the data %f\n", weights_of_states(m).sum(),
                log_likelihood(m));
}

void machine_start() {
    print_distribution(first_machine());
}

void machine_gradient() {
    const Machine m = first_machine();
    const Machine positive = statistics(m, data_distribution());
    const Machine negative = statistics(m, probabilities_of_states(m));
    std::printf("          data       model   difference   central difference\n");
    for (int i = 0; i < 3; ++i) {
        Machine above = m, below = m;
        above.W(0, i) += 1e-5;
        below.W(0, i) -= 1e-5;
        std::printf("W[1,%d]  %f   %f    %9.6f            %9.6f\n", i + 1, positive.W(0, i), negative.W(0, i),
                    positive.W(0, i) - negative.W(0, i),
                    (log_likelihood(above) - log_likelihood(below)) / 2e-5);
    }
}

void machine_divergence() {
    for (const Machine& m : {first_machine(), learn(first_machine(), 3000, 0)}) {
        const Machine positive = statistics(m, data_distribution());
        for (const int steps : {1, 10, 100, 0}) {
            const Machine negative = statistics(m, fantasies(m, steps));
            if (steps > 0)
                std::printf("CD-%-3d", steps);
            else
                std::printf("exact ");
            std::printf("   dW[1,1] %9.6f   dW[1,2] %9.6f   dW[1,3] %9.6f\n",
                        positive.W(0, 0) - negative.W(0, 0), positive.W(0, 1) - negative.W(0, 1),
                        positive.W(0, 2) - negative.W(0, 2));
        }
        if (m.b.isZero()) std::printf("after 3000 updates:\n");
    }
}

void machine_learning() {
    std::printf("updates   exact gradient      CD-1\n");
    for (const int updates : {0, 100, 300, 1000, 3000, 10000})
        std::printf("%7d        %f %9.6f\n", updates, log_likelihood(learn(first_machine(), updates, 0)),
                    log_likelihood(learn(first_machine(), updates, 1)));
    std::printf("ln 1/8 = %f   ln 1/4 = %f\n", std::log(0.125), std::log(0.25));
}

// [cd]
struct Step {
    VectorXd h0, s0, v1, h1;
};

Step contrastive_divergence(const Machine& m, const VectorXd& v0, const VectorXd& u) {
    Step step;
    step.h0 = m.up(v0);
    step.s0 = (u.array() < step.h0.array()).cast<double>();  // each unit is 1 with its probability
    step.v1 = m.down(step.s0);
    step.h1 = m.up(step.v1);
    return step;  // dW = h0 v0' - h1 v1', db = h0 - h1, dc = v0 - v1
}
// [/cd]

void machine_step() {
    const Machine m = first_machine();
    const VectorXd v0{{0, 1, 1}}, u{{0.5, 0.5, 0.5, 0.5}};
    const Step step = contrastive_divergence(m, v0, u);
    print("v0'", v0.transpose(), 0);
    print("h0' = sigmoid(W v0 + b)'", step.h0.transpose());
    print("s0', drawn", step.s0.transpose(), 0);
    print("v1' = sigmoid(W' s0 + c)'", step.v1.transpose());
    print("h1' = sigmoid(W v1 + b)'", step.h1.transpose());
    print("h0 v0' - h1 v1'", step.h0 * v0.transpose() - step.h1 * step.v1.transpose());
}

void machine_end() {
    print_distribution(learn(first_machine(), 3000, 0));
}

void machine_answer() {
    const Machine m = learn(first_machine(), 3000, 0);
    for (int j = 0; j < 4; ++j) {
        const VectorXd no = visible_states.col(2 * j), yes = visible_states.col(2 * j + 1);
        std::printf("x = (%d, %d): F(x, 0) = %9.6f, F(x, 1) = %9.6f, P(1 | x) = sigmoid(%9.6f) = %f\n",
                    int(no(0)), int(no(1)), m.free_energy(no), m.free_energy(yes),
                    m.free_energy(no) - m.free_energy(yes),
                    1 / (1 + std::exp(m.free_energy(yes) - m.free_energy(no))));
    }
}

}  // namespace

std::span<const Section> machine_sections() {
    static const Section all[] = {
        {"machine_weights", machine_weights},
        {"machine_energy", machine_energy},
        {"machine_up", machine_up},
        {"machine_start", machine_start},
        {"machine_gradient", machine_gradient},
        {"machine_divergence", machine_divergence},
        {"machine_step", machine_step},
        {"machine_learning", machine_learning},
        {"machine_end", machine_end},
        {"machine_answer", machine_answer},
    };
    return all;
}
