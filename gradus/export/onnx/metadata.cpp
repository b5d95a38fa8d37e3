#include "gradus/export/onnx/metadata.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/checks.h"
#include "gradus/export/onnx/entries.h"
#include "gradus/export/onnx/machines.h"
#include "gradus/export/onnx/state.h"
#include "gradus/nn/architecture.h"

namespace gradus::onnx {
namespace {

template <class T>
SelfTest self_test(const Model<T>& model) {
    const Table& table = model.sample;
    SelfTest test{
        .rows = table.rows, .channels = table.channels, .length = table.length, .divisor = table.divisor};
    for (const Column& column : table.columns) {
        SelfTest::Field& field = test.columns.emplace_back();
        field.name = column.name;
        field.is_date = column.is_date();
        field.numbers = column.numbers;
        for (const std::int32_t code : column.codes)
            field.texts.push_back(code == Column::no_text
                                      ? std::nullopt
                                      : std::optional(column.texts[static_cast<std::size_t>(code)]));
    }
    if (table.rows == 0) return test;
    const Matrix<T> A = outputs(model, table);
    for (Index j = 0; j < A.columns(); ++j)
        test.outputs.emplace_back(A.view().column(j), A.view().column(j) + A.rows());
    return test;
}

Column column_of(const SelfTest::Field& field) {
    Column column{.name = field.name, .numbers = field.numbers};
    if (field.is_date) column.format = DateFormat{};
    for (const std::optional<std::string>& text : field.texts) {
        if (!text) {
            column.codes.push_back(Column::no_text);
            continue;
        }
        const auto place = std::ranges::find(column.texts, *text);
        column.codes.push_back(static_cast<std::int32_t>(place - column.texts.begin()));
        if (place == column.texts.end()) column.texts.push_back(*text);
    }
    return column;
}

Table sample_of(const SelfTest& test, const Features& features) {
    Table table{.name = "its self-test",
                .rows = test.rows,
                .channels = test.channels,
                .length = test.length,
                .divisor = test.divisor};
    for (const SelfTest::Field& field : test.columns) {
        Column& column = table.columns.emplace_back(column_of(field));
        const auto date = std::ranges::find(features.dates, field.name, &DateFeature::name);
        if (field.is_date && date != features.dates.end() && date->order == DateOrder::time_of_day)
            column.format = DateFormat{.order = DateOrder::time_of_day};
    }
    return table;
}

template <class T>
Matrix<T> outputs_of(const SelfTest& test, Index outputs) {
    require(test.outputs.size() == static_cast<std::size_t>(test.rows), say("its self-test lacks outputs"));
    Matrix<T> A(outputs, test.rows);
    for (Index j = 0; j < A.columns(); ++j) {
        const std::vector<double>& row = test.outputs[static_cast<std::size_t>(j)];
        require(row.size() == static_cast<std::size_t>(outputs), say("its self-test has other outputs"));
        for (Index i = 0; i < outputs; ++i) A(i, j) = static_cast<T>(row[static_cast<std::size_t>(i)]);
    }
    return A;
}

constexpr const char* format = "1";

}  // namespace

template <class T>
std::vector<Entry> to_metadata(const Model<T>& model, const std::vector<std::string>& learned) {
    const NetworkEntry network{.text = model.network.text(),
                               .in = model.network.in(),
                               .learned = learned,
                               .members = members(model)};
    const History history{.updates = model.updates,
                          .kept_updates = model.kept_updates,
                          .baseline = model.baseline,
                          .training = model.training,
                          .validation = model.validation,
                          .out_of_fold = model.out_of_fold,
                          .curve = model.curve};
    std::vector<Entry> entries{{"gradus.format", format},
                               entry("gradus.network", network),
                               entry("gradus.recipe", model.recipe),
                               entry("gradus.features", model.features),
                               entry("gradus.target", model.target),
                               entry("gradus.origin", model.origin),
                               entry("gradus.history", history),
                               entry("gradus.self_test", self_test(model))};
    std::vector<MemberEntry> others;
    for (const Member<T>& other : model.others)
        others.push_back(
            {.updates = other.updates, .kept_updates = other.kept_updates, .curve = other.curve});
    if (!others.empty()) entries.push_back(entry("gradus.members", others));
    if (model.state) entries.push_back(entry("gradus.state", state_entry(*model.state)));
    if (model.state && !model.state->folds.empty())
        entries.push_back(entry("gradus.folds", fold_entries(*model.state)));
    for (Entry& machines : machine_entries(model)) entries.push_back(std::move(machines));
    return entries;
}

bool is_double(const std::vector<Entry>& metadata) {
    return parsed<Recipe>(metadata, "gradus.recipe").precision == Precision::twice;
}

template <class T>
static Network<T> network_of(const NetworkEntry& entry, std::size_t bytes_of_tensors) {
    const Shape in = entry.in;
    require(1 <= entry.members && entry.members <= most_members,
            say("it is an ensemble of {}", entry.members));
    require_network(entry.text, in);
    const auto layers = read_layers<T>(entry.text);
    const auto count = static_cast<std::size_t>(Network<T>::count_parameters(in, layers));
    require(count <= bytes_of_tensors / sizeof(T) / static_cast<std::size_t>(entry.members),
            say("it lacks parameters of its network"));
    return Network<T>(in, layers, {.initializer = Initializer::zeros});
}

// Further networks like the first, their numbers zero.
template <class T>
static void add_members(const std::vector<Entry>& metadata, Index members, Model<T>& model) {
    if (members == 1) return;
    auto entries = parsed<std::vector<MemberEntry>>(metadata, "gradus.members");
    require(std::ssize(entries) + 1 == members, say("it lacks members of its ensemble"));
    for (MemberEntry& one : entries)
        model.others.push_back({.network = model.network,
                                .curve = std::move(one.curve),
                                .updates = one.updates,
                                .kept_updates = one.kept_updates});
}

template <class T>
Described<T> from_metadata(const std::vector<Entry>& metadata, std::size_t bytes_of_tensors) {
    const std::string version = std::to_string(parsed<Index>(metadata, "gradus.format"));
    if (version != format)
        throw Error(Fault::input, {.found = say("this model has format {}", version),
                                   .expected = say("format {}", format),
                                   .hint = say("a newer version of Gradus")});
    const auto network = parsed<NetworkEntry>(metadata, "gradus.network");
    auto history = parsed<History>(metadata, "gradus.history");
    const auto test = parsed<SelfTest>(metadata, "gradus.self_test");
    Model<T> model{.network = network_of<T>(network, bytes_of_tensors),
                   .features = parsed<Features>(metadata, "gradus.features"),
                   .target = parsed<Target>(metadata, "gradus.target"),
                   .recipe = parsed<Recipe>(metadata, "gradus.recipe"),
                   .origin = parsed<Origin>(metadata, "gradus.origin"),
                   .baseline = history.baseline,
                   .curve = std::move(history.curve),
                   .updates = history.updates,
                   .kept_updates = history.kept_updates,
                   .training = std::move(history.training),
                   .validation = std::move(history.validation),
                   .out_of_fold = std::move(history.out_of_fold)};
    add_members(metadata, network.members, model);
    model.sample = sample_of(test, model.features);
    require_consistent(model);
    if (has(metadata, "gradus.state"))
        model.state = state_of<T>(parsed<StateEntry>(metadata, "gradus.state"));
    if (model.state && has(metadata, "gradus.folds"))
        put_folds(parsed<std::vector<FoldEntry>>(metadata, "gradus.folds"), *model.state);
    const Index out = model.network.out().size();
    return {.model = std::move(model), .learned = network.learned, .outputs = outputs_of<T>(test, out)};
}

#define GRADUS_INSTANTIATE(T)                                                                  \
    template std::vector<Entry> to_metadata(const Model<T>&, const std::vector<std::string>&); \
    template Described<T> from_metadata(const std::vector<Entry>&, std::size_t);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
