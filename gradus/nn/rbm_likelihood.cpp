#include "gradus/nn/rbm_likelihood.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/elementary.h"
#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/nn/free_energy.h"
#include "gradus/nn/layers/activation.h"

namespace gradus {
namespace {

constexpr double log_two_pi = 1.8378770664093454836;

template <class T>
double sum_of(const T* x, Index count) {
    return std::accumulate(x, x + count, 0.0);
}

// log(e^x(0) + e^x(1) + ...)
double log_sum(const std::vector<double>& x) {
    const double most = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (const double value : x) sum += exp(value - most);
    return most + log(sum);
}

double log_sum(const double* x, Index count) {
    return log_sum(std::vector<double>(x, x + count));
}

// The last `labels` rows of a matrix, of which one is 1, and the others.
template <class M>
auto units_of(M& matrix, Index labels) {
    return matrix.view().rows({0, matrix.rows() - labels});
}
template <class M>
auto labels_of(M& matrix, Index labels) {
    return matrix.view().rows({matrix.rows() - labels, matrix.rows()});
}

// All states of one layer, with the mean of the other in each. `x` are the units that are enumerated, `y` the
// others: a machine of Bernoulli units reads the same from both sides. Labels are among the visible ones.
class Enumeration {
public:
    template <class T>
    explicit Enumeration(const Rbm<T>& rbm)
        : gaussian_(rbm.visible_units() == VisibleUnits::gaussian),
          over_hidden_(gaussian_ || rbm.hidden() < rbm.visible() - rbm.labels()),
          x_labels_(over_hidden_ ? 0 : rbm.labels()),
          y_labels_(over_hidden_ ? rbm.labels() : 0),
          W_(over_hidden_ ? Matrix<double>(rbm.W().transposed()) : Matrix<double>(rbm.W())),
          x_bias_(over_hidden_ ? rbm.b() : rbm.c()),
          y_bias_(over_hidden_ ? rbm.c() : rbm.b()) {
        if (W_.columns() - x_labels_ > most_enumerated)
            throw Error(Fault::usage, {.place = say("the exact likelihood"),
                                       .found = say("{} units to enumerate", W_.columns() - x_labels_),
                                       .expected = say("at most {}", most_enumerated)});
    }

    [[nodiscard]] bool over_hidden() const { return over_hidden_; }

    // f(log weights, X, Y) for runs of states: e^(log weight) is the sum of e^-E over all y, x'bias + sum
    // softplus(W x + bias) where these are Bernoulli.
    template <class F>
    void each(F f) const {
        const Index kinds = std::max<Index>(x_labels_, 1), units = W_.columns() - x_labels_;
        const Index states = (Index{1} << units) * kinds;
        each_run(states, [&](Range run) {
            Matrix<double> X(W_.columns(), run.size()), Z(W_.rows(), run.size());
            for (Index j = 0; j < run.size(); ++j) {
                const Index state = (run.begin + j) / kinds;
                for (Index i = 0; i < units; ++i) X(i, j) = double((state >> i) & 1);
                if (x_labels_ > 0) X(units + (run.begin + j) % kinds, j) = 1;
            }
            product(Z, W_, X);
            std::vector<double> weights(static_cast<std::size_t>(run.size()));
            for (Index j = 0; j < run.size(); ++j)
                weights[static_cast<std::size_t>(j)] =
                    dot(X.view().column(j), x_bias_) + (gaussian_ ? integral(Z.view().column(j)) : 0);
            add_to_columns(Z.view(), y_bias_.data());
            if (!gaussian_) {
                Matrix<double> terms(units_of(Z, y_labels_));
                if (!terms.empty()) softplus(terms.view(), terms);
                for (Index j = 0; j < run.size(); ++j) {
                    double& weight = weights[static_cast<std::size_t>(j)];
                    weight += sum_of(terms.view().column(j), terms.rows());
                    if (y_labels_ > 0) weight += log_sum(labels_of(Z, y_labels_).column(j), y_labels_);
                }
                const View<double> y_units = units_of(Z, y_labels_), y_labels = labels_of(Z, y_labels_);
                if (!y_units.empty()) sigmoid(y_units, y_units);
                if (y_labels_ > 0) softmax<double>(y_labels, y_labels);
            }
            f(weights, X, Z);
        });
    }

