#include "gradus/doctor/cures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {

double to_one_digit(double number) {
    return to_number(fmt::format("{:.1g}", number));
}

static Cure rate_of(double rate) {
    rate = to_one_digit(rate);
    return {fmt::format("--learning-rate {}", to_text(rate)),
            [rate](Recipe& recipe) { recipe.run.optimizer.learning_rate = rate; }};
}

Cure rate(const Recipe& recipe, double factor) {
    return rate_of(recipe.run.optimizer.learning_rate * factor);
}

// What is usual: of Adam and its kin, the rate is about how far a weight moves.
static double usual_rate(OptimizerKind kind) {
    switch (kind) {
        case OptimizerKind::gd:
            return 0.3;
        case OptimizerKind::momentum:
        case OptimizerKind::nesterov:
            return 0.03;
        default:
            return 0.001;
    }
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
    if (recipe.run.iterations > 0) {
        const Index iterations = std::min(4 * recipe.run.iterations, most_iterations);
        cures.push_back({fmt::format("--iterations {}", iterations),
                         [iterations](Recipe& r) { r.run.iterations = iterations; }});
    } else {
        const Index epochs = std::min(4 * recipe.run.epochs, most_epochs);
        cures.push_back({fmt::format("--epochs {}", epochs), [epochs](Recipe& r) { r.run.epochs = epochs; }});
    }
    return cures;
}

// The output layer is the last item of a network's text.
static std::size_t end_of_hidden(const std::string& network) {
    const std::size_t comma = network.rfind(',');
    return comma == std::string::npos ? 0 : comma;
}

std::string hidden_layers(const Recipe& recipe) {
    return recipe.network.substr(0, end_of_hidden(recipe.network));
}

Cure net(const Recipe& recipe, const std::string& hidden) {
    std::string output = recipe.network.substr(end_of_hidden(recipe.network));
    output.erase(0, output.find_first_not_of(", "));
    const std::string network = hidden.empty() ? output : hidden + ", " + output;
    return {fmt::format("--net \"{}\"", hidden), [network](Recipe& r) { r.network = network; }};
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

std::string with_more_units(const std::string& text, Index factor, Index least) {
    std::string result;
    bool item_begins = true;  // a number here is a dense layer's
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of("0123456789", i), text.size());
        if (item_begins && end > i && (end == text.size() || text[end] == ' ' || text[end] == ',')) {
            const double units = std::min(to_number(text.substr(i, end - i)), 1e6);
            result += std::to_string(std::max(static_cast<Index>(units) * factor, least));
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
    return {fmt::format("--scale {}", scaling_names[static_cast<std::size_t>(scaling)]),
            [scaling](Recipe& r) { r.scaling = scaling; }};
}

Cure init(Initializer initializer) {
    return {fmt::format("--init {}", initializer_names[static_cast<std::size_t>(initializer)]),
            [initializer](Recipe& r) { r.initializer = initializer; }};
}

Cure weight_decay(double decay) {
    return {fmt::format("--weight-decay {}", to_text(decay)),
            [decay](Recipe& r) { r.run.optimizer.weight_decay = decay; }};
}

Cure balanced() {
    return {"--class-weights balanced", [](Recipe& r) { r.class_weights = ClassWeights::balanced; }};
}

Cure seed(std::uint32_t seed) {
    return {fmt::format("--seed {}", seed), [seed](Recipe& r) {
                r.seed = seed;
                r.run.mask_seed = seed;
            }};
}

}  // namespace gradus
