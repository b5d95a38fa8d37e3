#include "gradus/nn/checks.h"

#include <cmath>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
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
    require(value >= least, name + " is " + std::to_string(value), "at least " + std::to_string(least));
}

void require_number(const std::string& name, double value, bool fits, const std::string& expected) {
    require(fits && std::isfinite(value), name + " is " + to_text(value), expected);
}

std::string counted(Index number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
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

// The first number that does not fit is named: "Y is 5 in row 1 of example 6".
template <class T, class Fits>
void require_all(const Refused& refuse, const char* name, View<const T> M, Fits fits,
                 const std::string& expected, const std::string& hint = {}) {
    for (Index j = 0; j < M.columns(); ++j)
        for (Index i = 0; i < M.rows(); ++i)
            if (!fits(M(i, j)))
                refuse(std::string(name) + " is " + to_text(double(M(i, j))) + " in row " +
                           std::to_string(i + 1) + " of example " + std::to_string(j + 1),
                       expected, hint);
}

template <class T>
void require_distributions(const Refused& refuse, View<const T> Y) {
    for (Index j = 0; j < Y.columns(); ++j) {
        double sum = 0;
        for (Index i = 0; i < Y.rows(); ++i) sum += double(Y(i, j));
        if (std::abs(sum - 1) > 1e-3)
            refuse("the truth of example " + std::to_string(j + 1) + " sums to " + to_text(sum),
                   "1, as cross_entropy needs", "one_hot(class_numbers, classes)");
    }
}

// Does it take logarithms of the outputs?
bool needs_probabilities(LossKind loss) {
    return loss == LossKind::binary_cross_entropy || loss == LossKind::cross_entropy;
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
    require(!several || outputs > 1, name + " of a single output", "an output for each class",
            "binary_cross_entropy");
    const LayerKind* kind = find_layer(last_layer);
    const bool number = kind != nullptr && (kind->activation || kind == find_layer("1"));
    require(!number || last_layer == "softmax" || (last_layer == "sigmoid" && !several),
            name + " of a last layer \"" + last_layer + "\"", "probabilities",
            several ? "softmax, or mean_squared" : "sigmoid, or mean_squared");
}

void require_shape(const std::string& name, Index rows, Index columns, Index expected_rows,
                   Index expected_columns) {
    if (rows == expected_rows && columns == expected_columns) return;  // a step allocates nothing
    const auto text = [](Index r, Index c) { return std::to_string(r) + "x" + std::to_string(c); };
    require(false, name + " is " + text(rows, columns), text(expected_rows, expected_columns));
}

void require_valid(const OptimizerSettings& s) {
    const std::string name = "OptimizerSettings::";
    require_number(name + "learning_rate", s.learning_rate, s.learning_rate > 0, "a number above 0");
    require_number(name + "momentum", s.momentum, 0 <= s.momentum && s.momentum < 1, "from 0 to below 1");
    require_number(name + "weight_decay", s.weight_decay, s.weight_decay >= 0, "0 or more");
    require_number(name + "beta1", s.beta1, 0 <= s.beta1 && s.beta1 < 1, "from 0 to below 1");
    require_number(name + "beta2", s.beta2, 0 <= s.beta2 && s.beta2 < 1, "from 0 to below 1");
    require_number(name + "epsilon", s.epsilon, s.epsilon > 0, "a number above 0");
    require_number(name + "clip_norm", s.clip_norm, s.clip_norm >= 0, "0 or more");
}

void require_valid(const RunSettings& s) {
    const std::string name = "RunSettings::";
    require_count(name + "batch", s.batch, 0);
    require_count(name + "iterations", s.iterations, 0);
    require_count(name + "epochs", s.epochs, s.iterations > 0 ? 0 : 1);
    require_count(name + "patience", s.patience, 0);
    require_count(name + "scheduled_over", s.scheduled_over, 0);
    require_number(name + "solved_below", s.solved_below, s.solved_below >= 0, "0 or more");
    require_valid(s.optimizer);
}

template <class T>
void require_step(const Network<T>& network, LossKind loss, const OptimizerSettings& optimizer, Index batch,
                  Index threads) {
    require(1 <= threads && threads <= Team::most_members, "threads is " + std::to_string(threads),
            "from 1 to " + std::to_string(Team::most_members));
    require_valid(optimizer);
    require_loss_fits(loss, network.layer(network.size() - 1).text(), network.out().size());
    require_step_memory(network, batch);
}

void require_learning_rate(double rate) {
    require_number("learning_rate", rate, rate >= 0, "0 or more");
}

template <class T>
void require_batch(const Network<T>& network, const View<const T>& X, Index most, const std::string& who) {
    require_inputs(network, X);
    if (1 <= X.columns() && X.columns() <= most) return;  // a step allocates nothing
    require(X.columns() >= 1, "X has no columns", "at least one example");
    require(X.columns() <= most, "X has " + counted(X.columns(), "column"),
            "at most the " + std::to_string(most) + " that " + who + " was planned for");
}

template <class T>
void require_truth_fits(const Network<T>& network, Index examples, const View<const T>& Y,
                        const View<const T>& weights) {
    const bool weighted = !weights.empty();
    if (examples > 0 && Y.columns() == examples && Y.rows() == network.out().size() &&
        (!weighted || (weights.rows() == 1 && weights.columns() == examples)))
        return;  // a step allocates nothing
    require(examples > 0, "no examples went forward", "forward(X) before cost(Y) and backward(Y)");
    require_fits(network, View<const T>(nullptr, network.in().size(), examples), Y);
    if (weighted) require_shape("weights", weights.rows(), weights.columns(), 1, examples);
}

template <class T>
void require_examples(const Examples<T>& examples, const std::string& name) {
    const Refused refuse(name);
    const Index n = examples.count();
    if (n == 0) refuse("there are no examples", "at least one");
    if (!examples.bytes.empty() && !examples.X.empty()) refuse("both X and bytes are given", "one of them");
    const auto require_columns = [&](const char* what, View<const T> M) {
        if (M.columns() != n && !M.empty())
            refuse(std::string(what) + " has " + counted(M.columns(), "column") + ", X has " +
                       counted(n, "column"),
                   "a column for each example");
    };
    require_columns("Y", examples.Y);
    require_columns("weights", examples.weights);
    if (examples.weights.rows() > 1) refuse("weights has " + counted(examples.weights.rows(), "row"), "1");
    if (examples.bytes.rows() > 1 && examples.bytes.row_step() != 1)
        refuse("the bytes of an example are apart", "one after the other", "a Matrix with a column for each");
    const auto finite = [](T x) { return std::isfinite(x); };
    require_all<T>(refuse, "X", examples.X, finite, "finite numbers");
    require_all<T>(refuse, "Y", examples.Y, finite, "finite numbers");
    require_all<T>(
        refuse, "weights", examples.weights, [](T w) { return w >= 0 && std::isfinite(w); },
        "finite numbers, 0 or more");
}

template <class T>
void require_examples_fit(const Network<T>& network, LossKind loss, const Examples<T>& examples,
                          const std::string& name) {
    const View<const T> X = examples.bytes.empty()
                                ? View<const T>(examples.X)
                                : View<const T>(nullptr, examples.bytes.rows(), examples.bytes.columns());
    try {
        require_fits<T>(network, X, examples.Y);
    } catch (const Error& error) {
        if (name.empty()) throw;
        throw Error(error.fault(), {.place = name, .found = error.what()});
    }
    if (!needs_probabilities(loss)) return;
    const Refused refuse(name);
    require_all<T>(
        refuse, "Y", examples.Y, [](T y) { return 0 <= y && y <= 1; },
        "from 0 to 1, as " + name_of(loss) + " needs",
        examples.Y.rows() == 1 ? "class numbers need an output for each class, or mean_squared" : "");
    if (loss == LossKind::cross_entropy) require_distributions<T>(refuse, examples.Y);
}

template <class T>
void require_state_fits(const RunState<T>& state, Step<T>& step, Index examples, Index batch) {
    const Refused refuse("the state of a run");
    const auto require_size = [&](const char* what, std::size_t found, std::size_t expected) {
        if (found != expected)
            refuse(std::to_string(found) + " " + what, std::to_string(expected) + ", as this run has",
                   "a run like the one that the state is of: network, optimizer, examples");
    };
    require_size("parameters", state.parameters.size(), step.parameters().size());
    require_size("statistics", state.statistics.size(), step.statistics().size());
    require_size("numbers of an optimizer", state.optimizer.slots.size(), step.optimizer().slots.size());
    if (state.best) {
        require_size("best parameters", state.best->parameters.size(), step.parameters().size());
        require_size("best statistics", state.best->statistics.size(), step.statistics().size());
    }
    const bool drawn = !state.order.empty() || (state.position > 0 && batch > 0);
    if (drawn) require_size("examples in order", state.order.size(), static_cast<std::size_t>(examples));
    std::vector<bool> seen(state.order.size());
    for (const Index i : state.order) {
        if (i < 0 || i >= examples || seen[static_cast<std::size_t>(i)])
            refuse("its order has example " + std::to_string(i),
                   "each of " + std::to_string(examples) + " once");
        seen[static_cast<std::size_t>(i)] = true;
    }
    const Index last = batch == 0 ? 0 : examples - 1;
    if (state.position < 0 || state.position > last)
        refuse("it stands at example " + std::to_string(state.position) + " of an epoch",
               "from 0 to " + std::to_string(last));
    if (state.epoch < 0 || state.optimizer.updates < 0 || state.waiting < 0) refuse("it counts below 0");
}

template <class T>
void require_state_fits(const OptimizerState<T>& state, std::size_t slots) {
    if (state.slots.size() == slots && state.updates >= 0) return;
    Refused("the state of an optimizer")(
        std::to_string(state.slots.size()) + " numbers, " + counted(state.updates, "update"),
        std::to_string(slots) + " numbers, as this optimizer has");
}

#define GRADUS_INSTANTIATE(T)                                                                                \
    template void require_step(const Network<T>&, LossKind, const OptimizerSettings&, Index, Index);         \
    template void require_batch(const Network<T>&, const View<const T>&, Index, const std::string&);         \
    template void require_truth_fits(const Network<T>&, Index, const View<const T>&, const View<const T>&);  \
    template void require_examples(const Examples<T>&, const std::string&);                                  \
    template void require_examples_fit(const Network<T>&, LossKind, const Examples<T>&, const std::string&); \
    template void require_state_fits(const RunState<T>&, Step<T>&, Index, Index);                            \
    template void require_state_fits(const OptimizerState<T>&, std::size_t);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
