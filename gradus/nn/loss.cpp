#include "gradus/nn/loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gradus/core/elementary.h"
#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"

namespace gradus {
namespace {

constexpr double smallest_probability = 1e-30;  // so that the logarithm of 0 is finite

struct BinaryCrossEntropy {
    static constexpr const char* name = "binary_cross_entropy";
    static constexpr LossFormula formula{"-sum(Y .* log(A) + (1 - Y) .* log(1 - A))",
                                         "(1 - Y) ./ (1 - A) - Y ./ A"};
    static double value(double a, double y) { return -(y * log(a) + (1 - y) * log(1 - a)); }
    static double slope(double a, double y) {
        return (1 - y) / std::max(1 - a, smallest_probability) - y / std::max(a, smallest_probability);
    }
    static double log(double p) { return gradus::log(std::max(p, smallest_probability)); }
};

struct SquaredError {
    static constexpr const char* name = "mean_squared";
    static constexpr LossFormula formula{"sum((A - Y).^2)", "2 * (A - Y)"};
    static double value(double a, double y) { return (a - y) * (a - y); }
    static double slope(double a, double y) { return 2 * (a - y); }
};

struct AbsoluteError {
    static constexpr const char* name = "mean_absolute";
    static constexpr LossFormula formula{"sum(abs(A - Y))", "sign(A - Y)"};
    static double value(double a, double y) { return std::abs(a - y); }
    static double slope(double a, double y) { return double(a > y) - double(a < y); }
};

struct HuberLoss {
    static constexpr const char* name = "huber";
    static constexpr LossFormula formula{"sum(huber(A - Y))", "min(max(A - Y, -1), 1)"};
    static double value(double a, double y) {
        const double e = std::abs(a - y);
        return e <= 1 ? e * e / 2 : e - 0.5;
    }
    static double slope(double a, double y) { return std::clamp(a - y, -1.0, 1.0); }
};

// The mean over the outputs of F::value(a, y).
template <class T, class F>
class MeanOverOutputs final : public Loss<T> {
public:
    [[nodiscard]] std::string_view name() const override { return F::name; }
    [[nodiscard]] LossFormula formula() const override { return F::formula; }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        const double outputs = double(Y.rows());
        for (Index j = 0; j < Y.columns(); ++j) {
            double sum = 0;
            for (Index i = 0; i < Y.rows(); ++i) sum += F::value(output.A(i, j), Y(i, j));
            losses[static_cast<std::size_t>(j)] = sum / outputs;
        }
    }

    void gradient(const View<T>& dA, const Output<T>& output, const View<const T>& Y) const override {
        const double outputs = double(Y.rows());
        for (Index j = 0; j < Y.columns(); ++j)
            for (Index i = 0; i < Y.rows(); ++i)
                dA(i, j) = static_cast<T>(F::slope(output.A(i, j), Y(i, j)) / outputs);
    }
};

template <class T>
class CrossEntropy final : public Loss<T> {
public:
    [[nodiscard]] std::string_view name() const override { return "cross_entropy"; }
    [[nodiscard]] LossFormula formula() const override { return {"-sum(Y .* log(A))", "-Y ./ A", false}; }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        for (Index j = 0; j < Y.columns(); ++j) {
            double sum = 0;
            for (Index i = 0; i < Y.rows(); ++i)
                if (Y(i, j) != 0) sum -= Y(i, j) * BinaryCrossEntropy::log(output.A(i, j));
            losses[static_cast<std::size_t>(j)] = sum;
        }
    }

    void gradient(const View<T>& dA, const Output<T>& output, const View<const T>& Y) const override {
        for (Index j = 0; j < Y.columns(); ++j)
            for (Index i = 0; i < Y.rows(); ++i)
                dA(i, j) = static_cast<T>(-Y(i, j) / std::max<double>(output.A(i, j), smallest_probability));
    }
};

// dZ = (A - Y) / outputs. One output is not divided by: in a tiny network all would wait for that.
template <class T>
void mean_difference(const View<T>& dZ, const View<const T>& A, const View<const T>& Y, T outputs) {
    for (Index j = 0; j < Y.columns(); ++j)
        for (Index i = 0; i < Y.rows(); ++i) {
            const T difference = A(i, j) - Y(i, j);
            dZ(i, j) = outputs == 1 ? difference : difference / outputs;
        }
}

// see(i, j, f(z(i, j))) for each i and j, where f takes many numbers at once.
template <class Z, class See>
void in_blocks(Index rows, Index columns, void (*f)(View<double>, View<const double>), Z z, See see) {
    constexpr Index most = 64;
    double block[most];
    struct Place {
        Index i, j;
    } next{0, 0};
    for (Index left = rows * columns; left > 0; left -= most) {
        const Index count = std::min(most, left);
        const auto each = [&](auto visit) {
            Place at = next;
            for (Index k = 0; k < count; ++k) {
                visit(block[k], at.i, at.j);
                at = at.i + 1 < rows ? Place{at.i + 1, at.j} : Place{0, at.j + 1};
            }
            return at;
        };
        each([&](double& x, Index i, Index j) { x = z(i, j); });
        f(View<double>(block, count, 1), View<const double>(block, count, 1));
        next = each([&](double x, Index i, Index j) { see(i, j, x); });
    }
}

