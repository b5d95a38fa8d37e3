#include "python/model.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "gradus/export/onnx/onnx.h"
#include "gradus/model/settings.h"
#include "gradus/nn/metrics.h"
#include "gradus/report/lines.h"
#include "python/data.h"
#include "python/parts.h"

namespace gradus::python {

static nb::object or_none(double number) {
    return std::isnan(number) ? nb::object(nb::none()) : nb::object(nb::float_(number));
}

static void add_metrics(nb::dict& to, const Evaluation& evaluation) {
    for (const NamedMetric& metric : named_metrics(evaluation)) {
        to[metric.name.c_str()] = or_none(metric.value);
        to[(metric.name + "_se").c_str()] = or_none(metric.standard_error);
    }
}

nb::dict metrics(const Evaluation& evaluation, const Target& target) {
    const std::vector<std::string>& names = target.task == Task::classify ? target.classes : target.names;
    nb::dict to;
    to["examples"] = evaluation.examples;
    if (evaluation.task != Task::encode) to["loss"] = or_none(evaluation.loss);
    add_metrics(to, evaluation);
    if (evaluation.task == Task::classify) {
        to["classes"] = names;
        to["confusion"] = evaluation.confusion;
    }
    if (evaluation.labels.empty()) return to;
    nb::dict labels;
    for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
        nb::dict label;
        add_metrics(label, evaluation.labels[i]);
        label["confusion"] = evaluation.labels[i].confusion;
        labels[names[i].c_str()] = label;
    }
    to["labels"] = labels;
    return to;
}

namespace {

using Names = std::vector<std::string>;
using AnyArray = nb::ndarray<nb::ro, nb::device::cpu>;

// What the model says to the rows of a table.
struct Said {
    Matrix<double> values;       // probabilities, values in own units, or hidden units
    std::vector<Index> classes;  // of a classification
};

template <class T>
Said said_by(const Model<T>& model, const Matrix<T>& A) {
    const Task task = model.target.task;
    if (task == Task::classify) return {Matrix<double>(probabilities<T>(A)), classes_of<T>(A)};
    if (task == Task::regress || task == Task::reconstruct) return {in_own_units<T>(model.target, A), {}};
    return {Matrix<double>(A.view()), {}};
}

// As numbers from 0 of the classes, in a row.
Matrix<std::int64_t> to_row(const std::vector<Index>& numbers) {
    Matrix<std::int64_t> row(1, static_cast<Index>(numbers.size()));
    std::copy(numbers.begin(), numbers.end(), row.data());
    return row;
}

nb::tuple as_arrays(const FittedModel& model, Said said) {
    const nb::object classes = model.target().task == Task::classify ? nb::cast(as_rows(to_row(said.classes)))
                                                                     : nb::object(nb::none());
    return nb::make_tuple(as_rows(std::move(said.values)), classes);
}

nb::tuple predict(const FittedModel& model, const Table& table) {
    Said said;
    {
        const nb::gil_scoped_release others_may_run;
        said = std::visit([&](const auto& any) { return said_by(any, outputs(any, table)); }, model.any);
    }
    return as_arrays(model, std::move(said));
}

}  // namespace

// One row after the other: what it takes to see a row and to answer it is made once. The numbers of a table
// are looked at when it is encoded, so they may change; texts, dates and series are looked at before.
class RowAnswers {
public:
    virtual ~RowAnswers() = default;
    virtual Said answer(const AnyArray& row) = 0;
    [[nodiscard]] bool fits(const AnyArray& row) const { return is_like(table_, row); }

    static bool suits(const Features& features) {
        return features.dates.empty() && features.text.empty() && features.masked_channels == 0;
    }

protected:
    explicit RowAnswers(const AnyArray& row) : table_(table_of_array(row, "X.npy")) {}
    Table table_;
};

