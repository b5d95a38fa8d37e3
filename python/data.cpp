#include "python/data.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/csv.h"
#include "gradus/data/features.h"
#include "python/parts.h"

namespace gradus::python {
namespace {

using Names = std::vector<std::string>;

// What is said about the columns of a table.
struct Said {
    Names targets, ignored, categorical;
    std::string group, weight;
    bool by_time = false;
    std::string labels_file;  // of an array: where its labels are
    std::string decimal, date_order;
    Names missing;
};

std::string list(const Names& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ",") + csv_field(name);
    return text;
}

// DATA and its options as words of a command line, in the order of the program's own recipes.
std::string words(const std::string& name, const Said& said) {
    std::string text = shell_word(name);
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty()) text += std::string(" ") + option + " " + shell_word(value);
    };
    add("--target", list(said.targets));
    add("--ignore", list(said.ignored));
    add("--categorical", list(said.categorical));
    add("--decimal", said.decimal);
    add("--date-order", said.date_order);
    add("--missing", list(said.missing));
    add("--labels", said.labels_file);
    return text;
}

Labels labels_called(const std::string& name) {
    const std::vector<std::pair<std::string, Labels>> all{{"automatic", Labels::automatic},
                                                          {"classes", Labels::classes},
                                                          {"values", Labels::values},
                                                          {"multilabel", Labels::multilabel},
                                                          {"none", Labels::none}};
    for (const auto& [word, labels] : all)
        if (word == name) return labels;
    throw Error(Fault::usage, {.place = "labels", .found = name});
}

void set_lines(Table& table) {
    constexpr Index most_lines = 1000;  // as many as are kept of a file
    for (Index row = 0; row < std::min(table.rows, most_lines); ++row) table.lines.push_back(row + 2);
}

NamedData make_data(Table table, const std::string& data_name, const Said& said, const std::string& labels,
                    std::optional<Names> classes) {
    if (!table.is_array) set_lines(table);
    if (!table.is_array) note_formats(table);
    table.missing_words = said.missing;
    NamedData made;
    const std::string name = table.name;
    made.data = make_dataset(std::move(table),
                             {.targets = said.targets,
                              .ignored = said.ignored,
                              .categorical = said.categorical,
                              .group = said.group,
                              .weight = said.weight,
                              .by_time = said.by_time,
                              .labels = labels_called(labels),
                              .labels_are_an_array = !said.labels_file.empty(),
                              .classes = std::move(classes)},
                             made.notes);
    made.data.name = data_name;
    Said typed = said;
    if (said.labels_file.empty()) typed.targets = made.data.target_words;
    made.source = words(name, typed);
    return made;
}

std::optional<DateOrder> date_order(const std::string& name) {
    if (name.empty()) return std::nullopt;
    if (name != "dmy" && name != "mdy")
        throw Error(Fault::usage, {.place = "date_order", .found = name, .expected = "dmy or mdy"});
    return name == "dmy" ? DateOrder::dmy : DateOrder::mdy;
}

char decimal_mark(const std::string& name) {
    if (name.empty() || name == "." || name == ",") return name.empty() ? char(0) : name[0];
    throw Error(Fault::usage, {.place = "decimal", .found = name, .expected = ". or ,"});
}

// How other rows of the same data are read: for validation.
Reading as_learned(const NamedData& named, Reading reading) {
    reading.known = known_columns(named.data.table);
    for (KnownColumn& label : known_label(named.data.target_names, named.data.class_names))
        reading.known.push_back(std::move(label));
    return reading;
}

// The last columns are the labels of an array, as `--labels` has them.
void mark_labels(Table& table, Index count) {
    table.label = static_cast<Index>(table.columns.size()) - count;
    table.label_columns = count;
    table.labels_are_numbered = count > 1;
}

}  // namespace

void add_data(nb::module_& module) {
    nb::class_<Reading>(module, "Reading", "How text columns are understood.")
        .def(
            "__init__",
            [](Reading* to, const std::string& decimal, const std::string& order, Names missing) {
                new (to) Reading{.decimal = decimal_mark(decimal),
                                 .date_order = date_order(order),
                                 .missing = std::move(missing)};
            },
            nb::arg("decimal") = "", nb::arg("date_order") = "", nb::arg("missing") = Names{});
    nb::class_<Table>(module, "Table", "Rows, and columns of numbers or of text.")
        .def(
            "__init__", [](Table* to, const std::string& name) { new (to) Table{.name = name}; },
            nb::arg("name"))
        .def_static("of_array", &table_of_array, nb::arg("array"), nb::arg("name"),
                    nb::sig("def of_array(array: numpy.typing.NDArray[typing.Any], name: str) -> Table"))
        .def("add_numbers", &add_numbers, nb::arg("names"), nb::arg("columns"), nb::arg("reading"),
             nb::sig("def add_numbers(self, names: typing.Sequence[str], columns: list[typing.Any], reading: "
                     "Reading) -> None"))
        .def("add_fields", &add_fields, nb::arg("name"), nb::arg("values"), nb::arg("reading"),
             nb::arg("text") = false,
             nb::sig("def add_fields(self, name: str, values: list[typing.Any], reading: Reading, "
                     "text: bool = False) -> None"))
        .def("mark_labels", &mark_labels, nb::arg("count"))
        .def("is_numeric",
             [](const Table& table, const std::string& name) {
                 return !table.columns[column_place(table, name)].is_text();
             })
        .def_rw("unnamed", &Table::unnamed)
        .def_ro("rows", &Table::rows)
        .def_prop_ro("columns", [](const Table& table) {
            Names names;
            for (const Column& column : table.columns) names.push_back(column.name);
            return names;
        });
    nb::class_<Said>(module, "Said", "What each column of a table is for.")
        .def(nb::init<>())
        .def_rw("targets", &Said::targets)
        .def_rw("ignored", &Said::ignored)
        .def_rw("categorical", &Said::categorical)
        .def_rw("group", &Said::group)
        .def_rw("weight", &Said::weight)
        .def_rw("by_time", &Said::by_time)
        .def_rw("labels_file", &Said::labels_file)
        .def_rw("decimal", &Said::decimal)
        .def_rw("date_order", &Said::date_order)
        .def_rw("missing", &Said::missing);
    nb::class_<NamedData>(module, "Dataset", "Examples with their truth; it takes the table over.")
        .def(
            "__init__",
            [](NamedData* to, Table& table, const std::string& name, const Said& said,
               const std::string& labels, std::optional<Names> classes) {
                new (to) NamedData(make_data(std::move(table), name, said, labels, std::move(classes)));
            },
            nb::arg("table"), nb::arg("name"), nb::arg("said"), nb::arg("labels"),
            nb::arg("classes") = nb::none())
        .def_prop_ro("examples", [](const NamedData& data) { return data.data.examples(); })
        .def_prop_ro("classes", [](const NamedData& data) { return data.data.class_names; })
        .def_prop_ro("targets", [](const NamedData& data) { return data.data.target_names; })
        .def("as_learned", &as_learned, nb::arg("reading"))
        .def_ro("source", &NamedData::source)
        .def_ro("notes", &NamedData::notes);
    module.def("text_of", static_cast<std::string (*)(double)>(&text_of),
               "A number as a category or a class: integers canonical.");
}

}  // namespace gradus::python
