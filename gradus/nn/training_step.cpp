#include "gradus/nn/training_step.h"

#include <cassert>

#include "gradus/error.h"

namespace gradus {

// The numbers that must be kept for the way back: every layer's output and, but for the first, its input's
// gradient.
template <class T>
static std::size_t arena_size(const Network<T>& network, Index batch) {
    constexpr Index most = Index{1} << 36;
    Index per_example = network.out().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        per_example += network.plan(i).out.size() + network.in_of(i).size();
    if (per_example > most / batch)
        throw Error(Fault::input, {.place = "network \"" + network.text() + "\"",
                                   .found = "needs " + std::to_string(per_example) + " numbers for each of " +
                                            std::to_string(batch) + " examples at a time",
                                   .expected = "at most " + std::to_string(most) + " in all",
                                   .hint = "a smaller batch"});
    return static_cast<std::size_t>(per_example * batch);
}

template <class T>
TrainingStep<T>::TrainingStep(Network<T>& network, std::string_view loss, OptimizerSettings optimizer,
                              Index batch, std::uint64_t mask_seed)
    : network_(network),
      loss_(make_loss<T>(loss, network.layer(network.size() - 1).text())),
      settings_(optimizer),
      batch_(batch),
      arena_(arena_size(network, batch)),
      passes_(network.size()),
      gradient_(network.parameters().size()),
      losses_(static_cast<std::size_t>(batch)) {
    assert(batch > 0);
    const auto slots = static_cast<std::size_t>(optimizer_slots(optimizer.kind));
    state_.slots.resize(slots * gradient_.size());

    T* free = arena_.data();
    const auto take = [&free, batch](Shape shape) {
        const View<T> view(free, shape.size(), batch);
        free += shape.size() * batch;
        return view;
    };
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        Pass<T>& pass = passes_[i];
        const Range mine = network.parameters_of(i);
        pass.parameters = network.parameters().subspan(static_cast<std::size_t>(mine.begin),
                                                       static_cast<std::size_t>(mine.size()));
        pass.gradient = std::span<T>(gradient_).subspan(static_cast<std::size_t>(mine.begin),
                                                        static_cast<std::size_t>(mine.size()));
        pass.training = true;
        pass.mask = {.seed = mask_seed, .layer = i};
        pass.dX = take(network.in_of(i));
        pass.Y = take(network.plan(i).out);
    }
    output_gradient_ = take(network.out());
}

template <class T>
View<const T> TrainingStep<T>::forward(View<const T> X) {
    assert(X.rows() == network_.in().size() && X.columns() <= batch_);
    const Range examples{0, X.columns()};
    const auto narrow = [&](View<T> view) { return View<T>(view.data(), view.rows(), examples.size()); };
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        Pass<T>& pass = passes_[i];
        pass.X = i == 0 ? X : passes_[i - 1].Y;
        pass.Y = narrow(pass.Y);
        pass.dX = narrow(pass.dX);
        pass.mask.step = static_cast<std::uint64_t>(state_.updates);
        network_.layer(i).forward(pass, examples);
    }
    return passes_.back().Y;
}

template <class T>
Output<T> TrainingStep<T>::network_output() const {
    return {.A = passes_.back().Y, .Z = passes_.back().X};
}

template <class T>
double TrainingStep<T>::cost(View<const T> Y, View<const T> weights) {
    const auto examples = static_cast<std::size_t>(Y.columns());
    loss_->value(std::span(losses_).first(examples), network_output(), Y);
    double sum = 0;
    for (std::size_t j = 0; j < examples; ++j)
        sum += weights.empty() ? losses_[j] : losses_[j] * weights(0, static_cast<Index>(j));
    return sum / double(examples);
}

template <class T>
void TrainingStep<T>::backward(View<const T> Y, View<const T> weights) {
    const Range examples{0, Y.columns()};
    std::size_t i =
        passes_.size();  // the gradient of layer i's input is known; at first that of the network's output
    View<T> known(output_gradient_.data(), Y.rows(), Y.columns());
    if (loss_->fused() && i > 1) known = passes_[--i].dX;
    loss_->gradient(known, network_output(), Y);
    if (!weights.empty())
        for (Index j = 0; j < known.columns(); ++j)
            for (Index k = 0; k < known.rows(); ++k) known(k, j) *= weights(0, j);

    while (i-- > 0) {
        Pass<T>& pass = passes_[i];
        pass.dY = known;
        known = pass.dX;
        if (i > 0) network_.layer(i).backward_input(pass, examples);
        network_.layer(i).backward_parameters(pass, {0, network_.plan(i).slice_count()});
    }
}

template <class T>
void TrainingStep<T>::update(double learning_rate) {
    ++state_.updates;
    const auto count = static_cast<Index>(gradient_.size());
    const bool clipped = settings_.clip_norm > 0;
    Sweep<T> sweep{.settings = settings_,
                   .learning_rate = learning_rate,
                   .weight_decay = 0,
                   .gradient_scale = clipped ? clip_factor(gradient_.data(), count, settings_.clip_norm) : 1,
                   .update = state_.updates};
    const Index slots = optimizer_slots(settings_.kind);
    const auto slot = [&](Index number, Index offset) {
        return number < slots ? state_.slots.data() + number * count + offset : nullptr;
    };
    Index offset = 0;
    for (std::size_t i = 0; i < network_.size(); ++i) {
        for (const Parameter& parameter : network_.plan(i).parameters) {
            const Index size = parameter.rows * parameter.columns;
            sweep.weight_decay = parameter.weight ? settings_.weight_decay : 0;
            sweep(network_.parameters().data() + offset, gradient_.data() + offset, slot(0, offset),
                  slot(1, offset), size);
            offset += size;
        }
    }
}

template class TrainingStep<float>;
template class TrainingStep<double>;

}  // namespace gradus
