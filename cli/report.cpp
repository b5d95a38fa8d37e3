#include "cli/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/data/dialect.h"
#include "gradus/model/seen_rows.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/network.h"
#include "gradus/report/lines.h"

namespace gradus::cli {

static void add_metrics(Json& json, const Evaluation& evaluation) {
    for (const NamedMetric& metric : named_metrics(evaluation)) {  // NaN is written as null
        json[metric.name] = metric.value;
        json[metric.name + "_se"] = metric.standard_error;
    }
}

Json to_json(const Evaluation& evaluation, const std::vector<std::string>& names) {
    Json json{{"examples", evaluation.examples}};
    if (evaluation.task != Task::encode) json["loss"] = evaluation.loss;  // nothing was minimised
    if (evaluation.weighted) json["weighted"] = true;
    add_metrics(json, evaluation);
    if (evaluation.task == Task::classify) {
        json["classes"] = names;
        json["confusion"] = evaluation.confusion;
    }
    for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
        Json& label = json["labels"][names[i]];
        add_metrics(label, evaluation.labels[i]);
        label["confusion"] = evaluation.labels[i].confusion;
    }
    return json;
}

const std::vector<std::string>& names_of(const Target& target) {
    return target.task == Task::classify ? target.classes : target.names;
}

const std::vector<std::string>& names_of(const Dataset& data) {
    return data.has_classes() ? data.class_names : data.target_names;
}

std::string baseline_note(Task task, double baseline) {
    if (task == Task::encode) return "";
    if (task == Task::reconstruct)
        return say("reconstruction error {:.6f}, by the mean of each input alone", baseline);
    if (task == Task::regress) return say("rmse {}, by the mean alone", six_decimals_or_exponent(baseline));
    return task == Task::classify
               ? say("accuracy {:.4f}, by the most frequent class alone", baseline)
               : say("accuracy {:.4f}, by the more frequent answer to each label alone", baseline);
}

template <class T>
std::pair<Index, Index> updates_of(const Model<T>& model) {
    std::pair sums(model.updates, model.kept_updates);
    for (const Member<T>& other : model.others) {
        sums.first += other.updates;
        sums.second += other.kept_updates;
    }
    if (model.state && model.others.empty())
        for (const auto& fold : model.state->folds)
            if (fold) sums.first += fold->updates;
    return sums;
}

template std::pair<Index, Index> updates_of(const Model<float>&);
template std::pair<Index, Index> updates_of(const Model<double>&);

std::string linear_note(const Evaluation& linear, const std::string& examples) {
    if (linear.task == Task::regress)
        return say("rmse {} ({}), by a linear regression", six_decimals_or_exponent(linear.rmse), examples);
    return linear.task == Task::multilabel
               ? say("accuracy {:.4f} ({}), by a logistic regression for each label", linear.accuracy,
                     examples)
               : say("accuracy {:.4f} ({}), by a logistic regression", linear.accuracy, examples);
}

// How fields are separated, where it is not with commas, and no .tsv with tabs.
static std::string separated(const Table& table) {
    const bool usual = table.separator == 0 || table.separator == ',' ||
                       (table.separator == '\t' && table.name.find(".tsv") != std::string::npos);
    if (usual) return "";
    const std::string name = separator_name(table.separator);
    const std::string separators = name == "tab" ? say("tabs") : name == "blank" ? say("blanks") : name;
    return say("fields separated by {}, ", separators);
}

// Who said which column it is.
static std::string target_reason(const DataOptions& source) {
    if (source.is_built_in()) return say("built-in");
    if (!source.columns.targets.empty()) return say("named");
    if (!source.read.labels.empty()) return say("of {}", file_name(source.read.labels));
    return source.read.label_first ? say("the first column")
                                   : say("the last column (--target names another)");
}

