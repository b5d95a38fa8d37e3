#include "python/training.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <thread>

#include "gradus/export/onnx/onnx.h"
#include "gradus/model/memory.h"
#include "gradus/model/prepared.h"
#include "gradus/model/resume.h"
#include "gradus/model/settings.h"
#include "gradus/model/trial.h"
#include "gradus/report/lines.h"
#include "python/parts.h"

namespace gradus::python {

static Choices choices_from(const Settings& said) {
    Choices choices;
    for (const auto& [id, text] : said) setting_called(id).read(choices, text);
    return choices;
}

TriedRecipe tried_for(const NamedData& named, const Orders& orders, Attention& attention) {
    Choices said = choices_from(orders.settings);
    const Dataset& data = named.data;
    if (said.group) said.group = data.group_name;
    if (!data.weight_name.empty()) said.weight = data.weight_name;
    if (orders.validation != nullptr) {
        said.validation_file = "validation.csv";
        said.validation_examples = orders.validation->data.examples();
    }
    require_valid(said);
    static const Index cores = std::max<Index>(1, std::thread::hardware_concurrency());  // it reads a file
    const Index threads = std::min(cores, orders.threads.value_or(cores));
    TriedRecipe tried;
    if (orders.from == nullptr)
        tried = tried_recipe(said, data, threads, watch_for(orders, attention));
    else
        tried.recipe = further_recipe(orders.from->any, said, data, "partial_fit");
    Recipe& recipe = tried.recipe;
    recipe.source = named.source;
    if (orders.from != nullptr) recipe.from = "before.onnx";  // as somebody might have saved it
    recipe.run.threads = threads;
    require_memory(data, recipe, data.examples());
    require_divisible(data, recipe);
    require_writable(recipe);
    return tried;
}

Recipe recipe_for(const NamedData& named, const Orders& orders, Attention& attention) {
    return tried_for(named, orders, attention).recipe;
}

static void look(const Orders& orders, Attention& attention, Index done, Index planned, double cost) {
    if (attention.look() && orders.progress.is_valid())
        attention.tell([&] { orders.progress(done, planned, cost); });
}

Watch watch_for(const Orders& orders, Attention& attention) {
    return {
        .progress = [&](const Event& event,
                        Index planned) { look(orders, attention, event.iteration + 1, planned, event.cost); },
        .pretraining =
            [&](const PretrainingEvent& event) {
                look(orders, attention, event.machine * event.planned + event.update.iteration + 1,
                     event.machines * event.planned, event.update.cost);
            },
        .stop = attention.token()};
}

nb::object given(const nb::object& object) {
    return object.is_none() ? nb::object() : object;
}

namespace {

// A training that tells Python how it goes.
class Training {
public:
    Training(const NamedData& named, const Orders& orders) : named_(named), orders_(orders) {}

    // The model, and what was raised when it was interrupted; before it began there is none.
    nb::tuple operator()() {
        std::optional<FittedModel> model;
        {
            const nb::gil_scoped_release others_may_run;
            const TriedRecipe tried = tried_for(named_, orders_, attention_);
            recipe_ = tried.recipe;
            between_ = updates_between_lines(recipe_.run.iterations);
            if (!attention_.token().stop_requested())
                model = recipe_.precision == Precision::single ? run<float>(tried) : run<double>(tried);
        }
        if (!model) attention_.rethrow();
        return nb::make_tuple(std::move(*model), attention_.raised());
    }

private:
    template <class T>
    FittedModel run(const TriedRecipe& tried) {
        Start<T> start{.members = members_of<T>(tried.members)};
        if (orders_.validation != nullptr) start.validation = &orders_.validation->data;
        if (orders_.from != nullptr) start.from = &std::get<Model<T>>(orders_.from->any);
        return {train<T>(named_.data, recipe_, watch(), {}, start).model};
    }

    Watch watch() {
        Watch watch = watch_for(orders_, attention_);
        watch.report_every = between_;
        if (!orders_.say.is_valid()) return watch;
        watch.observe = [this](const Event& event) {
            say(recipe_.run.iterations > 0 ? iteration_line(event, between_) : epoch_line(event));
        };
        watch.member = [this](const MemberEvent& event) { say(member_line(event, recipe_)); };
        watch.pretraining = [this, look = watch.pretraining](const PretrainingEvent& event) {
            look(event);
            say(pretraining_line(event));
        };
        return watch;
    }

    void say(const std::optional<std::string>& line) {
        if (line) attention_.tell([&] { orders_.say(*line); });
    }

    const NamedData& named_;
    const Orders& orders_;
    Recipe recipe_;
    Index between_ = 1;
    Attention attention_;
};

// One row of the table of settings.
nb::dict row_of(const Setting& setting) {
    nb::dict row;
    row["id"] = setting.id;
    row["group"] = setting.group.english;
    row["values"] = setting.values;
    row["help"] = setting.help.english;
    row["names"] = setting.names;
    row["otherwise"] = setting.otherwise.english;
    return row;
}

}  // namespace

void add_training(nb::module_& module) {
    module.def(
        "settings",
        [] {
            nb::list rows;
            for (const Setting& setting : settings()) rows.append(row_of(setting));
            return rows;
        },
        nb::sig("def settings() -> list[dict[str, typing.Any]]"), "The library's one table of settings.");
    module.def(
        "train",
        [](const NamedData& data, const Settings& settings, std::optional<Index> threads,
           const NamedData* validation, const FittedModel* from, const nb::object& say,
           const nb::object& progress) {
            const Orders orders{.settings = settings,
                                .threads = threads,
                                .validation = validation,
                                .from = from,
                                .say = given(say),
                                .progress = given(progress)};
            return Training(data, orders)();
        },
        nb::arg("data"), nb::arg("settings"), nb::arg("threads") = nb::none(),
        nb::arg("validation").none() = nb::none(), nb::arg("start").none() = nb::none(),
        nb::arg("say").none() = nb::none(), nb::arg("progress").none() = nb::none(),
        nb::sig("def train(data: Dataset, settings: typing.Sequence[tuple[str, str]], threads: int | None = "
                "None, "
                "validation: Dataset | None = None, start: Model | None = None, "
                "say: typing.Callable[[str], None] | None = None, "
                "progress: typing.Callable[[int, int, float], None] | None = None) -> "
                "tuple[Model, BaseException | None]"),
        "The model, and what was raised when it was interrupted.");
}

}  // namespace gradus::python