namespace {

template <class T>
class RowAnswersOf final : public RowAnswers {
public:
    RowAnswersOf(const Model<T>& model, const AnyArray& row)
        : RowAnswers(row),
          model_(model),
          features_(model.features.width() == 0 ? plain_features(model.network.in().size()) : model.features),
          encoder_(features_, table_),
          predict_(predictor(model, 1)),
          X_(features_.width(), 1) {}

    Said answer(const AnyArray& row) override {
        set_row(table_, row);
        constexpr std::array<Index, 1> first{0};
        encoder_(X_.view(), first);
        return said_by(model_, Matrix<T>(predict_(X_)));
    }

private:
    const Model<T>& model_;
    Features features_;
    Encoder encoder_;
    Predictor<T> predict_;
    Matrix<T> X_;
};

nb::tuple predict_array(const FittedModel& model, const AnyArray& X) {
    if (X.ndim() != 2 || X.shape(0) != 1 ||
        !std::visit([](const auto& any) { return RowAnswers::suits(any.features); }, model.any))
        return predict(model, table_of_array(X, "X.npy"));
    if (!model.rows || !model.rows->fits(X))  // sooner done than others are let in
        std::visit(
            [&]<class T>(const Model<T>& any) { model.rows = std::make_shared<RowAnswersOf<T>>(any, X); },
            model.any);
    return as_arrays(model, model.rows->answer(X));
}

nb::dict evaluate_on(const FittedModel& model, const NamedData& data) {
    Evaluation evaluation;
    {
        const nb::gil_scoped_release others_may_run;
        evaluation = std::visit([&](const auto& any) { return evaluate(any, data.data); }, model.any);
    }
    return metrics(evaluation, model.target());
}

// How a column is read that the model learned.
Reading as_learned(const FittedModel& model, Reading reading) {
    const Features& features =
        std::visit([](const auto& any) -> const Features& { return any.features; }, model.any);
    reading.known = known_columns(features);
    for (KnownColumn& label : known_label(model.target().names, model.target().classes))
        reading.known.push_back(std::move(label));
    reading.missing.insert(reading.missing.end(), features.missing_words.begin(),
                           features.missing_words.end());
    return reading;
}

Names columns_of(const FittedModel& model) {
    const Features& features =
        std::visit([](const auto& any) -> const Features& { return any.features; }, model.any);
    Names names;
    for (const NumericFeature& feature : features.numeric) names.push_back(feature.name);
    for (const DateFeature& feature : features.dates) names.push_back(feature.name);
    for (const TextFeature& feature : features.text) names.push_back(feature.name);
    return names;
}

int kinds_of(const FittedModel& model) {
    const Features& features =
        std::visit([](const auto& any) -> const Features& { return any.features; }, model.any);
    return int(!features.numeric.empty()) + int(!features.dates.empty()) + int(!features.text.empty());
}

// The settings that lead to the model, each as somebody would type it.
std::map<std::string, std::string> said_settings(const FittedModel& model) {
    const Choices choices = choices_of(model.recipe());
    std::map<std::string, std::string> said;
    for (const Setting& setting : settings())
        if (const auto text = setting.text(choices)) said[setting.id] = *text;
    return said;
}

nb::dict curve_of(const FittedModel& model) {
    const std::vector<CurvePoint>& curve =
        std::visit([](const auto& any) -> const std::vector<CurvePoint>& { return any.curve; }, model.any);
    std::vector<Index> iterations, epochs;
    std::vector<double> costs, validation;
    for (const CurvePoint& point : curve) {
        iterations.push_back(point.iteration);
        epochs.push_back(point.epoch);
        costs.push_back(point.cost);
        validation.push_back(point.validation_cost.value_or(missing));
    }
    nb::dict to;
    to["iteration"] = iterations;
    to["epoch"] = epochs;
    to["cost"] = costs;
    if (!curve.empty() && curve.back().validation_cost) to["validation_cost"] = validation;
    return to;
}

// The metrics of the model's own examples; None where there are none.
nb::object own_metrics(const Target& target, const Evaluation& evaluation) {
    return evaluation.examples > 0 ? nb::object(metrics(evaluation, target)) : nb::none();
}

nb::dict all_metrics(const FittedModel& model) {
    nb::dict to;
    std::visit(
        [&](const auto& any) {
            to["training"] = own_metrics(any.target, any.training);
            to["out_of_fold"] = own_metrics(any.target, any.out_of_fold.value_or(Evaluation{}));
            to["validation"] = own_metrics(any.target, any.validation.value_or(Evaluation{}));
        },
        model.any);
    return to;
}

Names lines_of(const FittedModel& model) {
    return std::visit(
        [](const auto& any) {
            Names lines;
            if (any.training.examples > 0) lines.push_back(metrics_line("training", any.training));
            if (any.out_of_fold) lines.push_back(metrics_line("out of fold", *any.out_of_fold));
            if (any.validation) lines.push_back(metrics_line("validation", *any.validation));
            return lines;
        },
        model.any);
}

nb::bytes bytes_of(const FittedModel& model) {
    std::string bytes;
    {
        const nb::gil_scoped_release others_may_run;
        bytes = to_onnx(model.any);
    }
    return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace

void add_models(nb::module_& module) {
    nb::class_<FittedModel>(module, "Model", "What was learned, and how.")
        .def_static(
            "read",
            [](const std::string& path, bool allow_external) {
                return FittedModel{read_model(path, allow_external)};
            },
            nb::arg("path"), nb::arg("allow_external"))
        .def(
            "write", [](const FittedModel& model, const std::string& path) { write_model(path, model.any); },
            nb::arg("path"))
        .def("__getstate__", &bytes_of)
        .def("__setstate__",
             [](FittedModel& to, const nb::bytes& bytes) {
                 new (&to) FittedModel{from_onnx({bytes.c_str(), bytes.size()}, "a pickled model")};
             })
        .def("predict", &predict, nb::arg("table"),
             nb::sig("def predict(self, table: Table) -> tuple[numpy.typing.NDArray[numpy.float64], "
                     "numpy.typing.NDArray[numpy.int64] | None]"))
        .def("predict_array", &predict_array, nb::arg("X"),
             nb::sig("def predict_array(self, X: numpy.typing.NDArray[typing.Any]) -> "
                     "tuple[numpy.typing.NDArray[numpy.float64], numpy.typing.NDArray[numpy.int64] | None]"))
        .def("evaluate", &evaluate_on, nb::arg("dataset"),
             nb::sig("def evaluate(self, dataset: Dataset) -> dict[str, typing.Any]"))
        .def("as_learned", &as_learned, nb::arg("reading"))
        .def("settings", &said_settings)
        .def("curve", &curve_of, nb::sig("def curve(self) -> dict[str, list[float]]"))
        .def("lines", &lines_of)
        .def("metrics", &all_metrics, nb::sig("def metrics(self) -> dict[str, dict[str, typing.Any] | None]"))
        .def_prop_ro("task",
                     [](const FittedModel& model) {
                         return std::string(task_names[static_cast<std::size_t>(model.target().task)]);
                     })
        .def_prop_ro("classes", [](const FittedModel& model) { return model.target().classes; })
        .def_prop_ro("targets", [](const FittedModel& model) { return model.target().names; })
        .def_prop_ro("outputs",
                     [](const FittedModel& model) {
                         return std::visit([](const auto& any) { return any.network.out().size(); },
                                           model.any);
                     })
        .def_prop_ro("columns", &columns_of)
        .def_prop_ro("kinds", &kinds_of, "How many kinds of columns: numbers, dates, text.")
        .def_prop_ro("recipe", [](const FittedModel& model) { return to_text(model.recipe()); })
        .def_prop_ro("network", [](const FittedModel& model) { return model.recipe().network; })
        .def_prop_ro("updates", [](const FittedModel& model) {
            return std::visit([](const auto& any) { return any.updates; }, model.any);
        });
}

}  // namespace gradus::python
