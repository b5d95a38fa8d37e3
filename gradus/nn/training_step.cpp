#include "gradus/nn/training_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/nn/bin_passes.h"
#include "gradus/nn/checks.h"
#include "gradus/nn/gradient_pieces.h"
#include "gradus/nn/series.h"
#include "gradus/nn/step_memory.h"
#include "gradus/nn/tiny_passes.h"

namespace gradus {
namespace {

template <class X>
auto part(std::span<X> all, Range range) {
    return all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
}

}  // namespace

template <class T>
TrainingStep<T>::TrainingStep(Network<T>& network, LossKind loss, OptimizerSettings optimizer, Index batch,
                              std::uint64_t mask_seed, Index threads, Teamwork teamwork,
                              std::span<const Range> bins, Ranks& ranks)
    : network_((require_step(network, loss, optimizer, batch, threads), network)),
      loss_(make_loss<T>(loss, network.layer(network.size() - 1).text())),
      settings_(optimizer),
      batch_(batch),
      tiny_(teamwork == Teamwork::always ? nullptr : TinyPasses<T>::where_they_suit(network, batch, *loss_)),
      ranks_(tiny_ ? no_other_ranks() : ranks),
      team_(teamwork == Teamwork::always ? threads : useful_threads(network, most_columns(), threads)),
      passes_(network.size()),
      gradient_(network.parameters().size()),
      updated_(updated_by(ranks_, ranks_.rank(), std::ssize(gradient_))),
      losses_(static_cast<std::size_t>(batch)) {
    require_ranks(ranks_, network, batch);
    plan_memory();
    if (tiny_) tiny_->show(passes_, output_gradient_);
    if (!tiny_) bins_ = BinPasses<T>::where_they_suit(network, bins, most_columns());
    narrow(batch);
    find_groups();
    pieces_ = gradient_pieces(network, last_backward(), bins_.get(), ranks_);
    if (teamwork == Teamwork::when_useful && team_.most() > 1) fastest_.emplace(team_);
    for (std::size_t i = 0; i < passes_.size(); ++i) passes_[i].mask = {.seed = mask_seed, .layer = i};
    state_.slots.resize(static_cast<std::size_t>(optimizer_slots(optimizer.kind) * updated_.size()));
    squares_.resize(static_cast<std::size_t>(norm_blocks(std::ssize(gradient_))));
}

template <class T>
TrainingStep<T>::~TrainingStep() = default;

template <class T>
void TrainingStep<T>::plan_memory() {
    const Index columns = most_columns();
    Index numbers = numbers_per_example(network_) * columns, sums = 0;
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        numbers += network_.plan(i).shared;
        sums = std::max(sums, network_.plan(i).coupling.sums);
    }
    sums_.resize(static_cast<std::size_t>(sums));
    arena_.resize(static_cast<std::size_t>(numbers));
    T* free = arena_.data();
    const auto take = [&free, columns](Index rows) {
        const View<T> view(free, rows, columns);
        free += rows * columns;
        return view;
    };
    series_ = take(network_.in().size());
    output_gradient_ = take(network_.out().size());
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        const LayerPlan& plan = network_.plan(i);
        Pass<T>& pass = passes_[i];
        pass.in = network_.in_of(i);
        pass.out = plan.out;
        pass.parameters = part<const T>(network_.parameters(), network_.parameters_of(i));
        pass.gradient = part(std::span<T>(gradient_), network_.parameters_of(i));
        pass.new_statistics = part(network_.statistics(), network_.statistics_of(i));
        pass.statistics = pass.new_statistics;
        pass.training = true;
        pass.dX = take(pass.in.size());
        pass.Y = take(plan.out.size());
        pass.scratch = take(plan.scratch);
        pass.shared = {free, static_cast<std::size_t>(plan.shared)};
        free += plan.shared;
        pass.sums = std::span(sums_).first(static_cast<std::size_t>(plan.coupling.sums));
    }
}

