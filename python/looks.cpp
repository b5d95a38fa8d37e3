// What explain, doctor, seeds and the report find, for Python: texts as the program prints them, and data.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/doctor/outcomes.h"
#include "gradus/explain/cell.h"
#include "gradus/explain/explain.h"
#include "gradus/explain/json.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/prepared.h"
#include "gradus/model/sweep.h"
#include "gradus/report/lines.h"
#include "gradus/report/report.h"
#include "python/parts.h"
#include "python/training.h"

namespace gradus::python {
namespace {

using Lines = std::vector<std::string>;

void add(Lines& to, const Lines& more) {
    to.insert(to.end(), more.begin(), more.end());
}

// An iteration of a run: its lines, each phase as JSON, and where a number comes from.
struct Explained {
    Lines lines, phases = {};
    std::string cell = {}, check = {};  // JSON; empty: nobody asked
};

struct Question {
    Index iteration = 0;
    std::string cell;
    bool check = false;
    Index member = 1;  // of an ensemble, or of the networks that judge a recipe
};

void require_only(Index member) {
    if (member == 1) return;
    throw Error(
        Fault::usage,
        {.place = "member", .found = std::to_string(member), .expected = "1, as this is one network"});
}

// One network's part of a recipe.
Recipe of_one(const Recipe& recipe, Index member) {
    if (fold_count(recipe) > 0) return member_recipe(recipe, member);
    require_only(member);
    return recipe;
}

[[noreturn]] void fail_beyond(Index iteration, Index last) {
    throw Error(Fault::input,
                {.place = "iteration",
                 .found = std::to_string(iteration),
                 .expected = "0 to " + std::to_string(last) + ", the last iteration of this run"});
}

template <class T>
Trace trace_of(const NamedData& named, const Recipe& recipe, const Orders& orders, Index iteration,
               Attention& attention) {
    const PreparedData<T> prepared(named.data, recipe, recipe.validation,
                                   orders.validation == nullptr ? nullptr : &orders.validation->data);
    Beginning<T> beginning = begin<T>(recipe);
    pretrain(
        beginning, prepared, recipe, [&](const PretrainingEvent&) { attention.look(); }, attention.token());
    Run<T> run(beginning.network, prepared.training(), prepared.watched(), recipe.run, beginning.random);
    if (iteration < 0 || iteration >= run.planned_updates())
        fail_beyond(iteration, run.planned_updates() - 1);
    while (run.updates() < iteration && !attention.token().stop_requested()) {
        if (run.next()->last) fail_beyond(iteration, run.updates() - 1);
        attention.look();
    }
    return trace<T>(beginning.network, prepared.training(), recipe.run, run.state());
}

Lines input_names(const NamedData& named, const Recipe& recipe) {
    return PreparedData<double>(named.data, recipe, recipe.validation).features.names();
}

// Of a gradient, where its first number comes from: readable for a few examples.
Lines first_sum(const Network<double>& layers, const Trace& trace, std::size_t number) {
    constexpr std::size_t few = 4;
    const Phase& phase = trace.phases[number];
    if (phase.kind != PhaseKind::gradient || trace.examples.size() > few) return {};
    const std::vector<Index> first(phase.tensors.front().shape.size(), 1);
    return sum_text(explain_cell(layers, trace, {phase.title, first}, number, ""));
}

Explained explained(const Trace& trace, const NamedData& named, const Recipe& recipe,
                    const Question& question) {
    const Network<double> layers(recipe.shape, recipe.network);
    const RowNames names{
        .inputs = input_names(named, recipe),
        .outputs = recipe.task == Task::classify ? named.data.class_names : named.data.target_names};
    Explained result{.lines = {headline(trace, recipe.task)}};
    if (question.cell.empty()) {
        for (std::size_t i = 0; i < trace.phases.size(); ++i) {
            add(result.lines, phase_text(trace, i, names));
            add(result.lines, first_sum(layers, trace, i));
            result.phases.push_back(to_json(trace, i));
        }
    } else {
        const CellReport cell =
            explain_cell(layers, trace, CellName::read(question.cell, "cell"), std::nullopt, "cell");
        add(result.lines, cell_text(cell, trace));
        result.cell = to_json(cell, trace.iteration);
    }
    if (!trace.failure.empty()) throw Error(Fault::training, {.found = trace.failure});
    if (question.check) {
        const StepCheck check = check_step(layers, trace, recipe.run);
        add(result.lines, check_text(check));
        result.check = to_json(check, trace.iteration);
    }
    return result;
}

// Runs `work` without the interpreter's lock; what was raised meanwhile is raised.
template <class Work>
auto attentively(Attention& attention, Work work) {
    std::optional<decltype(work())> result;
    {
        const nb::gil_scoped_release others_may_run;
        result.emplace(work());
    }
    attention.rethrow();
    return std::move(*result);
}

nb::dict explain(const NamedData& named, const Orders& orders, const Question& question) {
    Attention attention;
    const Explained result = attentively(attention, [&] {
        const Recipe recipe = of_one(recipe_for(named, orders, attention), question.member);
        if (recipe.task == Task::encode)
            throw Error(Fault::usage, {.place = "explain",
                                       .found = "only the machines learn: there is no step of the network"});
        const Trace trace = recipe.precision == Precision::single
                                ? trace_of<float>(named, recipe, orders, question.iteration, attention)
                                : trace_of<double>(named, recipe, orders, question.iteration, attention);
        return explained(trace, named, recipe, question);
    });
    nb::dict to;
    to["lines"] = result.lines;
    to["phases"] = result.phases;
    to["cell"] = result.cell;
    to["check"] = result.check;
    return to;
}

template <class T>
Diagnosis diagnosed(const NamedData& named, const Recipe& recipe, const Orders& orders,
                    const FittedModel* saved, Index number, Attention& attention) {
    if (saved != nullptr) {
        const auto& model = std::get<Model<T>>(saved->any);
        if (members(model) == 1) require_only(number);
        return diagnose<T>(members(model) > 1 ? member(model, number) : model, named.data, recipe);
    }
    return diagnose<T>(named.data, recipe, watch_for(orders, attention), {},
                       orders.validation == nullptr ? nullptr : &orders.validation->data);
}

nb::dict doctor(const NamedData& named, const Orders& orders, const FittedModel* saved, Index number) {
    Attention attention;
    const Diagnosis diagnosis = attentively(attention, [&] {
        Recipe recipe =
            of_one(saved == nullptr ? recipe_for(named, orders, attention) : saved->recipe(), number);
        if (saved != nullptr) recipe.run.threads = orders.threads.value_or(1);
        return recipe.precision == Precision::single
                   ? diagnosed<float>(named, recipe, orders, saved, number, attention)
                   : diagnosed<double>(named, recipe, orders, saved, number, attention);
    });
    nb::list findings;
    for (const Finding& finding : diagnosis.findings) {
        nb::dict row;
        row["finding"] = finding.name;
        row["weight"] = finding.weight;
        row["sentence"] = finding.sentence;
        row["evidence"] = finding.evidence;
        row["hint"] = finding.hint;
        findings.append(row);
    }
    nb::dict to;
    to["findings"] = findings;
    to["verdict"] = verdict(diagnosis);
    return to;
}

nb::dict seeds(const NamedData& named, const Orders& orders, Index count) {
    Attention attention;
    Recipe recipe;
    std::vector<Outcome> outcomes(static_cast<std::size_t>(std::max<Index>(count, 0)));
    const std::vector<OutcomeGroup> groups = attentively(attention, [&] {
        Orders one = orders;  // each seed is one network, unless somebody says otherwise
        if (std::ranges::none_of(one.settings, [](const auto& said) { return said.first == "ensemble"; }))
            one.settings.emplace_back("ensemble", "1");
        recipe = recipe_for(named, one, attention);
        if (fold_count(recipe) > 0)
            throw Error(Fault::usage, {.place = setting(recipe.ensemble > 1 ? "ensemble" : "folds"),
                                       .found = "each seed is one network by itself"});
        const Watch watch = watch_for(orders, attention);
        const auto try_one = [&](Index i) {
            const auto seed = static_cast<std::uint32_t>(i);
            outcomes[seed] = recipe.precision == Precision::single
                                 ? try_seed<float>(named.data, recipe, seed, watch)
                                 : try_seed<double>(named.data, recipe, seed, watch);
        };
        side_by_side(count, runs_at_once(named.data, recipe, recipe.run.threads), try_one, attention.token());
        Recipe divided = recipe;
        if (recipe.retrain) divided.validation = 0;
        return group(outcomes, recipe.task,
                     example_names(named.data, division(named.data, divided).training));
    });
    nb::dict to;
    std::vector<std::uint32_t> solved;
    for (const Outcome& outcome : outcomes)
        if (outcome.solved) solved.push_back(outcome.seed);
    nb::list rows;
    for (const OutcomeGroup& group : groups) {
        nb::dict row;
        row["cost"] = group.cost;
        row["count"] = group.seeds.size();
        row["solved"] = group.solved;
        row["reason"] = group.reason;
        row["seeds"] = group.seeds;
        rows.append(row);
    }
    to["count"] = count;
    to["solved"] = solved.size();
    to["solved_seeds"] = solved;
    to["groups"] = rows;
    return to;
}

// The page, the lines about its metrics, and these.
nb::tuple report(const FittedModel& model, const NamedData& named) {
    Evaluation evaluation;
    std::string page;
    {
        const nb::gil_scoped_release others_may_run;
        std::visit(
            [&](const auto& any) {
                evaluation = evaluate(any, named.data);
                page = html_report(any, named.data, evaluation);
            },
            model.any);
    }
    Lines lines{metrics_line(named.data.name, evaluation)};
    add(lines, probability_lines(evaluation));
    return nb::make_tuple(page, lines, metrics(evaluation, model.target()));
}

}  // namespace

void add_looks(nb::module_& module) {
    module.def(
        "explain",
        [](const NamedData& data, const Settings& settings, const NamedData* validation, Index iteration,
           const std::string& cell, bool check, Index member) {
            return explain(data, {.settings = settings, .validation = validation},
                           {.iteration = iteration, .cell = cell, .check = check, .member = member});
        },
        nb::arg("data"), nb::arg("settings"), nb::arg("validation").none(), nb::arg("iteration"),
        nb::arg("cell"), nb::arg("check"), nb::arg("member"),
        nb::sig(
            "def explain(data: Dataset, settings: typing.Sequence[tuple[str, str]], validation: Dataset | "
            "None, iteration: int, cell: str, check: bool, member: int) -> dict[str, typing.Any]"),
        "One iteration: its lines, and its phases as JSON.");
    module.def(
        "doctor",
        [](const NamedData& data, const Settings& settings, std::optional<Index> threads,
           const NamedData* validation, const FittedModel* model, Index member) {
            return doctor(data, {.settings = settings, .threads = threads, .validation = validation}, model,
                          member);
        },
        nb::arg("data"), nb::arg("settings"), nb::arg("threads").none(), nb::arg("validation").none(),
        nb::arg("model").none(), nb::arg("member"),
        nb::sig("def doctor(data: Dataset, settings: typing.Sequence[tuple[str, str]], threads: int | None, "
                "validation: Dataset | None, model: Model | None, member: int) -> dict[str, typing.Any]"),
        "Findings, the most important first, and a verdict.");
    module.def(
        "seeds",
        [](const NamedData& data, const Settings& settings, std::optional<Index> threads, Index count) {
            return seeds(data, {.settings = settings, .threads = threads}, count);
        },
        nb::arg("data"), nb::arg("settings"), nb::arg("threads").none(), nb::arg("count"),
        nb::sig("def seeds(data: Dataset, settings: typing.Sequence[tuple[str, str]], threads: int | None, "
                "count: int) -> dict[str, typing.Any]"),
        "Which seeds solve it, and how the others end.");
    module.def(
        "report", &report, nb::arg("model"), nb::arg("data"),
        nb::sig("def report(model: Model, data: Dataset) -> tuple[str, list[str], dict[str, typing.Any]]"),
        "A page of HTML, and the metrics on it.");
}

}  // namespace gradus::python
