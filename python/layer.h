// How does a layer that somebody wrote in Python take part? As any other: the library calls it, it calls
// Python.
#pragma once

#include <nanobind/nanobind.h>

#include <vector>

#include "gradus/nn/layer.h"

namespace gradus::python {

namespace nb = nanobind;

/// The layers of a network's text, or of a list of texts and of layers in Python (gradus.Layer).
template <class T>
std::vector<LayerPointer<T>> layers_of(nb::handle said);

}  // namespace gradus::python
