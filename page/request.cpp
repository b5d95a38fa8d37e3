#include "page/request.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/core/spoken.h"
#include "gradus/data/csv.h"
#include "gradus/data/generators.h"
#include "gradus/model/defaults.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/prepared.h"
#include "gradus/model/settings.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/network.h"
#include "page/json.h"

namespace gradus::page {
namespace {

// What was said about the data, and about the training.
struct Said {
    GeneratorSettings generator;
    CsvOptions csv;
    ColumnChoices columns;
    Choices choices;
    std::optional<Index> machine;
    std::optional<Index> member;  // of an ensemble
    std::string words;            // of the data's options, as typed
};

constexpr Index most_machines = 1000;

// An option about DATA, as cli/data_options.cpp has it.
struct DataOption {
    const char* name;
    bool of_files;
    void (*read)(Said& said, const std::string& option, const std::string& text);
};

std::vector<std::string> names(const std::string& text) {
    std::vector<std::string> names(1);
    for (const char c : text)
        if (c == ',')
            names.emplace_back();
        else
            names.back() += c;
    return names;
}

const DataOption data_options[]{
    {"examples", false,
     [](Said& said, const std::string& option, const std::string& text) {
         said.generator.examples = whole_number(option, text, 1, most_examples);
     }},
    {"noise", false,
     [](Said& said, const std::string& option, const std::string& text) {
         said.generator.noise = real_number(option, text);
     }},
    {"target", true,
     [](Said& said, const std::string&, const std::string& text) { said.columns.targets = names(text); }},
    {"ignore", true,
     [](Said& said, const std::string&, const std::string& text) { said.columns.ignored = names(text); }},
    {"categorical", true,
     [](Said& said, const std::string&, const std::string& text) { said.columns.categorical = names(text); }},
    {"missing", true,
     [](Said& said, const std::string&, const std::string& text) { said.csv.missing = names(text); }},
    {"header", true,
     [](Said& said, const std::string& option, const std::string& text) {
         said.csv.header = name_index(option, text, {"yes", "no"}) == 0 ? Header::yes : Header::no;
     }},
    {"delimiter", true,
     [](Said& said, const std::string&, const std::string& text) {
         said.csv.separator = text == "tab" ? '\t' : text == "blank" ? ' ' : text.at(0);
     }},
    {"date-order", true,
     [](Said& said, const std::string& option, const std::string& text) {
         said.csv.date_order =
             name_index(option, text, {"dmy", "mdy"}) == 0 ? DateOrder::dmy : DateOrder::mdy;
     }},
    {"encoding", true, [](Said&, const std::string&, const std::string&) {}},  // a browser gives UTF-8
    {"decimal", true,
     [](Said& said, const std::string& option, const std::string& text) {
         said.csv.decimal = name_index(option, text, {".", ","}) == 0 ? '.' : ',';
     }},
};

void read_option(Said& said, const std::string& name, const std::string& text, bool file) {
    const std::string option = "--" + name;
    if (name == "pretrain-layer") {
        said.machine = whole_number(option, text, 0, most_machines);
        return;
    }
    if (name == "member") {
        said.member = whole_number(option, text, 1, most_members);
        return;
    }
    if (const auto* const row = std::ranges::find_if(
            data_options, [&](const DataOption& one) { return one.name == name && one.of_files == file; });
        row != std::end(data_options)) {
        row->read(said, option, text);
        said.words += " " + option + " " + shell_word(text);
        return;
    }
    std::vector<std::string> known;
    for (const Setting& setting : settings()) {
        if (option_of(setting.id) == option) return setting.read(said.choices, text);
        known.push_back(option_of(setting.id));
    }
    throw Error(
        Fault::usage,
        {.place = option, .found = say("the page has no such option"), .hint = did_you_mean(option, known)});
}

void read_options(Said& said, const Json& options, bool file) {
    for (const auto& [name, value] : options.items()) read_option(said, name, value.get<std::string>(), file);
}

Dataset built_in(const std::string& name, Said& said) {
    constexpr Index most = 20'000;  // one thread, in a browser
    said.generator.seed = said.choices.data_seed.value_or(seed_for(said.choices, name));
    if (examples_made(name, said.generator) > most)
        throw Error(Fault::usage, {.place = "--examples",
                                   .found = std::to_string(*said.generator.examples),
                                   .expected = say("at most {} on the page", most)});
    Dataset data = generate(name, said.generator);
    return said.choices.task && is_unsupervised(*said.choices.task) ? without_target(std::move(data)) : data;
}

Dataset of_table(const std::string& name, const std::string& text, Said& said, Problem& problem) {
    ColumnChoices& columns = said.columns;
    columns.weight = said.choices.weight.value_or("");
    columns.group = said.choices.group.value_or("");
    columns.by_time = said.choices.split == SplitBy::time;
    if (const auto task = said.choices.task)
        columns.labels = is_unsupervised(*task)    ? Labels::none
                         : *task == Task::classify ? Labels::classes
                         : *task == Task::regress  ? Labels::values
                                                   : Labels::multilabel;
    Table table = read_csv(*in_memory(text, name), said.csv);
    Table whole = table;
    Dataset data = make_dataset(std::move(table), columns, problem.notes);
    if (data.table.rows < whole.rows) problem.whole = std::move(whole);
    data.name = name.substr(0, name.find('.'));
    return data;
}

// All numbers of an iteration are looked at: of each layer and example an output, and its derivative.
void require_readable(const Recipe& recipe, Index rows) {
    constexpr Index most = 4'000'000;
    const Network<double> layers(recipe.shape, recipe.network);
    Index numbers = layers.in().size();
    for (std::size_t i = 0; i < layers.size(); ++i) numbers += 2 * layers.plan(i).out.size();
    numbers *= recipe.run.batch == 0 ? rows : std::min(recipe.run.batch, rows);
    if (numbers > most)
        throw Error(Fault::usage, {.place = "--batch",
                                   .found = say("{} numbers in an iteration", numbers),
                                   .expected = say("at most {} on the page", most)});
}

// Of an ensemble one member.
Recipe of_one_network(const Recipe& recipe, std::optional<Index> member) {
    const Index all = fold_count(recipe);
    if (member && all == 0)
        throw Error(
            Fault::usage,
            {.place = "--member", .found = say("the recipe trains one network"), .hint = "--ensemble 5"});
    if (member && *member > all)
        throw Error(Fault::usage, {.place = "--member",
                                   .found = std::to_string(*member),
                                   .expected = say("1 to {}, a member of the ensemble", all)});
    return all > 0 ? member_recipe(recipe, member.value_or(1)) : recipe;
}

Recipe recipe_of(const Problem& problem, const Choices& choices, const std::string& source,
                 std::optional<Index> member) {
    require_valid(choices);
    constexpr Index most = 250'000;  // each a number on the page, of W, dW and what an optimizer keeps
    Recipe recipe = make_recipe(choices, problem.data);
    const Index parameters =
        Network<float>::count_parameters(recipe.shape, read_layers<float>(recipe.network));
    if (parameters > most)
        throw Error(Fault::usage, {.place = "--net",
                                   .found = say("{} parameters", parameters),
                                   .expected = say("at most {} on the page", most)});
    require_readable(recipe, problem.data.table.rows);
    recipe = of_one_network(recipe, member);
    recipe.source = source;
    recipe.run.threads = 1;
    require_divisible(problem.data, recipe);
    return recipe;
}

}  // namespace

Problem read_problem(std::string_view request) {
    const Json json = Json::parse(request);
    const std::string name = json.value("data", "xor");
    const bool file = json.contains("text");
    Said said;
    const Json options = json.value("options", Json::object());
    read_options(said, options, file);
    require_valid(said.choices);
    Problem problem;
    problem.data =
        file ? of_table(name, json["text"].get<std::string>(), said, problem) : built_in(name, said);
    const Recipe first = make_recipe(said.choices, problem.data);
    problem.untried = first.ensemble > 1 && !is_unsupervised(first.task) &&
                      !rivals_of_default(said.choices, problem.data).empty();
    if (problem.untried) said.choices.encoding = NumberEncoding::none;
    problem.recipe = recipe_of(problem, said.choices, shell_word(name) + said.words, said.member);
    if (problem.recipe.pretraining.kind != Pretrain::none) problem.machine = said.machine.value_or(1);
    if (problem.machine == 0 && problem.recipe.task == Task::encode)
        throw Error(Fault::usage, {.place = "--pretrain-layer 0",
                                   .found = say("only the machines learn: there is no step of the network"),
                                   .hint = "--pretrain-layer 1"});
    return problem;
}

Recipe changed(const Problem& problem, std::string_view options) {
    Said said;
    const Json json = Json::parse(options);
    for (const auto& [name, value] : json.items()) {
        for (const DataOption& row : data_options)
            if (row.name == name)
                throw Error(Fault::usage,
                            {.place = "--" + name, .found = say("a branch goes on with the same data")});
        read_option(said, name, value.get<std::string>(), true);
    }
    return recipe_of(problem, over(choices_of(problem.recipe), said.choices), problem.recipe.source,
                     problem.recipe.member > 0 ? std::optional(problem.recipe.member) : std::nullopt);
}

}  // namespace gradus::page