std::string target_sentence(const Dataset& data, const DataOptions& source) {
    if (data.Y.rows() == 0) return say("none: all columns are inputs");
    const std::string kind = data.has_classes() ? say("{} classes", data.class_names.size())
                             : data.multilabel  ? say("{}, of which an example may have several",
                                                      say_count(data.Y.rows(), "{} label", "{} labels"))
                                                : say("a regression");
    return say("{}, {}: {}", fmt::format("{}", fmt::join(data.target_names, ", ")), target_reason(source),
               kind);
}

void note_unused(Terminal& terminal, const Encoder& encoder, const std::vector<std::string>& known) {
    std::string names;
    for (const std::string& name : encoder.unused())
        if (std::ranges::count(known, name) == 0)
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
    if (!names.empty()) terminal.note("ignored", say("columns that the model does not know: {}", names));
}

template <class T>
void note_seen(Terminal& terminal, const Model<T>& model, const Dataset& data) {
    const SeenRows seen = seen_rows(model, data);
    if (seen.all) {
        terminal.note("note", say("these are the rows that the model was trained on"));
    } else if (seen.some > 0) {
        terminal.note(
            "note",
            say_count(seen.some, "at least {} of these {} is equal to rows that the model was trained on",
                      "at least {} of these {} are equal to rows that the model was trained on",
                      say_count(data.examples(), "{} row", "{} rows")));
    }
}

template void note_seen(Terminal&, const Model<float>&, const Dataset&);
template void note_seen(Terminal&, const Model<double>&, const Dataset&);

bool is_target_named(const DataOptions& source) {
    return !source.columns.targets.empty() || !source.read.labels.empty() || source.read.label_first;
}

void announce(Terminal& terminal, const Problem& problem, const DataOptions& source) {
    const Dataset& data = problem.data;
    const Recipe& recipe = problem.recipe;
    const Index parameters =
        Network<float>::count_parameters(recipe.shape, read_layers<float>(recipe.network));
    const std::string inputs = recipe.shape.length > 1
                                   ? say("{} inputs", recipe.shape.text())
                                   : say_count(recipe.shape.size(), "{} input", "{} inputs");
    const double without_network = baseline(data, recipe);
    terminal.note("data", say("{}: {}{}, {}", data.name, separated(data.table),
                              say_count(data.examples(), "{} example", "{} examples"),
                              say_count(data.features(), "{} feature", "{} features")));
    terminal.note("target", target_sentence(data, source));
    const Index networks = recipe.member > 0 ? 1 : recipe.ensemble;
    terminal.note("network", networks > 1
                                 ? say("{} times {}, {} ({} parameters each)", networks, inputs,
                                       recipe.network, parameters)
                                 : say("{}, {} ({} parameters)", inputs, recipe.network, parameters));
    terminal.note("recipe", problem.recipe_as_typed);
    if (recipe.task != Task::encode) terminal.note("baseline", baseline_note(recipe.task, without_network));
    terminal.print_json(Json{{"event", "start"},
                             {"data", data.name},
                             {"target", data.target_names},
                             {"target_named", is_target_named(source)},
                             {"task", task_names[static_cast<std::size_t>(recipe.task)]},
                             {"examples", data.examples()},
                             {"features", data.features()},
                             {"classes", data.class_names},
                             {"network", recipe.network},
                             {"parameters", parameters * networks},
                             {"ensemble", networks},
                             {"folds", fold_count(recipe)},
                             {"group", recipe.group},
                             {"weight", recipe.weight},
                             {"split", split_names[static_cast<std::size_t>(recipe.split)]},
                             {"recipe", problem.recipe_as_typed},
                             {"baseline", recipe.task == Task::encode ? Json() : Json(without_network)}});
}

void note_findings(Terminal& terminal, const std::vector<Finding>& findings, const std::string& words) {
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < std::min(most, findings.size()); ++i)
        terminal.note("doctor", findings[i].evidence.empty()
                                    ? findings[i].sentence
                                    : say("{} ({})", findings[i].sentence, findings[i].evidence));
    if (findings.empty()) return terminal.note("doctor", say("nothing found"));
    if (!words.empty()) terminal.note("doctor", say("{} tries what could help", "gradus doctor " + words));
}

}  // namespace gradus::cli
