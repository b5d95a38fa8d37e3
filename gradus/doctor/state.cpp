#include "gradus/doctor/state.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/elementwise.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/shared_examples.h"

namespace gradus {
namespace {

constexpr double nearly_one = 0.99;  // |tanh| beyond it: the slope 1 - a^2 is below 0.02

template <class T>
Matrix<T> chosen(View<const T> M, const std::vector<Index>& columns) {
    if (M.empty()) return {};
    Matrix<T> result(M.rows(), static_cast<Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j)
        std::copy_n(M.column(columns[j]), M.rows(), result.view().column(static_cast<Index>(j)));
    return result;
}

template <class T>
bool is_hidden(const Network<T>& network, std::size_t i) {
    const std::string kind = network.layer(i).describe().kind;
    return i + 1 < network.size() && (kind == "relu" || kind == "tanh" || kind == "sigmoid");
}

// Have all units of the layer that feeds layer i the same weights?
template <class T>
bool same_weights(const Network<T>& network, std::size_t i) {
    while (i > 0 && network.plan(i).parameters.empty()) --i;
    if (network.plan(i).parameters.empty() || !network.plan(i).parameters.front().weight) return false;
    const Parameter& W = network.plan(i).parameters.front();
    const View<const T> w(network.parameters().data() + network.parameters_of(i).begin, W.rows, W.columns);
    for (Index j = 0; j < w.columns(); ++j)
        for (Index k = 0; k < w.rows(); ++k)
            if (w(k, j) != (W.rows > 1 ? w(0, j) : T(0))) return false;
    return true;
}

struct Sums {
    double sum = 0, squares = 0;

    void add(double x) {
        sum += x;
        squares += x * x;
    }
    [[nodiscard]] double deviation(double n) const {
        return std::sqrt(std::max(0.0, squares / n - (sum / n) * (sum / n)));
    }
};

// Sums over examples, layer by layer.
template <class T>
class Census {
public:
    Census(const Network<T>& network, Index examples, bool of_values)
        : network_(network), of_values_(of_values) {
        state_.examples = examples;
        for (std::size_t i = 0; i < network.size(); ++i) {
            if (!is_hidden(network, i)) continue;
            places_.push_back(i);
            const Index units = network.plan(i).out.channels;
            state_.hidden.push_back({.name = output_name(network, i),
                                     .function = network.layer(i).text(),
                                     .units = units,
                                     .dead = {},
                                     .saturated = 0,
                                     .same_weights = same_weights(network, i)});
            alive_.emplace_back(static_cast<std::size_t>(units), false);
        }
        for (std::size_t i = 0; i + 1 < network.size(); ++i) {
            const LayerKind* kind = find_layer(network.layer(i).describe().kind);
            if (kind == nullptr || !kind->activation || i + 2 >= network.size()) continue;
            last_ = i;
            state_.last_name = output_name(network, i);
        }
        outputs_.resize(static_cast<std::size_t>(network.out().size()));
        truths_.resize(outputs_.size());
    }

    void add(const TrainingStep<T>& step, View<const T> X, View<const T> Y) {
        for (std::size_t h = 0; h < places_.size(); ++h) add_hidden(h, step.output(places_[h]));
        const View<const T> A = step.output(network_.size() - 1);
        for (Index j = 0; j < A.columns(); ++j)
            for (Index i = 0; i < A.rows(); ++i) {
                outputs_[static_cast<std::size_t>(i)].add(double(A(i, j)));
                truths_[static_cast<std::size_t>(i)].add(double(Y(i, j)));
            }
        keep(state_.outputs, A);
        keep(state_.last, last_ ? step.output(*last_) : X);
        seen_ += A.columns();
    }

