// The layers for series, and batch normalization, give the numbers that PyTorch gives
// (tests/golden/series.py).
#include "gradus/nn/series.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "gradus/nn/architecture.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

const Golden& golden() {
    static const Golden file("series");
    return file;
}

// A layer between the file's matrices. Users and the file speak channel after channel, layers position after
// position.
template <class T>
class Case {
public:
    // `name` is "conv_4x3_stride_2:4x15"
    explicit Case(const std::string& name) : name_(name) {
        std::string text = name.substr(0, name.find(':'));
        std::ranges::replace(text, '_', ' ');
        const std::string shape = name.substr(name.find(':') + 1);
        in_ = {.channels = std::stol(shape), .length = std::stol(shape.substr(shape.find('x') + 1))};
        layer_ = read_layers<T>(text).front();
        plan_ = layer_->plan(in_);

        X_ = inside("X", in_);
        dY_ = inside("dY", plan_.out);
        Y_ = Matrix<T>(plan_.out.size(), X_.columns());
        dX_ = Matrix<T>(in_.size(), X_.columns());
        scratch_ = Matrix<T>(plan_.scratch, X_.columns());
        shared_.resize(static_cast<std::size_t>(plan_.shared));
        sums_.resize(static_cast<std::size_t>(plan_.coupling.sums));
        for (const Statistic& s : plan_.statistics)
            statistics_.insert(statistics_.end(), static_cast<std::size_t>(s.size), static_cast<T>(s.start));
        for (const Parameter& p : plan_.parameters) {
            const Matrix<double> M = golden().matrix(name_ + "/" + p.name);
            for (Index k = 0; k < p.columns; ++k)
                for (Index i = 0; i < p.rows; ++i)
                    parameters_.push_back(static_cast<T>(M(i, users_column(p, k))));
        }
        gradient_.resize(parameters_.size());
    }

    void forward() {
        for (Index round = 0; round <= plan_.coupling.forward; ++round)
            layer_->couple_forward(pass(), {0, plan_.coupling.units}, round);
        layer_->forward(pass(), {0, X_.columns()});
    }
    void backward() {
        for (Index round = 0; round <= plan_.coupling.backward; ++round)
            layer_->couple_backward(pass(), {0, plan_.coupling.units}, round);
        layer_->backward_input(pass(), {0, X_.columns()});
        if (plan_.slice_count() > 0) layer_->backward_parameters(pass(), {0, plan_.slice_count()});
    }
    void see(const std::string& name) { X_ = inside(name, in_); }
    void predict() {
        training_ = false;
        layer_->forward(pass(), {0, X_.columns()});
    }

    [[nodiscard]] Matrix<T> Y() const { return outside(Y_, plan_.out); }
    [[nodiscard]] Matrix<T> dX() const { return outside(dX_, in_); }

    // The derivative of the sum of the examples' losses, as PyTorch has it: ours is that of their mean.
    [[nodiscard]] Matrix<T> gradient(const std::string& parameter) const {
        std::size_t at = 0;
        for (const Parameter& p : plan_.parameters) {
            Matrix<T> M(p.rows, p.columns);
            for (Index k = 0; k < p.columns; ++k)
                for (Index i = 0; i < p.rows; ++i)
                    M(i, users_column(p, k)) = gradient_[at++] * static_cast<T>(X_.columns());
            if (p.name == parameter) return M;
        }
        return {};
    }
    [[nodiscard]] Matrix<T> statistic(std::size_t which) const {
        Matrix<T> M(1, in_.channels);
        for (Index c = 0; c < in_.channels; ++c)
            M(0, c) =
                statistics_[which * static_cast<std::size_t>(in_.channels) + static_cast<std::size_t>(c)];
        return M;
    }
    [[nodiscard]] const LayerPlan& plan() const { return plan_; }

private:
    // PyTorch's column is [channel, place in the window].
    static Index users_column(const Parameter& p, Index column) {
        const Index channels = p.columns / p.window;
        return column % channels * p.window + column / channels;
    }
    Matrix<T> inside(const std::string& name, Shape shape) const {
        const Matrix<double> M = golden().matrix(name_ + "/" + name);
        Matrix<T> from(M.rows(), M.columns()), to(M.rows(), M.columns());
        std::ranges::transform(M.view().data(), M.view().data() + M.rows() * M.columns(), from.view().data(),
                               [](double x) { return static_cast<T>(x); });
        positions_first<T>(to, from, shape);
        return to;
    }
    static Matrix<T> outside(const Matrix<T>& from, Shape shape) {
        Matrix<T> to(from.rows(), from.columns());
        channels_first<T>(to, from, shape);
        return to;
    }
    Pass<T> pass() {
        return {.in = in_,
                .out = plan_.out,
                .X = X_,
                .Y = Y_,
                .dY = dY_,
                .dX = dX_,
                .parameters = parameters_,
                .gradient = gradient_,
                .statistics = statistics_,
                .new_statistics = statistics_,
                .shared = shared_,
                .sums = sums_,
                .scratch = scratch_,
                .training = training_};
    }

