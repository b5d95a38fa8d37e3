// What is in the Python module? Its parts, each of which registers what it has.
#pragma once

#include <nanobind/nanobind.h>

namespace gradus::python {

namespace nb = nanobind;

void add_data(nb::module_& module);      ///< arrays and columns become tables and data sets
void add_models(nb::module_& module);    ///< what was learned: predicted with, measured, written and read
void add_training(nb::module_& module);  ///< the table of settings; a data set and settings become a model
void add_networks(nb::module_& module);  ///< networks on arrays
void add_runs(nb::module_& module);      ///< steps and runs on arrays
void add_layers(nb::module_& module);    ///< layers in Python, and their gradient check
void add_looks(nb::module_& module);     ///< explain, doctor, seeds, report

}  // namespace gradus::python
