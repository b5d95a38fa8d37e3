#include "python/layer.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/gradient_check.h"
#include "python/parts.h"

namespace gradus::python {
namespace {

// An array of the step's memory, whose strides are numbers.
template <class T>
nb::object array_of(T* data, std::initializer_list<Index> shape, std::initializer_list<Index> strides) {
    std::array<std::size_t, 3> sizes{};
    std::ranges::copy(shape, sizes.begin());
    const nb::ndarray<nb::numpy, T> array(data, shape.size(), sizes.data(), nb::handle(), strides.begin());
    return nb::cast(array, nb::rv_policy::reference);
}

// What nobody writes is no number then, instead of what was there before.
template <class T>
void fill_with_nan(View<T> view, Range examples) {
    for (Index column = examples.begin; column < examples.end; ++column)
        for (Index row = 0; row < view.rows(); ++row) view(row, column) = std::numeric_limits<T>::quiet_NaN();
}

// Some examples of a matrix, in rows; series as channels x length (a column has them position by position).
template <class T>
nb::object rows_of(View<T> view, Shape shape, Range examples) {
    T* const first = view.data() + examples.begin * view.column_step();
    if (shape.length == 1)
        return array_of(first, {examples.size(), shape.channels}, {view.column_step(), view.row_step()});
    return array_of(first, {examples.size(), shape.channels, shape.length},
                    {view.column_step(), view.row_step(), shape.channels * view.row_step()});
}

// What Python sees of a pass, while one call lasts.
template <class T>
class Seen {
public:
    Seen() : object_(nb::module_::import_("types").attr("SimpleNamespace")()) {}
    ~Seen() { forget(); }
    Seen(const Seen&) = delete;
    Seen& operator=(const Seen&) = delete;

    void add(const std::string& name, nb::object array) {
        object_.attr(name.c_str()) = array;
        arrays_.emplace_back(name, std::move(array));
    }

    template <class Number>
    void add_parameters(const LayerPlan& plan, std::span<Number> numbers, const std::string& before) {
        Number* next = numbers.data();
        for (const Parameter& parameter : plan.parameters) {
            add(before + parameter.name,
                array_of(next, {parameter.rows, parameter.columns}, {1, parameter.rows}));
            next += parameter.rows * parameter.columns;
        }
    }

    [[nodiscard]] const nb::object& object() const { return object_; }

    // What is written to has to be written: p.Y = ... changes p, and not the memory of the step.
    void require_in_place(const std::string& place) {
        for (const auto& [name, array] : arrays_)
            if (!object_.attr("__dict__").attr("get")(name).is(array))
                throw Error(Fault::usage, {.place = place,
                                           .found = "p." + name + " is another object than before",
                                           .expected = "its numbers to be written",
                                           .hint = "p." + name + "[:] = ..."});
    }

    // The memory is not Python's: an array that somebody keeps would outlive it.
    void require_not_kept(const std::string& place) {
        forget();
        for (const auto& [name, array] : arrays_)
            if (Py_REFCNT(array.ptr()) > 1)
                throw Error(Fault::usage, {.place = place,
                                           .found = "it keeps " + name + ", or a part of it",
                                           .expected = "a copy: the memory belongs to the step",
                                           .hint = "p." + name + ".copy()"});
    }

private:
    void forget() { nb::borrow<nb::dict>(object_.attr("__dict__")).clear(); }

