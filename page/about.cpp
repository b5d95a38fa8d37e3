#include "page/about.h"

#include "gradus/core/spoken.h"
#include "gradus/model/settings.h"
#include "gradus/nn/pretraining.h"

namespace gradus::page {
namespace {

// (x / d - offset) / divisor = (x - d offset) / (d divisor)
Json scaling_json(const Features& features) {
    Json columns = Json::array();
    for (const NumericFeature& column : features.numeric)
        columns.push_back({{"column", column.name},
                           {"offset", column.line.offset * features.divisor},
                           {"divisor", column.line.divisor * features.divisor}});
    return columns;
}

Json options_json(const Recipe& recipe) {
    Json options = Json::object();
    const Choices choices = choices_of(recipe);
    for (const Setting& setting : settings())
        if (const auto text = setting.text(choices)) options[option_of(setting.id).substr(2)] = *text;
    return options;
}

}  // namespace

Index machine_count(const Recipe& recipe) {
    if (recipe.pretraining.kind == Pretrain::none) return 0;
    const Network<double> layers(recipe.shape, recipe.network);
    return static_cast<Index>(machine_places(layers, stack_of(recipe.task)).size());
}

Json about_json(const Problem& problem, const Features& features, Index examples) {
    const Recipe& recipe = problem.recipe;
    return {{"recipe", to_text(recipe)},
            {"task", task_names[static_cast<std::size_t>(recipe.task)]},
            {"precision", precision_names[static_cast<std::size_t>(recipe.precision)]},
            {"inputs", features.names()},
            {"outputs", problem.data.target_names},
            {"classes", problem.data.class_names},
            {"examples", examples},
            {"notes", problem.notes},
            {"untried", problem.untried},
            {"options", options_json(recipe)},
            {"scaling", scaling_json(features)},
            {"machine", problem.machine},
            {"machines", machine_count(recipe)}};
}

}  // namespace gradus::page
