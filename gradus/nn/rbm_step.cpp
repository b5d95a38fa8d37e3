#include "gradus/nn/rbm_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/product.h"
#include "gradus/core/say.h"
#include "gradus/nn/checks.h"

namespace gradus {
namespace {

void require_setting(const char* name, double value, bool fits, const std::string& expected) {
    if (fits && std::isfinite(value)) return;
    throw Error(Fault::usage,
                {.found = say("{} is {}", "RbmSettings::" + std::string(name), value), .expected = expected});
}

void require_rbm_settings(const RbmSettings& s) {
    const std::string share = say("from 0 to below 1"), positive = say("0 or more");
    require_setting("cd", double(s.cd), 1 <= s.cd && s.cd < Index{1} << 20,
                    say("from 1 to {}", (1 << 20) - 1));
    if (s.anew && s.persistent)
        throw Error(Fault::usage, {.found = say("RbmSettings: chains that begin anew and go on"),
                                   .expected = say("one of both")});
    require_setting("momentum", s.momentum, 0 <= s.momentum && s.momentum < 1, share);
    require_setting("first_momentum", s.first_momentum, 0 <= s.first_momentum && s.first_momentum < 1, share);
    require_setting("weight_decay", s.weight_decay, s.weight_decay >= 0, positive);
    require_setting("sparsity", s.sparsity, 0 <= s.sparsity && s.sparsity < 1, share);
    require_setting("sparsity_cost", s.sparsity_cost, s.sparsity_cost >= 0, positive);
}

// How many threads are worth a trial: as for a network, by the arithmetic between two meetings.
template <class T>
Index useful_members(const Rbm<T>& rbm, const RbmSettings& settings, Index batch, Index most) {
    constexpr double worth_a_thread = 500'000;  // multiply-adds
    const double work = double(rbm.parameters().size()) * double(batch) * double(settings.cd);
    return std::clamp<Index>(static_cast<Index>(std::min(work / worth_a_thread, 1e6)), 1, most);
}

// The mean of (x - v)^2, in one order: 16 sums, then these in pairs.
template <class T>
double mean_square_difference(const T* x, const T* v, Index count) {
    constexpr Index sums = 16;
    T all[sums] = {};
    Index i = 0;
    for (; i + sums <= count; i += sums)
        for (Index k = 0; k < sums; ++k) all[k] += (x[i + k] - v[i + k]) * (x[i + k] - v[i + k]);
    for (Index k = 0; i + k < count; ++k) all[k] += (x[i + k] - v[i + k]) * (x[i + k] - v[i + k]);
    for (Index half = sums / 2; half > 0; half /= 2)
        for (Index k = 0; k < half; ++k) all[k] += all[k + half];
    return double(all[0]) / double(count);
}

constexpr double slowly = 0.9;  // how the running mean activation forgets

}  // namespace

template <class T>
RbmStep<T>::RbmStep(Rbm<T>& rbm, const RbmSettings& settings, Index batch, Draws place, Index threads,
                    Teamwork teamwork)
    : rbm_((require_rbm_settings(settings), rbm)),
      settings_(settings),
      batch_(batch),
      place_(place),
      team_(teamwork == Teamwork::always || threads < 1 ? threads
                                                        : useful_members(rbm, settings, batch, threads)) {
    plan_memory();
    if (teamwork == Teamwork::when_useful && team_.most() > 1) fastest_.emplace(team_);
    gradient_.resize(rbm.parameters().size());
    state_.slots.resize(gradient_.size());
    errors_.resize(static_cast<std::size_t>(batch));
    const Index chains = settings.persistent ? batch : 0;
    statistics_.resize(static_cast<std::size_t>(rbm.hidden() * (1 + chains)));
}

template <class T>
void RbmStep<T>::plan_memory() {
    const Index v = rbm_.visible(), h = rbm_.hidden();
    const bool own_V = settings_.persistent || settings_.anew || settings_.sample_visible || settings_.cd > 1;
    const Index numbers = 6 * h + (own_V ? 2 : 1) * v;
    constexpr Index most = Index{1} << 36;
    if (batch_ < 1)
        throw Error(Fault::usage, {.found = say("batch is {}", batch_), .expected = say("at least {}", 1)});
    if (numbers > (most - v) / batch_)
        throw Error(Fault::input,
                    {.place = "Rbm",
                     .found = say("needs {} numbers for each of {} examples at a time", numbers, batch_),
                     .expected = say("at most {} in all", most),
                     .hint = say("a smaller batch")});
    arena_.resize(static_cast<std::size_t>(numbers * batch_ + v));
    T* free = arena_.data();
    const auto take = [&](Index rows) {
        const View<T> view(free, rows, batch_);
        free += rows * batch_;
        return view;
    };
    for (View<T>* view : {&H0_, &S0_, &S_, &H_, &positive_, &negative_}) *view = take(h);
    V1_ = take(v);
    V_ = own_V ? take(v) : V1_;
    sums_ = View<T>(free, v, 1);
}

template <class T>
void RbmStep<T>::require_fit(const Examples<T>& examples, const std::string& name) const {
    const auto refuse = [&](const std::string& found, const std::string& expected,
                            const std::string& hint = {}) {
        throw Error(Fault::input, {.place = name, .found = found, .expected = expected, .hint = hint});
    };
    if (examples.inputs() != rbm_.visible())
        refuse(say("X has {} rows", examples.inputs()), say("{}, one for each visible unit", rbm_.visible()));
    if (!examples.weights.empty()) refuse(say("there are weights"), say("none: every example counts alike"));
    if (rbm_.visible_units() == VisibleUnits::gaussian) return;
    for (Index j = 0; j < examples.X.columns(); ++j)
        for (Index i = 0; i < examples.X.rows(); ++i)
            if (const T x = examples.X(i, j); !is_bernoulli_mean(double(x)))
                refuse(say("X is {} at position {} of example {}", double(x), i + 1, j + 1),
                       say("from 0 to 1, as Bernoulli visible units need"), say("Gaussian visible units"));
}

template <class T>
void RbmStep<T>::require_batch(const View<const T>& X) const {
    if (X.rows() == rbm_.visible() && X.columns() >= 1 && X.columns() <= batch_ &&
        (X.row_step() == 1 || X.rows() == 1))
        return;  // a step allocates nothing
    if (X.columns() >= 1 && X.columns() <= batch_ && X.rows() == rbm_.visible())
        throw Error(Fault::usage, {.found = say("the numbers of an example are apart"),
                                   .expected = say("one after the other"),
                                   .hint = say("a Matrix with a column for each")});
    throw Error(Fault::usage, {.found = say("X is {}x{}", X.rows(), X.columns()),
                               .expected = say("{} rows and from 1 to {} columns", rbm_.visible(), batch_)});
}

template <class T>
Draws RbmStep<T>::draws(Index sample) const {
    Draws draws = place_;
    draws.step = static_cast<std::uint64_t>(state_.updates);
    draws.sample = static_cast<std::uint32_t>(sample);
    return draws;
}

template <class T>
double RbmStep<T>::forward(const Examples<T>& batch) {
    require_batch(batch.X);
    X_ = batch.X;
    examples_ = X_.columns();
    if (fastest_) fastest_->begin();
    team_.run([this](Index member) {
        const Range examples = team_.share(member, examples_);
        if (examples.size() == 0) return;
        rbm_.up(S0_.columns(examples), H0_.columns(examples), X_.columns(examples));
        rbm_.sample_hidden(S0_.columns(examples), S0_.columns(examples), H0_.columns(examples), draws(0),
                           examples.begin);
        reconstruct(S0_, examples);
    });
    return mean_error();
}

template <class T>
void RbmStep<T>::reconstruct(const View<const T>& hidden, Range examples) {
    rbm_.down(V1_.columns(examples), hidden.columns(examples));
    for (Index j = examples.begin; j < examples.end; ++j)
        errors_[static_cast<std::size_t>(j)] =
            mean_square_difference(X_.column(j), V1_.column(j), rbm_.visible());
}

template <class T>
double RbmStep<T>::mean_error() const {
    return std::accumulate(errors_.begin(), errors_.begin() + examples_, 0.0) / double(examples_);
}

template <class T>
void RbmStep<T>::gradient(const Examples<T>& batch) {
    if (batch.X.columns() != examples_ || batch.X.data() != X_.data())
        throw Error(Fault::usage, {.found = say("other examples than those that went forward"),
                                   .expected = say("forward(batch) before gradient(batch)")});
    chains_ = settings_.persistent ? batch_ : examples_;
    team_.run([this](Index member) {
        const Range chains = team_.share(member, chains_), examples = team_.share(member, examples_);
        if (chains.size() > 0) negative_phase(chains);
        scale_for_gradient(examples, chains);
        team_.wait_for_all();
        take_gradient(member);
    });
}

template <class T>
void RbmStep<T>::negative_phase(Range chains) {
    const View<T> V = V_.columns(chains), S = S_.columns(chains), H = H_.columns(chains);
    const Index last = settings_.cd + (settings_.anew ? 1 : 0);
    if (settings_.anew)  // without hidden units, by the biases alone
        for (Index j = 0; j < S.columns(); ++j) std::fill_n(S.column(j), S.rows(), T(0));
    for (Index t = 1; t <= last; ++t) {
        const bool begins = t == 1 && !settings_.persistent && !settings_.anew;  // with V1
        const bool drawn = settings_.persistent || settings_.sample_visible || (settings_.anew && t < last);
        const View<const T> means = begins ? V1_.columns(chains) : V;
        if (!begins) rbm_.down(V, t == 1 && settings_.persistent ? chain_states().columns(chains) : S);
        if (drawn) {
            rbm_.sample_visible(V, means, draws(2 * t - 1), chains.begin);
        } else if (means.data() != V.data()) {
            copy(V, means);
        }
        if (settings_.anew && rbm_.labels() > 0) {
            const Range labels{rbm_.visible() - rbm_.labels(), rbm_.visible()};
            copy(V.rows(labels), X_.columns(chains).rows(labels));
        }
        rbm_.up(S, H, V);
        if (t < last || settings_.persistent) rbm_.sample_hidden(S, S, H, draws(2 * t), chains.begin);
    }
}

// The factors that the sums over examples and over chains need, so that the gradient is one sum.
template <class T>
void RbmStep<T>::scale_for_gradient(Range examples, Range chains) {
    const T m = static_cast<T>(examples_), of_chain = T(1) / static_cast<T>(chains_);
    const bool sparse = settings_.sparsity > 0 && state_.updates > 0;
    const T target = static_cast<T>(settings_.sparsity), cost = static_cast<T>(settings_.sparsity_cost);
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T* h = H0_.column(j);
        T* scaled = positive_.column(j);
        for (Index i = 0; i < rbm_.hidden(); ++i) scaled[i] = -h[i] / m;
        if (!sparse) continue;
        for (Index i = 0; i < rbm_.hidden(); ++i)
            scaled[i] += cost * (statistics_[static_cast<std::size_t>(i)] - target) / m;
    }
    for (Index j = chains.begin; j < chains.end; ++j) {
        const T* h = H_.column(j);
        T* scaled = negative_.column(j);
        for (Index i = 0; i < rbm_.hidden(); ++i) scaled[i] = h[i] * of_chain;
    }
}

