#include "gradus/model/resume.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "gradus/core/error.h"

namespace gradus {
namespace {

// The hidden layers of a recipe's network: all but the output layer, which has no comma.
std::string hidden_layers(const std::string& network) {
    const std::size_t comma = network.rfind(',');
    return comma == std::string::npos ? "" : network.substr(0, comma);
}

// A recipe as options with their values.
std::vector<std::pair<std::string, std::string>> options_of(const Recipe& recipe) {
    std::vector<std::pair<std::string, std::string>> options{
        {"--task", recipe.task == Task::classify ? "classify" : "regress"},
        {"--net", fmt::format("\"{}\"", hidden_layers(recipe.network))}};
    std::istringstream words(to_text(recipe));
    for (std::string option, value; words >> option >> value;) options.emplace_back(option, value);
    return options;
}

void require_same(const Recipe& saved, const Recipe& said, const std::string& place) {
    const auto before = options_of(saved), now = options_of(said);
    for (const auto& [option, value] : now) {
        const auto same = std::ranges::find(before, option, &std::pair<std::string, std::string>::first);
        if (same != before.end() && same->second == value) continue;
        throw Error(Fault::input,
                    {.place = place,
                     .found = fmt::format("the run had {}, and now it is {} {}",
                                          same == before.end() ? "no " + option : option + " " + same->second,
                                          option, value),
                     .hint = fmt::format("without {} it goes on as it was", option)});
    }
}

template <class T>
void require_choices_fit(const Choices& said, const Model<T>& model, const std::string& place) {
    if (said.hidden)
        throw Error(Fault::input, {.place = "--net",
                                   .found = "the network is that of " + place,
                                   .expected = model.network.text(),
                                   .hint = "without --net"});
    constexpr auto precision = std::is_same_v<T, float> ? Precision::single : Precision::twice;
    if (said.precision && *said.precision != precision)
        throw Error(Fault::input, {.place = "--precision",
                                   .found = "the model of " + place + " has another",
                                   .expected = precision_names[static_cast<std::size_t>(precision)]});
}

template <class T>
std::string network_for(const Model<T>& model, const Dataset& data, Task task, const std::string& place) {
    const Index outputs = model.network.out().size();
    const bool two = task == Task::classify && data.class_names.size() == 2;
    const Index wanted = task == Task::regress ? data.Y.rows()
                         : two                 ? 1
                                               : static_cast<Index>(data.class_names.size());
    if (outputs != wanted)
        throw Error(Fault::input,
                    {.place = place,
                     .found = fmt::format("the model has {} output{}", outputs, outputs == 1 ? "" : "s"),
                     .expected = fmt::format("{} for {}", wanted, data.name)});
    std::string text = model.network.text();
    const std::string last = model.network.layer(model.network.size() - 1).text();
    if (task == Task::classify && two && last != "sigmoid") text += ", sigmoid";
    if (task == Task::classify && !two && last != "softmax") text += ", softmax";
    return text;
}

}  // namespace

Choices choices_of(const Recipe& recipe) {
    const RunSettings& run = recipe.run;
    const OptimizerSettings& optimizer = run.optimizer;
    Choices choices{.task = recipe.task,
                    .hidden = hidden_layers(recipe.network),
                    .loss = run.loss,
                    .initializer = recipe.initializer,
                    .optimizer = optimizer.kind,
                    .learning_rate = optimizer.learning_rate,
                    .weight_decay = optimizer.weight_decay,
                    .schedule = run.schedule,
                    .batch = run.batch,
                    .epochs = run.epochs,
                    .validation_file = recipe.validation_file,
                    .scaling = recipe.scaling,
                    .class_weights = recipe.class_weights,
                    .seed = recipe.seed,
                    .data_seed = recipe.data_seed,
                    .precision = recipe.precision};
    if (!recipe.retrain) choices.validation = recipe.validation;
    if (recipe.shape.length > 1) choices.shape = recipe.shape;
    if (optimizer.kind == OptimizerKind::momentum || optimizer.kind == OptimizerKind::nesterov)
        choices.momentum = optimizer.momentum;
    if (optimizer.clip_norm > 0) choices.clip_norm = optimizer.clip_norm;
    if (run.iterations > 0) choices.iterations = run.iterations;
    if (run.patience > 0) choices.patience = run.patience;
    return choices;
}

Choices over(const Choices& otherwise, const Choices& said) {
    Choices result = otherwise;
    const auto take = [](auto& to, const auto& from) {
        if (from) to = from;
    };
    take(result.task, said.task);
    take(result.shape, said.shape);
    take(result.hidden, said.hidden);
    take(result.loss, said.loss);
    take(result.initializer, said.initializer);
    take(result.optimizer, said.optimizer);
    take(result.learning_rate, said.learning_rate);
    take(result.momentum, said.momentum);
    take(result.weight_decay, said.weight_decay);
    take(result.clip_norm, said.clip_norm);
    take(result.schedule, said.schedule);
    take(result.batch, said.batch);
    take(result.epochs, said.epochs);
    take(result.iterations, said.iterations);
    take(result.validation, said.validation);
    take(result.patience, said.patience);
    take(result.scaling, said.scaling);
    take(result.class_weights, said.class_weights);
    take(result.seed, said.seed);
    take(result.data_seed, said.data_seed);
    take(result.precision, said.precision);
    if (!said.validation_file.empty()) result.validation_file = said.validation_file;
    return result;
}

Recipe resumed_recipe(const AnyModel& checkpoint, const Choices& said, const Dataset& data,
                      const std::string& place) {
    return std::visit(
        [&](const auto& model) {
            if (model.origin.examples == 0)
                throw Error(Fault::input,
                            {.place = place,
                             .found = "the model comes from another program, and its run is not known"});
            if (model.origin.fingerprint != fingerprint(data))
                throw Error(Fault::input, {.place = place,
                                           .found = fmt::format(
                                               "{} is not the data of the run, which had {} examples of {}",
                                               data.name, model.origin.examples, model.origin.data)});
            const Choices saved = choices_of(model.recipe);
            Recipe recipe = make_recipe(saved, data);
            require_same(recipe, make_recipe(over(saved, said), data), place);
            recipe.network = model.recipe.network;
            return recipe;
        },
        checkpoint);
}

Recipe fine_tuning_recipe(const AnyModel& model, const Choices& said, const Dataset& data,
                          const std::string& place) {
    return std::visit(
        [&](const auto& from) {
            require_choices_fit(said, from, place);
            Choices choices = said;
            choices.hidden = "";
            choices.precision = from.recipe.precision;
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
            if (!saved.target.names.empty()) {  // the recipe of another program's is not known
                if (saved.target.task == Task::classify && data.has_classes() &&
                    data.class_names != saved.target.classes)
                    throw Error(Fault::input,
                                {.place = place, .found = "the model has other classes than " + data.name});
                choices = over(choices_of(saved.recipe), said);
                choices.hidden = said.hidden;
                choices.precision = said.precision;
            }
            if (!said.validation) choices.validation = 0;
            choices.validation_file = said.validation_file;
            return fine_tuning_recipe(model, choices, data, place);
        },
        model);
}

}  // namespace gradus
