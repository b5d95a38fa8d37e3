#include "gradus/nn/checks.h"

#include <cmath>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/fits.h"
#include "gradus/nn/step_memory.h"

namespace gradus {
namespace {

// "found", as somebody's fault who wrote a program.
void require(bool fits, const std::string& found, const std::string& expected, const std::string& hint = {}) {
    if (!fits) throw Error(Fault::usage, {.found = found, .expected = expected, .hint = hint});
}

void require_count(const std::string& name, Index value, Index least) {
    require(value >= least, say("{} is {}", name, value), say("at least {}", least));
}

void require_number(const std::string& name, double value, bool fits, Phrase expected) {
    require(fits && std::isfinite(value), say("{} is {}", name, to_text(value)), say(expected));
}

class Refused {
public:
    explicit Refused(std::string place) : place_(std::move(place)) {}
    [[noreturn]] void operator()(const std::string& found, const std::string& expected = {},
                                 const std::string& hint = {}) const {
        throw Error(Fault::input, {.place = place_, .found = found, .expected = expected, .hint = hint});
    }

private:
    std::string place_;
};

// The first number that does not fit is named: "Y is 5 at position 1 of example 6".
template <class T, class Fits>
void require_all(const Refused& refuse, const char* name, View<const T> M, Fits fits,
                 const std::string& expected, const std::string& hint = {}) {
    for (Index j = 0; j < M.columns(); ++j)
        for (Index i = 0; i < M.rows(); ++i)
            if (!fits(M(i, j)))
                refuse(say("{} is {} at position {} of example {}", name, to_text(double(M(i, j))), i + 1,
                           j + 1),
                       expected, hint);
}

template <class T>
void require_distributions(const Refused& refuse, View<const T> Y) {
    for (Index j = 0; j < Y.columns(); ++j) {
        double sum = 0;
        for (Index i = 0; i < Y.rows(); ++i) sum += double(Y(i, j));
        if (std::abs(sum - 1) > 1e-3)
            refuse(say("the truth of example {} sums to {}", j + 1, to_text(sum)),
                   say("1, as cross_entropy needs"), say("one_hot(class_numbers, classes)"));
    }
}

std::string name_of(LossKind loss) {
    return loss_names[static_cast<std::size_t>(loss)];
}

}  // namespace

// A layer outside the table may give probabilities, who knows.
void require_loss_fits(LossKind loss, const std::string& last_layer, Index outputs) {
    if (!needs_probabilities(loss)) return;
    const std::string name = name_of(loss);
    const bool several = loss == LossKind::cross_entropy;
    require(!several || outputs > 1, say("{} of a single output", name), say("an output for each class"),
            "binary_cross_entropy");
    const LayerKind* kind = find_layer(last_layer);
    const bool number = kind != nullptr && (kind->activation || kind == find_layer("1"));
    require(!number || last_layer == "softmax" || (last_layer == "sigmoid" && !several),
            say("{} of a last layer \"{}\"", name, last_layer), say("probabilities"),
            several ? say("softmax, or mean_squared") : say("sigmoid, or mean_squared"));
}

void require_shape(const std::string& name, Index rows, Index columns, Index expected_rows,
                   Index expected_columns) {
    if (rows == expected_rows && columns == expected_columns) return;  // a step allocates nothing
    const auto text = [](Index r, Index c) { return std::to_string(r) + "x" + std::to_string(c); };
    require(false, say("{} is {}", name, text(rows, columns)), text(expected_rows, expected_columns));
}

void require_valid(const OptimizerSettings& s) {
    const std::string name = "OptimizerSettings::";
    require_number(name + "learning_rate", s.learning_rate, s.learning_rate > 0,
                   say_later("a number above 0"));
    require_number(name + "momentum", s.momentum, 0 <= s.momentum && s.momentum < 1,
                   say_later("from 0 to below 1"));
    require_number(name + "weight_decay", s.weight_decay, s.weight_decay >= 0, say_later("0 or more"));
    require_number(name + "beta1", s.beta1, 0 <= s.beta1 && s.beta1 < 1, say_later("from 0 to below 1"));
    require_number(name + "beta2", s.beta2, 0 <= s.beta2 && s.beta2 < 1, say_later("from 0 to below 1"));
    require_number(name + "epsilon", s.epsilon, s.epsilon > 0, say_later("a number above 0"));
    require_number(name + "clip_norm", s.clip_norm, s.clip_norm >= 0, say_later("0 or more"));
}

void require_valid(const RunSettings& s) {
    const std::string name = "RunSettings::";
    require_count(name + "batch", s.batch, 0);
    require_count(name + "iterations", s.iterations, 0);
    require_count(name + "epochs", s.epochs, s.iterations > 0 ? 0 : 1);
    require_count(name + "patience", s.patience, 0);
    require_count(name + "scheduled_over", s.scheduled_over, 0);
    require_number(name + "solved_below", s.solved_below, s.solved_below >= 0, say_later("0 or more"));
    require_valid(s.optimizer);
}

template <class T>
void require_step(const Network<T>& network, LossKind loss, const OptimizerSettings& optimizer, Index batch,
                  Index threads) {
    require_whole(network);
    require(1 <= threads && threads <= Team::most_members, say("threads is {}", threads),
            say("from 1 to {}", Team::most_members));
    require_valid(optimizer);
    require_loss_fits(loss, network.layer(network.size() - 1).text(), network.out().size());
    require_step_memory(network, batch);
}

template <class T>
void require_ranks(const Ranks& ranks, const Network<T>& network, Index batch) {
    if (ranks.count() == 1) return;
    for (std::size_t i = 0; i < network.size(); ++i)
        require(network.plan(i).may_be_shared(),
                say("layer {}, \"{}\", takes sums over whole batches", i + 1, network.layer(i).text()),
                say("one process"));
    require(ranks.count() <= batch, say("{} processes share each batch of {} examples", ranks.count(), batch),
            say("at most {} processes", batch));
}

void refuse_moved_network() {
    throw Error(Fault::usage, {.found = say("the network was moved or assigned"),
                               .expected = say("the parameters where they were at the beginning"),
                               .hint = say("a new TrainingStep, Predictor or Run")});
}

void refuse_update_without_gradient() {
    throw Error(Fault::usage, {.found = say("there is no gradient since the last update"),
                               .expected = say("backward(Y) before update()")});
}

void require_learning_rate(double rate) {
    require_number("learning_rate", rate, rate >= 0, say_later("0 or more"));
}

template <class T>
void require_batch(const Network<T>& network, const View<const T>& X, Index most, Phrase who) {
    require_inputs(network, X);
    if (1 <= X.columns() && X.columns() <= most) return;  // a step allocates nothing
    require(X.columns() >= 1, say("X has no examples"), say("at least one"));
    require(X.columns() <= most, say("X has {}", say_count(X.columns(), "{} example", "{} examples")),
            say("at most the {} that {} was planned for", most, say(who)));
}

template <class T>
void require_truth_fits(const Network<T>& network, Index examples, const View<const T>& Y,
                        const View<const T>& weights) {
    const bool weighted = !weights.empty();
    if (examples > 0 && Y.columns() == examples && Y.rows() == network.out().size() &&
        (!weighted || (weights.rows() == 1 && weights.columns() == examples)))
        return;  // a step allocates nothing
    require(examples > 0, say("no examples went forward"), say("forward(X) before cost(Y) and backward(Y)"));
    require_fits(network, View<const T>(nullptr, network.in().size(), examples), Y);
    if (weighted) require_shape("weights", weights.rows(), weights.columns(), 1, examples);
}

// Are the examples rows: of X alone, or of both? There are more examples than inputs, as a rule.
template <class T>
static std::string hint_of_rows(const Examples<T>& examples, View<const T> M) {
    const Index rows = examples.inputs(), columns = examples.count();
    if (columns >= rows) return "";
    if (rows == M.columns()) return say("examples are columns: X.transposed()");
    return rows == M.rows() && M.columns() < rows
               ? say("examples are columns: X.transposed() and Y.transposed()")
               : "";
}

// The first of a run full, then any number, then zeros.
template <class T>
static void require_bins(const Refused& refuse, const Examples<T>& examples) {
    Index end = 0;
    for (const Range run : examples.bins) {
        if (run.begin < end || run.size() < 1 || run.end > examples.X.rows())
            refuse(say("bins has rows {} to {}", run.begin, run.end - 1),
                   say("runs of rows of X, ascending"));
        end = run.end;
        for (Index j = 0; j < examples.X.columns(); ++j) {
            Index i = run.begin;
            while (i < run.end && examples.X(i, j) == static_cast<T>(full_bin)) ++i;
            for (++i; i < run.end; ++i)
                if (examples.X(i, j) != 0)
                    refuse(say("X({}, {}) is {}", i, j, to_text(double(examples.X(i, j)))),
                           say("0, as it is a bin behind one that is not full"));
        }
    }
}

template <class T>
void require_examples(const Examples<T>& examples, const std::string& name) {
    const Refused refuse(name);
    const Index n = examples.count();
    if (n == 0) refuse(say("there are no examples"), say("at least one"));
    if (!examples.bytes.empty() && !examples.X.empty())
        refuse(say("both X and bytes are given"), say("one of them"));
    const auto require_columns = [&](const char* what, View<const T> M) {
        if (M.columns() != n && !M.empty())
            refuse(say("{} has {}, X has {}", what, say_count(M.columns(), "{} column", "{} columns"),
                       say_count(n, "{} column", "{} columns")),
                   say("a column for each example"), hint_of_rows(examples, M));
    };
    if (const Ranks* ranks = examples.shared_by;
        ranks != nullptr && examples.X.columns() != ranks->share(n).size())
        refuse(say("X has {}", say_count(examples.X.columns(), "{} column", "{} columns")),
               say("{}, this process's share of {} examples", ranks->share(n).size(), n));
    require_columns("Y", examples.Y);
    require_columns("weights", examples.weights);
    if (examples.weights.rows() > 1)
        refuse(say("weights has {}", say_count(examples.weights.rows(), "{} row", "{} rows")), "1");
    if (examples.bytes.rows() > 1 && examples.bytes.row_step() != 1)
        refuse(say("the bytes of an example are apart"), say("one after the other"),
               say("a Matrix with a column for each"));
    const auto finite = [](T x) { return std::isfinite(x); };
    require_all<T>(refuse, "X", examples.X, finite, say("finite numbers"));
    require_all<T>(refuse, "Y", examples.Y, finite, say("finite numbers"));
    require_all<T>(
        refuse, "weights", examples.weights, [](T w) { return w >= 0 && std::isfinite(w); },
        say("finite numbers, 0 or more"));
    require_bins(refuse, examples);
    bool any = examples.weights.empty();
    for (Index j = 0; !any && j < n; ++j) any = examples.weights(0, j) > 0;
    if (!any) refuse(say("all weights are 0"), say("a weight above 0"));
}

template <class T>
void require_examples_fit(const Network<T>& network, LossKind loss, const Examples<T>& examples,
                          const std::string& name) {
    const View<const T> X = examples.bytes.empty() && examples.shared_by == nullptr
                                ? View<const T>(examples.X)
                                : View<const T>(nullptr, examples.inputs(), examples.count());
    try {
        require_fits<T>(network, X, examples.Y);
    } catch (const Error& error) {
        if (name.empty()) throw;
        throw error.at(name);
    }
    if (!needs_probabilities(loss)) return;
    const Refused refuse(name);
    require_all<T>(
        refuse, "Y", examples.Y, [](T y) { return 0 <= y && y <= 1; },
        say("from 0 to 1, as {} needs", name_of(loss)),
        examples.Y.rows() == 1 ? say("class numbers need an output for each class, or mean_squared") : "");
    if (loss == LossKind::cross_entropy) require_distributions<T>(refuse, examples.Y);
}

template <class T>
void require_state_fits(const RunState<T>& state, Step<T>& step, Index examples, Index batch) {
    const Refused refuse(say("the state of a run"));
    const auto require_size = [&](const std::string& said, std::size_t found, std::size_t expected) {
        if (found != expected)
            refuse(said, say("{}, as this run has", expected),
                   say("a run like the one that the state is of: network, optimizer, examples"));
    };
    require_size(say("{} parameters", state.parameters.size()), state.parameters.size(),
                 step.parameters().size());
    require_size(say("{} statistics", state.statistics.size()), state.statistics.size(),
                 step.statistics().size());
    require_size(say("{} numbers of an optimizer", state.optimizer.slots.size()),
                 state.optimizer.slots.size(), step.whole_size());
    if (state.best) {
        require_size(say("{} best parameters", state.best->parameters.size()), state.best->parameters.size(),
                     step.parameters().size());
        require_size(say("{} best statistics", state.best->statistics.size()), state.best->statistics.size(),
                     step.statistics().size());
    }
    const bool drawn = !state.order.empty() || (state.position > 0 && batch > 0);
    if (drawn)
        require_size(say("{} examples in order", state.order.size()), state.order.size(),
                     static_cast<std::size_t>(examples));
    std::vector<bool> seen(state.order.size());
    for (const Index i : state.order) {
        if (i < 0 || i >= examples || seen[static_cast<std::size_t>(i)])
            refuse(say("its order has example {}", i), say("each of {} once", examples));
        seen[static_cast<std::size_t>(i)] = true;
    }
    const Index last = batch == 0 ? 0 : examples - 1;
    if (state.position < 0 || state.position > last)
        refuse(say("it stands at example {} of an epoch", state.position), say("from 0 to {}", last));
    if (state.epoch < 0 || state.optimizer.updates < 0 || state.waiting < 0) refuse(say("it counts below 0"));
}

template <class T>
void require_state_fits(const OptimizerState<T>& state, std::size_t slots) {
    if (state.slots.size() == slots && state.updates >= 0) return;
    Refused(say("the state of an optimizer"))(
        say("{} numbers, {}", state.slots.size(), say_count(state.updates, "{} update", "{} updates")),
        say("{} numbers, as this optimizer has", slots));
}

#define GRADUS_INSTANTIATE(T)                                                                                \
    template void require_step(const Network<T>&, LossKind, const OptimizerSettings&, Index, Index);         \
    template void require_ranks(const Ranks&, const Network<T>&, Index);                                     \
    template void require_batch(const Network<T>&, const View<const T>&, Index, Phrase);                     \
    template void require_truth_fits(const Network<T>&, Index, const View<const T>&, const View<const T>&);  \
    template void require_examples(const Examples<T>&, const std::string&);                                  \
    template void require_examples_fit(const Network<T>&, LossKind, const Examples<T>&, const std::string&); \
    template void require_state_fits(const RunState<T>&, Step<T>&, Index, Index);                            \
    template void require_state_fits(const OptimizerState<T>&, std::size_t);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