// By parameters: each member's share, over the whole batch.
template <class T>
void RbmStep<T>::take_gradient(Index member) {
    const Range visible = team_.share(member, rbm_.visible()), hidden = team_.share(member, rbm_.hidden());
    const View<const T> negative = negative_.columns({0, chains_}),
                        positive = positive_.columns({0, examples_});
    T* const dW = gradient_.data();
    T* const db = dW + rbm_.hidden() * rbm_.visible();
    T* const dc = db + rbm_.hidden();
    if (visible.size() > 0) {
        const View<const T> V = V_.columns({0, chains_}).rows(visible), X = X_.rows(visible);
        const View<T> mine(dW + visible.begin * rbm_.hidden(), rbm_.hidden(), visible.size());
        const Rounding rounding = rounding_for(gradient_);
        product(mine, negative, V.transposed(), rounding);
        add_product(mine, positive, X.transposed(), rounding);
        const View<T> sums = sums_.rows(visible), c(dc + visible.begin, visible.size(), 1);
        sum_columns(sums.data(), X);
        divide(sums.data(), visible.size(), -static_cast<T>(examples_));
        sum_columns(c.data(), V);
        divide(c.data(), visible.size(), static_cast<T>(chains_));
        add(c, sums);
    }
    if (hidden.size() > 0) {
        const View<T> b(db + hidden.begin, hidden.size(), 1);
        sum_columns(b.data(), negative.rows(hidden));
        for (Index j = 0; j < examples_; ++j) add(b, positive.rows(hidden).columns({j, j + 1}));
    }
}