    nb::object object_;
    std::vector<std::pair<std::string, nb::object>> arrays_;
};

Shape shape_from(nb::handle said, const std::string& name) {
    Index size = 0;
    std::pair<Index, Index> series;
    if (nb::try_cast(said, size) && size > 0) return {.channels = size};
    if (nb::try_cast(said, series) && series.first > 0 && series.second > 0)
        return {.channels = series.first, .length = series.second};
    throw Error(Fault::usage, {.place = name + ".plan",
                               .found = nb::cast<std::string>(nb::repr(said)),
                               .expected = "how many outputs, or (channels, length) of a series"});
}

// p.W is the parameter, and p.dW its gradient.
void require_name(const std::string& parameter, const nb::dict& said, const std::string& name) {
    const bool is_word = nb::cast<bool>(nb::str(parameter.c_str()).attr("isidentifier")());
    const auto among = [&](const std::string& word) {
        return word == "X" || word == "Y" || word == "dX" || word == "dY" || word == "training" ||
               (word != parameter && said.contains(word.c_str()));
    };
    if (!is_word || among(parameter) || among("d" + parameter))
        throw Error(Fault::usage, {.place = name + ".plan",
                                   .found = "a parameter is called \"" + parameter + "\"",
                                   .expected = "a name that nothing else of p has, as W: p.W and p.dW"});
}

// {"W": (rows, columns)} is drawn at random, {"b": (rows, columns, start)} begins at a number.
std::vector<Parameter> parameters_from(const nb::dict& said, const std::string& name) {
    std::vector<Parameter> parameters;
    for (const auto& [key, value] : said) {
        Parameter parameter{.name = nb::cast<std::string>(nb::str(key))};
        const auto sizes = nb::isinstance<nb::tuple>(value) ? nb::borrow<nb::tuple>(value) : nb::tuple();
        const bool drawn = sizes.size() == 2;
        if (!(drawn || sizes.size() == 3) || !nb::try_cast(sizes[0], parameter.rows) ||
            !nb::try_cast(sizes[1], parameter.columns) || parameter.rows < 1 || parameter.columns < 1 ||
            (!drawn && !nb::try_cast(sizes[2], parameter.start)))
            throw Error(Fault::usage, {.place = name + ".plan: " + parameter.name,
                                       .found = nb::cast<std::string>(nb::repr(value)),
                                       .expected = "(rows, columns), or (rows, columns, first value)"});
        require_name(parameter.name, said, name);
        parameter.weight = drawn;
        parameter.fan_in = parameter.columns;
        parameter.fan_out = parameter.rows;
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

// A layer in Python sees the whole batch at once, by one thread, whatever the number of threads: the sums of
// NumPy's products differ in their last bits from part to part. So its work is done where examples meet.
template <class T>
class PythonLayer final : public Layer<T> {
public:
    explicit PythonLayer(nb::object layer)
        : layer_(std::move(layer)), name_(nb::cast<std::string>(layer_.type().attr("__name__"))) {
        if (find_layer(name_) != nullptr)  // by its name it would be taken for that in a file
            throw Error(Fault::usage, {.place = "class " + name_,
                                       .found = "a layer of gradus has this name",
                                       .expected = "another name"});
    }
    ~PythonLayer() override {
        const nb::gil_scoped_acquire python;
        layer_.reset();
    }
    PythonLayer(const PythonLayer&) = delete;
    PythonLayer& operator=(const PythonLayer&) = delete;

    [[nodiscard]] LayerDescription describe() const override { return {name_}; }

    [[nodiscard]] LayerPlan plan(Shape in) const override {
        const nb::gil_scoped_acquire python;
        const nb::object said = in.length == 1 ? layer_.attr("plan")(in.channels)
                                               : layer_.attr("plan")(nb::make_tuple(in.channels, in.length));
        nb::object outputs = said;
        LayerPlan plan{.coupling = {.units = 1},
                       .forward = {{"Y", name_ + ".forward(X)"}},
                       .backward = {{"dX", name_ + ".backward_input(X, Y, dY)"}}};
        if (nb::isinstance<nb::tuple>(said) && nb::len(said) == 2 && nb::isinstance<nb::dict>(said[1])) {
            outputs = said[0];
            plan.parameters = parameters_from(nb::cast<nb::dict>(said[1]), name_);
        }
        plan.out = shape_from(outputs, name_);
        for (const Parameter& parameter : plan.parameters)
            plan.backward.push_back({"d" + parameter.name, name_ + ".backward_parameters(X, Y, dY)"});
        plan.slice = plan.parameter_count();
        return plan;
    }

    void couple_forward(const Pass<T>& pass, Range units, Index /*round*/) const override {
        if (units.size() > 0) call("forward", pass, {0, pass.X.columns()});
    }
    void forward(const Pass<T>& pass, Range examples) const override {
        if (!pass.training) call("forward", pass, examples);
    }
    void couple_backward(const Pass<T>& pass, Range units, Index /*round*/) const override {
        if (units.size() > 0) call("backward_input", pass, {0, pass.X.columns()});
    }
    void backward_input(const Pass<T>& /*pass*/, Range /*examples*/) const override {}
    void backward_parameters(const Pass<T>& pass, Range /*all*/) const override {
        call("backward_parameters", pass, {0, pass.X.columns()});
    }

private:
    void call(const char* half, const Pass<T>& pass, Range examples) const {
        const nb::gil_scoped_acquire python;
        if (!plan_ || planned_for_ != pass.in) plan_ = plan(pass.in), planned_for_ = pass.in;
        const std::string_view name(half);
        Seen<T> seen;
        seen.add("X", rows_of(pass.X, pass.in, examples));
        if (name == "forward") {
            fill_with_nan(pass.Y, examples);
            seen.add("Y", rows_of(pass.Y, pass.out, examples));
        } else {
            seen.add("Y", rows_of(View<const T>(pass.Y), pass.out, examples));
        }
        if (name != "forward") seen.add("dY", rows_of(pass.dY, pass.out, examples));
        if (name == "backward_input") {
            fill_with_nan(pass.dX, examples);
            seen.add("dX", rows_of(pass.dX, pass.in, examples));
        }
        seen.add_parameters(*plan_, pass.parameters, "");
        if (name == "backward_parameters") {
            std::ranges::fill(pass.gradient, std::numeric_limits<T>::quiet_NaN());
            seen.add_parameters(*plan_, pass.gradient, "d");
        }
        seen.object().attr("training") = pass.training;
        layer_.attr(half)(seen.object());
        seen.require_in_place(name_ + "." + half);
        seen.require_not_kept(name_ + "." + half);
    }

    nb::object layer_;
    std::string name_;
    mutable std::optional<LayerPlan>
        plan_;  // for what it saw last; whoever holds the interpreter's lock may change it
    mutable Shape planned_for_;
};

template <class T>
void add_layers(std::vector<LayerPointer<T>>& to, nb::handle said) {
    std::string text;
    if (nb::try_cast(said, text)) {
        for (LayerPointer<T>& layer : read_layers<T>(text)) to.push_back(std::move(layer));
    } else if (nb::hasattr(said, "forward") && nb::hasattr(said, "plan") &&
               !nb::isinstance<nb::type_object>(said)) {
        to.push_back(std::make_shared<PythonLayer<T>>(nb::borrow(said)));
    } else {
        throw Error(Fault::usage,
                    {.place = "layers",
                     .found = nb::cast<std::string>(nb::repr(said)),
                     .expected = "text, as in \"64 relu, 1 sigmoid\", a gradus.Layer, or a list of both"});
    }
}

}  // namespace

template <class T>
std::vector<LayerPointer<T>> layers_of(nb::handle said) {
    std::vector<LayerPointer<T>> layers;
    if (nb::isinstance<nb::list>(said) || nb::isinstance<nb::tuple>(said))
        for (const nb::handle part : said) add_layers(layers, part);
    else
        add_layers(layers, said);
    return layers;
}

template std::vector<LayerPointer<float>> layers_of(nb::handle);
template std::vector<LayerPointer<double>> layers_of(nb::handle);

void add_layers(nb::module_& module) {
    nb::class_<GradientReport>(module, "GradientReport",
                               "The worst disagreement that a gradient check found.")
        .def_ro("worst_error", &GradientReport::worst_error,
                "|backward - difference| / max(1, |backward|, |difference|); infinite for a broken contract.")
        .def_ro("where", &GradientReport::where, "Which derivative, and its two values.")
        .def_ro("compared", &GradientReport::compared, "How many derivatives were compared.")
        .def_prop_ro(
            "passed", [](const GradientReport& report) { return report.passed(); },
            "Did all agree within 1e-6?")
        .def("__repr__", [](const GradientReport& report) {
            return std::to_string(report.compared) + " derivatives, " +
                   (report.passed() ? "all agree with central differences" : report.where);
        });
    module.def(
        "check_gradients",
        [](const nb::object& layer, const nb::object& inputs, Index examples, std::uint32_t seed) {
            const std::vector<LayerPointer<double>> layers = layers_of<double>(layer);
            if (layers.size() != 1)
                throw Error(Fault::usage, {.place = "check_gradients",
                                           .found = std::to_string(layers.size()) + " layers",
                                           .expected = "one at a time"});
            return check_gradients(*layers.front(), shape_from(inputs, "check_gradients"), examples, seed);
        },
        nb::arg("layer"), nb::arg("inputs"), nb::kw_only(), nb::arg("examples") = 3, nb::arg("seed") = 0,
        nb::sig("def check_gradients(layer: typing.Any, inputs: int | tuple[int, int], *, examples: int = 3, "
                "seed: int = 0) "
                "-> GradientReport"),
        "Is the backward half of a layer the derivative of its forward half? Compared with central "
        "differences.");
}

}  // namespace gradus::python
