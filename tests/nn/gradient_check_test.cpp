// The check itself must fail: layers that are wrong in every way that occurred to us, each found out with its
// place.
#include "gradus/nn/gradient_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "gradus/nn/architecture.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

// Y = w .* X, right unless a test replaces one of its halves.
class Scale : public Layer<double> {
public:
    using Half = std::function<void(const Pass<double>&, Range)>;
    Half forward_half = [](const Pass<double>& p, Range examples) {
        for (Index j = examples.begin; j < examples.end; ++j)
            for (Index i = 0; i < p.X.rows(); ++i) p.Y(i, j) = w(p, i) * p.X(i, j);
    };
    Half input_half = [](const Pass<double>& p, Range examples) {
        for (Index j = examples.begin; j < examples.end; ++j)
            for (Index i = 0; i < p.X.rows(); ++i) p.dX(i, j) = w(p, i) * p.dY(i, j);
    };
    Half parameter_half = [](const Pass<double>& p, Range slices) {
        for (Index i = slices.begin; i < slices.end; ++i) dw(p, i) = sum(p, i) / double(p.divisor());
    };

    static double w(const Pass<double>& p, Index i) { return p.parameters[static_cast<std::size_t>(i)]; }
    static double& dw(const Pass<double>& p, Index i) { return p.gradient[static_cast<std::size_t>(i)]; }
    static double sum(const Pass<double>& p, Index i) {
        double total = p.sums_go_on() ? dw(p, i) : 0;
        for (Index j = 0; j < p.X.columns(); ++j) total += p.dY(i, j) * p.X(i, j);
        return total;
    }