    State finish() {
        const double n = double(state_.examples);
        for (std::size_t h = 0; h < places_.size(); ++h) {
            HiddenLayer& layer = state_.hidden[h];
            layer.saturated /= n * double(network_.plan(places_[h]).out.size());
            if (layer.function != "relu") continue;
            for (Index k = 0; k < layer.units; ++k)
                if (!alive_[h][static_cast<std::size_t>(k)]) layer.dead.push_back(k + 1);
        }
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            const double unit = of_values_ ? truths_[i].deviation(n) : 1;
            if (unit > 0)
                state_.output_spread = std::max(state_.output_spread, outputs_[i].deviation(n) / unit);
        }
        return std::move(state_);
    }

private:
    void add_hidden(std::size_t h, View<const T> A) {
        HiddenLayer& layer = state_.hidden[h];
        const bool relu = layer.function == "relu", tanh = layer.function == "tanh";
        Index saturated = 0;
        for (Index j = 0; j < A.columns(); ++j)
            for (Index i = 0; i < A.rows(); ++i) {
                const double a = double(A(i, j));
                if (relu) {  // within an example, the channels of a position lie side by side
                    if (a != 0) alive_[h][static_cast<std::size_t>(i % layer.units)] = true;
                } else if (std::abs(tanh ? a : 2 * a - 1) > nearly_one) {
                    ++saturated;
                }
            }
        layer.saturated += double(saturated);
    }

    void keep(Matrix<double>& to, View<const T> from) const {
        if (to.empty()) to = Matrix<double>(from.rows(), std::min(state_.examples, State::most_kept));
        for (Index j = 0; j < from.columns() && seen_ + j < to.columns(); ++j)
            for (Index i = 0; i < from.rows(); ++i) to(i, seen_ + j) = double(from(i, j));
    }

    const Network<T>& network_;
    bool of_values_;  // outputs may have any unit
    State state_;
    std::vector<std::size_t> places_;       // of the hidden layers in the network
    std::vector<std::vector<bool>> alive_;  // of each hidden layer, its units
    std::optional<std::size_t> last_;       // the layer that the output layer looks at
    std::vector<Sums> outputs_, truths_;    // of each output
    Index seen_ = 0;
};

}  // namespace

template <class T>
Batch<T>::Batch(const Examples<T>& examples, const std::vector<Index>& columns)
    : X(examples.shared_by == nullptr ? chosen(examples.X, columns)
                                      : Matrix<T>(examples.inputs(), static_cast<Index>(columns.size()))),
      Y(chosen(examples.Y, columns)),
      weights(chosen(examples.weights, columns)) {
    if (examples.shared_by != nullptr) copy_shared(X.view(), examples, columns);
    if (examples.bytes.empty()) return;
    X = Matrix<T>(examples.inputs(), static_cast<Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j)
        pixels(X.view().column(static_cast<Index>(j)), examples.bytes.column(columns[j]), X.rows());
}

template <class T>
std::string output_name(const Network<T>& network, std::size_t i) {
    int number = 0;
    for (std::size_t k = 0; k <= i; ++k)
        if (!network.plan(k).parameters.empty()) ++number;
    std::string name(1, network.plan(i).parameters.empty() ? 'A' : 'Z');
    return name += std::to_string(number);
}

template <class T>
State look_at(const Network<T>& network, const Examples<T>& examples, Task task, Index most) {
    Network<T> copy = network;  // batch normalization keeps statistics of what goes through
    constexpr Index at_a_time = 256;
    const Index count = std::min(examples.count(), most);
    TrainingStep<T> step(copy, LossKind::mean_squared, {.kind = OptimizerKind::gd},
                         std::min(count, at_a_time));
    Census<T> census(network, count, task == Task::regress || task == Task::reconstruct);
    std::vector<Index> truth;
    for (Index begin = 0; begin < count; begin += at_a_time) {
        std::vector<Index> columns(static_cast<std::size_t>(std::min(at_a_time, count - begin)));
        for (std::size_t j = 0; j < columns.size(); ++j)
            columns[j] = (begin + static_cast<Index>(j)) * examples.count() / count;
        const Batch<T> batch(examples, columns);
        step.forward(batch.X);
        census.add(step, batch.X, batch.Y);
        if (task != Task::classify || begin >= State::most_kept) continue;
        for (const Index c : classes_of<T>(batch.Y))
            if (static_cast<Index>(truth.size()) < State::most_kept) truth.push_back(c);
    }
    State state = census.finish();
    state.truth = std::move(truth);
    return state;
}

template struct Batch<float>;
template struct Batch<double>;
template std::string output_name(const Network<float>&, std::size_t);
template std::string output_name(const Network<double>&, std::size_t);
template State look_at(const Network<float>&, const Examples<float>&, Task, Index);
template State look_at(const Network<double>&, const Examples<double>&, Task, Index);

}  // namespace gradus
