#include "gradus/doctor/cures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/division.h"
#include "gradus/model/network_text.h"
#include "gradus/model/settings.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"

namespace gradus {
namespace {

Cure rate_of(double rate) {
    return {"learning_rate", to_text(to_one_digit(rate))};
}

double usual_rate(OptimizerKind kind) {
    return is_adaptive(kind) ? 0.001 : has_momentum(kind) ? 0.03 : 0.3;
}

// The columns behind --ignore in the words of a recipe's source.
std::string ignored_before(const std::string& source) {
    const std::string option = "--ignore ";
    std::size_t begin = source.find(option);
    if (begin == std::string::npos) return {};
    begin += option.size();
    const bool quoted = begin < source.size() && (source[begin] == '"' || source[begin] == '\'');
    const char end = quoted ? source[begin++] : ' ';
    return source.substr(begin, source.find(end, begin) - begin) + ',';
}

Dataset without(const Dataset& data, const std::string& columns) {
    Dataset rest = data;
    const std::string all = ',' + columns + ',';
    std::erase_if(rest.table.columns,
                  [&](const Column& c) { return all.find(',' + c.name + ',') != std::string::npos; });
    if (rest.group_name.empty()) rest.together = equal_rows(rest.table);
    return rest;
}

bool bends(const std::string& hidden) {
    return hidden.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos;
}

}  // namespace

std::string Cure::option() const {
    std::string text = option_of(setting, value);
    for (const Cure& other : besides) text += " " + other.option();
    return text;
}

std::optional<Treatment> treat(const Cure& cure, const Recipe& recipe, const Dataset& data) {
    try {
        Treatment treatment{.recipe = recipe};
        const Choices before = choices_of(recipe);
        Choices said;
        if (cure.setting == "ignore") {
            treatment.data = without(data, cure.value);
            if (treatment.data->table.columns.empty()) return {};
            said.shape = std::nullopt;
        } else {
            setting_called(cure.setting).read(said, cure.value);
            for (const Cure& other : cure.besides) setting_called(other.setting).read(said, other.value);
        }
        const Dataset& then = treatment.data ? *treatment.data : data;
        Choices all = over(before, said);
        require_valid(all);
        treatment.recipe = make_recipe(all, then);
        const Recipe& fits = treatment.recipe;
        Network<float>::count_parameters(fits.shape, read_layers<float>(fits.network));
        treatment.recipe.source = recipe.source;
        treatment.recipe.validation_file = recipe.validation_file;
        treatment.recipe.member = recipe.member;
        treatment.recipe.run.threads = recipe.run.threads;
        treatment.recipe.retrain = false;
        Recipe same = recipe;
        same.retrain = false;
        if (!treatment.data && to_text(treatment.recipe) == to_text(same)) return {};
        return treatment;
    } catch (const Error&) {
        return {};
    }
}

double to_one_digit(double number) {
    return to_number(fmt::format("{:.1g}", number));
}

Cure rate(const Recipe& recipe, double factor) {
    return rate_of(recipe.run.optimizer.learning_rate * factor);
}

std::vector<Cure> slower(const Recipe& recipe) {
    std::vector<Cure> cures;
    for (const double factor : {0.3, 0.1, 0.01}) cures.push_back(rate(recipe, factor));
    const double usual = usual_rate(recipe.run.optimizer.kind);
    if (usual < recipe.run.optimizer.learning_rate / 300) cures.insert(cures.begin(), rate_of(usual));
    return cures;
}

std::vector<Cure> faster(const Recipe& recipe) {
    std::vector<Cure> cures;
    for (const double factor : {10.0, 100.0, 1000.0}) cures.push_back(rate(recipe, factor));
    if (recipe.run.iterations > 0)
        cures.push_back({"iterations", std::to_string(std::min(4 * recipe.run.iterations, most_iterations))});
    else
        cures.push_back(
            {"epochs", std::to_string(std::clamp(4 * recipe.run.epochs, RunSettings{}.epochs, most_epochs))});
    return cures;
}

std::vector<Cure> faster_machines(const Recipe& recipe) {
    const PretrainingSettings& how = recipe.pretraining;
    const double rate = how.learning_rate > 0 ? how.learning_rate : 0.001;  // the least that is usual
    std::vector<Cure> cures;
    for (const double factor : {10.0, 100.0})
        cures.push_back({"pretrain_learning_rate", to_text(to_one_digit(factor * rate))});
    cures.push_back({"pretrain_epochs", std::to_string(std::min(4 * how.epochs, most_epochs))});
    return cures;
}

std::string said_layers(const Recipe& recipe) {
    return recipe.task == Task::reconstruct ? encoder_of(recipe.network) : hidden_layers(recipe.network);
}

Cure net(const std::string& hidden) {
    return {"net", hidden};
}

std::vector<Cure> larger(const Recipe& recipe) {
    const std::string hidden = said_layers(recipe);
    std::vector<Cure> cures;
    if (recipe.shape.length == 1 && !bends(hidden))
        cures = {net("16 tanh"), net("16 tanh, 16 tanh")};
    else if (!hidden.empty())
        cures = {net(with_more_units(hidden, 2, 4)), net(with_more_units(hidden, 8, 16))};
    if (!hidden.empty())
        for (const std::uint32_t more : {1U, 2U}) cures.push_back(seed(recipe.seed + more));
    return cures;
}

std::vector<Cure> simpler(const Recipe& recipe) {
    const double decay = recipe.run.optimizer.weight_decay;
    std::vector<Cure> cures;
    for (const double factor : {10.0, 100.0})
        cures.push_back(weight_decay(std::max(factor / 1000, to_one_digit(factor * decay))));
    const std::string hidden = said_layers(recipe);
    if (hidden.empty() || recipe.shape.length > 1) return cures;
    if (hidden.find("dropout") == std::string::npos)
        cures.push_back(net(fmt::format("{}, dropout 0.5", hidden)));
    cures.push_back(net(with_more_units(hidden, 0.125, 2)));
    cures.push_back(net(""));
    return cures;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto is_letter = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        const std::size_t end = at + from.size();
        if ((at > 0 && is_letter(text[at - 1])) || (end < text.size() && is_letter(text[end]))) {
            at = end;
            continue;
        }
        text.replace(at, from.size(), to);
        at += to.size();
    }
    return text;
}

