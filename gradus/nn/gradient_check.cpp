#include "gradus/nn/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/random.h"
#include "gradus/core/say.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

constexpr double step = 1e-5;
constexpr double poison = std::numeric_limits<double>::quiet_NaN();

// Numbers that keep away from 0, where relu and its like have a kink.
void fill_randomly(std::span<double> values, RandomState& random) {
    for (double& value : values) {
        value = random.randn();
        if (std::abs(value) < 0.05) value += value < 0 ? -0.1 : 0.1;
    }
}

std::span<double> all(Matrix<double>& M) {
    return {M.data(), static_cast<std::size_t>(M.rows() * M.columns())};
}

class WorstGradient {
public:
    void compare(const std::string& what, double backward, double difference) {
        ++report.compared;
        const double scale = std::max({1.0, std::abs(backward), std::abs(difference)});
        const double error = std::abs(backward - difference) / scale;
        if (std::isnan(error)) return fail(say("{}: backward says {}", what, to_text(backward)));
        if (error <= report.worst_error) return;
        report.worst_error = error;
        report.where =
            say("{}: backward says {}, central difference {}", what, to_text(backward), to_text(difference));
    }
    // The same number computed piece by piece and all at once; what neither assigns is still poison.
    void require_same(const std::string& what, const std::string& pieces, double in_pieces, double whole) {
        if (std::isnan(in_pieces) || std::isnan(whole)) {
            fail(say("{}: it is not assigned (=), or is added (+=)", what));
        } else if (in_pieces != whole) {
            fail(say("{}: {} by {} it is {}, all at once {}", what, pieces, pieces,
                     gradus::to_text(in_pieces), gradus::to_text(whole)));
        }
    }
    void fail(const std::string& where) {
        if (report.worst_error == std::numeric_limits<double>::infinity())
            return;  // the first failure explains most
        report.worst_error = std::numeric_limits<double>::infinity();
        report.where = where;
    }
    GradientReport report;

private:
    static std::string to_text(double number) { return std::to_string(number); }
};

// A layer between random matrices, and the scalar sum(dY .* Y) whose derivative back-propagation gives.
class Bench {
public:
    Bench(const Layer<double>& layer, Shape in, Index examples, std::uint32_t seed)
        : plan_(layer.plan(in)),
          layer_(layer),
          X_(in.size(), examples),
          Y_(plan_.out.size(), examples),
          dX_(in.size(), examples),
          dY_(plan_.out.size(), examples),
          parameters_(plan_.parameter_count(), 1),
          gradient_(plan_.parameter_count(), 1),
          statistics_(plan_.statistic_count(), 1),
          shared_(plan_.shared, 1),
          sums_(plan_.coupling.sums, 1),
          scratch_(plan_.scratch, examples),
          other_(in.size(), examples) {
        RandomState random(seed);
        for (Matrix<double>* M : {&X_, &parameters_, &dY_}) fill_randomly(all(*M), random);
        pass_ = {.in = in,
                 .out = plan_.out,
                 .X = X_,
                 .Y = Y_,
                 .dY = dY_,
                 .dX = dX_,
                 .parameters = all(parameters_),
                 .gradient = all(gradient_),
                 .statistics = all(statistics_),
                 .new_statistics = all(statistics_),
                 .shared = all(shared_),
                 .sums = all(sums_),
                 .scratch = scratch_,
                 .other = other_,
                 .training = true,
                 .mask = {.seed = seed}};
    }

