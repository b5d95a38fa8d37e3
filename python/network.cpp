// Networks, steps and runs on arrays whose rows are examples: a view of such an array has them in columns, so
// nothing is copied.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <span>

#include "gradus/core/error.h"
#include "gradus/core/spoken.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/nn/network.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/run.h"
#include "gradus/nn/training_step.h"
#include "python/layer.h"
#include "python/model.h"
#include "python/parts.h"

namespace gradus::python {

template <class T>
using Numbers = nb::ndarray<const T, nb::device::cpu>;

// What somebody gives for examples: an array, or what NumPy makes one of.
template <class T>
struct Given {
    Numbers<T> array;
};

}  // namespace gradus::python

template <class T>
struct nanobind::detail::type_caster<gradus::python::Given<T>> {
    NB_TYPE_CASTER(gradus::python::Given<T>, const_name("numpy.typing.ArrayLike"))

    bool from_python(handle source, std::uint8_t flags, cleanup_list* cleanup) noexcept {
        make_caster<gradus::python::Numbers<T>> as_it_is;
        const bool is_array = as_it_is.from_python(source, flags, cleanup);
        const auto place = is_array ? reinterpret_cast<std::uintptr_t>(as_it_is.value.data()) : 0;
        if (!is_array || place % alignof(T) != 0) {
            if (source.is_none() || PyUnicode_Check(source.ptr())) return false;
            try {
                object array = module_::import_("numpy").attr("asarray")(source);
                const auto kind = cast<std::string>(array.attr("dtype").attr("kind"));
                if (std::string("fiubO").find(kind) == std::string::npos) return false;
                array = array.attr("astype")(sizeof(T) == sizeof(float) ? "float32" : "float64");
                if (!as_it_is.from_python(array, flags, cleanup)) return false;
            } catch (std::exception&) {
                return false;  // no numbers
            }
        }
        value.array = std::move(as_it_is.value);
        return true;
    }
};

namespace gradus::python {
namespace {

// Examples in rows, seen as columns: a number each, a vector each, or a series each (channels x length).
template <class T>
View<const T> columns_of(const Numbers<T>& array, const char* name) {
    const auto size = [&](std::size_t i) { return static_cast<Index>(array.shape(i)); };
    const auto step = [&](std::size_t i) { return static_cast<Index>(array.stride(i)); };
    if (array.ndim() == 1) return {array.data(), 1, size(0), 1, step(0)};
    if (array.ndim() == 2) return {array.data(), size(1), size(0), step(1), step(0)};
    if (array.ndim() == 3 && step(2) == 1 && step(1) == size(2))
        return {array.data(), size(1) * size(2), size(0), 1, step(0)};
    throw Error(Fault::usage,
                {.place = name,
                 .found = std::to_string(array.ndim()) + " dimensions",
                 .expected = "examples x features, or contiguous series of examples x channels x length"});
}

template <class T>
View<const T> columns_of(const std::optional<Given<T>>& given, const char* name) {
    return given ? columns_of(given->array, name) : View<const T>{};
}

// Examples with as many numbers each as there have to be.
template <class T>
View<const T> columns_of(const Given<T>& given, Index numbers, const char* name, const std::string& hint) {
    const View<const T> columns = columns_of(given.array, name);
    if (columns.rows() == numbers) return columns;
    throw Error(Fault::usage, {.place = name,
                               .found = std::to_string(columns.rows()) + " in each row",
                               .expected = std::to_string(numbers),
                               .hint = hint});
}
template <class T>
View<const T> inputs_of(const Network<T>& network, const Given<T>& X) {
    return columns_of(X, network.in().size(), "X", "a row for each example; one by itself: X.reshape(1, -1)");
}
template <class T>
View<const T> truth_of(const Network<T>& network, const Given<T>& Y) {
    const Index outputs = network.out().size();
    return columns_of(Y, outputs, "Y",
                      "a column for each output; of classes: numpy.eye(" + std::to_string(outputs) + ")[y]");
}

// The columns of a view as rows of an array, in the memory of `owner`.
template <class T>
auto rows_in(View<const T> view, nb::handle owner) {
    return nb::ndarray<nb::numpy, const T, nb::ndim<2>>(
        view.data(), {static_cast<std::size_t>(view.columns()), static_cast<std::size_t>(view.rows())}, owner,
        {view.column_step(), view.row_step()});
}

// A matrix as it is written on paper, in the memory of `owner`.
template <class T>
auto matrix_in(View<T> view, nb::handle owner) {
    return nb::ndarray<nb::numpy, T, nb::ndim<2>>(
        view.data(), {static_cast<std::size_t>(view.rows()), static_cast<std::size_t>(view.columns())}, owner,
        {view.row_step(), view.column_step()});
}

template <class T>
auto vector_in(std::span<T> numbers, nb::handle owner) {
    return nb::ndarray<nb::numpy, T, nb::ndim<1>>(numbers.data(), {numbers.size()}, owner);
}

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

// Others may run while it computes, unless it is done sooner than they are let in.
class OthersMayRun {
public:
    OthersMayRun(Index examples, std::size_t parameters, Index threads) {
        constexpr Index soon = 20'000;
        if (threads != 1 || examples * static_cast<Index>(parameters) >= soon) released_.emplace();
    }

private:
    std::optional<nb::gil_scoped_release> released_;
};

// A step, and the arrays that must stay where they are until the way back: one, unless forward failed.
template <class T>
struct PythonStep {
    TrainingStep<T> step;
    Index threads = 1;
    std::vector<Numbers<T>> X = {};
    Index examples = 0;
    std::atomic<bool> busy = false;

