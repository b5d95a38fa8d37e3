#include "gradus/nn/free_energy.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "gradus/core/elementary.h"
#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

[[noreturn]] void no_formula(const std::string& what, const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = what, .found = found, .expected = expected});
}

template <class T>
void require_no_labels(const Rbm<T>& rbm, const std::string& what) {
    if (rbm.labels() > 0) no_formula(what, say("visible units that are labels"), say("none"));
}

template <class T>
double squared_distance(const T* a, const T* b, Index count) {
    double sum = 0;
    for (Index i = 0; i < count; ++i) sum += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
    return sum;
}

double softplus_of(double z) {
    return z > 0 ? z + log(1 + exp(-z)) : log(1 + exp(z));
}

constexpr double straight = 40;  // beyond it, softplus(z) is z, or 0

// Z(i, j) becomes softplus(Z - 1/2) + softplus(Z - 3/2) + ...; far above 0 the terms are straight lines.
template <class T>
void add_lower_copies(const View<T>& Z) {
    Matrix<T> sums(Z.rows(), Z.columns()), terms = sums;
    double most = -straight;
    for (Index j = 0; j < Z.columns(); ++j)
        for (Index i = 0; i < Z.rows(); ++i) {
            const double z = double(Z(i, j)), n = z > straight ? std::floor(z - straight) : 0;
            sums(i, j) = static_cast<T>(n * z - n * n / 2);
            Z(i, j) = static_cast<T>(z - n);
            most = std::max(most, z - n);
        }
    for (; most > -straight; most -= 1) {
        map<T>(terms, Z, [](T z) { return z - T(0.5); });
        map<T>(Z, Z, [](T z) { return z - 1; });
        softplus(terms.view(), terms);
        add(sums.view(), terms);
    }
    copy(Z, sums.view());
}

// -F(v) without the terms of the visible units, for each column of Z = W V + b, which is overwritten.
template <class T>
void hidden_terms(const Rbm<T>& rbm, const View<T>& Z, double* terms) {
    if (rbm.hidden_units() == HiddenUnits::bernoulli) {
        softplus(Z, Z);
    } else {
        add_lower_copies(Z);
    }
    for (Index j = 0; j < Z.columns(); ++j)
        terms[j] = std::accumulate(Z.column(j), Z.column(j) + Z.rows(), 0.0);
}

template <class T>
double visible_term(const Rbm<T>& rbm, const T* v) {
    const T* c = rbm.c().data();
    double term = 0;
    for (Index i = 0; i < rbm.visible(); ++i) {
        const double difference = double(v[i]) - double(c[i]);
        term += rbm.visible_units() == VisibleUnits::gaussian ? -difference * difference / 2
                                                              : double(c[i]) * double(v[i]);
    }
    return term;
}

}  // namespace

template <class T>
std::vector<double> free_energies(const Rbm<T>& rbm, const View<const T>& V) {
    require_visible(rbm, V);
    std::vector<double> energies(static_cast<std::size_t>(V.columns()));
    each_run(V.columns(), [&](Range run) {
        Matrix<T> Z(rbm.hidden(), run.size()), H(rbm.hidden(), run.size());
        rbm.up(Z, H, V.columns(run));
        hidden_terms(rbm, Z.view(), energies.data() + run.begin);
        for (Index j = run.begin; j < run.end; ++j) {
            double& energy = energies[static_cast<std::size_t>(j)];
            energy = -energy - visible_term(rbm, V.column(j));
        }
    });
    return energies;
}

template <class T>
double mean_free_energy(const Rbm<T>& rbm, const View<const T>& V) {
    const std::vector<double> energies = free_energies(rbm, V);
    return std::accumulate(energies.begin(), energies.end(), 0.0) / double(energies.size());
}

