#include "gradus/model/resume.h"

#include <fmt/format.h>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/network_text.h"
#include "gradus/model/prepared.h"
#include "gradus/model/settings.h"

namespace gradus {
namespace {

using Said = std::optional<std::string>;

[[noreturn]] void refuse_change(const Setting& row, const Said& was, const Said& is,
                                const std::string& place) {
    const auto words = [&](const Said& value) {
        if (!value) return say("no {}", setting(row.id));
        return row.values.empty() ? setting(row.id) : setting(row.id, *value);
    };
    throw Error(Fault::input, {.place = place,
                               .found = say("the run had {}, and now it is {}", words(was), words(is)),
                               .hint = say("without {} it goes on as it was", setting(row.id))});
}

void require_same(const Recipe& saved, const Recipe& said, const std::string& place) {
    const Choices before = choices_of(saved), now = choices_of(said);
    for (const Setting& row : settings()) {
        const auto was = row.text(before), is = row.text(now);
        if (was != is) refuse_change(row, was, is, place);
    }
}

// What decides how the data is read is compared before the data itself.
void require_same_columns(const Recipe& saved, const Choices& said, const std::string& place) {
    Recipe now = saved;
    for (const char* id : {"group", "weight", "split"}) setting_called(id).put(now, said);
    require_same(saved, now, place);
}

template <class T>
void require_choices_fit(const Choices& said, const Model<T>& model, const std::string& place) {
    if (said.hidden)
        throw Error(Fault::input, {.place = setting("net"),
                                   .found = say("the network is that of {}", place),
                                   .expected = model.network.text(),
                                   .hint = say("without {}", setting("net"))});
    constexpr auto precision = std::is_same_v<T, float> ? Precision::single : Precision::twice;
    if (said.precision && *said.precision != precision)
        throw Error(Fault::input, {.place = setting("precision"),
                                   .found = say("the model of {} has another", place),
                                   .expected = precision_names[static_cast<std::size_t>(precision)]});
    if (said.encoding && *said.encoding != model.recipe.encoding)
        throw Error(Fault::input,
                    {.place = setting("encode"),
                     .found = say("the model of {} has another", place),
                     .expected = number_encoding_names[static_cast<std::size_t>(model.recipe.encoding)]});
}

[[noreturn]] void refuse_task(const std::string& place, Task was, const std::string& expected) {
    throw Error(Fault::input, {.place = place,
                               .found = say("its task is {}", task_names[static_cast<std::size_t>(was)]),
                               .expected = expected});
}

// Machines are not trained on, and an autoencoder stays one.
template <class T>
void require_task_fits(const Model<T>& model, const std::optional<Task>& said, const std::string& place) {
    const Task task = model.target.task;
    if (task == Task::encode)
        refuse_task(place, task,
                    say("a model whose network was trained: {} makes no updates after its machines",
                        setting("task", "encode")));
    if (said == Task::encode)
        throw Error(Fault::usage, {.place = setting("task", "encode"),
                                   .found = say("the weights are those of {}", place),
                                   .hint = say("without {}", place)});
    if ((said == Task::reconstruct) != (task == Task::reconstruct))
        refuse_task(
            place, task,
            said == Task::reconstruct ? say("a model that reconstructs") : setting("task", "reconstruct"));
}

template <class T>
std::string network_for(const Model<T>& model, const Dataset& data, Task task, const std::string& place) {
    if (task == Task::reconstruct) return model.network.text();
    const Index outputs = model.network.out().size();
    const bool two = task == Task::classify && data.class_names.size() == 2;
    const Index wanted = task != Task::classify ? data.Y.rows()
                         : two                  ? 1
                                                : static_cast<Index>(data.class_names.size());
    if (outputs != wanted)
        throw Error(Fault::input,
                    {.place = place,
                     .found = say_count(outputs, "the model has {} output", "the model has {} outputs"),
                     .expected = say("{} for {}", wanted, data.name)});
    std::string text = model.network.text();
    const std::string last = model.network.layer(model.network.size() - 1).text();
    if ((two || task == Task::multilabel) && last != "sigmoid") text += ", sigmoid";
    if (task == Task::classify && !two && last != "softmax") text += ", softmax";
    return text;
}

}  // namespace

Recipe resumed_recipe(const AnyModel& checkpoint, const Choices& said, const Dataset& data,
                      const std::string& place) {
    return std::visit(
        [&](const auto& model) {
            if (model.origin.examples == 0)
                throw Error(Fault::input,
                            {.place = place,
                             .found = say("the model comes from another program, and its run is not known")});
            require_same_columns(model.recipe, said, place);
            if (model.origin.fingerprint != fingerprint(data))
                throw Error(Fault::input,
                            {.place = place,
                             .found = say("{} is not the data of the run, which had {} examples of {}",
                                          data.name, model.origin.examples, model.origin.data)});
            const Choices saved = choices_of(model.recipe);
            Choices known = saved;
            known.validation_examples = said.validation_examples;
            Recipe recipe = make_recipe(known, data);
            require_same(recipe, make_recipe(over(saved, said), data), place);
            recipe.network = model.recipe.network;
            recipe.from = model.recipe.from;
            recipe.from_member = model.recipe.from_member;
            recipe.from_external = model.recipe.from_external;
            recipe.member = model.recipe.member;
            return recipe;
        },
        checkpoint);
}

Recipe fine_tuning_recipe(const AnyModel& model, const Choices& said, const Dataset& data,
                          const std::string& place) {
    return std::visit(
        [&](const auto& from) {
            require_choices_fit(said, from, place);
            require_task_fits(from, said.task, place);
            if (said.pretrain.value_or(Pretrain::none) != Pretrain::none)
                throw Error(Fault::usage, {.place = setting("pretrain"),
                                           .found = say("the weights are those of {}", place),
                                           .hint = say("without {}", setting("pretrain"))});
            if (said.ensemble.value_or(1) > 1 || said.folds)
                throw Error(Fault::usage,
                            {.place = setting(said.folds ? "folds" : "ensemble"),
                             .found = say("the weights are those of {}", place),
                             .hint = say("without {}", setting(said.folds ? "folds" : "ensemble"))});
            Choices choices = said;
            choices.hidden = said.task == Task::reconstruct ? encoder_of(from.network.text()) : "";
            choices.precision = from.recipe.precision;
            choices.encoding = from.recipe.encoding;
            choices.ensemble = 1;
            if (from.network.in().length > 1) choices.shape = from.network.in();
            Recipe recipe = make_recipe(choices, data);
            recipe.network = network_for(from, data, recipe.task, place);
            recipe.shape = from.network.in();
            recipe.scaling = from.features.scaling;
            return recipe;
        },
        model);
}

Recipe further_recipe(const AnyModel& model, const Choices& said, const Dataset& data,
                      const std::string& place) {
    return std::visit(
        [&](const auto& saved) {
            Choices choices = said;
            if (!saved.target.names.empty() &&
                saved.target.output.empty()) {  // the recipe of another program's is not known
                if (saved.target.task == Task::classify && data.has_classes() &&
                    data.class_names != saved.target.classes)
                    throw Error(
                        Fault::input,
                        {.place = place, .found = say("the model has other classes than {}", data.name)});
                require_task_fits(saved, saved.target.task, place);
                Recipe further = saved.recipe;
                further.pretraining = {};
                further.ensemble = 1;
                further.folds = further.member = 0;
                Choices kept = choices_of(further);
                if (further.run.epochs == 0) setting_called("epochs").use_default(kept);
                choices = over(kept, said);
                choices.hidden = said.hidden;
                choices.precision = said.precision;
            }
            if (!said.validation) choices.validation = 0;
            choices.validation_file = said.validation_file;
            choices.validation_examples = said.validation_examples;
            return fine_tuning_recipe(model, choices, data, place);
        },
        model);
}

template <class T>
Model<T> with_target(const Model<T>& model, const Dataset& data) {
    Model<T> result = model;
    if (!model.target.names.empty()) return result;
    result.recipe = fine_tuning_recipe(AnyModel(model), {}, data);
    result.target = fit_target(data, data.Y, result.recipe);
    for (Line& line : result.target.lines) line = {};  // its outputs are in the targets' own units
    return result;
}

template Model<float> with_target(const Model<float>&, const Dataset&);
template Model<double> with_target(const Model<double>&, const Dataset&);

}  // namespace gradus