// Sigmoid and cross-entropy in one: -(y log a + (1 - y) log(1 - a)) = log(1 + e^z) - y z.
template <class T>
class SigmoidCrossEntropy final : public Loss<T> {
public:
    [[nodiscard]] std::string_view name() const override { return BinaryCrossEntropy::name; }
    [[nodiscard]] LossFormula formula() const override { return {BinaryCrossEntropy::formula.sum, "A - Y"}; }
    [[nodiscard]] bool fused() const override { return true; }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        std::ranges::fill(losses, 0.0);
        in_blocks(
            Y.rows(), Y.columns(), softplus, [&](Index i, Index j) { return double(output.Z(i, j)); },
            [&](Index i, Index j, double softplus) {
                const double z = output.Z(i, j), y = Y(i, j);
                losses[static_cast<std::size_t>(j)] += softplus - (y == 0 ? 0 : y * z);
            });
        for (double& loss : losses) loss /= double(Y.rows());
    }

    void gradient(const View<T>& dZ, const Output<T>& output, const View<const T>& Y) const override {
        mean_difference<T>(dZ, output.A, Y, static_cast<T>(Y.rows()));
    }
};

// Softmax and cross-entropy in one: -sum y log a = sum y (log(sum e^z) - z).
template <class T>
class SoftmaxCrossEntropy final : public Loss<T> {
public:
    [[nodiscard]] std::string_view name() const override { return "cross_entropy"; }
    [[nodiscard]] LossFormula formula() const override { return {"-sum(Y .* log(A))", "A - Y", false}; }
    [[nodiscard]] bool fused() const override { return true; }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        const View<const T>& Z = output.Z;
        const auto largest = [&Z](Index j) { return *std::max_element(Z.column(j), Z.column(j) + Z.rows()); };
        std::ranges::fill(losses, 0.0);
        for (Index j = 0; j < Y.columns(); ++j)
            in_blocks(
                Y.rows(), 1, exp, [&, most = double(largest(j))](Index i, Index) { return Z(i, j) - most; },
                [&](Index, Index, double exponential) {
                    losses[static_cast<std::size_t>(j)] += exponential;
                });
        const View<double> logarithms(losses.data(), Y.columns(), 1);
        log(logarithms, logarithms);
        for (Index j = 0; j < Y.columns(); ++j) {
            double& loss = losses[static_cast<std::size_t>(j)];
            const double log_sum = largest(j) + loss;
            loss = 0;
            for (Index i = 0; i < Y.rows(); ++i)
                if (Y(i, j) != 0) loss += Y(i, j) * (log_sum - Z(i, j));
        }
    }

    // The derivative is A sum(y) - Y, and the y of an example sum to one.
    void gradient(const View<T>& dZ, const Output<T>& output, const View<const T>& Y) const override {
        mean_difference<T>(dZ, output.A, Y, 1);
    }
};

constexpr std::array<std::array<std::string_view, 2>, 4> short_names{{{"bce", "binary_cross_entropy"},
                                                                      {"ce", "cross_entropy"},
                                                                      {"mse", "mean_squared"},
                                                                      {"mae", "mean_absolute"}}};

}  // namespace

std::span<const std::string> loss_names() {
    static const std::vector<std::string> names{BinaryCrossEntropy::name, "cross_entropy", SquaredError::name,
                                                AbsoluteError::name, HuberLoss::name};
    return names;
}

std::string loss_name(std::string_view name, const std::string& place) {
    for (const auto& [brief, full] : short_names)
        if (name == brief) return std::string(full);
    for (const std::string& full : loss_names())
        if (name == full) return full;
    throw Error(Fault::usage, {.place = place,
                               .found = "\"" + std::string(name) + "\"",
                               .expected = one_of(loss_names()),
                               .hint = did_you_mean(name, loss_names())});
}

template <class T>
std::unique_ptr<Loss<T>> make_loss(std::string_view name, std::string_view last_layer) {
    const std::string full = loss_name(name);
    if (full == BinaryCrossEntropy::name) {
        if (last_layer == "sigmoid") return std::make_unique<SigmoidCrossEntropy<T>>();
        return std::make_unique<MeanOverOutputs<T, BinaryCrossEntropy>>();
    }
    if (full == "cross_entropy") {
        if (last_layer == "softmax") return std::make_unique<SoftmaxCrossEntropy<T>>();
        return std::make_unique<CrossEntropy<T>>();
    }
    if (full == SquaredError::name) return std::make_unique<MeanOverOutputs<T, SquaredError>>();
    if (full == AbsoluteError::name) return std::make_unique<MeanOverOutputs<T, AbsoluteError>>();
    return std::make_unique<MeanOverOutputs<T, HuberLoss>>();
}

template std::unique_ptr<Loss<float>> make_loss(std::string_view, std::string_view);
template std::unique_ptr<Loss<double>> make_loss(std::string_view, std::string_view);

}  // namespace gradus
