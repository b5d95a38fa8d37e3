#include "gradus/nn/pretraining.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/rbm_likelihood.h"

namespace gradus {
namespace {

constexpr Index batch_of_a_machine = 64, epochs_of_first_momentum = 5;
constexpr Index most_monitored = 1000, most_for_pseudo_likelihood = 100;

template <class T>
std::string kind_of(const Network<T>& network, std::size_t layer) {
    return network.layer(layer).describe().kind;
}

template <class T>
std::size_t last_dense(const Network<T>& network) {
    for (std::size_t i = network.size(); i-- > 0;)
        if (kind_of(network, i) == "dense") return i;
    return 0;
}

// What the hidden units of a machine become.
template <class T>
Matrix<T> upward(const Rbm<T>& machine, const Matrix<T>& V) {
    Matrix<T> H(machine.hidden(), V.columns());
    constexpr Index at_once = 256;
    for (Index j = 0; j < V.columns(); j += at_once) {
        const Range some{j, std::min(j + at_once, V.columns())};
        const View<T> H_some = H.view().columns(some);
        machine.up(H_some, H_some, V.view().columns(some));
    }
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

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

template <class T>
View<const T> first_columns(const Matrix<T>& M, Index most) {
    return M.view().columns({0, std::min(M.columns(), most)});
}

}  // namespace

double pretraining_rate(VisibleUnits visible, HiddenUnits hidden) {
    return visible == VisibleUnits::gaussian || hidden == HiddenUnits::rectified ? 0.001 : 0.05;
}

template <class T>
std::vector<MachinePlace> machine_places(const Network<T>& network) {
    std::vector<MachinePlace> places;
    std::string refused;
    const auto refuse = [&](const std::string& layer) { refused += (refused.empty() ? "" : "; ") + layer; };
    const std::size_t last = last_dense(network);
    for (std::size_t i = 0; i < last; ++i) {
        const std::string text = network.layer(i).text(), kind = kind_of(network, i),
                          next = kind_of(network, i + 1);
        if (kind == "dropout") continue;
        if (kind != "dense") {
            refuse(say("layer {} \"{}\" is no dense layer", i + 1, text));
        } else if (next == "sigmoid" || next == "relu") {
            places.push_back({i, next == "relu" ? HiddenUnits::rectified : HiddenUnits::bernoulli});
            ++i;
        } else if (i + 1 < last && next != "dense" && next != "dropout") {
            refuse(say("layer {} \"{}\" has {} units", i + 1, text, next));
            ++i;
        } else {
            refuse(say("layer {} \"{}\" has no activation", i + 1, text));
        }
    }
    if (refused.empty() && places.empty()) refused = say("the network has no hidden layer");
    if (!refused.empty())
        throw Error(Fault::usage, {.place = setting("pretrain"),
                                   .found = refused,
                                   .expected = say("dense layers with sigmoid or relu units before the last"),
                                   .hint = setting("net", "256 sigmoid")});
    return places;
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, Matrix<T> X, Matrix<T> monitored,
                            const PretrainingSettings& settings, std::uint64_t seed, Index threads)
    : network_(network),
      settings_(settings),
      places_(machine_places(network)),
      X_(std::move(X)),
      monitored_(std::move(monitored)),
      seed_(seed),
      threads_(threads) {
    machines_.reserve(places_.size());  // steps point to them
    if (monitored_.columns() > most_monitored)
        monitored_ = Matrix<T>(first_columns(monitored_, most_monitored));
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, Matrix<T> X, Matrix<T> monitored,
                            const PretrainingSettings& settings, RandomState random, std::uint64_t seed,
                            Index threads)
    : Pretraining(network, std::move(X), std::move(monitored), settings, seed, threads) {
    random_ = random;
    begin();
}

template <class T>
Pretraining<T>::Pretraining(Network<T>& network, Matrix<T> X, Matrix<T> monitored,
                            const PretrainingSettings& settings, std::vector<Rbm<T>> machines, State state,
                            std::uint64_t seed, Index threads)
    : Pretraining(network, std::move(X), std::move(monitored), settings, seed, threads) {
    for (current_ = 0; current_ < static_cast<std::size_t>(state.machine); ++current_) {
        machines_.push_back(std::move(machines[current_]));
        settle();
    }
    if (current_ == places_.size()) return;
    machines_.push_back(std::move(machines[current_]));
    make_run();
    run_->restore(*state.run);
}

template <class T>
bool Pretraining<T>::all_between_0_and_1() const {
    return std::all_of(X_.data(), X_.data() + X_.rows() * X_.columns(), [](T x) { return x >= 0 && x <= 1; });
}

template <class T>
void Pretraining<T>::require_between_0_and_1() const {
    for (Index j = 0; j < X_.columns(); ++j)
        for (Index i = 0; i < X_.rows(); ++i)
            if (const T x = X_(i, j); !(x >= 0 && x <= 1))
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
    machines_.emplace_back(X_.rows(), network_.plan(place.layer).out.size(), visible_units(),
                           place.hidden_units);
    machines_.back().initialize(means_of(X_), X_.columns(), random_);
    make_run();
}

template <class T>
void Pretraining<T>::make_run() {
    Rbm<T>& machine = machines_.back();
    const Index batch = std::min(batch_of_a_machine, X_.columns());
    const Index updates_per_epoch = (X_.columns() + batch - 1) / batch;
    const RbmSettings how{.cd = settings_.cd,
                          .persistent = settings_.persistent,
                          .momentum = settings_.momentum,
                          .first_momentum = std::min(0.5, settings_.momentum),
                          .first_updates = epochs_of_first_momentum * updates_per_epoch,
                          .weight_decay = settings_.weight_decay,
                          .sparsity = settings_.sparsity};
    const double rate = settings_.learning_rate > 0
                            ? settings_.learning_rate
                            : pretraining_rate(machine.visible_units(), machine.hidden_units());
    step_ = std::make_unique<RbmStep<T>>(
        machine, how, batch,
        Draws{.seed = seed_, .layer = static_cast<std::uint32_t>(places_[current_].layer)}, threads_);
    const RunSettings run{
        .optimizer = {.learning_rate = rate}, .batch = batch, .epochs = settings_.epochs, .patience = 0};
    run_ = std::make_unique<Run<T>>(*step_, Examples<T>{.X = X_}, run, random_);
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
        event.free_energy_gap = mean_of(free_energies<T>(machine, monitored_)) -
                                mean_of(free_energies<T>(machine, first_columns(X_, monitored_.columns())));
    if (machine.visible_units() == VisibleUnits::bernoulli &&
        machine.hidden_units() == HiddenUnits::bernoulli)
        event.pseudo_likelihood =
            log_pseudo_likelihood<T>(machine, first_columns(X_, most_for_pseudo_likelihood));
}

// The layer receives W and b, and the next machine sees what it gives.
template <class T>
void Pretraining<T>::settle() {
    const Rbm<T>& machine = machines_[current_];
    const Range place = network_.parameters_of(places_[current_].layer);
    std::copy_n(machine.parameters().begin(), place.size(), network_.parameters().begin() + place.begin);
    if (current_ + 1 == places_.size()) return;
    X_ = upward(machine, X_);
    if (!monitored_.empty()) monitored_ = upward(machine, monitored_);
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

#define GRADUS_INSTANTIATE(T)                                             \
    template std::vector<MachinePlace> machine_places(const Network<T>&); \
    template class Pretraining<T>;
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