    [[nodiscard]] LayerDescription describe() const override { return {"scale"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override {
        return {.out = in,
                .parameters = {{.name = "w", .rows = in.size(), .columns = 1}},
                .slice = 1,
                .in_parts = true,
                .forward = {{"Y", "w .* X"}},
                .backward = {{"dX", "w .* dY"}, {"dw", "rowsum(dY .* X) / m"}}};
    }
    void forward(const Pass<double>& pass, Range examples) const override { forward_half(pass, examples); }
    void backward_input(const Pass<double>& pass, Range examples) const override {
        input_half(pass, examples);
    }
    void backward_parameters(const Pass<double>& pass, Range slices) const override {
        parameter_half(pass, slices);
    }
};

GradientReport check(const Scale& layer) {
    return check_gradients(layer, Shape{.channels = 4});
}

TEST(GradientCheck, PassesALayerThatIsRight) {
    const GradientReport report = check(Scale{});
    EXPECT_TRUE(report.passed()) << report.where;
    EXPECT_EQ(report.compared, 4 * 3 + 4);
    EXPECT_LT(report.worst_error, 1e-8);
}

TEST(GradientCheck, ComparesNothingMeansNotPassed) {
    EXPECT_FALSE(GradientReport{}.passed());
}

struct Broken {
    const char* name;
    void (*breaks)(Scale&);
    const char* where;  // the beginning of the report's
};

const Broken broken_layers[] = {
    {"forward does nothing", [](Scale& s) { s.forward_half = [](auto&, Range) {}; },
     "Y[1,1]: it is not assigned (=), or is added (+=)"},
    {"forward adds",
     [](Scale& s) {
         s.forward_half = [](const Pass<double>& p, Range examples) {
             for (Index j = examples.begin; j < examples.end; ++j)
                 for (Index i = 0; i < 4; ++i) p.Y(i, j) += Scale::w(p, i) * p.X(i, j);
         };
     },
     "Y[1,1]: it is not assigned (=), or is added (+=)"},
    {"forward ignores its range",
     [](Scale& s) {
         s.forward_half = [](const Pass<double>& p, Range examples) {
             for (Index j = 0; j < examples.size(); ++j)
                 for (Index i = 0; i < 4; ++i) p.Y(i, j) = Scale::w(p, i) * p.X(i, j);
         };
     },
     "Y[1,2]: it is not assigned (=), or is added (+=)"},
    {"backward input does nothing", [](Scale& s) { s.input_half = [](auto&, Range) {}; },
     "dX[1,1]: it is not assigned (=), or is added (+=); dX = w .* dY"},
    {"backward input adds",
     [](Scale& s) {
         s.input_half = [](const Pass<double>& p, Range examples) {
             for (Index j = examples.begin; j < examples.end; ++j)
                 for (Index i = 0; i < 4; ++i) p.dX(i, j) += Scale::w(p, i) * p.dY(i, j);
         };
     },
     "dX[1,1]: it is not assigned (=), or is added (+=); dX = w .* dY"},
    {"backward input divides by the examples",
     [](Scale& s) {
         s.input_half = [](const Pass<double>& p, Range examples) {
             for (Index j = examples.begin; j < examples.end; ++j)
                 for (Index i = 0; i < 4; ++i) p.dX(i, j) = Scale::w(p, i) * p.dY(i, j) / 3;
         };
     },
     "dX["},
    {"backward input is wrong in one cell",
     [](Scale& s) {
         s.input_half = [half = s.input_half](const Pass<double>& p, Range examples) {
             half(p, examples);
             const Index second = 1 - p.part.first;
             if (examples.begin <= second && second < examples.end) p.dX(2, second) *= 1.001;
         };
     },
     "dX[3,2]: backward says "},
    {"backward input depends on how the examples are divided",
     [](Scale& s) {
         s.input_half = [half = s.input_half](const Pass<double>& p, Range examples) {
             half(p, examples);
             if (examples.size() == 1) p.dX(0, examples.begin) *= 1 + 1e-15;
         };
     },
     "dX[1,1]: example by example it is "},
    {"backward parameters does nothing", [](Scale& s) { s.parameter_half = [](auto&, Range) {}; },
     "dw[1,1]: it is not assigned (=), or is added (+=); dw = rowsum(dY .* X) / m"},
    {"backward parameters adds",
     [](Scale& s) {
         s.parameter_half = [](const Pass<double>& p, Range slices) {
             for (Index i = slices.begin; i < slices.end; ++i) Scale::dw(p, i) += Scale::sum(p, i) / 3;
         };
     },
     "dw[1,1]: it is not assigned (=), or is added (+=); dw = rowsum(dY .* X) / m"},
    {"backward parameters forgets the mean",
     [](Scale& s) {
         s.parameter_half = [](const Pass<double>& p, Range slices) {
             for (Index i = slices.begin; i < slices.end; ++i) Scale::dw(p, i) = Scale::sum(p, i);
         };
     },
     "dw["},
    {"backward parameters is wrong in one cell",
     [](Scale& s) {
         s.parameter_half = [half = s.parameter_half](const Pass<double>& p, Range slices) {
             half(p, slices);
             if (p.sums_end() && slices.begin <= 3 && 3 < slices.end) Scale::dw(p, 3) += 1e-5;
         };
     },
     "dw[4,1]: backward says "},
    {"backward parameters depends on how the slices are divided",
     [](Scale& s) {
         s.parameter_half = [half = s.parameter_half](const Pass<double>& p, Range slices) {
             half(p, slices);
             if (slices.size() == 1) Scale::dw(p, slices.begin) *= 1 + 1e-15;
         };
     },
     "dw[1,1]: slice by slice it is "},
    {"backward parameters forgets what others have begun",
     [](Scale& s) {
         s.parameter_half = [](const Pass<double>& p, Range slices) {
             for (Index i = slices.begin; i < slices.end; ++i) {
                 double sum = 0;
                 for (Index j = 0; j < p.X.columns(); ++j) sum += p.dY(i, j) * p.X(i, j);
                 Scale::dw(p, i) = sum / double(p.divisor());
             }
         };
     },
     "dw[1,1]: part by part it is "},
    {"backward gives an infinite number",
     [](Scale& s) {
         s.input_half = [half = s.input_half](const Pass<double>& p, Range examples) {
             half(p, examples);
             const Index second = 1 - p.part.first;
             if (examples.begin <= second && second < examples.end) p.dX(2, second) = HUGE_VAL;
         };
     },
     "dX[3,2]: backward says inf"},
};

class BrokenLayers : public testing::TestWithParam<Broken> {};

TEST_P(BrokenLayers, AreFoundOutWithTheirPlace) {
    Scale layer;
    GetParam().breaks(layer);
    const GradientReport report = check(layer);
    EXPECT_FALSE(report.passed());
    EXPECT_EQ(report.where.substr(0, std::string(GetParam().where).size()), GetParam().where) << report.where;
}
INSTANTIATE_TEST_SUITE_P(GradientCheck, BrokenLayers, testing::ValuesIn(broken_layers),
                         [](const auto& info) { return as_test_name(info.param.name); });

// The base class does nothing for a layer without parameters; one with parameters has to override it.
class WithoutBackwardParameters final : public Scale {
    void backward_parameters(const Pass<double>& pass, Range slices) const override {
        Layer<double>::backward_parameters(pass, slices);  // NOLINT(bugprone-parent-virtual-call)
    }
};

TEST(GradientCheck, FindsALayerThatForgotItsBackwardHalf) {
    const GradientReport report = check(WithoutBackwardParameters{});
    EXPECT_FALSE(report.passed());
    EXPECT_EQ(report.where, "dw[1,1]: it is not assigned (=), or is added (+=); dw = rowsum(dY .* X) / m");
}

TEST(GradientCheck, SaysBackwardDifferenceAndFormula) {
    Scale layer;
    layer.parameter_half = [](const Pass<double>& p, Range slices) {
        for (Index i = slices.begin; i < slices.end; ++i)
            Scale::dw(p, i) = i == 2 ? 9.5 : Scale::sum(p, i) / double(p.divisor());
    };
    const std::string where = check(layer).where;
    EXPECT_TRUE(where.starts_with("dw[3,1]: backward says 9.500000, central difference ")) << where;
    EXPECT_TRUE(where.ends_with("; dw = rowsum(dY .* X) / m")) << where;
}

TEST(GradientCheck, FindsALossWithAWrongGradient) {
    class Wrong final : public Loss<double> {
    public:
        [[nodiscard]] LossKind kind() const override { return LossKind::mean_squared; }
        [[nodiscard]] LossFormula formula() const override { return {}; }
        void value(std::span<double> losses, const Output<double>& output,
                   View<const double> Y) const override {
            make_loss<double>(LossKind::mean_squared, "")->value(losses, output, Y);
        }
        void gradient(const View<double>& d, const Output<double>& output,
                      const View<const double>& Y) const override {
            make_loss<double>(LossKind::mean_squared, "")->gradient(d, output, Y);
            d(1, 0) *= 1.01;
        }
    };
    const Matrix<double> Z{{1, 2}, {3, 4}}, Y{{0, 1}, {2, 1}};
    const GradientReport report = check_gradients(Wrong{}, *read_layers<double>("identity").front(), Z, Y);
    EXPECT_FALSE(report.passed());
    EXPECT_EQ(report.where, "dA[2,1]: backward says 1.010000, central difference 1.000000");
}

TEST(GradientCheck, FindsALossThatLeavesAGradientOut) {
    class Lazy final : public Loss<double> {
    public:
        [[nodiscard]] LossKind kind() const override { return LossKind::mean_squared; }
        [[nodiscard]] LossFormula formula() const override { return {}; }
        void value(std::span<double> losses, const Output<double>&, View<const double>) const override {
            std::ranges::fill(losses, 1);
        }
        void gradient(const View<double>&, const Output<double>&, const View<const double>&) const override {}
    };
    const Matrix<double> Z{{1, 2}}, Y{{0, 1}};
    EXPECT_FALSE(check_gradients(Lazy{}, *read_layers<double>("identity").front(), Z, Y).passed());
}

}  // namespace
}  // namespace gradus::test
