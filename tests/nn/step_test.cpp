// What a run can do with a network it can do with any step: here a parabola through points.
#include "gradus/nn/step.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "gradus/explain/history.h"
#include "gradus/nn/run.h"

namespace gradus::test {
namespace {

// y = w0 + w1 x + w2 x^2 by least squares, moved by gradient descent with momentum 0.5.
class Parabola final : public Step<double> {
public:
    double forward(const Examples<double>& batch) override {
        calls += "forward ";
        return mean_error(batch);
    }
    void gradient(const Examples<double>& batch) override {
        calls += "gradient ";
        gradient_ = {};
        for (Index j = 0; j < batch.count(); ++j)
            for (std::size_t k = 0; k < 3; ++k)
                gradient_[k] += 2 * error(batch, j) * power(batch.X(0, j), k) / double(batch.count());
    }
    void update(double learning_rate) override {
        calls += "update\n";
        for (std::size_t k = 0; k < 3; ++k) {
            state_.slots[k] = 0.5 * state_.slots[k] + gradient_[k];
            w_[k] -= learning_rate * state_.slots[k];
        }
        ++state_.updates;
    }
    double validation_cost(const Examples<double>& examples) override { return mean_error(examples); }
    std::span<double> parameters() override { return w_; }
    [[nodiscard]] const OptimizerState<double>& optimizer() const override { return state_; }
    void restore(const OptimizerState<double>& state) override { state_ = state; }

    [[nodiscard]] std::vector<double> w() const { return {w_.begin(), w_.end()}; }
    std::string calls;

private:
    static double power(double x, std::size_t k) { return k == 0 ? 1 : x * power(x, k - 1); }
    double error(const Examples<double>& e, Index j) const {
        const double x = e.X(0, j);
        return w_[0] + w_[1] * x + w_[2] * x * x - e.Y(0, j);
    }
    double mean_error(const Examples<double>& e) const {
        double sum = 0;
        for (Index j = 0; j < e.count(); ++j) sum += error(e, j) * error(e, j);
        return sum / double(e.count());
    }

    std::array<double, 3> w_{}, gradient_{};
    OptimizerState<double> state_{.slots = AlignedVector<double>(3)};
};

class AnyStep : public testing::Test {
protected:
    AnyStep() {
        for (Index j = 0; j < 12; ++j) {
            const double x = double(j - 6) / 6;
            X_(0, j) = x;
            Y_(0, j) = 1 - 2 * x + 3 * x * x;
        }
    }
    Matrix<double> X_{1, 12}, Y_{1, 12};
    Examples<double> points_{.X = X_, .Y = Y_};
    RunSettings settings_{.optimizer = {.learning_rate = 0.1}, .batch = 5, .epochs = 400};
    Parabola step_;
};

TEST_F(AnyStep, LearnsInARun) {
    gradus::Run<double> run(step_, points_, settings_);
    EXPECT_EQ(run.planned_updates(), 1200);
    double cost = 0;
    while (const auto event = run.next()) cost = event->cost;
    EXPECT_LT(cost, 1e-20);
    EXPECT_NEAR(step_.w()[0], 1, 1e-9);
    EXPECT_NEAR(step_.w()[1], -2, 1e-9);
    EXPECT_NEAR(step_.w()[2], 3, 1e-9);
}

TEST_F(AnyStep, IsAskedForItsGradientBetweenForwardAndUpdate) {
    settings_.epochs = 1;
    gradus::Run<double> run(step_, points_, settings_);
    while (run.next()) continue;
    const std::string once = "forward gradient update\n";
    EXPECT_EQ(step_.calls, once + once + once);
}

// By hand: three points, all in every step.
TEST_F(AnyStep, IsDrivenAsALoopByHandWouldDriveIt) {
    const Matrix<double> X{{0, 1, -1}}, Y{{1, 2, 6}};
    const Examples<double> three{.X = X, .Y = Y};
    settings_.batch = 0;
    settings_.iterations = 20;
    gradus::Run<double> run(step_, three, settings_);
    Parabola twin;
    while (const auto event = run.next()) {
        EXPECT_EQ(event->cost, twin.forward(three));
        twin.gradient(three);
        twin.update(0.1);
        EXPECT_EQ(step_.w(), twin.w());
    }
    EXPECT_EQ(twin.optimizer().updates, 20);
}

TEST_F(AnyStep, StopsEarlyAndKeepsTheBest) {
    const Matrix<double> X{{0.5}}, Y{{0.5}};  // not on the parabola: 0.75
    gradus::Run<double> run(step_, points_, {.X = X, .Y = Y}, settings_, RandomState());
    double best = 1e9, best_w = 0;
    Index updates = 0;
    while (const auto event = run.next()) {
        ++updates;
        if (event->epoch_end && event->epoch_end->best && !event->last) {
            best = *event->epoch_end->validation_cost;
            best_w = step_.w()[1];
        }
    }
    EXPECT_LT(updates, 1200);
    EXPECT_LT(run.kept_updates(), updates);
    EXPECT_EQ(step_.validation_cost({.X = X, .Y = Y}), best);
    EXPECT_EQ(step_.w()[1], best_w);
}

TEST_F(AnyStep, GoesBackAndAnotherWay) {
    settings_.epochs = 10;
    gradus::Run<double> run(step_, points_, settings_);
    History<double> history(run, 4000);  // not all fit: most are replayed
    std::vector<std::vector<double>> seen{step_.w()};
    while (history.next()) seen.push_back(step_.w());
    ASSERT_EQ(seen.size(), 31U);
    EXPECT_GT(history.every(), 1);
    for (const Index updates : {17, 0, 30, 18}) {
        history.go_to(updates);
        EXPECT_EQ(step_.w(), seen[static_cast<std::size_t>(updates)]);
    }
    Parabola other;
    gradus::Run<double> branch(other, points_, settings_);
    branch.restore(history.state(17));
    while (branch.next()) continue;
    EXPECT_EQ(other.w(), seen[30]);
}

TEST_F(AnyStep, MayLearnWithoutATruth) {
    class Centre final : public Step<double> {  // k-means with one centre
    public:
        double forward(const Examples<double>& batch) override {
            sum_ = 0;
            double squares = 0;
            for (Index j = 0; j < batch.count(); ++j) {
                sum_ += at_ - batch.X(0, j);
                squares += (at_ - batch.X(0, j)) * (at_ - batch.X(0, j));
            }
            return squares / double(batch.count());
        }
        void gradient(const Examples<double>& batch) override { sum_ /= double(batch.count()); }
        void update(double learning_rate) override {
            at_ -= learning_rate * sum_;
            ++state_.updates;
        }
        double validation_cost(const Examples<double>& examples) override { return forward(examples); }
        std::span<double> parameters() override { return {&at_, 1}; }
        [[nodiscard]] const OptimizerState<double>& optimizer() const override { return state_; }
        void restore(const OptimizerState<double>& state) override { state_ = state; }

    private:
        double at_ = 9, sum_ = 0;
        OptimizerState<double> state_;
    } centre;
    const Matrix<double> X{{1, 2, 6}};
    gradus::Run<double> run(centre, {.X = X},
                            {.optimizer = {.learning_rate = 1}, .batch = 0, .iterations = 2});
    EXPECT_EQ(run.next()->cost, (64.0 + 49 + 9) / 3);
    EXPECT_EQ(run.next()->cost, (4.0 + 1 + 9) / 3);
    EXPECT_EQ(centre.parameters()[0], 3);
}

}  // namespace
}  // namespace gradus::test