    [[nodiscard]] double log_partition() const {
        std::vector<double> parts;
        each([&](const std::vector<double>& weights, const Matrix<double>&, const Matrix<double>&) {
            parts.push_back(log_sum(weights));
        });
        return log_sum(parts);
    }

private:
    static double dot(const double* x, const Matrix<double>& bias) {
        double sum = 0;
        for (Index i = 0; i < bias.rows(); ++i) sum += x[i] * bias(i, 0);
        return sum;
    }

    // The log of the integral of e^-E over Gaussian y, where z = W x: z'bias + z'z / 2 + n / 2 log(2 pi).
    [[nodiscard]] double integral(const double* z) const {
        double sum = double(y_bias_.rows()) / 2 * log_two_pi;
        for (Index i = 0; i < y_bias_.rows(); ++i) sum += z[i] * (y_bias_(i, 0) + z[i] / 2);
        return sum;
    }

    bool gaussian_, over_hidden_;
    Index x_labels_, y_labels_;
    Matrix<double> W_, x_bias_, y_bias_;  // W is y times x
};

// parameters += factor * (H V', H 1, V 1), as the parameters of a machine lie.
void add_statistics(std::vector<double>& parameters, const View<const double>& H, const View<const double>& V,
                    const std::vector<double>& factors) {
    double* dW = parameters.data();
    double* db = dW + H.rows() * V.rows();
    double* dc = db + H.rows();
    for (std::size_t n = 0; n < factors.size(); ++n) {
        const auto j = static_cast<Index>(n);
        for (Index k = 0; k < V.rows(); ++k)
            for (Index i = 0; i < H.rows(); ++i) dW[k * H.rows() + i] += factors[n] * H(i, j) * V(k, j);
        for (Index i = 0; i < H.rows(); ++i) db[i] += factors[n] * H(i, j);
        for (Index k = 0; k < V.rows(); ++k) dc[k] += factors[n] * V(k, j);
    }
}

// A chain of annealed importance sampling for each column of V, and the logs of their weights.
template <class T>
class AnnealedChains {
public:
    AnnealedChains(const Rbm<T>& rbm, const AnnealingSettings& settings)
        : rbm_(rbm),
          settings_(settings),
          V_(rbm.visible(), settings.chains),
          Z_(rbm.hidden(), settings.chains),
          H_(Z_),
          log_weights_(static_cast<std::size_t>(settings.chains)) {}

    const std::vector<double>& operator()() {
        for (Index j = 0; j < V_.columns(); ++j) copy(V_.view().columns({j, j + 1}), rbm_.c());
        means_of_visible(0);
        const Index n = settings_.temperatures;
        for (Index k = 1; k <= n; ++k) {
            rbm_.sample_visible(V_, V_, draws(k, 0), 0);
            rbm_.up(Z_, H_, V_);
            add_terms(double(k - 1) / double(n), -1);
            const double beta = double(k) / double(n);
            add_terms(beta, 1);
            if (k == n) break;
            map<T>(H_, Z_, [beta](T z) { return static_cast<T>(beta) * z; });
            sigmoid(H_.view(), H_);
            rbm_.sample_hidden(H_, H_, H_, draws(k, 1), 0);
            product(V_, rbm_.W().transposed(), H_);
            means_of_visible(beta);
        }
        return log_weights_;
    }

private:
    // V becomes the means of visible units: of V = W'H those at beta; at 0, where V is c, those without H.
    void means_of_visible(double beta) {
        if (beta > 0) {
            map<T>(V_, V_, [beta](T x) { return static_cast<T>(beta) * x; });
            add_to_columns(V_.view(), rbm_.c().data());
        }
        if (rbm_.visible_units() == VisibleUnits::gaussian) return;
        const View<T> units = units_of(V_, rbm_.labels()), labels = labels_of(V_, rbm_.labels());
        if (!units.empty()) sigmoid(units, units);
        if (!labels.empty()) softmax<T>(labels, labels);
    }

