#include "gradus/nn/pretraining.h"

#include <algorithm>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/free_energy.h"

namespace gradus {
namespace {

constexpr Index epochs_of_first_momentum = 5;
constexpr Index most_monitored = 1000, most_for_pseudo_likelihood = 100;

// What the hidden units of a machine become.
template <class T>
Matrix<T> upward(const Rbm<T>& machine, const View<const T>& V) {
    Matrix<T> H(machine.hidden(), V.columns());
    each_run(V.columns(), [&](Range some) {
        const View<T> H_some = H.view().columns(some);
        machine.up(H_some, H_some, V.columns(some));
    });
    return H;
}

template <class T>
std::vector<double> means_of(const Matrix<T>& X) {
    std::vector<double> means(static_cast<std::size_t>(X.rows()));
    for (Index j = 0; j < X.columns(); ++j)
        for (std::size_t i = 0; i < means.size(); ++i) means[i] += double(X(static_cast<Index>(i), j));
    for (double& mean : means) mean /= double(X.columns());
    return means;
}

// A above B, as far as both have columns.
template <class T>
Matrix<T> above(const View<const T>& A, const View<const T>& B) {
    Matrix<T> both(A.rows() + B.rows(), std::min(A.columns(), B.columns()));
    for (Index j = 0; j < both.columns(); ++j) {
        T* column = both.view().column(j);
        std::copy_n(A.column(j), A.rows(), column);
        std::copy_n(B.column(j), B.rows(), column + A.rows());
    }
    return both;
}

template <class T>
View<const T> first_columns(const Matrix<T>& M, Index most) {
    return M.view().columns({0, std::min(M.columns(), most)});
}

}  // namespace

double pretraining_rate(VisibleUnits visible, HiddenUnits hidden) {
    if (hidden == HiddenUnits::rectified) return 0.001;
    return visible == VisibleUnits::gaussian ? 0.01 : 0.05;
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                            std::uint64_t seed, Index threads)
    : network_(network),
      settings_(settings),
      stack_(data.stack),
      places_(machine_places(network, stack_)),
      X_(std::move(data.X)),
      monitored_(std::move(data.monitored)),
      labels_(std::move(data.labels)),
      monitored_labels_(std::move(data.monitored_labels)),
      seed_(seed),
      threads_(threads) {
    machines_.reserve(places_.size());  // steps point to them
    if (monitored_.columns() > most_monitored)
        monitored_ = Matrix<T>(first_columns(monitored_, most_monitored));
    if (places_.size() == 1) add_labels();
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                            RandomState random, std::uint64_t seed, Index threads)
    : Pretraining(network, std::move(data), settings, seed, threads) {
    random_ = random;
    begin();
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, PretrainingData<T> data, const PretrainingSettings& settings,
                            std::vector<Rbm<T>> machines, State state, std::uint64_t seed, Index threads)
    : Pretraining(network, std::move(data), settings, seed, threads) {
    for (current_ = 0; current_ < static_cast<std::size_t>(state.machine); ++current_) {
        machines_.push_back(std::move(machines[current_]));
        settle();
    }
    if (current_ == places_.size()) return;
    machines_.push_back(std::move(machines[current_]));
    make_run();
    run_->restore(*state.run);
}

// How many labels the current machine sees.
template <class T>
Index Pretraining<T>::labels() const {
    return current_ + 1 == places_.size() ? labels_.rows() : 0;
}

// Does the current machine learn to dream?
template <class T>
bool Pretraining<T>::begins_anew() const {
    return labels() > 0 && settings_.dream_steps > 0 && !settings_.persistent;
}

// The last machine sees labelled examples, each with its label below.
template <class T>
void Pretraining<T>::add_labels() {
    if (labels_.empty()) return;
    X_ = above<T>(X_, labels_);
    if (!monitored_.empty()) monitored_ = above<T>(monitored_, monitored_labels_);
}

template <class T>
bool Pretraining<T>::all_between_0_and_1() const {
    return std::all_of(X_.data(), X_.data() + X_.rows() * X_.columns(),
                       [](T x) { return is_bernoulli_mean(double(x)); });
}

template <class T>
void Pretraining<T>::require_between_0_and_1() const {
    for (Index j = 0; j < X_.columns(); ++j)
        for (Index i = 0; i < X_.rows(); ++i)
            if (const T x = X_(i, j); !is_bernoulli_mean(double(x)))
                throw Error(
                    Fault::input,
                    {.place = setting("visible", "bernoulli"),
                     .found = say("input {} is {} in example {}", i + 1, double(x), j + 1),
                     .expected = say("from 0 to 1"),
                     .hint = say("{}, or {}", setting("scale", "minmax"), setting("visible", "gaussian"))});
}

template <class T>
VisibleUnits Pretraining<T>::visible_units() const {
    if (current_ > 0)
        return places_[current_ - 1].hidden_units == HiddenUnits::bernoulli ? VisibleUnits::bernoulli
                                                                            : VisibleUnits::gaussian;
    if (settings_.visible == VisibleChoice::gaussian) return VisibleUnits::gaussian;
    if (settings_.visible == VisibleChoice::bernoulli) require_between_0_and_1();
    return all_between_0_and_1() ? VisibleUnits::bernoulli : VisibleUnits::gaussian;
}

template <class T>
void Pretraining<T>::begin() {
    const MachinePlace& place = places_[current_];
    const VisibleUnits units = visible_units();
    if (labels() > 0 && units == VisibleUnits::gaussian)
        throw Error(Fault::input,
                    {.place = setting("pretrain", "dbn"),
                     .found = say("below its last machine the units are Gaussian"),
                     .expected = say("inputs from 0 to 1, or a sigmoid layer, beside the classes"),
                     .hint = say("{}, or {}", setting("scale", "minmax"), setting("pretrain", "rbm"))});
    machines_.emplace_back(X_.rows(), network_.plan(place.layer).out.size(), units, place.hidden_units,
                           labels());
    machines_.back().initialize(means_of(X_), X_.columns(), random_);
    make_run();
}

template <class T>
void Pretraining<T>::make_run() {
    Rbm<T>& machine = machines_.back();
    const Index batch = std::min(settings_.batch, X_.columns());
    const Index updates_per_epoch = (X_.columns() + batch - 1) / batch;
    const bool anew = begins_anew();
    const RbmSettings how{.cd = anew ? settings_.dream_steps : settings_.cd,
                          .persistent = settings_.persistent,
                          .anew = anew,
                          .momentum = settings_.momentum,
                          .first_momentum = std::min(0.5, settings_.momentum),
                          .first_updates = epochs_of_first_momentum * updates_per_epoch,
                          .weight_decay = settings_.weight_decay,
                          .sparsity = settings_.sparsity};
    step_ = std::make_unique<RbmStep<T>>(machine, how, batch, place_of_draws(), threads_);
    run_ = std::make_unique<Run<T>>(*step_, Examples<T>{.X = X_}, run_settings(), random_);
}

template <class T>
RunSettings Pretraining<T>::run_settings() const {
    const Rbm<T>& machine = machines_.back();
    const double usual = pretraining_rate(machine.visible_units(), machine.hidden_units());
    const bool unbounded = current_ > 0 && machine.visible_units() == VisibleUnits::gaussian;
    const double rate = settings_.learning_rate > 0 ? settings_.learning_rate
                        : unbounded                 ? std::min(usual, 0.001)  // what relu units give
                                                    : usual;
    return {.optimizer = {.learning_rate = rate},
            .schedule = begins_anew() ? Schedule::cosine : Schedule::constant,
            .batch = std::min(settings_.batch, X_.columns()),
            .epochs = settings_.epochs,
            .patience = 0};
}

template <class T>
Draws Pretraining<T>::place_of_draws() const {
    return {.seed = seed_, .layer = static_cast<std::uint32_t>(places_[current_].layer)};
}

template <class T>
MachineRun<T> Pretraining<T>::current() const {
    if (!run_)
        throw Error(Fault::usage, {.found = say("Pretraining::current()"),
                                   .expected = say("a machine that is being learned")});
    return {.number = static_cast<Index>(current_),
            .machine = machines_.back(),
            .settings = step_->settings(),
            .run = run_settings(),
            .place = place_of_draws(),
            .X = X_,
            .state = run_->state(),
            .planned = run_->planned_updates()};
}

template <class T>
std::optional<PretrainingEvent> Pretraining<T>::next() {
    if (current_ == places_.size()) return std::nullopt;
    PretrainingEvent event{.machine = static_cast<Index>(current_),
                           .machines = static_cast<Index>(places_.size()),
                           .planned = run_->planned_updates()};
    try {
        event.update = *run_->next();
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        throw Error(Fault::training,
                    {.place = say("pre-training of layer {}", current_ + 1),
                     .found = say("its numbers grow without bound at update {}", run_->updates()),
                     .hint = say("a smaller {}", setting("pretrain_learning_rate"))});
    }
    if (event.update.epoch_end) measure(event);
    if (event.update.last) end();
    return event;
}

template <class T>
void Pretraining<T>::measure(PretrainingEvent& event) const {
    const Rbm<T>& machine = machines_.back();
    if (!monitored_.empty())
        event.free_energy_gap = mean_free_energy<T>(machine, monitored_) -
                                mean_free_energy<T>(machine, first_columns(X_, monitored_.columns()));
    if (machine.visible_units() == VisibleUnits::bernoulli &&
        machine.hidden_units() == HiddenUnits::bernoulli && machine.labels() == 0)
        event.pseudo_likelihood =
            log_pseudo_likelihood<T>(machine, first_columns(X_, most_for_pseudo_likelihood));
}

// The layer receives W and b, and the next machine sees what it gives.
template <class T>
void Pretraining<T>::settle() {
    const Rbm<T>& machine = machines_[current_];
    const Range place = network_.parameters_of(places_[current_].layer);
    T* to = network_.parameters().data() + place.begin;
    to = std::copy_n(machine.W().data(), machine.hidden() * (machine.visible() - machine.labels()), to);
    std::copy_n(machine.b().data(), machine.hidden(), to);
    if (stack_ == Stack::unrolled) begin_decoder();
    if (current_ + 1 == places_.size()) return begin_output();
    X_ = upward<T>(machine, X_);
    if (!monitored_.empty()) monitored_ = upward<T>(machine, monitored_);
    if (current_ + 2 == places_.size()) add_labels();
}

// What the last machine knows of the classes: their weights, and their biases. For two classes a single
// output has the differences.
template <class T>
void Pretraining<T>::begin_output() {
    const Rbm<T>& machine = machines_[current_];
    const Index classes = machine.labels(), units = machine.visible() - classes;
    if (classes == 0) return;
    const std::size_t layer = dense_layers(network_).back();
    const Index outputs = network_.plan(layer).out.size();
    T* parameters = network_.parameters().data() + network_.parameters_of(layer).begin;
    const View<T> W(parameters, outputs, machine.hidden()),
        b(parameters + outputs * machine.hidden(), outputs, 1);
    const bool single = outputs == 1;
    for (Index k = 0; k < outputs; ++k) {
        const Index of = units + (single ? 1 : k);
        for (Index i = 0; i < machine.hidden(); ++i)
            W(k, i) = machine.W()(i, of) - (single ? machine.W()(i, units) : T(0));
        b(k, 0) = machine.c()(of, 0) - (single ? machine.c()(units, 0) : T(0));
    }
}

// The layer that undoes this machine's: the first is undone by the last.
template <class T>
void Pretraining<T>::begin_decoder() {
    const Rbm<T>& machine = machines_[current_];
    const std::vector<std::size_t> dense = dense_layers(network_);
    T* parameters =
        network_.parameters().data() + network_.parameters_of(dense[dense.size() - 1 - current_]).begin;
    const View<T> W(parameters, machine.visible(), machine.hidden());
    for (Index i = 0; i < W.rows(); ++i)
        for (Index j = 0; j < W.columns(); ++j) W(i, j) = machine.W()(j, i);
    std::copy_n(machine.c().data(), W.rows(), parameters + W.rows() * W.columns());
}

template <class T>
void Pretraining<T>::end() {
    random_ = run_->state().random;
    run_.reset();
    step_.reset();
    settle();
    if (++current_ < places_.size()) begin();
}

template <class T>
auto Pretraining<T>::state() const -> State {
    State state{.machine = static_cast<Index>(current_)};
    if (run_) state.run = run_->state();
    return state;
}

template <class T>
std::vector<Matrix<T>> machine_inputs(const std::vector<Rbm<T>>& machines, const View<const T>& X,
                                      const View<const T>& labels) {
    std::vector<Matrix<T>> inputs;
    for (const Rbm<T>& machine : machines) {
        const View<const T> below = inputs.empty() ? X : inputs.back();
        Matrix<T> V = inputs.empty() ? Matrix<T>(X) : upward(machines[inputs.size() - 1], below);
        inputs.push_back(machine.labels() > 0 ? above<T>(V, labels) : std::move(V));
    }
    return inputs;
}

#define GRADUS_INSTANTIATE(T)                                                                        \
    template std::vector<Matrix<T>> machine_inputs(const std::vector<Rbm<T>>&, const View<const T>&, \
                                                   const View<const T>&);                            \
    template class Pretraining<T>;
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