template <class T>
void RbmStep<T>::update(double learning_rate) {
    if (!(learning_rate >= 0 && std::isfinite(learning_rate))) require_learning_rate(learning_rate);
    ++state_.updates;
    learning_rate_ = learning_rate;
    team_.run([this](Index member) {
        sweep(member);
        note_activation(team_.share(member, rbm_.hidden()));
    });
    if (settings_.persistent) copy(chain_states(), S_);
    if (fastest_) fastest_->end();
}

template <class T>
void RbmStep<T>::sweep(Index member) {
    const bool first = state_.updates <= settings_.first_updates;
    const Index count = static_cast<Index>(gradient_.size()), weights = rbm_.hidden() * rbm_.visible();
    Sweep<T> sweep{.settings = {.kind = OptimizerKind::momentum,
                                .momentum = first ? settings_.first_momentum : settings_.momentum},
                   .learning_rate = learning_rate_,
                   .weight_decay = 0,
                   .gradient_scale = 1,
                   .update = state_.updates};
    const Range mine = team_.share(member, count);
    const auto move = [&](Range range, double decay) {
        sweep.weight_decay = decay;
        if (range.size() > 0)
            sweep(rbm_.parameters().data() + range.begin, gradient_.data() + range.begin,
                  state_.slots.data() + range.begin, nullptr, range.size());
    };
    move({mine.begin, std::min(mine.end, weights)}, settings_.weight_decay);
    move({std::max(mine.begin, weights), mine.end}, 0);
}

