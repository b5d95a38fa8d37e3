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

// The functions of the formulas below, of plain numbers; expression.h has those of formulas.
double above_zero(double p) {
    return std::max(p, 1e-30);
}
double abs(double x) {
    return std::abs(x);
}
double sign(double x) {
    return double(x > 0) - double(x < 0);
}
double clamp(double x, double low, double high) {
    return std::clamp(x, low, high);
}
double where(bool condition, double yes, double no) {
    return condition ? yes : no;
}

// The formulas of loss.h, for numbers and for Expressions alike: what an output a loses that should be y, and
// the derivative with respect to a. The loss of an example is the mean over its outputs, unless `sums`.
template <LossKind>
struct Rule;

template <>
struct Rule<LossKind::binary_cross_entropy> {
    template <class V>
    static V value(V a, V y) {
        return -(y * log(above_zero(a)) + (1 - y) * log(above_zero(1 - a)));
    }
    template <class V>
    static V slope(V a, V y) {
        return (1 - y) / above_zero(1 - a) - y / above_zero(a);
    }
};

template <>
struct Rule<LossKind::cross_entropy> {
    static constexpr bool sums = true;
    template <class V>
    static V value(V a, V y) {
        return -(y * log(above_zero(a)));
    }
    template <class V>
    static V slope(V a, V y) {
        return -y / above_zero(a);
    }
};

template <>
struct Rule<LossKind::mean_squared> {
    template <class V>
    static V value(V a, V y) {
        return (a - y) * (a - y);
    }
    template <class V>
    static V slope(V a, V y) {
        return 2 * (a - y);
    }
};

template <>
struct Rule<LossKind::mean_absolute> {
    template <class V>
    static V value(V a, V y) {
        return abs(a - y);
    }
    template <class V>
    static V slope(V a, V y) {
        return sign(a - y);
    }
};

template <>
struct Rule<LossKind::huber> {
    template <class V>
    static V value(V a, V y) {
        const V e = abs(a - y);
        return where(e <= 1, e * e / 2, e - 0.5);
    }
    template <class V>
    static V slope(V a, V y) {
        return clamp(a - y, -1, 1);
    }
};

// ---- What all have in common

template <class R>
constexpr bool is_mean = !requires {
    R::sums;
};

const Expression A = Expression::name("A"), Y_name = Expression::name("Y");

template <LossKind k>
LossFormula formula_of() {
    using R = Rule<k>;
    return {R::value(A, Y_name), R::slope(A, Y_name), is_mean<R>};
}

template <class T, LossKind k>
class LossByOutput final : public Loss<T> {
    using R = Rule<k>;

public:
    [[nodiscard]] LossKind kind() const override { return k; }
    [[nodiscard]] LossFormula formula() const override { return formula_of<k>(); }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        const double outputs = is_mean<R> ? double(Y.rows()) : 1;
        for (Index j = 0; j < Y.columns(); ++j) {
            double sum = 0;
            for (Index i = 0; i < Y.rows(); ++i) sum += R::value(double(output.A(i, j)), double(Y(i, j)));
            losses[static_cast<std::size_t>(j)] = sum / outputs;
        }
    }

    void gradient(const View<T>& dA, const Output<T>& output, const View<const T>& Y) const override {
        const double outputs = is_mean<R> ? double(Y.rows()) : 1;
        for (Index j = 0; j < Y.columns(); ++j)
            for (Index i = 0; i < Y.rows(); ++i)
                dA(i, j) = static_cast<T>(R::slope(double(output.A(i, j)), double(Y(i, j))) / outputs);
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
    [[nodiscard]] LossKind kind() const override { return LossKind::binary_cross_entropy; }
    [[nodiscard]] LossFormula formula() const override {
        return {formula_of<LossKind::binary_cross_entropy>().value, A - Y_name};
    }
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
    [[nodiscard]] LossKind kind() const override { return LossKind::cross_entropy; }
    [[nodiscard]] LossFormula formula() const override {
        return {formula_of<LossKind::cross_entropy>().value, A - Y_name, false};
    }
    [[nodiscard]] bool fused() const override { return true; }

    void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const override {
        const View<const T>& Z = output.Z;
        const auto largest = [&Z](Index j) {
            T most = Z(0, j);
            for (Index i = 1; i < Z.rows(); ++i) most = std::max(most, Z(i, j));
            return double(most);
        };
        double most = 0, sum = 0;
        in_blocks(
            Y.rows(), Y.columns(), exp,
            [&](Index i, Index j) {
                if (i == 0) most = largest(j);
                return Z(i, j) - most;
            },
            [&](Index i, Index j, double exponential) {
                losses[static_cast<std::size_t>(j)] = sum = i == 0 ? exponential : sum + exponential;
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

struct ShortName {
    std::string_view text;
    LossKind kind;
};
constexpr std::array short_names{
    ShortName{"bce", LossKind::binary_cross_entropy}, ShortName{"ce", LossKind::cross_entropy},
    ShortName{"mse", LossKind::mean_squared}, ShortName{"mae", LossKind::mean_absolute}};

}  // namespace

LossKind read_loss(std::string_view name, const std::string& place) {
    for (const ShortName& brief : short_names)
        if (name == brief.text) return brief.kind;
    for (std::size_t i = 0; i < loss_names.size(); ++i)
        if (name == loss_names[i]) return static_cast<LossKind>(i);
    const std::vector<std::string> names(loss_names.begin(), loss_names.end());
    throw Error(Fault::usage, {.place = place,
                               .found = "\"" + std::string(name) + "\"",
                               .expected = one_of(names),
                               .hint = did_you_mean(name, names)});
}

template <class T, std::size_t i = 0>
static std::unique_ptr<Loss<T>> loss_by_output(LossKind kind) {
    if constexpr (i + 1 < loss_names.size())
        if (kind != static_cast<LossKind>(i)) return loss_by_output<T, i + 1>(kind);
    return std::make_unique<LossByOutput<T, static_cast<LossKind>(i)>>();
}

template <class T>
std::unique_ptr<Loss<T>> make_loss(LossKind kind, std::string_view last_layer) {
    if (kind == LossKind::binary_cross_entropy && last_layer == "sigmoid")
        return std::make_unique<SigmoidCrossEntropy<T>>();
    if (kind == LossKind::cross_entropy && last_layer == "softmax")
        return std::make_unique<SoftmaxCrossEntropy<T>>();
    return loss_by_output<T>(kind);
}

template std::unique_ptr<Loss<float>> make_loss(LossKind, std::string_view);
template std::unique_ptr<Loss<double>> make_loss(LossKind, std::string_view);

}  // namespace gradus