    GradientReport check() {
        if (plan_.may_be_shared())
            run_in_parts();
        else
            run_whole();
        const Matrix<double> Y_in_parts = Y_, dX_in_parts = dX_, gradient_in_parts = gradient_;
        run_in_pieces();
        const Matrix<double> Y = Y_, dX = dX_, gradient = gradient_;
        run_whole();
        for (Index j = 0; j < Y.columns(); ++j)
            for (Index i = 0; i < Y.rows(); ++i) {
                comparison_.require_same(cell("Y", i, j), "example", Y(i, j), Y_(i, j));
                comparison_.require_same(cell("Y", i, j), "part", Y_in_parts(i, j), Y_(i, j));
            }
        for (Index j = 0; j < X_.columns(); ++j) {
            for (Index i = 0; i < X_.rows(); ++i) {
                comparison_.require_same(cell("dX", i, j), "example", dX(i, j), dX_(i, j));
                comparison_.require_same(cell("dX", i, j), "part", dX_in_parts(i, j), dX_(i, j));
                comparison_.compare(cell("dX", i, j), dX(i, j), difference(X_(i, j)));
            }
        }
        Index offset = 0;
        const double m = double(X_.columns());
        for (const Parameter& p : plan_.parameters) {
            for (Index j = 0; j < p.columns; ++j) {
                for (Index i = 0; i < p.rows; ++i, ++offset) {
                    const std::string what = cell("d" + p.name, i, j);
                    const double backward = gradient(offset, 0);
                    comparison_.require_same(what, "slice", backward, gradient_(offset, 0));
                    comparison_.require_same(what, "part", gradient_in_parts(offset, 0),
                                             gradient_(offset, 0));
                    comparison_.compare(what, backward, difference(parameters_(offset, 0)) / m);
                }
            }
        }
        explain();
        return comparison_.report;
    }

private:
    static std::string cell(const std::string& name, Index i, Index j) {
        return name + "[" + std::to_string(i + 1) + "," + std::to_string(j + 1) + "]";
    }

    void poison_results() {
        for (Matrix<double>* M : {&Y_, &dX_, &gradient_, &shared_, &sums_, &scratch_})
            std::ranges::fill(all(*M), poison);
    }

    void couple_forward(Range units) {
        for (Index round = 0; round <= plan_.coupling.forward && units.size() > 0; ++round)
            layer_.couple_forward(pass_, units, round);
    }
    void couple_backward(Range units) {
        for (Index round = 0; round <= plan_.coupling.backward && units.size() > 0; ++round)
            layer_.couple_backward(pass_, units, round);
    }

    void forward_whole() {
        couple_forward({0, plan_.coupling.units});
        layer_.forward(pass_, {0, X_.columns()});
    }

    void run_whole() {
        poison_results();
        forward_whole();
        couple_backward({0, plan_.coupling.units});
        layer_.backward_input(pass_, {0, X_.columns()});
        if (plan_.slice_count() > 0) layer_.backward_parameters(pass_, {0, plan_.slice_count()});
    }

    // From the last to the first, so that nothing can lean on what was done before.
    void run_in_pieces() {
        poison_results();
        const auto one_by_one = [](Index count, const auto& piece) {
            for (Index i = count; i-- > 0;) piece(Range{i, i + 1});
        };
        one_by_one(plan_.coupling.units, [this](Range units) { couple_forward(units); });
        one_by_one(X_.columns(), [this](Range examples) { layer_.forward(pass_, examples); });
        one_by_one(plan_.coupling.units, [this](Range units) { couple_backward(units); });
        one_by_one(X_.columns(), [this](Range examples) { layer_.backward_input(pass_, examples); });
        one_by_one(plan_.slice_count(), [this](Range slices) { layer_.backward_parameters(pass_, slices); });
    }

    // As processes that share the batch: what they hand on lies in one place here.
    void run_in_parts() {
        poison_results();
        const Index m = X_.columns();
        std::vector<Pass<double>> parts;
        for (const Range columns : {Range{0, m / 2}, Range{m / 2, m}}) {
            Pass<double> part = pass_;
            part.X = pass_.X.columns(columns);
            part.Y = pass_.Y.columns(columns);
            part.dY = pass_.dY.columns(columns);
            part.dX = pass_.dX.columns(columns);
            part.scratch = pass_.scratch.columns(columns);
            part.other = pass_.other.columns(columns);
            part.part = {.first = columns.begin, .batch = m};
            if (columns.size() > 0) parts.push_back(part);
        }
        const Coupling& coupling = plan_.coupling;
        const Range units{0, coupling.units}, slices{0, plan_.slice_count()};
        for (Index round = 0; round <= coupling.forward; ++round)
            for (const Pass<double>& part : parts) layer_.couple_forward(part, units, round);
        for (const Pass<double>& part : parts) layer_.forward(part, {0, part.X.columns()});
        for (Index round = 0; round <= coupling.backward; ++round)
            for (const Pass<double>& part : parts) layer_.couple_backward(part, units, round);
        for (const Pass<double>& part : parts) layer_.backward_input(part, {0, part.X.columns()});
        for (const Pass<double>& part : parts)
            if (slices.size() > 0) layer_.backward_parameters(part, slices);
    }