template <class T>
void RbmStep<T>::note_activation(Range units) {
    const T kept = state_.updates > 1 ? static_cast<T>(slowly) : T(0), added = 1 - kept;
    const T share = added / static_cast<T>(examples_);
    T* q = statistics_.data();
    for (Index i = units.begin; i < units.end; ++i) q[i] *= kept;
    for (Index j = 0; j < examples_; ++j)
        for (Index i = units.begin; i < units.end; ++i) q[i] += share * H0_(i, j);
}

template <class T>
double RbmStep<T>::validation_cost(const Examples<T>& examples) {
    double sum = 0;
    for (Index first = 0; first < examples.count(); first += batch_) {
        X_ = examples.X.columns({first, std::min(first + batch_, examples.count())});
        require_batch(X_);
        examples_ = X_.columns();
        team_.run([this](Index member) {
            const Range mine = team_.share(member, examples_);
            if (mine.size() == 0) return;
            rbm_.up(S0_.columns(mine), H0_.columns(mine), X_.columns(mine));
            reconstruct(H0_, mine);
        });
        sum += mean_error() * double(examples_);
    }
    X_ = {};
    return sum / double(examples.count());
}

template <class T>
void RbmStep<T>::restore(const OptimizerState<T>& state) {
    require_state_fits(state, state_.slots.size());
    state_ = state;
}

template class RbmStep<float>;
template class RbmStep<double>;

}  // namespace gradus
