// Chapter 9: one hundred seeds.
#include <algorithm>
#include <utility>
#include <vector>

#include "tutorial.h"

namespace {

std::vector<int> undecided(const MatrixXd& A2) {  // the examples further than 1/4 from their label
    std::vector<int> found;
    for (int e = 0; e < X.cols(); ++e)
        if (std::abs(A2(0, e) - Y(0, e)) > 0.25) found.push_back(e);
    return found;
}

double largest(const Gradients& g) {
    return std::max({g.dW1.cwiseAbs().maxCoeff(), g.db1.cwiseAbs().maxCoeff(), g.dW2.cwiseAbs().maxCoeff(),
                     g.db2.cwiseAbs().maxCoeff()});
}

void print_seeds(const std::vector<unsigned>& seeds) {
    for (std::size_t i = 0; i < seeds.size(); ++i) std::printf(i % 22 == 21 ? " %u\n" : " %u", seeds[i]);
    if (seeds.size() % 22) std::printf("\n");
}

struct Group {
    std::vector<unsigned> seeds;
    double lowest = 1e9, highest = 0;  // costs at the end

    void add(unsigned seed, double cost) {
        seeds.push_back(seed);
        lowest = std::min(lowest, cost);
        highest = std::max(highest, cost);
    }
};

const std::vector<Parameters>& hundred_runs() {  // seeds 0 to 99, trained as the tutorial trains
    static const std::vector<Parameters> runs = [] {
        std::vector<Parameters> trained;
        for (unsigned seed = 0; seed < 100; ++seed) trained.push_back(train(start(seed), updates));
        return trained;
    }();
    return runs;
}

void seeds() {
    Group groups[5];  // by the number of undecided examples
    int agree = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        const Parameters& p = hundred_runs()[seed];
        const MatrixXd A2 = forward_prop(X, p).A2;
        groups[undecided(A2).size()].add(seed, cost_at(p));
        agree += solved(A2) == undecided(A2).empty();
    }
    for (const int n : {0, 2, 3}) {
        const Group& g = groups[n];
        std::printf("%d undecided examples: %d seeds, cost %f to %f\n", n, int(g.seeds.size()), g.lowest,
                    g.highest);
        print_seeds(g.seeds);
    }
    std::printf("others: %d seeds\n", int(groups[1].seeds.size() + groups[4].seeds.size()));
    std::printf("a run is solved exactly when no example is undecided: true of %d of 100 runs\n", agree);
}

void seed_0() {
    const Parameters p = train(start(0), updates);
    const Cache cache = forward_prop(X, p);
    print("A2", cache.A2);
    print("A1", cache.A1);
    std::printf("cost       %f\n(ln 2) / 2 %f\n", cost_at(p), std::log(2) / 2);
}

void seed_0_gradients() {
    const Parameters p = train(start(0), updates);
    const Cache cache = forward_prop(X, p);
    const Gradients g = gradients_at(p);
    print("dZ2", cache.A2 - Y);
    print("1 - A1^2", slope(cache.A1));
    print("dW1", g.dW1);
    print("db1", g.db1);
    print("dW2", g.dW2);
    print("db2", g.db2);
    std::printf("largest gradient at the start %f, now %f\n", largest(gradients_at(start(0))), largest(g));
}

void pairs() {
    int with_01 = 0, with_10 = 0;
    double distance = 0, steepest = 0;
    for (const Parameters& p : hundred_runs()) {
        const Cache cache = forward_prop(X, p);
        const std::vector<int> pair = undecided(cache.A2);
        if (pair.size() != 2) continue;
        with_01 += pair == std::vector{1, 3};
        with_10 += pair == std::vector{2, 3};
        const MatrixXd A1 = cache.A1(Eigen::all, pair);
        distance = std::max(distance, (A1.col(0) - A1.col(1)).cwiseAbs().maxCoeff());
        steepest = std::max(steepest, slope(A1).maxCoeff());
    }
    std::printf("undecided are (0, 1) and (1, 1): %d seeds\n", with_01);
    std::printf("undecided are (1, 0) and (1, 1): %d seeds\n", with_10);
    std::printf("hidden activations of the two differ by at most %f\n", distance);
    std::printf("1 - A1^2 of the two is at most %f\n", steepest);
}

void seed_3() {
    const Parameters p = train(start(3), updates);
    print("A2", forward_prop(X, p).A2);
    print("A1", forward_prop(X, p).A1);
    std::printf("cost                             %f\n", cost_at(p));
    std::printf("-(3/4) (2/3 ln 2/3 + 1/3 ln 1/3) %f\n",
                -0.75 * (2.0 / 3 * std::log(2.0 / 3) + 1.0 / 3 * std::log(1.0 / 3)));
}

void longer() {
    for (const unsigned seed : {0u, 3u, 74u}) {
        Parameters p = start(seed);
        int done = 0;
        for (const int count : {1001, 3001, 10001}) {
            p = train(p, count - std::exchange(done, count));
            std::printf("seed %2u   %5d updates   cost %f   largest gradient %f\n", seed, count, cost_at(p),
                        largest(gradients_at(p)));
        }
    }
}

void seeds_answer() {
    for (const int n_h : {2, 3, 4, 8}) {
        int count = 0;
        for (unsigned seed = 0; seed < 100; ++seed)
            count += solved(forward_prop(X, train(start(seed, n_h), updates)).A2);
        std::printf("n_h = %d: %d of 100 seeds solve XOR\n", n_h, count);
    }
}

}  // namespace

std::span<const Section> seed_sections() {
    static const Section all[] = {
        {"seeds", seeds},   {"seed_0", seed_0}, {"seed_0_gradients", seed_0_gradients}, {"pairs", pairs},
        {"seed_3", seed_3}, {"longer", longer}, {"seeds_answer", seeds_answer},
    };
    return all;
}