    // The log weights change by sign * sum softplus(beta z): all that depends on beta.
    void add_terms(double beta, double sign) {
        map<T>(H_, Z_, [beta](T z) { return static_cast<T>(beta) * z; });
        softplus(H_.view(), H_);
        for (Index j = 0; j < H_.columns(); ++j)
            log_weights_[static_cast<std::size_t>(j)] += sign * sum_of(H_.view().column(j), H_.rows());
    }

    [[nodiscard]] Draws draws(Index step, std::uint32_t sample) const {
        return {.seed = settings_.seed, .step = static_cast<std::uint64_t>(step), .sample = sample};
    }

    const Rbm<T>& rbm_;
    AnnealingSettings settings_;
    Matrix<T> V_, Z_, H_;
    std::vector<double> log_weights_;
};

}  // namespace

template <class T>
double log_partition(const Rbm<T>& rbm) {
    require_bernoulli(rbm, say("the exact likelihood"));
    return Enumeration(rbm).log_partition();
}

template <class T>
double log_likelihood(const Rbm<T>& rbm, const View<const T>& V) {
    const double log_Z = log_partition(rbm);
    return -mean_free_energy(rbm, V) - log_Z;
}

template <class T>
std::vector<double> log_likelihood_gradient(const Rbm<T>& rbm, const View<const T>& V) {
    require_visible(rbm, V);
    require_bernoulli(rbm, say("the exact likelihood"));
    std::vector<double> gradient(rbm.parameters().size());
    const Enumeration states(rbm);
    const double log_Z = states.log_partition();
    states.each([&](std::vector<double> weights, const Matrix<double>& X, const Matrix<double>& Y) {
        for (double& weight : weights) weight = exp(weight - log_Z);
        states.over_hidden() ? add_statistics(gradient, X, Y, weights)
                             : add_statistics(gradient, Y, X, weights);
    });
    each_run(V.columns(), [&](Range run) {
        Matrix<T> H(rbm.hidden(), run.size());
        rbm.up(H, H, V.columns(run));
        add_statistics(gradient, Matrix<double>(H.view()), Matrix<double>(V.columns(run)),
                       std::vector<double>(static_cast<std::size_t>(run.size()), -1.0 / double(V.columns())));
    });
    return gradient;
}

template <class T>
PartitionEstimate estimate_log_partition(const Rbm<T>& rbm, const AnnealingSettings& settings) {
    require_bernoulli(rbm, say("annealed importance sampling"));
    if (settings.chains < 2 || settings.temperatures < 1)
        throw Error(Fault::usage,
                    {.place = say("annealed importance sampling"),
                     .found = say("{} chains over {} temperatures", settings.chains, settings.temperatures),
                     .expected = say("at least 2 over 1")});
    AnnealedChains<T> chains(rbm, settings);
    const std::vector<double>& log_weights = chains();
    const double n = double(log_weights.size()), log_mean = log_sum(log_weights) - log(n);
    double squares = 0;
    for (const double weight : log_weights) {
        const double off = exp(weight - log_mean) - 1;
        squares += off * off;
    }
    double base = double(rbm.hidden()) * log(2.0);
    std::vector<double> labels;
    for (Index i = rbm.visible() - rbm.labels(); i < rbm.visible(); ++i)
        labels.push_back(double(rbm.c()(i, 0)));
    if (!labels.empty()) base += log_sum(labels);
    for (Index i = 0; i < rbm.visible() - rbm.labels(); ++i)
        base += rbm.visible_units() == VisibleUnits::gaussian ? log_two_pi / 2
                                                              : log_sum({0, double(rbm.c()(i, 0))});
    return {.log_partition = base + log_mean, .standard_error = std::sqrt(squares / (n - 1) / n)};
}

#define GRADUS_INSTANTIATE(T)                                                                  \
    template double log_partition(const Rbm<T>&);                                              \
    template double log_likelihood(const Rbm<T>&, const View<const T>&);                       \
    template std::vector<double> log_likelihood_gradient(const Rbm<T>&, const View<const T>&); \
    template PartitionEstimate estimate_log_partition(const Rbm<T>&, const AnnealingSettings&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
