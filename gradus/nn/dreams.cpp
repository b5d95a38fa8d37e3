#include "gradus/nn/dreams.h"

#include <algorithm>
#include <string>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/checks.h"

namespace gradus {
namespace {

template <class T>
class Dreamer {
public:
    Dreamer(const std::vector<Rbm<T>>& machines, Index count, const DreamSettings& settings)
        : machines_(machines),
          top_(machines.back()),
          settings_(settings),
          V_(top_.visible(), count),
          H_(top_.hidden(), count),
          Z_(H_) {}

    // The inputs enter at the bottom, again from the first where there are too few.
    void begin_at(const View<const T>& from) {
        Matrix<T> X(from.rows(), V_.columns());
        for (Index j = 0; j < X.columns(); ++j)
            for (Index i = 0; i < X.rows(); ++i) X(i, j) = from(i, j % from.columns());
        for (std::size_t i = 0; i + 1 < machines_.size(); ++i) {
            Matrix<T> H(machines_[i].hidden(), X.columns());
            machines_[i].up(H, H, X);
            X = std::move(H);
        }
        const T even = T(1) / static_cast<T>(std::max<Index>(top_.labels(), 1));
        for (Index j = 0; j < X.columns(); ++j) {
            std::copy_n(X.view().column(j), X.rows(), V_.view().column(j));
            std::fill_n(V_.view().column(j) + X.rows(), top_.labels(), even);
        }
        if (settings_.label) say_class();
    }

    void begin_anywhere() {
        top_.down(V_, H_);  // the hidden units are 0: by the biases alone
        top_.sample_visible(V_, V_, draws(0, 1), 0);
        say_class();
    }

    Matrix<T> operator()() {
        for (Index step = 1; step <= settings_.steps; ++step) {
            if (step > 1) {
                top_.sample_visible(V_, V_, draws(step, 1), 0);
                say_class();
            }
            top_.up(Z_, H_, V_);
            top_.sample_hidden(H_, Z_, H_, draws(step, 0), 0);
            top_.down(V_, H_);
        }
        return down();
    }

private:
    void say_class() {
        const Index first = top_.visible() - top_.labels();
        const View<T> labels = V_.view().rows({first, top_.visible()});
        if (!settings_.label) {
            if (settings_.keeps_label && top_.labels() > 0 && kept_.empty()) kept_ = Matrix<T>(labels);
            if (!kept_.empty()) copy(labels, View<const T>(kept_.view()));
            return;
        }
        for (Index j = 0; j < V_.columns(); ++j) {
            std::fill_n(V_.view().column(j) + first, top_.labels(), T(0));
            V_(first + *settings_.label, j) = 1;
        }
    }

    [[nodiscard]] Draws draws(Index step, std::uint32_t sample) const {
        return {.seed = settings_.seed,
                .step = static_cast<std::uint64_t>(step),
                .layer = static_cast<std::uint32_t>(machines_.size()),
                .sample = sample};
    }

    // From the means of the last machine's visible units through the others.
    Matrix<T> down() const {
        if (machines_.size() == 1 && top_.labels() == 0) return V_;
        Matrix<T> X(V_.view().rows({0, top_.visible() - top_.labels()}));
        for (std::size_t i = machines_.size() - 1; i-- > 0;) {
            const Rbm<T>& machine = machines_[i];
            Draws own = draws(0, 2);
            own.layer = static_cast<std::uint32_t>(i);
            if (machine.hidden_units() == HiddenUnits::bernoulli) {
                sample_bernoulli<T>(X, X, own, 0);
            } else {
                sample_normal<T>(X, X, own, 0);
                std::for_each(X.data(), X.data() + X.rows() * X.columns(),
                              [](T& x) { x = std::max(x, T(0)); });
            }
            Matrix<T> below(machine.visible(), X.columns());
            machine.down(below, X);
            X = std::move(below);
        }
        return X;
    }

    const std::vector<Rbm<T>>& machines_;
    const Rbm<T>& top_;
    DreamSettings settings_;
    Matrix<T> V_, H_, Z_;
    Matrix<T> kept_;  // labels
};

[[noreturn]] void refuse_dream(const std::string& found, const std::string& expected) {
    throw Error(Fault::usage, {.place = "dream", .found = found, .expected = expected});
}

}  // namespace

template <class T>
Matrix<T> dream(const std::vector<Rbm<T>>& machines, Index count, const DreamSettings& settings,
                const View<const T>& from) {
    require_stack(machines, "dream");
    if (count < 1) refuse_dream(say("{} samples", count), say("at least {}", 1));
    if (settings.steps < 1) refuse_dream(say("{} steps", settings.steps), say("at least {}", 1));
    const Index labels = machines.back().labels();
    if (settings.label && (*settings.label < 0 || *settings.label >= labels))
        refuse_dream(say("label {}", *settings.label), say("one of {} labels, from 0", labels));
    Dreamer<T> dreamer(machines, count, settings);
    if (from.empty()) {
        dreamer.begin_anywhere();
    } else {
        const Index inputs = machines.front().visible() - (machines.size() == 1 ? labels : 0);
        require_shape("from", from.rows(), from.columns(), inputs, from.columns());
        dreamer.begin_at(from);
    }
    return dreamer();
}

template Matrix<float> dream(const std::vector<Rbm<float>>&, Index, const DreamSettings&,
                             const View<const float>&);
template Matrix<double> dream(const std::vector<Rbm<double>>&, Index, const DreamSettings&,
                              const View<const double>&);

}  // namespace gradus