    // One of the verbs.
    template <class Verb>
    auto work(Verb verb) {
        const AtWork alone(busy, "TrainingStep");
        const OthersMayRun others(examples, step.network().parameters().size(), threads);
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
Matrix<T> predictions(const Network<T>& network, const Given<T>& X) {
    const View<const T> examples = inputs_of(network, X);
    constexpr Index most = 256;
    const Index n = examples.columns();
    const OthersMayRun others(n, network.parameters().size(), 1);
    Matrix<T> A(network.out().size(), n);
    Predictor<T> predict(network, std::clamp<Index>(n, 1, most));
    for (Index j = 0; j < n; j += most) {
        const Range range{j, std::min(n, j + most)};
        const View<const T> some = predict(examples.columns(range));
        for (Index k = 0; k < some.columns(); ++k)
            for (Index i = 0; i < some.rows(); ++i) A(i, j + k) = some(i, k);
    }
    return A;
}

template <class T>
void add_network(nb::module_& module, const char* name) {
    using Handle = nb::handle_t<Network<T>>;
    nb::class_<Network<T>>(module, name, "Layers over one vector of parameters.")
        .def(
            "__init__",
            [](Network<T>* to, Index inputs, const nb::object& layers, std::uint32_t seed,
               const std::string& init, Index length) {
                new (to) Network<T>(
                    Shape{.channels = inputs, .length = length}, layers_of<T>(layers),
                    {.seed = seed, .initializer = named<Initializer>("init", init, initializer_names)});
            },
            nb::arg("inputs"), nb::arg("layers").none(), nb::kw_only(), nb::arg("seed") = 0,
            nb::arg("init") = "auto", nb::arg("length") = 1,
            nb::sig(
                "def __init__(self, inputs: int, layers: typing.Any, *, seed: int = 0, init: str = 'auto', "
                "length: int = 1) -> None"),
            "The network that `layers` describes, with its first weights.")
        .def(
            "__call__",
            [](const Network<T>& network, const Given<T>& X) { return as_rows(predictions(network, X)); },
            nb::arg("X"), "The outputs: a row for each example.")
        .def(
            "__getitem__",
            [](Handle self, const std::string& parameter) {
                return matrix_in<T>(nb::cast<Network<T>&>(self).parameter(parameter), self);
            },
            nb::arg("name"),
            "One learned matrix by its name: \"W1\", \"b2\"; what is written to it is learned.")
        .def_prop_ro(
            "parameters",
            [](Handle self) { return vector_in<T>(nb::cast<Network<T>&>(self).parameters(), self); },
            "All parameters, layer after layer.")
        .def_prop_ro("layers", &Network<T>::text, "The words that make it again.")
        .def(
            "save",
            [](const Network<T>& network, const nb::object& path) {
                save(network, nb::cast<std::string>(nb::module_::import_("os").attr("fspath")(path)));
            },
            nb::arg("path"), nb::sig("def save(self, path: str | os.PathLike[str]) -> None"),
            "Writes it to an ordinary ONNX file.")
        .def("__copy__", [](const Network<T>& network) { return Network<T>(network); })
        .def("__deepcopy__",
             [](const Network<T>& network, const nb::object& /*seen*/) { return Network<T>(network); })
        .def("__getstate__",
             [](const Network<T>& network) {
                 const std::string bytes = to_onnx(Model<T>{.network = network});
                 return nb::bytes(bytes.data(), bytes.size());
             })
        .def("__setstate__",
             [](Network<T>& to, const nb::bytes& bytes) {
                 new (&to) Network<T>(
                     std::get<Model<T>>(from_onnx({bytes.c_str(), bytes.size()}, "a pickled network"))
                         .network);
             })
        .def("__len__", &Network<T>::size)
        .def("__repr__", [](const Network<T>& network) {
            return "Network(" + std::to_string(network.in().size()) + ", \"" + network.text() + "\")";
        });
}

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
                step.examples = examples.columns();
                step.X.push_back(std::move(X.array));
                const View<const T> A = step.work([&] { return step.step.forward(examples); });
                step.X.erase(step.X.begin(), step.X.end() - 1);
                return rows_in<T>(A, self);
            },
            nb::arg("X"), "Every layer's output; returns the last, in the memory of the step.")
        .def(
            "cost",
            [](Step& step, const Given<T>& Y, const std::optional<Given<T>>& weights) {
                const View<const T> truth = truth_of(step.step.network(), Y),
                                    w = columns_of<T>(weights, "weights");
                return step.work([&] { return step.step.cost(truth, w); });
            },
            nb::arg("Y"), nb::arg("weights") = nb::none(), "The mean loss of the examples that went forward.")
        .def(
            "backward",
            [](Step& step, const Given<T>& Y, const std::optional<Given<T>>& weights) {
                const View<const T> truth = truth_of(step.step.network(), Y),
                                    w = columns_of<T>(weights, "weights");
                step.work([&] { step.step.backward(truth, w); });
            },
            nb::arg("Y"), nb::arg("weights") = nb::none(), "The gradient of the cost.")
        .def(
            "update",
            [](Step& step, std::optional<double> rate) {
                step.work([&] { rate ? step.step.update(*rate) : step.step.update(); });
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
                const Examples<T> training{.X = inputs_of(network, X),
                                           .Y = truth_of(network, Y),
                                           .weights = columns_of<T>(weights, "weights")};
                const Examples<T> validation{.X = columns_of<T>(validation_X, "validation X"),
                                             .Y = columns_of<T>(validation_Y, "validation Y")};
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
    add_network<T>(module, ("Network" + ending).c_str());
    add_step<T>(module, ("TrainingStep" + ending).c_str());
    add_run<T>(module, ("Run" + ending).c_str());
}

}  // namespace

void add_networks(nb::module_& module) {
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
    module.def(
        "read_onnx",
        [](const std::string& path) {
            return std::visit([](auto model) { return nb::cast(std::move(model.network)); },
                              read_model(path));
        },
        nb::arg("path"), nb::sig("def read_onnx(path: str) -> Network64 | Network32"),
        "The network of an ONNX file.");
}

}  // namespace gradus::python
