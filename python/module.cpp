// gradus._core: the library as Python sees it. What people use is written in Python, beside it, in
// python/gradus/.

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "gradus/core/error.h"
#include "python/parts.h"

namespace gradus::python {

// What a setting is called in Python. The task is the estimator; what says how a file is read nobody can say.
static std::optional<std::string> name_of(std::string_view id, const std::string* value) {
    for (const std::string_view other : {"target", "labels", "label_first", "unlabelled", "header",
                                         "delimiter", "encoding", "from", "resume", "examples", "noise"})
        if (id == other) return std::nullopt;
    const auto is = [&](std::string_view task) { return value != nullptr && *value == task; };
    if (id == "task" && is("classify")) return "gradus.Classifier";
    if (id == "task" && is("regress")) return "gradus.Regressor";
    if (id == "task" && is("encode")) return "gradus.Encoder";
    if (id == "task") return std::nullopt;
    std::string name(id == "seed" ? "random_state" : id == "threads" ? "n_jobs" : id);
    return value == nullptr ? name : name + " = " + *value;
}

// The structures of the library, whose members are named parameters here.
static std::string without_structures(std::string sentence) {
    for (const std::string_view structure : {"RunSettings::", "OptimizerSettings::", "RbmSettings::"})
        for (std::size_t at = sentence.find(structure); at != sentence.npos; at = sentence.find(structure))
            sentence.erase(at, structure.size());
    return sentence;
}

static void translate(const std::exception_ptr& exception, void* type) {
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        PyErr_SetString(static_cast<PyObject*>(type), without_structures(error.with_names(name_of)).c_str());
    }
}

}  // namespace gradus::python

// An exception of Python's own, so that `except ValueError` catches it as well.
NB_MODULE(_core, module) {
    using namespace gradus::python;
    nb::set_leak_warnings(false);  // of what Python has not given back when it ends
    module.doc() = "The library behind gradus: tables, models and runs.";
    const nb::exception<gradus::Error> error(module, "Error", PyExc_ValueError);
    error.attr("__doc__") =
        "Bad input, in one sentence: where, what was found, what was expected, and a hint.";
    nb::register_exception_translator(&translate, error.ptr());
    module.attr("version") = GRADUS_VERSION;
    add_data(module);
    add_models(module);
    add_training(module);
    add_networks(module);
    add_runs(module);
    add_layers(module);
    add_looks(module);
}