    std::string name_;
    Shape in_;
    LayerPointer<T> layer_;
    LayerPlan plan_;
    Matrix<T> X_, Y_, dX_, dY_, scratch_;
    std::vector<T> parameters_, gradient_, shared_, statistics_;
    std::vector<double> sums_;
    bool training_ = true;
};

// The numbers of convolutions are exact whatever the order of their sums; means and norms are rounded.
template <class T>
Tolerance tolerance_for(const std::string& name) {
    if (!name.starts_with("batchnorm") && name.find("avgpool") == std::string::npos) return {0, 0};
    const double eps = std::numeric_limits<T>::epsilon();
    return name.starts_with("batchnorm") ? Tolerance{100 * eps, 100 * eps} : Tolerance{4 * eps, eps};
}

class AsInPyTorch : public testing::TestWithParam<std::string> {
protected:
    template <class T>
    static void check() {
        const std::string name = GetParam();
        const Tolerance tolerance = tolerance_for<T>(name);
        Case<T> c(name);
        c.forward();
        c.backward();
        EXPECT_TRUE(close(c.Y(), golden().matrix(name + "/Y"), tolerance));
        EXPECT_TRUE(close(c.dX(), golden().matrix(name + "/dX"), tolerance));
        for (const Parameter& p : c.plan().parameters)
            EXPECT_TRUE(close(c.gradient(p.name), golden().matrix(name + "/d" + p.name), tolerance))
                << p.name;
    }
};

TEST_P(AsInPyTorch, ForwardAndBothBackwardHalvesInDouble) {
    check<double>();
}
TEST_P(AsInPyTorch, ForwardAndBothBackwardHalvesInFloat) {
    check<float>();
}
INSTANTIATE_TEST_SUITE_P(Series, AsInPyTorch, testing::ValuesIn(golden().names_before("/X")),
                         [](const auto& info) { return as_test_name(info.param); });

TEST(Series, GoldenFileHasTheWholeGrid) {
    const auto all = golden().names_before("/X");
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& name) { return name.starts_with("conv"); }), 97);
    EXPECT_EQ(all.size(), 97U + 17U + 9U + 4U);
}

TEST(Series, APoolingWindowMustMeetTheSeries) {
    const auto plan = [](const std::string& text, Index length) {
        return error_of([&] {
            static_cast<void>(read_layers<double>(text).front()->plan({.channels = 1, .length = length}));
        });
    };
    // numbers 3 apart, which begin at -2, -1, 0, ...
    const std::string text = "pool 2 stride 1 pad 2 dilation 3";
    for (const std::string& kind : {"max" + text, "avg" + text}) {
        EXPECT_EQ(plan(kind, 1), "input: " + kind +
                                     ": its window at position 1 lies wholly in the padding of a series of 1 "
                                     "(hint: less pad or dilation)");
        EXPECT_EQ(plan(kind, 2), "input: " + kind +
                                     ": its window at position 2 lies wholly in the padding of a series of 2 "
                                     "(hint: less pad or dilation)");
        EXPECT_EQ(plan(kind, 3), "no error");
    }
    EXPECT_EQ(plan("maxpool 2 pad 2 dilation 3", 2), "no error");  // at -2 and 0 only
}

TEST(Series, BatchNormalizationPredictsByWhatItKeptOfItsBatches) {
    for (const std::string& name : golden().names_before("/predicted")) {
        const Tolerance tolerance = tolerance_for<double>(name);
        Case<double> c(name);
        c.forward();
        c.see("X2");
        c.forward();
        EXPECT_TRUE(close(c.statistic(0), golden().matrix(name + "/mean"), tolerance)) << name;
        EXPECT_TRUE(close(c.statistic(1), golden().matrix(name + "/variance"), tolerance)) << name;
        c.see("X");
        c.predict();
        EXPECT_TRUE(close(c.Y(), golden().matrix(name + "/predicted"), tolerance)) << name;
    }
}

}  // namespace
}  // namespace gradus::test