// Every layer's windows on the numbers of a batch, which may be smaller than the largest: on this rank's
// share.
template <class T>
void TrainingStep<T>::narrow(Index examples) {
    mine_ = ranks_.share(examples);
    const auto narrowed = [this](const View<T>& view) {
        return View<T>(view.data(), view.rows(), mine_.size(), view.row_step(), view.column_step());
    };
    series_ = narrowed(series_);
    output_gradient_ = narrowed(output_gradient_);
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        Pass<T>& pass = passes_[i];
        pass.Y = narrowed(pass.Y);
        pass.dX = narrowed(pass.dX);
        pass.scratch = narrowed(pass.scratch);
        pass.part = {.first = mine_.begin, .batch = examples};
        if (i > 0) pass.X = passes_[i - 1].Y;
    }
    for (std::size_t i = 0; i < passes_.size(); ++i)
        passes_[i].dY = i < last_backward() ? passes_[i + 1].dX : output_gradient_;
}

template <class T>
void TrainingStep<T>::prepare(const View<const T>& X) {
    X_ = X;
    const bool apart = X.row_step() != 1 || (network_.in().channels > 1 && network_.in().length > 1);
    passes_.front().X = apart ? series_ : X;
    for (std::size_t i = 0; i < passes_.size(); ++i) {
        passes_[i].mask.step = static_cast<std::uint64_t>(state_.updates);
        const std::size_t partner = network_.partner(i);
        if (partner < i) {
            passes_[i].other = passes_[partner].X;
            passes_[partner].other = passes_[i].dY;
        }
    }
}

template <class T>
View<const T> TrainingStep<T>::forward(const View<const T>& X) {
    if (X.rows() != network_.in().size() || X.columns() < 1 || X.columns() > batch_)
        require_batch(network_, X, batch_, say_later("the step"));
    if (network_was_moved()) refuse_moved_network();
    if (passes_.front().part.batch != X.columns()) narrow(X.columns());
    examples_ = X.columns();
    if (tiny_) {
        tiny_->forward(X, passes_.back().Y);
        passes_.front().X = X;
    } else {
        if (fastest_) fastest_->begin();
        prepare(X.columns(mine_));
        team_.run([this](Index member) { pass_forward(member); });
    }
    return passes_.back().Y;
}

template <class T>
void TrainingStep<T>::pass_forward(Index member) {
    const Range examples = team_.share(member, X_.columns());
    if (passes_.front().X.data() == series_.data())
        positions_first(series_.columns(examples), X_.columns(examples), network_.in());
    if (bins_) {
        bins_->sum_weights(passes_.front(), team_.share(member, bins_->run_count()));
        team_.wait_for_all();
        bins_->forward(passes_.front(), examples);
    }
    for (std::size_t i = bins_ ? 1 : 0; i < passes_.size(); ++i) {
        if (network_.plan(i).coupling.units > 0) couple(i, member, true);
        network_.layer(i).forward(passes_[i], examples);
    }
}

// The examples of a batch meet here, where a layer couples them.
template <class T>
void TrainingStep<T>::couple(std::size_t i, Index member, bool forward) {
    team_.wait_for_all();
    const Coupling& coupling = network_.plan(i).coupling;
    const Range share = team_.share(member, coupling.units);
    const auto couple_units = [&](Index round) {
        const Layer<T>& layer = network_.layer(i);
        forward ? layer.couple_forward(passes_[i], share, round)
                : layer.couple_backward(passes_[i], share, round);
    };
    const Index rounds = forward ? coupling.forward : coupling.backward;
    const std::span<std::byte> sums = std::as_writable_bytes(passes_[i].sums);
    for (Index round = 0; round < rounds; ++round) {
        as_first(member, [&] {
            ranks_.expect(sums);
            ranks_.receive();
        });
        couple_units(round);
        as_first(member, [&] {
            ranks_.send(sums, Ranks::everybody);
            ranks_.finish();
        });
    }
    couple_units(rounds);
    team_.wait_for_all();
}

// What one member does for all, with the other ranks: nothing when there are none.
template <class T>
template <class F>
void TrainingStep<T>::as_first(Index member, F f) {
    if (ranks_.count() == 1) return;
    team_.wait_for_all();
    if (member == 0) f();
    team_.wait_for_all();
}

template <class T>
Output<T> TrainingStep<T>::network_output(Range examples) const {
    return {.A = passes_.back().Y.columns(examples), .Z = passes_.back().X.columns(examples)};
}