std::string with_more_units(const std::string& text, double factor, Index least) {
    std::string result;
    bool item_begins = true;  // a number here is a dense layer's
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of("0123456789", i), text.size());
        if (item_begins && end > i && (end == text.size() || text[end] == ' ' || text[end] == ',')) {
            const double units = std::min(to_number(text.substr(i, end - i)), 1e6);
            result += std::to_string(std::max(static_cast<Index>(units * factor), least));
            i = end;
            item_begins = false;
        } else {
            item_begins = text[i] == ',' || text[i] == '(' || (item_begins && text[i] == ' ');
            result += text[i++];
        }
    }
    return result;
}

Cure scale(Scaling scaling) {
    return {"scale", scaling_names[static_cast<std::size_t>(scaling)]};
}

Cure init(Initializer initializer) {
    return {"init", initializer_names[static_cast<std::size_t>(initializer)]};
}

Cure loss(LossKind loss) {
    return {"loss", loss_names[static_cast<std::size_t>(loss)]};
}

Cure weight_decay(double decay) {
    return {"weight_decay", to_text(decay)};
}

Cure balanced() {
    return {"class_weights", "balanced"};
}

Cure seed(std::uint32_t seed) {
    return {"seed", std::to_string(seed)};
}

Cure ignore(const Recipe& recipe, const std::vector<std::string>& columns) {
    return {"ignore", ignored_before(recipe.source) + fmt::format("{}", fmt::join(columns, ","))};
}

}  // namespace gradus
