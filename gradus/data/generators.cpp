#include "gradus/data/generators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numbers>

#include "gradus/core/elementary.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/division.h"

namespace gradus {
namespace {

constexpr double most_noise = 1e6;
constexpr double pi = std::numbers::pi;

struct Point {
    double x1, x2;
    Index label;
};

struct Generator {
    std::string name;
    double noise;
    Point (*point)(Index i, RandomState& random);  // without noise
};

Point corner(Index i, Index label) {
    return {double((i / 2) % 2), double(i % 2), label};
}
bool first(Index i) {
    return (i / 2) % 2 == 1;
}
bool second(Index i) {
    return i % 2 == 1;
}

Point on_circle(double radius, double angle, Index label) {
    return {radius * cos(angle), radius * sin(angle), label};
}

Point on_moon(double angle, Index label) {
    if (label == 0) return {cos(angle), sin(angle), label};
    return {1 - cos(angle), 0.5 - sin(angle), label};
}

Point on_spiral(double r, Index label) {
    return on_circle(r, 3.5 * pi * r + pi * double(label), label);
}

const std::array<Generator, 7> classifiers{{
    {"xor", 0, [](Index i, RandomState&) { return corner(i, first(i) != second(i)); }},
    {"and", 0, [](Index i, RandomState&) { return corner(i, first(i) && second(i)); }},
    {"or", 0, [](Index i, RandomState&) { return corner(i, first(i) || second(i)); }},
    {"circles", 0.1,
     [](Index i, RandomState& random) {
         return on_circle(i % 2 == 0 ? 1 : 0.5, 2 * pi * random.random_sample(), i % 2);
     }},
    {"moons", 0.1, [](Index i, RandomState& random) { return on_moon(pi * random.random_sample(), i % 2); }},
    {"spirals", 0.02, [](Index i, RandomState& random) { return on_spiral(random.random_sample(), i % 2); }},
    {"gauss", 0.7,
     [](Index i, RandomState&) {
         return i % 2 == 0 ? Point{-1, -1, 0} : Point{1, 1, 1};
     }},
}};

Dataset empty(const std::string& name, const std::vector<std::string>& features, Index examples) {
    Dataset data{.name = name,
                 .table = {.name = name, .rows = examples},
                 .Y = {1, examples},
                 .target_names = {"y"},
                 .built_in = true};
    for (const std::string& feature : features) data.table.columns.push_back({.name = feature});
    return data;
}

Dataset classification(const Generator& generator, Index examples, double noise, RandomState random) {
    Dataset data = empty(generator.name, {"x1", "x2"}, examples);
    data.class_names = {"0", "1"};
    for (Index i = 0; i < examples; ++i) {
        const Point point = generator.point(i, random);
        data.table.columns[0].numbers.push_back(point.x1 + (noise > 0 ? noise * random.randn() : 0));
        data.table.columns[1].numbers.push_back(point.x2 + (noise > 0 ? noise * random.randn() : 0));
        data.Y(0, i) = double(point.label);
    }
    return data;
}

Dataset sine(Index examples, double noise, RandomState random) {
    Dataset data = empty("sine", {"x"}, examples);
    for (Index i = 0; i < examples; ++i) {
        const double x = pi * (2 * random.random_sample() - 1);
        data.table.columns[0].numbers.push_back(x);
        data.Y(0, i) = sin(x) + (noise > 0 ? noise * random.randn() : 0);
    }
    return data;
}

void require_settings(const GeneratorSettings& settings) {
    if (settings.examples && (*settings.examples < 1 || *settings.examples > most_examples))
        throw Error(Fault::usage, {.place = setting("examples"),
                                   .found = std::to_string(*settings.examples),
                                   .expected = say("a whole number from 1 to {}", most_examples)});
    if (settings.noise && !(*settings.noise >= 0 && *settings.noise <= most_noise))
        throw Error(Fault::usage, {.place = setting("noise"),
                                   .found = fmt::format("{}", *settings.noise),
                                   .expected = say("a number from 0 to 1000000")});
}

}  // namespace

std::span<const std::string> generator_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        all.reserve(classifiers.size() + 1);
        for (const Generator& generator : classifiers) all.push_back(generator.name);
        all.emplace_back("sine");
        return all;
    }();
    return names;
}

bool is_truth_table(std::string_view name) {
    return name == "xor" || name == "and" || name == "or";
}

bool is_truth_table(const Dataset& data) {
    return data.built_in && is_truth_table(data.name);
}

Index examples_made(std::string_view name, const GeneratorSettings& settings) {
    return settings.examples.value_or(is_truth_table(name) ? 4 : 500);
}

double noise_added(std::string_view name, const GeneratorSettings& settings) {
    const auto* generator = std::ranges::find(classifiers, name, &Generator::name);
    return settings.noise.value_or(generator == classifiers.end() ? 0.1 : generator->noise);
}

static Dataset made(std::string_view name, const GeneratorSettings& settings) {
    require_settings(settings);
    const RandomState random(settings.seed);
    const Index examples = examples_made(name, settings);
    if (name == "sine") return sine(examples, noise_added(name, settings), random);
    const auto* generator = std::ranges::find(classifiers, name, &Generator::name);
    if (generator == classifiers.end())
        throw Error(Fault::input, {.place = name.empty() ? "\"\"" : std::string(name),
                                   .found = say("there is no such data set"),
                                   .expected = one_of(generator_names()),
                                   .hint = did_you_mean(name, generator_names())});
    return classification(*generator, examples, noise_added(name, settings), random);
}

Dataset generate(std::string_view name, const GeneratorSettings& settings) {
    Dataset data = made(name, settings);
    data.together = equal_rows(data.table);
    return data;
}

}  // namespace gradus
