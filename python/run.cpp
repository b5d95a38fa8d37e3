// Steps and runs of networks, on arrays.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "gradus/core/spoken.h"
#include "gradus/data/table.h"
#include "gradus/nn/run.h"
#include "gradus/nn/training_step.h"
#include "python/arrays.h"
#include "python/attention.h"
#include "python/parts.h"

namespace gradus::python {
namespace {

template <class Name, std::size_t n>
Name named(const char* place, const std::string& text, const std::array<const char*, n>& names) {
    return static_cast<Name>(name_index(place, text, {names.begin(), names.end()}));
}

OptimizerSettings optimizer_settings(const std::string& optimizer, double learning_rate, double momentum,
                                     double weight_decay, double beta1, double beta2, double epsilon,
                                     double clip_norm) {
    return {.kind = named<OptimizerKind>("optimizer", optimizer, optimizer_names),
            .learning_rate = learning_rate,
            .momentum = momentum,
            .weight_decay = weight_decay,
            .beta1 = beta1,
            .beta2 = beta2,
            .epsilon = epsilon,
            .clip_norm = clip_norm};
}

// What follows from the last layer.
template <class T>
LossKind loss_for(const Network<T>& network, const std::optional<std::string>& loss) {
    if (loss) return read_loss(*loss);
    const std::string last = network.layer(network.size() - 1).describe().kind;
    return last == "sigmoid"   ? LossKind::binary_cross_entropy
           : last == "softmax" ? LossKind::cross_entropy
                               : LossKind::mean_squared;
}

template <class T>
void require_layer(const Network<T>& network, std::size_t i) {
    if (i >= network.size())
        throw Error(Fault::usage, {.place = "layer",
                                   .found = std::to_string(static_cast<Index>(i)),
                                   .expected = "0 to " + std::to_string(network.size() - 1)});
}

// One thread at a time works with a step or a run: what it is in the middle of belongs to it.
class AtWork {
public:
    AtWork(std::atomic<bool>& busy, const char* what) : busy_(busy) {
        if (busy_.exchange(true))
            throw Error(
                Fault::usage,
                {.place = what, .found = "another thread is at work with it", .expected = "one at a time"});
    }
    ~AtWork() { busy_ = false; }
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;

private:
    std::atomic<bool>& busy_;
};

// A step, and the arrays that must stay where they are until the way back: one, unless forward failed.
template <class T>
struct PythonStep {
    TrainingStep<T> step;
    Index threads = 1;
    std::vector<Numbers<T>> X = {};
    Index examples = 0;
    std::atomic<bool> busy = false;

