// gradus._core: the library as Python sees it. What people use is written in Python, beside it, in
// python/gradus/.

#include "gradus/core/error.h"
#include "python/parts.h"

// An exception of Python's own, so that `except ValueError` catches it as well.
NB_MODULE(_core, module) {
    using namespace gradus::python;
    nb::set_leak_warnings(false);  // of what Python has not given back when it ends
    module.doc() = "The library behind gradus: tables, models and runs.";
    nb::exception<gradus::Error>(module, "Error", PyExc_ValueError).attr("__doc__") =
        "Bad input, in one sentence: where, what was found, what was expected, and a hint.";
    module.attr("version") = GRADUS_VERSION;
    add_data(module);
    add_models(module);
    add_training(module);
    add_networks(module);
    add_runs(module);
    add_layers(module);
    add_looks(module);
}
