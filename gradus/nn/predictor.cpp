#include "gradus/nn/predictor.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/bin_passes.h"
#include "gradus/nn/checks.h"
#include "gradus/nn/fits.h"
#include "gradus/nn/series.h"
#include "gradus/nn/step_memory.h"

namespace gradus {

template <class T>
Predictor<T>::Predictor(const Network<T>& network, Index batch)
    : network_(network), batch_(batch), passes_(network.size()) {
    require_step_memory(network, batch);
    losses_.resize(static_cast<std::size_t>(batch));
    Index numbers = network.in().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        numbers += network.plan(i).out.size() + network.plan(i).scratch;
    memory_.resize(static_cast<std::size_t>(numbers * batch));
    T* free = memory_.data();
    const auto take = [&free, batch](Index rows) {
        const View<T> view(free, rows, batch);
        free += rows * batch;
        return view;
    };
    series_ = take(network.in().size());
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        const auto part = [](std::span<const T> all, Range range) {
            return all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
        };
        Pass<T>& pass = passes_[i];
        pass.in = network.in_of(i);
        pass.out = network.plan(i).out;
        pass.parameters = part(network.parameters(), network.parameters_of(i));
        pass.statistics = part(network.statistics(), network.statistics_of(i));
        pass.Y = take(pass.out.size());
        pass.scratch = take(network.plan(i).scratch);
    }
}

template <class T>
Predictor<T>::Predictor(Predictor&&) noexcept = default;
template <class T>
Predictor<T>::~Predictor() = default;

template <class T>
void Predictor<T>::see_bins(std::span<const Range> bins) {
    bins_ = BinPasses<T>::where_they_suit(network_, bins, batch_);
    for (Predictor<T>& other : others_) other.see_bins(bins);
}

template <class T>
void Predictor<T>::add(const Network<T>& network) {
    require_whole(network);
    if (network.in() != network_.in() || network.out() != network_.out())
        throw Error(
            Fault::usage,
            {.place = "Predictor::add",
             .found = say("a network of {} inputs and {} outputs", network.in().text(), network.out().size()),
             .expected =
                 say("{} inputs and {} outputs, as the first", network_.in().text(), network_.out().size())});
    others_.emplace_back(network, batch_);
    if (mean_.empty()) mean_ = Matrix<T>(network.out().size(), batch_);
}

template <class T>
View<const T> Predictor<T>::operator()(View<const T> X) {
    const View<const T> own = first(X);
    if (others_.empty()) return own;
    const View<T> mean = mean_.view().columns({0, own.columns()});
    const auto numbers = static_cast<std::size_t>(own.rows() * own.columns());
    std::copy_n(own.data(), numbers, mean.data());
    for (Predictor<T>& other : others_) {
        const View<const T> more = other.first(X);
        for (std::size_t i = 0; i < numbers; ++i) mean.data()[i] += more.data()[i];
    }
    const T share = T(1) / static_cast<T>(others_.size() + 1);
    for (std::size_t i = 0; i < numbers; ++i) mean.data()[i] *= share;
    return mean;
}

template <class T>
View<const T> Predictor<T>::first(View<const T> X) {
    if (X.rows() != network_.in().size() || X.columns() < 1 || X.columns() > batch_)
        require_batch(network_, X, batch_, say_later("the predictor"));
    if (network_.parameters().data() != passes_.front().parameters.data()) refuse_moved_network();
    const Range examples{0, X.columns()};
    if (X.row_step() != 1 || (network_.in().channels > 1 && network_.in().length > 1)) {
        positions_first(series_.columns(examples), X, network_.in());
        X = series_.columns(examples);
    }
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        Pass<T>& pass = passes_[i];
        pass.X = i == 0 ? X : passes_[i - 1].Y;
        pass.Y = View<T>(pass.Y.data(), pass.Y.rows(), X.columns());
        pass.scratch = View<T>(pass.scratch.data(), pass.scratch.rows(), X.columns());
        if (network_.partner(i) < i) pass.other = passes_[network_.partner(i)].X;
        if (i == 0 && bins_) {
            bins_->sum_weights(pass, {0, bins_->run_count()});
            bins_->forward(pass, examples);
        } else {
            network_.layer(i).forward(pass, examples);
        }
    }
    return passes_.back().Y;
}

template <class T>
void Predictor<T>::losses(std::span<double> each, const Loss<T>& loss, View<const T> X, View<const T> Y,
                          View<T> A) {
    require_fits(network_, X, Y);
    if (!others_.empty() && loss.fused())
        throw Error(Fault::usage,
                    {.place = "mean_loss",
                     .found = say("a loss that is fused with the last layer, and several networks"),
                     .expected = say("one that reads the outputs: make_loss(kind, \"\")")});
    if (!A.empty()) require_shape("A", A.rows(), A.columns(), Y.rows(), Y.columns());
    for (Index begin = 0; begin < X.columns(); begin += batch_) {
        const Range block{begin, std::min(begin + batch_, X.columns())};
        const View<const T> a = (*this)(X.columns(block));
        loss.value(each.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(block.size())),
                   {.A = a, .Z = others_.empty() ? passes_.back().X : View<const T>{}}, Y.columns(block));
        if (A.empty()) continue;
        for (Index j = 0; j < a.columns(); ++j)
            for (Index i = 0; i < a.rows(); ++i) A(i, begin + j) = a(i, j);
    }
}

template <class T>
double Predictor<T>::mean_loss(const Loss<T>& loss, View<const T> X, View<const T> Y, View<T> A,
                               View<const T> weights) {
    require_fits(network_, X, Y);
    if (!A.empty()) require_shape("A", A.rows(), A.columns(), Y.rows(), Y.columns());
    if (!weights.empty()) require_shape("weights", weights.rows(), weights.columns(), 1, X.columns());
    MeanLoss mean;
    for (Index begin = 0; begin < X.columns(); begin += batch_) {
        const Range block{begin, std::min(begin + batch_, X.columns())};
        const auto each = std::span(losses_).first(static_cast<std::size_t>(block.size()));
        losses(each, loss, X.columns(block), Y.columns(block), A.empty() ? A : A.columns(block));
        mean.add<T>(each, weights.empty() ? weights : weights.columns(block));
    }
    return mean.value();
}

template <class T>
Evaluation evaluate(const Network<T>& network, Same<T> X, Same<T> Y, LossKind loss, Task task, Asked asked,
                    Same<T> weights) {
    require_fits(network, X, Y);
    require_loss_fits(loss, network.layer(network.size() - 1).text(), network.out().size());
    Predictor<T> predict(network, std::clamp<Index>(X.columns(), 1, 256));
    Matrix<T> A(Y.rows(), Y.columns());
    const double mean =
        predict.mean_loss(*make_loss<T>(loss, network.layer(network.size() - 1).text()), X, Y, A, weights);
    Evaluation evaluation = measure<T>(task, A, Y, weights, asked);
    evaluation.loss = mean;
    return evaluation;
}

template class Predictor<float>;
template class Predictor<double>;
template Evaluation evaluate(const Network<float>&, View<const float>, View<const float>, LossKind, Task,
                             Asked, View<const float>);
template Evaluation evaluate(const Network<double>&, View<const double>, View<const double>, LossKind, Task,
                             Asked, View<const double>);

}  // namespace gradus