template <class T>
double reconstruction_error(const Rbm<T>& rbm, const View<const T>& V) {
    require_visible(rbm, V);
    double sum = 0;
    each_run(V.columns(), [&](Range run) {
        Matrix<T> H(rbm.hidden(), run.size()), V1(rbm.visible(), run.size());
        rbm.up(H, H, V.columns(run));
        rbm.down(V1, H);
        for (Index j = 0; j < V1.columns(); ++j)
            sum += squared_distance(V.column(run.begin + j), V1.view().column(j), V.rows());
    });
    return sum / double(V.rows() * V.columns());
}

template <class T>
std::vector<double> reconstruction_errors(const std::vector<Rbm<T>>& machines, const View<const T>& V) {
    require_stack(machines, "reconstruction_errors");
    require_visible(machines.front(), V);
    require_no_labels(machines.back(), say("the reconstruction of a deep network"));
    std::vector<double> errors(static_cast<std::size_t>(V.columns()));
    each_run(V.columns(), [&](Range run) {
        Matrix<T> X(V.columns(run));
        for (const Rbm<T>& machine : machines) {
            Matrix<T> H(machine.hidden(), X.columns());
            machine.up(H, H, X);
            X = std::move(H);
        }
        for (std::size_t i = machines.size(); i-- > 0;) {
            if (i + 1 < machines.size() && machines[i].hidden_units() == HiddenUnits::rectified)
                map<T>(X, X, [](T x) { return std::max(x, T(0)); });
            Matrix<T> below(machines[i].visible(), X.columns());
            machines[i].down(below, X);
            X = std::move(below);
        }
        for (Index j = 0; j < X.columns(); ++j)
            errors[static_cast<std::size_t>(run.begin + j)] =
                squared_distance(V.column(run.begin + j), X.view().column(j), V.rows()) / double(V.rows());
    });
    return errors;
}

template <class T>
double log_pseudo_likelihood(const Rbm<T>& rbm, const View<const T>& V) {
    require_visible(rbm, V);
    require_bernoulli(rbm, say("the pseudo-likelihood"));
    require_no_labels(rbm, say("the pseudo-likelihood"));
    if (rbm.visible_units() == VisibleUnits::gaussian)
        no_formula(say("the pseudo-likelihood"), say("Gaussian visible units"),
                   say("Bernoulli visible units"));
    const Index visible = rbm.visible();
    const View<const T> W = rbm.W(), c = rbm.c();
    Matrix<T> z(rbm.hidden(), 1), h(rbm.hidden(), 1), Z(rbm.hidden(), 2 * visible);
    std::vector<double> terms(static_cast<std::size_t>(2 * visible));
    double sum = 0;
    for (Index j = 0; j < V.columns(); ++j) {
        rbm.up(z, h, V.columns({j, j + 1}));
        for (Index i = 0; i < visible; ++i)  // without unit i, and with it
            for (Index k = 0; k < Z.rows(); ++k) {
                Z(k, 2 * i) = z(k, 0) - W(k, i) * V(i, j);
                Z(k, 2 * i + 1) = z(k, 0) + W(k, i) * (1 - V(i, j));
            }
        hidden_terms(rbm, Z.view(), terms.data());
        for (Index i = 0; i < visible; ++i) {
            const auto at = static_cast<std::size_t>(2 * i);
            const double g = double(c(i, 0)) + terms[at + 1] - terms[at], v = double(V(i, j));
            sum -= v * softplus_of(-g) + (1 - v) * softplus_of(g);
        }
    }
    return sum / double(V.columns());
}

#define GRADUS_INSTANTIATE(T)                                                                             \
    template std::vector<double> free_energies(const Rbm<T>&, const View<const T>&);                      \
    template double mean_free_energy(const Rbm<T>&, const View<const T>&);                                \
    template double reconstruction_error(const Rbm<T>&, const View<const T>&);                            \
    template std::vector<double> reconstruction_errors(const std::vector<Rbm<T>>&, const View<const T>&); \
    template double log_pseudo_likelihood(const Rbm<T>&, const View<const T>&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
