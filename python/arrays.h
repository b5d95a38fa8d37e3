// How do arrays whose rows are examples become matrices that have them in columns? As views: nothing is
// copied.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <optional>
#include <span>
#include <string>

#include "gradus/core/error.h"
#include "gradus/nn/network.h"

namespace gradus::python {

namespace nb = nanobind;

template <class T>
using Numbers = nb::ndarray<const T, nb::device::cpu>;

/// What somebody gives for examples: an array, or what NumPy makes one of; none where these are no numbers.
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
        if (is_array && place % alignof(T) == 0) {
            value.array = std::move(as_it_is.value);
            return true;
        }
        if (source.is_none()) return false;
        try {
            object array = module_::import_("numpy").attr("asarray")(source);
            const auto kind = cast<std::string>(array.attr("dtype").attr("kind"));
            if (std::string("fiubO").find(kind) == std::string::npos) return true;
            array = array.attr("astype")(sizeof(T) == sizeof(float) ? "float32" : "float64");
            if (as_it_is.from_python(array, flags, cleanup)) value.array = std::move(as_it_is.value);
        } catch (std::exception&) {
            value.array = {};
        }
        return true;
    }
};

namespace gradus::python {

/// Examples in rows, seen as columns: a number each, a vector each, or a series each (channels x length).
/// Throws Error (usage) for other dimensions, as all of these; TypeError for what holds no numbers.
template <class T>
View<const T> columns_of(const Numbers<T>& array, const char* name) {
    if (!array.is_valid())
        throw nb::type_error((name + std::string(": no numbers, expected an array of numbers")).c_str());
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

/// Examples with as many numbers each as there have to be: inputs, or outputs.
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
/// What belongs to so many examples; to any number before they are known.
template <class T>
View<const T> beside(View<const T> columns, Index examples, const char* name) {
    if (examples == 0 || columns.columns() == examples) return columns;
    throw Error(Fault::usage, {.place = name,
                               .found = std::to_string(columns.columns()) + " rows",
                               .expected = std::to_string(examples) + " as in X"});
}
template <class T>
View<const T> truth_of(const Network<T>& network, const Given<T>& Y, Index examples) {
    const Index outputs = network.out().size();
    const std::string one_hot =
        "a column for each output; of classes: numpy.eye(" + std::to_string(outputs) + ")[y]";
    return beside(columns_of(Y, outputs, "Y", one_hot), examples, "Y");
}
/// A number for each example, or nothing.
template <class T>
View<const T> weights_of(const std::optional<Given<T>>& weights, Index examples) {
    if (!weights) return {};
    return beside(columns_of(*weights, 1, "weights", "a number for each example"), examples, "weights");
}

/// The columns of a view as rows of an array, in the memory of `owner`.
template <class T>
auto rows_in(View<const T> view, nb::handle owner) {
    return nb::ndarray<nb::numpy, const T, nb::ndim<2>>(
        view.data(), {static_cast<std::size_t>(view.columns()), static_cast<std::size_t>(view.rows())}, owner,
        {view.column_step(), view.row_step()});
}

/// A matrix as it is written on paper, in the memory of `owner`.
template <class T>
auto matrix_in(View<T> view, nb::handle owner) {
    return nb::ndarray<nb::numpy, T, nb::ndim<2>>(
        view.data(), {static_cast<std::size_t>(view.rows()), static_cast<std::size_t>(view.columns())}, owner,
        {view.row_step(), view.column_step()});
}

/// The numbers, in the memory of `owner`.
template <class T>
auto vector_in(std::span<T> numbers, nb::handle owner) {
    return nb::ndarray<nb::numpy, T, nb::ndim<1>>(numbers.data(), {numbers.size()}, owner);
}

}  // namespace gradus::python
