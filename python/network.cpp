// Networks on arrays.

#include "gradus/nn/network.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <algorithm>

#include "gradus/core/spoken.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/nn/predictor.h"
#include "python/arrays.h"
#include "python/attention.h"
#include "python/layer.h"
#include "python/model.h"
#include "python/parts.h"

namespace gradus::python {
namespace {

Initializer initializer_called(const std::string& name) {
    return static_cast<Initializer>(
        name_index("init", name, {initializer_names.begin(), initializer_names.end()}));
}

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
                new (to) Network<T>(Shape{.channels = inputs, .length = length}, layers_of<T>(layers),
                                    {.seed = seed, .initializer = initializer_called(init)});
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

// The only one, or that of an ensemble which somebody asked for.
template <class T>
Network<T> network_of(Model<T> model, const std::optional<Index>& number, const std::string& path) {
    const Index all = members(model);
    if (all > 1 && !number)
        throw Error(Fault::input, {.place = path,
                                   .found = "is an ensemble of " + std::to_string(all) + " networks",
                                   .expected = "one of them",
                                   .hint = "member=1"});
    if (number && (*number < 1 || *number > all))
        throw Error(Fault::usage,
                    {.place = "member",
                     .found = std::to_string(*number),
                     .expected = all == 1 ? "1, as this is one network" : "1 to " + std::to_string(all)});
    return std::move(all > 1 ? member(model, *number) : model).network;
}

}  // namespace

void add_networks(nb::module_& module) {
    add_network<double>(module, "Network64");
    add_network<float>(module, "Network32");
    module.def(
        "read_onnx",
        [](const std::string& path, bool allow_external, std::optional<Index> number) {
            return std::visit(
                [&](auto model) { return nb::cast(network_of(std::move(model), number, path)); },
                read_model(path, allow_external));
        },
        nb::arg("path"), nb::arg("allow_external"), nb::arg("member").none(),
        nb::sig(
            "def read_onnx(path: str, allow_external: bool, member: int | None) -> Network64 | Network32"),
        "The network of an ONNX file.");
}

}  // namespace gradus::python