template <class T>
void TrainingStep<T>::require_truth(const View<const T>& Y, const View<const T>& weights) const {
    if (network_was_moved()) refuse_moved_network();
    if (Y.columns() != examples_ || Y.rows() != passes_.back().Y.rows() || examples_ == 0 || !weights.empty())
        require_truth_fits(network_, examples_, Y, weights);
}

template <class T>
double TrainingStep<T>::cost(const View<const T>& Y, const View<const T>& weights) {
    require_truth(Y, weights);
    std::span<const double> losses = tiny_ ? tiny_->losses(Y) : std::span<const double>();
    if (losses.empty()) {
        const auto all = std::span(losses_).first(static_cast<std::size_t>(Y.columns()));
        loss_->value(part(all, mine_), network_output({0, mine_.size()}), Y.columns(mine_));
        ranks_.gather(all);
        losses = all;
    }
    double sum = 0;
    if (weights.empty()) {
        for (const double loss : losses) sum += loss;
    } else {
        for (std::size_t j = 0; j < losses.size(); ++j) sum += losses[j] * weights(0, static_cast<Index>(j));
    }
    return sum / double(losses.size());
}

template <class T>
std::size_t TrainingStep<T>::last_backward() const {
    return passes_.size() - (loss_->fused() && passes_.size() > 1 ? 2 : 1);
}

template <class T>
void TrainingStep<T>::backward(const View<const T>& Y, const View<const T>& weights) {
    require_truth(Y, weights);
    has_gradient_ = true;
    if (tiny_) {
        if (!tiny_->output_gradient(Y))
            loss_->gradient(output_gradient_, network_output({0, Y.columns()}), Y);
        if (!weights.empty()) weigh<T>(output_gradient_, weights);
        return tiny_->backward(output_gradient_, gradient_);
    }
    Y_ = Y.columns(mine_);
    weights_ = weights.empty() ? weights : weights.columns(mine_);
    team_.run([this](Index member) {
        pass_backward(member);
        team_.wait_for_all();
        take_gradient(member);
    });
}

// The first half, by examples: the gradient of every layer's input.
template <class T>
void TrainingStep<T>::pass_backward(Index member) {
    const Range examples = team_.share(member, Y_.columns());
    const View<T> mine = output_gradient_.columns(examples);
    loss_->gradient(mine, network_output(examples), Y_.columns(examples));
    if (!weights_.empty()) weigh<T>(mine, weights_.columns(examples));
    for (std::size_t i = last_backward();; --i) {
        if (network_.plan(i).coupling.units > 0) couple(i, member, false);
        if (i == 0) break;
        network_.layer(i).backward_input(passes_[i], examples);
    }
}

// The second half, by parameters: each member's share of every layer's gradient, over the whole batch.
template <class T>
void TrainingStep<T>::take_gradient(Index member) {
    const auto messages_of = [this](const GradientPiece& piece, const auto& f) {
        for_each_message(
            piece, network_, std::span(gradient_), bins_.get(), ranks_,
            [&](std::span<T> numbers, Index keeper) { f(std::as_writable_bytes(numbers), keeper); });
    };
    if (ranks_.count() > 1 && member == 0)
        for (const GradientPiece& piece : pieces_)
            messages_of(piece, [this](std::span<std::byte> message, Index) { ranks_.expect(message); });
    for (const GradientPiece& piece : pieces_) {
        as_first(member, [&] { messages_of(piece, [this](auto, Index) { ranks_.receive(); }); });
        take_piece(piece, member);
        as_first(member, [&] {
            messages_of(piece,
                        [this](std::span<std::byte> message, Index keeper) { ranks_.send(message, keeper); });
        });
    }
    as_first(member, [this] { ranks_.finish(); });
}

// One of them; where this rank has no examples, sums stay as they are.
template <class T>
void TrainingStep<T>::take_piece(const GradientPiece& piece, Index member) {
    const Range share = team_.share(member, piece.slices.size());
    const Range slices{piece.slices.begin + share.begin, piece.slices.begin + share.end};
    if (slices.size() == 0 || mine_.size() == 0) return;
    if (piece.bins) {
        bins_->backward(passes_.front(), slices);
    } else {
        network_.layer(piece.layer).backward_parameters(passes_[piece.layer], slices);
    }
}