    // One of the verbs, on so many examples.
    template <class Verb>
    auto work(Index count, Verb verb) {
        const AtWork alone(busy, "TrainingStep");
        const OthersMayRun others(count, step.network().parameters().size(), threads);
        return verb();
    }
};

// A run, and the arrays it learns from.
template <class T>
struct PythonRun {
    std::vector<nb::object> kept = {};
    std::optional<Run<T>> run = {};
    Index batch = 0, threads = 1;
    std::size_t parameters = 0;
    std::atomic<bool> busy = false;
};

template <class T>
void add_step(nb::module_& module, const char* name) {
    using Step = PythonStep<T>;
    using Handle = nb::handle_t<Step>;
    nb::class_<Step>(module, name, "One iteration: forward, cost, backward, update.")
        .def(
            "__init__",
            [](Step* to, Network<T>& network, Index batch, std::optional<std::string> loss,
               const std::string& optimizer, double learning_rate, double momentum, double weight_decay,
               double beta1, double beta2, double epsilon, double clip_norm, std::uint64_t mask_seed,
               Index threads) {
                new (to)
                    Step{TrainingStep<T>(network, loss_for(network, loss),
                                         optimizer_settings(optimizer, learning_rate, momentum, weight_decay,
                                                            beta1, beta2, epsilon, clip_norm),
                                         batch, mask_seed, threads),
                         threads};
            },
            nb::keep_alive<1, 2>(), nb::arg("network"), nb::arg("batch"), nb::kw_only(),
            nb::arg("loss") = nb::none(), nb::arg("optimizer") = "adam", nb::arg("learning_rate") = 0.001,
            nb::arg("momentum") = 0.9, nb::arg("weight_decay") = 0.0, nb::arg("beta1") = 0.9,
            nb::arg("beta2") = 0.999, nb::arg("epsilon") = 1e-8, nb::arg("clip_norm") = 0.0,
            nb::arg("mask_seed") = 0, nb::arg("threads") = 1, "For batches of up to so many examples.")
        .def(
            "forward",
            [](Handle self, Given<T> X) {
                Step& step = nb::cast<Step&>(self);
                const View<const T> examples = inputs_of(step.step.network(), X);
                step.X.push_back(std::move(X.array));
                const View<const T> A =
                    step.work(examples.columns(), [&] { return step.step.forward(examples); });
                step.examples = examples.columns();
                step.X.erase(step.X.begin(), step.X.end() - 1);
                return rows_in<T>(A, self);
            },
            nb::arg("X"), "Every layer's output; returns the last, in the memory of the step.")
        .def(
            "cost",
            [](Step& step, const Given<T>& Y, const std::optional<Given<T>>& weights) {
                const View<const T> truth = truth_of(step.step.network(), Y, step.examples),
                                    w = weights_of(weights, step.examples);
                return step.work(step.examples, [&] { return step.step.cost(truth, w); });
            },
            nb::arg("Y"), nb::arg("weights") = nb::none(), "The mean loss of the examples that went forward.")
        .def(
            "backward",
            [](Step& step, const Given<T>& Y, const std::optional<Given<T>>& weights) {
                const View<const T> truth = truth_of(step.step.network(), Y, step.examples),
                                    w = weights_of(weights, step.examples);
                step.work(step.examples, [&] { step.step.backward(truth, w); });
            },
            nb::arg("Y"), nb::arg("weights") = nb::none(), "The gradient of the cost.")
        .def(
            "update",
            [](Step& step, std::optional<double> rate) {
                step.work(step.examples, [&] { rate ? step.step.update(*rate) : step.step.update(); });
            },
            nb::arg("learning_rate") = nb::none(), "Moves the parameters against the gradient.")
        .def(
            "output",
            [](Handle self, Index layer) {
                const Step& step = nb::cast<Step&>(self);
                const auto i = static_cast<std::size_t>(
                    layer < 0 ? layer + static_cast<Index>(step.step.network().size()) : layer);
                require_layer(step.step.network(), i);
                return rows_in<T>(step.step.output(i), self);
            },
            nb::arg("layer"),
            "The output of a layer, from 0 (-1: the last), for the examples that went forward last.")
        .def(
            "gradient",
            [](Handle self, const std::string& parameter) {
                return matrix_in<const T>(nb::cast<Step&>(self).step.gradient(parameter), self);
            },
            nb::arg("name"), "The gradient of one parameter: gradient(\"W1\") is the tutorial's dW1.");
}

template <class T>
void add_run(nb::module_& module, const char* name) {
    using Loop = PythonRun<T>;
    nb::class_<Loop>(module, name, "Epochs of batches, driven by a loop: `for event in run`.")
        .def(
            "__init__",
            [](Loop* to, Network<T>& network, const Given<T>& X, const Given<T>& Y,
               const std::optional<Given<T>>& weights, const std::optional<Given<T>>& validation_X,
               const std::optional<Given<T>>& validation_Y, std::optional<std::string> loss,
               const std::string& optimizer, double learning_rate, double momentum, double weight_decay,
               double beta1, double beta2, double epsilon, double clip_norm, const std::string& schedule,
               Index batch, Index epochs, Index iterations, Index patience, std::uint32_t seed,
               Index threads) {
                Examples<T> training{.X = inputs_of(network, X)}, validation;
                training.Y = truth_of(network, Y, training.count());
                training.weights = weights_of(weights, training.count());
                if (validation_X) validation.X = columns_of(validation_X->array, "validation X");
                if (validation_Y) validation.Y = columns_of(validation_Y->array, "validation Y");
                const RunSettings settings{
                    .loss = loss_for(network, loss),
                    .optimizer = optimizer_settings(optimizer, learning_rate, momentum, weight_decay, beta1,
                                                    beta2, epsilon, clip_norm),
                    .schedule = named<Schedule>("schedule", schedule, schedule_names),
                    .batch = batch,
                    .epochs = epochs,
                    .iterations = iterations,
                    .patience = patience,
                    .mask_seed = seed,
                    .threads = threads};
                new (to) Loop;
                for (const auto* array : {&weights, &validation_X, &validation_Y})
                    if (*array) to->kept.push_back(nb::cast((*array)->array));
                to->kept.push_back(nb::cast(X.array));
                to->kept.push_back(nb::cast(Y.array));
                to->run.emplace(network, training, validation, settings, RandomState(seed));
                to->batch = batch > 0 ? batch : training.X.columns();
                to->threads = threads;
                to->parameters = network.parameters().size();
            },
            nb::keep_alive<1, 2>(), nb::arg("network"), nb::arg("X"), nb::arg("Y"), nb::kw_only(),
            nb::arg("weights") = nb::none(), nb::arg("validation_X") = nb::none(),
            nb::arg("validation_Y") = nb::none(), nb::arg("loss") = nb::none(), nb::arg("optimizer") = "adam",
            nb::arg("learning_rate") = 0.001, nb::arg("momentum") = 0.9, nb::arg("weight_decay") = 0.0,
            nb::arg("beta1") = 0.9, nb::arg("beta2") = 0.999, nb::arg("epsilon") = 1e-8,
            nb::arg("clip_norm") = 0.0, nb::arg("schedule") = "constant", nb::arg("batch") = 32,
            nb::arg("epochs") = 200, nb::arg("iterations") = 0, nb::arg("patience") = 20, nb::arg("seed") = 0,
            nb::arg("threads") = 1,
            "Trains the network in place; batch 0: all examples at a time, iterations 0: as many as the "
            "epochs have.")
        .def(
            "__iter__", [](nb::handle_t<Loop> self) { return nb::borrow(self); },
            nb::sig(std::is_same_v<T, float> ? "def __iter__(self) -> Run32" : "def __iter__(self) -> Run64"))
        .def("__next__",
             [](Loop& loop) {
                 std::optional<Event> event;
                 {
                     const AtWork alone(loop.busy, "Run");
                     const OthersMayRun others(loop.batch, loop.parameters, loop.threads);
                     event = loop.run->next();
                 }
                 if (!event) throw nb::stop_iteration();
                 return *event;
             })
        .def_prop_ro(
            "updates", [](const Loop& loop) { return loop.run->updates(); }, "Made so far.")
        .def_prop_ro(
            "planned_updates", [](const Loop& loop) { return loop.run->planned_updates(); },
            "That the run makes unless it stops early.")
        .def(
            "state",
            [](Loop& loop) {
                const AtWork alone(loop.busy, "Run");
                return loop.run->state();
            },
            "A copy of all that it needs to go on.")
        .def(
            "restore",
            [](Loop& loop, const RunState<T>& state) {
                const AtWork alone(loop.busy, "Run");
                loop.run->restore(state);
            },
            nb::arg("state"), "Goes on from this state.");
}

template <class T>
void add_all(nb::module_& module, const std::string& ending) {
    nb::class_<RunState<T>>(module, ("RunState" + ending).c_str(), "Everything that a run needs to go on.");
    add_step<T>(module, ("TrainingStep" + ending).c_str());
    add_run<T>(module, ("Run" + ending).c_str());
}

}  // namespace

void add_runs(nb::module_& module) {
    nb::class_<Event>(module, "Event", "What one iteration did.")
        .def_ro("iteration", &Event::iteration, "Its number, from 0.")
        .def_ro("epoch", &Event::epoch, "The epoch it belongs to, from 0.")
        .def_ro("cost", &Event::cost, "Of its batch, before the update.")
        .def_ro("last", &Event::last, "Is the run finished?")
        .def_prop_ro(
            "epoch_cost",
            [](const Event& event) {
                return event.epoch_end ? std::optional(event.epoch_end->cost) : std::nullopt;
            },
            "At the end of an epoch, the mean cost over its examples.")
        .def_prop_ro(
            "validation_cost",
            [](const Event& event) {
                return event.epoch_end ? event.epoch_end->validation_cost : std::nullopt;
            },
            "At the end of an epoch, where there are validation examples.")
        .def("__repr__", [](const Event& event) {
            return "Event(iteration=" + std::to_string(event.iteration) +
                   ", epoch=" + std::to_string(event.epoch) + ", cost=" + text_of(event.cost) + ")";
        });
    add_all<double>(module, "64");
    add_all<float>(module, "32");
}

}  // namespace gradus::python