    double weighted_output() {
        forward_whole();
        double sum = 0;
        for (Index j = 0; j < Y_.columns(); ++j)
            for (Index i = 0; i < Y_.rows(); ++i) sum += dY_(i, j) * Y_(i, j);
        return sum;
    }

    double difference(double& number) {
        const double kept = number;
        number = kept + step;
        const double above = weighted_output();
        number = kept - step;
        const double below = weighted_output();
        number = kept;
        return (above - below) / (2 * step);
    }

    // Beside the numbers, the formula that they should follow.
    void explain() {
        std::string& where = comparison_.report.where;
        for (const Operation& operation : plan_.backward)
            if (where.starts_with(operation.result + "["))
                where += "; " + operation.result + " = " + operation.expression;
    }

    LayerPlan plan_;
    const Layer<double>& layer_;
    Matrix<double> X_, Y_, dX_, dY_, parameters_, gradient_, statistics_, shared_, sums_, scratch_, other_;
    Pass<double> pass_;
    WorstGradient comparison_;
};

}  // namespace

[[noreturn]] static void refuse(const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = "check_gradients", .found = found, .expected = expected});
}

GradientReport check_gradients(const Layer<double>& layer, Shape in, Index examples, std::uint32_t seed) {
    if (in.channels < 1 || in.length < 1) refuse(say("an example of shape {}", in.text()), say("at least 1"));
    if (examples < 1) refuse(say("{} examples", examples), say("at least 1"));
    return Bench(layer, in, examples, seed).check();
}

GradientReport check_gradients(const Loss<double>& loss, const Layer<double>& last_layer,
                               View<const double> Z_given, View<const double> Y) {
    const auto size = [](View<const double> M) {
        return say("{} rows and {} columns", M.rows(), M.columns());
    };
    if (Y.empty()) refuse(say("Y of {}", size(Y)), say("at least one output and one example"));
    if (Z_given.rows() != Y.rows() || Z_given.columns() != Y.columns())
        refuse(say("Y of {}", size(Y)), say("{}, as Z has them", size(Z_given)));
    Matrix<double> Z(Y.rows(), Y.columns()), A(Y.rows(), Y.columns()), d(Y.rows(), Y.columns());
    for (Index j = 0; j < Y.columns(); ++j)
        for (Index i = 0; i < Y.rows(); ++i) Z(i, j) = Z_given(i, j);
    const Shape shape{.channels = Z.rows()};
    const auto activate = [&] {
        last_layer.forward({.in = shape, .out = shape, .X = Z, .Y = A}, {0, Z.columns()});
    };
    activate();
    std::ranges::fill(all(d), poison);
    loss.gradient(d, {.A = A, .Z = Z}, Y);

    std::vector<double> losses(static_cast<std::size_t>(Y.columns()));
    Matrix<double>& moved = loss.fused() ? Z : A;
    const auto loss_at = [&](Index i, Index j, double value) {
        moved(i, j) = value;
        if (loss.fused()) activate();
        loss.value(losses, {.A = A, .Z = Z}, Y);
        return losses[static_cast<std::size_t>(j)];
    };
    WorstGradient comparison;
    for (Index j = 0; j < Y.columns(); ++j) {
        for (Index i = 0; i < Y.rows(); ++i) {
            const double kept = moved(i, j);
            const double above = loss_at(i, j, kept + step), below = loss_at(i, j, kept - step);
            loss_at(i, j, kept);
            comparison.compare(
                (loss.fused() ? "dZ[" : "dA[") + std::to_string(i + 1) + "," + std::to_string(j + 1) + "]",
                d(i, j), (above - below) / (2 * step));
        }
    }
    return comparison.report;
}

}  // namespace gradus