template <class T>
void TrainingStep<T>::update(double learning_rate) {
    if (!(learning_rate >= 0 && std::isfinite(learning_rate))) require_learning_rate(learning_rate);
    if (network_was_moved()) refuse_moved_network();
    if (!has_gradient_) refuse_update_without_gradient();
    has_gradient_ = false;
    ++state_.updates;
    learning_rate_ = learning_rate;
    if (tiny_) return sweep(0);
    team_.run([this](Index member) { sweep(member); });
    if (fastest_) fastest_->end();
}

template <class T>
void TrainingStep<T>::restore(const OptimizerState<T>& state) {
    const std::size_t count = gradient_.size();
    require_state_fits(state, whole_size());
    state_.updates = state.updates;
    for (std::size_t slot = 0; slot < slot_count(); ++slot)
        std::ranges::copy(part(std::span(state.slots).subspan(slot * count, count), updated_),
                          remembered(slot).begin());
}

template <class T>
OptimizerState<T> TrainingStep<T>::whole_optimizer() {
    const std::size_t count = gradient_.size();
    OptimizerState<T> whole{.slots = AlignedVector<T>(whole_size()), .updates = state_.updates};
    for (std::size_t slot = 0; slot < slot_count(); ++slot) {
        const std::span<T> all = std::span(whole.slots).subspan(slot * count, count);
        std::ranges::copy(remembered(slot), part(all, updated_).begin());
        gather_updated(all, ranks_);
    }
    return whole;
}

template <class T>
void TrainingStep<T>::find_groups() {
    Index end = 0;
    for (std::size_t i = 0; i < network_.size(); ++i) {
        for (const Parameter& parameter : network_.plan(i).parameters) {
            const double decay = parameter.weight ? settings_.weight_decay : 0, rate = parameter.rate;
            if (groups_.empty() || groups_.back().weight_decay != decay || groups_.back().rate != rate)
                groups_.push_back({{end, end}, decay, rate});
            end += parameter.rows * parameter.columns;
            groups_.back().parameters.end = end;
        }
    }
}

// The factor that brings the gradient's norm down to the limit. Everybody adds the same blocks in the same
// order.
template <class T>
double TrainingStep<T>::clip_factor(Index member) {
    const auto count = static_cast<Index>(gradient_.size());
    const Range mine = ranks_.share(norm_blocks(count)), blocks = team_.share(member, mine.size());
    for (Index b = mine.begin + blocks.begin; b < mine.begin + blocks.end; ++b)
        squares_[static_cast<std::size_t>(b)] =
            sum_of_squares(gradient_.data() + b * norm_block, std::min(norm_block, count - b * norm_block));
    as_first(member, [this] { ranks_.gather(squares_); });
    team_.wait_for_all();
    const double norm = std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
    return norm > settings_.clip_norm ? settings_.clip_norm / norm : 1;
}

// Of one slot, what belongs to the parameters that this rank updates.
template <class T>
std::span<T> TrainingStep<T>::remembered(std::size_t slot) {
    const auto count = static_cast<std::size_t>(updated_.size());
    return std::span(state_.slots).subspan(slot * count, count);
}

template <class T>
void TrainingStep<T>::sweep(Index member) {
    Sweep<T> sweep{.settings = settings_,
                   .learning_rate = 0,
                   .weight_decay = 0,
                   .gradient_scale = settings_.clip_norm > 0 ? clip_factor(member) : 1,
                   .update = state_.updates};
    const Range share = team_.share(member, updated_.size());
    const Range mine{updated_.begin + share.begin, updated_.begin + share.end};
    const Index count = updated_.size(), slots = optimizer_slots(settings_.kind);
    const auto slot = [&](Index number, Index parameter) {
        return number < slots ? state_.slots.data() + number * count + (parameter - updated_.begin) : nullptr;
    };
    for (const auto& [parameters, decay, rate] : groups_) {
        const Index from = std::max(parameters.begin, mine.begin), to = std::min(parameters.end, mine.end);
        sweep.weight_decay = decay;
        sweep.learning_rate = learning_rate_ * rate;
        if (from < to)
            sweep(network_.parameters().data() + from, gradient_.data() + from, slot(0, from), slot(1, from),
                  to - from);
    }
    as_first(member, [this] { gather_updated(network_.parameters(), ranks_); });
}

template class TrainingStep<float>;
template class TrainingStep<double>;

}  // namespace gradus
