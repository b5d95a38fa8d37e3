#include "cli/training_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/model_options.h"
#include "cli/ranks.h"
#include "cli/same_everywhere.h"
#include "cli/sharing.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/defaults.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/memory.h"
#include "gradus/model/network_text.h"
#include "gradus/model/resume.h"
#include "gradus/model/settings.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"

namespace gradus::cli {
namespace {

// The words are taken in their order: a second one is DATA, and makes the first a MODEL.
void add_model(CLI::App& command, TrainingOptions& options) {
    command.add_option_function<std::string>(
        "MODEL",
        [&options](const std::string& second) { options.model = std::exchange(options.source.data, second); },
        say("a model file (.onnx): about its network, not a new one"));
}

// The settings of a group, but for those that every command has that reads data.
void add_settings(CLI::App& command, Choices& choices, Phrase group) {
    command.option_defaults()->group(say(group));
    for (const Setting& setting : settings())
        if (std::string_view(setting.group.english) == group.english && setting.id != "shape" &&
            setting.id != "data_seed")
            add_setting(command, choices, setting);
}

void add_data_options(CLI::App& command, TrainingOptions& options, bool models) {
    command
        .add_option(
            "DATA", options.source.data,
            say("a file (.csv .tsv .npy .ts or IDX, also .gz; - is the standard input), or built-in data: {}",
                one_of(generator_names())))
        ->required();
    if (models) add_model(command, options);
    command.option_defaults()->group(say("Data"));
    add_column_options(command, options.source);
    add_reading_options(command, options.source);
    add_generator_options(command, options.source);
    add_settings(command, options.choices, say_later("Data"));
}

void add_threads(CLI::App& command, TrainingOptions& options) {
    const auto read_threads = [&options](const std::string& text) {
        if (text != "auto") options.threads = whole_number("--threads", text, 1, 1024, say(" or \"auto\""));
    };
    add_value(command, "--threads", "N|auto", say("at most so many threads; auto: one for each core"),
              read_threads)
        ->default_str("auto");
}

}  // namespace

static void note_member(Terminal& terminal, Index all) {
    terminal.note("note", say("member 1 of {}: {} names another", all, "--member"));
}

// By which options this recipe differs from the first that was tried.
static std::string difference(const Recipe& recipe, const Recipe& first) {
    const bool in_bins = recipe.encoding != NumberEncoding::none;
    if (in_bins || recipe.network == first.network)
        return option_of("encode", number_encoding_names[static_cast<std::size_t>(recipe.encoding)]);
    return option_of("net", hidden_layers(recipe.network));
}

// Two networks of each kind say which suits the data, where nobody did.
static void try_recipes(Terminal& terminal, const Choices& said, Index threads, Problem& problem) {
    const Watch watch{.stop = Interrupt::token(), .ranks = &ranks()};
    TriedRecipe tried = tried_recipe(said, problem.data, threads, watch);
    problem.recipe = tried.recipe;
    problem.members = std::move(tried.members);
    if (Interrupt::anywhere()) terminal.note("stopped", say("before the recipe was known"));
    if (tried.trials.empty()) return;
    std::string costs;
    for (const Trial& trial : tried.trials)
        costs += fmt::format("{}{} {:.4f}", costs.empty() ? "" : ", ",
                             difference(trial.recipe, tried.trials.front().recipe), trial.loss);
    terminal.note("tried", say("costs on {} folds: {}; taken: {}", tried.folds, costs,
                               difference(tried.recipe, tried.trials.front().recipe)));
}

static Dataset built_in(const TrainingOptions& options, const DataOptions& source, const Choices& choices) {
    require_options_fit(source);
    const bool unsupervised = source.columns.labels == Labels::none;
    const auto made_from = [&](const GeneratorSettings& settings) {
        Dataset data = generate(source.data, settings);
        return unsupervised ? without_target(std::move(data)) : data;
    };
    GeneratorSettings settings = options.source.generator;
    settings.seed = choices.data_seed.value_or(seed_for(choices, options.source.data));

    // A few examples show what all of them would need: what is too large is refused before it is made.
    constexpr Index few = 1000;
    const Index examples = examples_made(options.source.data, settings);
    settings.examples = std::min(examples, few);
    Dataset made = made_from(settings);
    if (examples > few) {
        require_memory(made, make_recipe(choices, made), examples);
        settings.examples = examples;
        made = made_from(settings);
    }
    return made;
}

// The recipe of the model or checkpoint that the options are about, which says what they do not.
static const Recipe* known_recipe(const AnyModel* model) {
    if (model == nullptr) return nullptr;
    return std::visit([](const auto& read) { return &read.recipe; }, *model);
}

static Dataset given_data(DataOptions source, const AnyModel* saved, const AnyModel* begun,
                          Terminal& terminal) {
    if (begun != nullptr) std::visit([&](const auto& model) { read_as_learned(source.read, model); }, *begun);
    if (saved == nullptr) return source.dataset(terminal);
    return std::visit([&](const auto& model) { return as_learned(source, model).dataset(terminal); }, *saved);
}

static Dataset validation_data(DataOptions source, const std::string& file, const Dataset& data,
                               Terminal& terminal) {
    source.data = file;
    source.read.labels = {};
    source.read.ranks = data.table.shared_by;  // both in the same way
    source.columns.targets = data.target_names;
    source.columns.group = {};
    source.columns.by_time = false;
    source.columns.weight_may_lack = true;
    source.columns.ignored_may_lack = true;
    source.columns.classes = data.class_names;
    source.columns.target_units = data.target_units;
    if (data.multilabel) source.columns.labels = Labels::multilabel;
    if (data.Y.rows() == 0) source.columns.labels = Labels::none;
    source.read.known = known_columns(data.table);
    for (KnownColumn& label : known_label(data.target_names, data.class_names))
        source.read.known.push_back(std::move(label));
    read_alike(source.read, data.table);
    return source.dataset(terminal);
}

// The target by its name: it stays the same when it was found as the last column.
static DataOptions with_target(DataOptions source, const Dataset& data) {
    if (!source.is_built_in() && source.read.labels.empty() && !source.read.label_first)
        source.columns.targets = data.target_words;
    return source;
}

static Labels labels_of(Task task) {
    if (is_unsupervised(task)) return Labels::none;
    return task == Task::classify  ? Labels::classes
           : task == Task::regress ? Labels::values
                                   : Labels::multilabel;
}

// Who says the task says what the labels are.
DataOptions TrainingOptions::data_options(const Recipe* known) const {
    DataOptions options = source;
    options.columns.weight = choices.weight.value_or(known != nullptr ? known->weight : "");
    options.columns.weight_may_lack = !choices.weight;
    options.columns.group = choices.group.value_or(known != nullptr ? known->group : "");
    options.columns.by_time =
        choices.split.value_or(known != nullptr ? known->split : SplitBy::random) == SplitBy::time;
    if (choices.task) options.columns.labels = labels_of(*choices.task);
    if (!choices.task && known != nullptr && (goes_on(*known) || is_unsupervised(known->task)))
        options.columns.labels = labels_of(known->task);
    return options;
}

// Is it the run of this recipe once more, on the same data? Not of other programs' models.
bool TrainingOptions::goes_on(const Recipe& known) const {
    return !known.source.empty() && (resume != nullptr || (same_run && !model.empty()));
}

Choices TrainingOptions::said() const {
    return over(choices, source.of_all);
}

// A column by its name.
Choices TrainingOptions::said_about(const Problem& problem) const {
    Choices said = this->said();
    if (said.group) said.group = problem.data.group_name;
    if (said.weight) said.weight = problem.data.weight_name;
    if (problem.validation) said.validation_examples = problem.validation->examples();
    return said;
}

// Of a model of machines alone: they are as they are, and so is what nothing can be said about.
static Recipe recipe_of_machines(const Recipe& known, Choices said) {
    const Pretrain kind = said.pretrain.value_or(Pretrain::none);
    said.task = Task::encode;
    said.pretrain = Pretrain::rbm;
    require_valid(said);
    Recipe recipe = known;
    recipe.pretraining.kind = kind;
    recipe.validation = 0;
    recipe.validation_file.clear();
    return recipe;
}

Recipe TrainingOptions::recipe_for(const Problem& problem) const {
    const Dataset& data = problem.data;
    const Choices said = said_about(problem);
    if (const Recipe* known = known_recipe(problem.saved ? &*problem.saved : nullptr);
        takes_machines && known != nullptr && known->task == Task::encode)
        return recipe_of_machines(*known, said);
    if (problem.saved)
        return same_run ? resumed_recipe(*problem.saved, said, data, model)
                        : further_recipe(*problem.saved, said, data, model);
    if (resume != nullptr) return resumed_recipe(*resume, said, data, setting("resume"));
    if (from != nullptr) return fine_tuning_recipe(*from, said, data, setting("from"));
    return make_recipe(said, data);
}

std::string TrainingOptions::as_typed(const Problem& problem) const {
    Recipe recipe = problem.recipe;
    recipe.source = with_target(source, problem.data).words();
    recipe.validation_file = choices.validation_file;
    recipe.from = from_file;
    return to_text(recipe);
}

static std::string words_of(const Choices& choices) {
    std::string text;
    for (const Setting& row : settings())
        if (const auto value = row.text(choices))
            text += " " + (row.values.empty() ? option_of(row.id) : option_of(row.id, *value));
    return text;
}

std::string TrainingOptions::words(DataOptions::Files files) const {
    std::string text = source.words(files) + words_of(choices);
    if (member && model.empty() && from == nullptr) text += " --member " + std::to_string(*member);
    return text;
}

// A file may lie in another folder for each process.
std::string TrainingOptions::said_everywhere(const Problem& problem) const {
    Choices said = said_about(problem);
    said.validation_file = file_name(said.validation_file);
    return words_of(said) + (resume != nullptr ? " --resume" : "") + (from != nullptr ? " --from" : "") +
           (plan ? " --plan" : "");
}

void TrainingOptions::require_known_task(const std::string& place, std::optional<Task> task) const {
    for (const RefusedTask& one : refused)
        if (task == one.task) throw Error(Fault::usage, {.place = place, .found = say(one.why)});
}

Problem TrainingOptions::problem(Terminal& terminal) const {
    if (choices.task)
        require_known_task(setting("task", task_names[static_cast<std::size_t>(*choices.task)]),
                           choices.task);
    require_valid(said());
    require_one_standard_input({source.data, source.read.labels, choices.validation_file, source.unlabelled});
    if (!source.unlabelled.empty() && resume == nullptr && !choices.pretrain)
        throw Error(Fault::usage, {.place = "--unlabelled",
                                   .found = say("nothing is pre-trained"),
                                   .hint = setting("pretrain", "rbm")});
    require_model_first(model, source.data);
    if (allow_external && model.empty() && from == nullptr && resume == nullptr)
        throw Error(Fault::usage,
                    {.place = "--allow-external", .found = say("no model is read"), .hint = with_model});
    if (!model.empty() && !is_model_file(model))
        throw Error(Fault::usage, {.place = source.data,
                                   .found = say("unexpected argument"),
                                   .hint = say("before DATA stands a model file (.onnx)")});
    if (model.empty() && is_model_file(source.data))
        throw Error(
            Fault::usage,
            {.place = source.data, .found = say("is a model, and DATA is missing"), .hint = with_model});
    std::optional<AnyModel> saved =
        model.empty() ? std::nullopt : std::optional(read_model(model, allow_external));
    if (saved) saved = one_network(std::move(*saved), member, model, &terminal);
    TrainingOptions all = *this;
    if (const Recipe* run = known_recipe(saved ? &*saved : resume); run != nullptr && goes_on(*run))
        all.source.say_as_in(run->source);
    return all.problem_of(std::move(saved), terminal);
}

Problem TrainingOptions::problem_of(std::optional<AnyModel> saved, Terminal& terminal) const {
    const Recipe* known = known_recipe(saved ? &*saved : resume);
    if (saved) require_known_task(model, known->task);
    Choices seeds = said();
    if (resume != nullptr) seeds.data_seed = known->data_seed;
    if (saved && !seeds.data_seed) seeds.data_seed = seeds.seed ? *seeds.seed : known->data_seed;
    const DataOptions options = data_options(known);
    for (const char* id : {"group", "weight"})
        if (source.is_built_in() && setting_called(id).text(choices))
            throw Error(Fault::usage, {.place = setting(id),
                                       .found = say("{} is built-in data", source.data),
                                       .hint = say("without {}", setting(id))});
    // What the run read by itself is read so again; what it read as the model that it began with, as that.
    const bool by_itself = known != nullptr && goes_on(*known) && known->from.empty();
    Problem problem{.data = source.is_built_in() ? built_in(*this, options, seeds)
                            : by_itself          ? options.dataset(terminal)
                                                 : given_data(options, saved ? &*saved : nullptr,
                                                     resume != nullptr ? resume : from, terminal)};
    problem.source = source;
    if (const std::string& file = choices.validation_file; !file.empty())
        problem.validation = validation_data(options, file, problem.data, terminal);
    problem.saved = std::move(saved);
    if (problem.saved && !same_run)
        std::visit(
            [&](const auto& read) {
                note_unknown(terminal, Encoder(read.features, problem.data.table), problem.data.examples());
            },
            *problem.saved);
    problem.recipe = recipe_for(problem);
    hold_all_where_dealt_out(*this, problem);
    require_same_everywhere(said_everywhere(problem), examples_read(problem, source));
    if (!problem.saved && resume == nullptr && from == nullptr) {
        if (!plan)
            try_recipes(terminal, said_about(problem), most_threads(), problem);
        else if (!rivals_of_default(said_about(problem), problem.data).empty())
            terminal.note("note", say("training tries several recipes; the plan is for the first"));
    }
    if (problem.saved && !same_run && problem.recipe.pretraining.kind != Pretrain::none)
        throw Error(Fault::usage, {.place = setting("pretrain"),
                                   .found = say("the weights are those of {}", model),
                                   .hint = say("without {}", setting("pretrain"))});
    problem.recipe.source = with_target(source, problem.data).words(DataOptions::Files::by_name);
    problem.recipe.from = file_name(from_file);
    if (from != nullptr) problem.recipe.from_member = member.value_or(0);
    problem.recipe.from_external = from != nullptr && allow_external;
    if ((looks_at_one || (member && from == nullptr)) && !problem.saved) take_member(terminal, problem);
    problem.recipe_as_typed = as_typed(problem);
    if (!problem.recipe.validation_file.empty() && !problem.validation)
        throw Error(Fault::input, {.place = same_run ? model : setting("resume"),
                                   .found = say("the run validated with {}", problem.recipe.validation_file),
                                   .hint = setting("validation", problem.recipe.validation_file)});
    require_memory(problem.data, problem.recipe, problem.data.examples());
    require_divisible(problem.data, problem.recipe);
    return problem;
}

AnyModel one_network(AnyModel model, const std::optional<Index>& number, const std::string& place,
                     Terminal* terminal) {
    return std::visit(
        [&](auto& read) -> AnyModel {
            const Index all = members(read);
            if (all == 1 && number)
                throw Error(Fault::input, {.place = "--member",
                                           .found = say("{} is no ensemble", place),
                                           .hint = say("without {}", "--member")});
            if (all == 1) return std::move(read);
            if (!number && terminal == nullptr)
                throw Error(Fault::input, {.place = place,
                                           .found = say("is an ensemble of {} networks", all),
                                           .expected = say("one of them"),
                                           .hint = "--member 1"});
            if (number.value_or(1) > all)
                throw Error(Fault::input, {.place = "--member",
                                           .found = std::to_string(*number),
                                           .expected = say("1 to {}, a member of {}", all, place)});
            if (!number) note_member(*terminal, all);
            return member(read, number.value_or(1));
        },
        model);
}

// Of a run with folds the network of one.
void TrainingOptions::take_member(Terminal& terminal, Problem& problem) const {
    const Index all = fold_count(problem.recipe);
    if (all == 0 && member)
        throw Error(Fault::usage, {.place = "--member",
                                   .found = say("the recipe trains one network"),
                                   .hint = setting("ensemble", "5")});
    if (all == 0) return;
    if (member.value_or(1) > all)
        throw Error(Fault::usage, {.place = "--member",
                                   .found = std::to_string(*member),
                                   .expected = say("1 to {}, a member of the ensemble", all)});
    if (!member) note_member(terminal, all);
    problem.recipe = member_recipe(problem.recipe, member.value_or(1));
    problem.validation.reset();
    problem.members = {};
}

Index TrainingOptions::most_threads() const {
    const Index cores = std::max<Index>(1, std::thread::hardware_concurrency());
    return std::min(cores, threads.value_or(cores));
}

static void add_options(CLI::App& command, TrainingOptions& options, bool models) {
    add_data_options(command, options, models);
    for (const Phrase group : {say_later("Network"), say_later("Learning"), say_later("Run")})
        add_settings(command, options.choices, group);
    add_threads(command, options);
    add_terminal_options(command, options.terminal);
}

void add_training_options(CLI::App& command, TrainingOptions& options) {
    add_options(command, options, false);
}

void add_pretraining_options(CLI::App& command, TrainingOptions& options) {
    command.option_defaults()->group(say("Pretraining"));
    add_unlabelled_option(command, options.source);
    add_settings(command, options.choices, say_later("Pretraining"));
}

void add_member_option(CLI::App& command, TrainingOptions& options, const std::string& help) {
    add_whole(command, "--member", options.member, 1, most_members, help);
}

void add_model_or_training_options(CLI::App& command, TrainingOptions& options) {
    options.looks_at_one = true;
    add_member_option(command, options, say("of an ensemble: this network, counted from 1"));
    add_external_option(command, options.allow_external);
    options.with_model = "MODEL DATA";
    add_options(command, options, true);
}

std::string training_footer() {
    std::string text =
        say("Defaults stand in brackets; an option replaces its own, and no other.\n"
            "By the data:\n"
            "  up to 3 features: --net \"64 relu, 64 relu\" --init auto --optimizer adam\n"
            "    --learning-rate 0.001 --weight-decay 0 --batch 32\n"
            "  more: --net \"256 relu\" --init glorot --optimizer adamw\n"
            "    --learning-rate 0.0005 --weight-decay 0.3, and --batch 8, 16, 32 or 64:\n"
            "    the largest that is at most a third of the examples, else 8;\n"
            "    from 160 rows on --ensemble 8, from 1500 on 5, above 10000 4; and where\n"
            "    two of its networks do better so, --encode ple --net \"128 relu, 128 relu\"\n"
            "    --learning-rate 0.002, or, where they do by more than a standard error,\n"
            "    --net \"pbld, 128 relu, dropout 0.15\" --learning-rate 0.001 (above 10000:\n"
            "    256 relu, and 0.0005)\n"
            "  series of 16 numbers or more: --net \"conv 32x7 pad same, batchnorm, relu,\n"
            "    conv 64x5 pad same, batchnorm, relu, conv 64x3 pad same, batchnorm, relu,\n"
            "    globalavgpool\"; from 100 on maxpool 2 behind the first two relu, from 200\n"
            "    on maxpool 4, above 512 a first convolution with a stride; --optimizer adamw\n"
            "    --learning-rate 0.005 --weight-decay 0.05 --schedule cosine, the same\n"
            "    --batch, and --epochs 2000 / sqrt(examples), from 10 to 200\n"
            "xor, and, or have others, the tutorial's:\n"
            "  --net \"2 tanh\" --init normal --optimizer gd --learning-rate 0.3 --batch full\n"
            "  --iterations 1001 --validation 0 --scale none --seed 2 --precision double\n"
            "--task encode: --net \"256 sigmoid\".\n"
            "--task reconstruct: --net names the layers down to the code, and the same way\n"
            "back is added. By the data \"W relu, C\", with --pretrain \"W sigmoid, C sigmoid\":\n"
            "W is the power of two below the features, from 16 to 256, C a quarter of them,\n"
            "from 1 to 32; --optimizer adam.\n"
            "With another --optimizer than that, --weight-decay is 0, and --learning-rate\n"
            "0.01 for gd, momentum and nesterov (but not for xor, and, or): its rate and\n"
            "decay have other units.\n"
            "Below 1,000 examples a run that validation stopped is made again on all of\n"
            "them, for as many updates as were best; a run on series of 16 numbers or more\n"
            "is made again in any case.\n"
            "A last layer that is the output of the task is taken as it: 1 sigmoid for two\n"
            "classes, K softmax for K, T linear for T values.\n"
            "\n"
            "Layers of --net, as in \"64 relu, dropout 0.2, 32 tanh\"\n");
    for (const LayerKind& kind : layer_table())
        text +=
            help_row(kind.name + (kind.arguments.empty() ? "" : " " + kind.arguments), say(kind.description));
    return text;
}

std::string as_for_train(CLI::App& command) {
    std::string text = say("The options of gradus train, which gradus help train explains:") + "\n";
    for (const Phrase group : {say_later("Data"), say_later("Network"), say_later("Learning"),
                               say_later("Run"), say_later("Pretraining")}) {
        std::string names;
        for (CLI::Option* option : command.get_options())
            if (option->get_group() == say(group) && option->nonpositional()) {
                names += (names.empty() ? "" : " ") + option->get_name();
                option->group("");  // not shown again
            }
        if (!names.empty()) text += help_row(say(group), names);
    }
    return text;
}

}  // namespace gradus::cli
