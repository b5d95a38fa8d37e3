#include "cli/training_options.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <thread>
#include <utility>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/model_options.h"
#include "gradus/core/number.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/memory.h"
#include "gradus/model/resume.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"

namespace gradus::cli {
namespace {

constexpr Index largest_seed = 4'294'967'295;

bool is_model_file(const std::string& name) {
    return name.ends_with(".onnx");
}

// The words are taken in their order: a second one is DATA, and makes the first a MODEL.
void add_model(CLI::App& command, TrainingOptions& options) {
    command.add_option_function<std::string>(
        "MODEL",
        [&options](const std::string& second) {
            if (!is_model_file(options.source.data))
                throw Error(Fault::usage, {.place = second,
                                           .found = "is one argument too many",
                                           .hint = "before DATA stands a model file (.onnx)"});
            options.model = std::exchange(options.source.data, second);
        },
        "a model file (.onnx): about its network, not a new one");
}

void add_data_options(CLI::App& command, TrainingOptions& options, bool models) {
    command
        .add_option("DATA", options.source.data,
                    "a file (.csv .tsv .npy or IDX, also .gz; - is the standard input), or built-in data: " +
                        one_of(generator_names()))
        ->required();
    if (models) add_model(command, options);
    command.option_defaults()->group("Data");
    add_column_options(command, options.source);
    add_reading_options(command, options.source);
    add_generator_options(command, options.source);
    const auto read_task = [&options](const std::string& text) {
        const std::size_t task = name_index("--task", text, {"classify", "regress", "auto"});
        if (text == "auto") return;
        options.choices.task = static_cast<Task>(task);
        options.source.columns.labels = task == 0 ? Labels::classes : Labels::values;
    };
    add_value(command, "--task", "NAME", "what to learn: classify, regress or auto", read_task)
        ->default_str("auto");
    add_name(command, "--scale", options.choices.scaling, scaling_names, "of the inputs")
        ->default_str("standard");
}

void add_network_options(CLI::App& command, Choices& choices) {
    command.option_defaults()->group("Network");
    add_value(command, "--net", "TEXT", "the hidden layers, of the kinds below; \"\" for none",
              [&choices](const std::string& text) { choices.hidden = text; })
        ->default_str("follows from the data");
    add_name(command, "--init", choices.initializer, initializer_names, "the first weights")
        ->default_str("auto");
    add_name(command, "--precision", choices.precision, precision_names, "of all numbers")
        ->default_str("float");
}

void add_learning_options(CLI::App& command, Choices& choices) {
    command.option_defaults()->group("Learning");
    add_value(command, "--loss", "NAME",
              "what to minimise: " + one_of(std::vector<std::string>(loss_names.begin(), loss_names.end())),
              [&choices](const std::string& text) { choices.loss = read_loss(text, "--loss"); })
        ->default_str("follows from the task");
    add_name(command, "--optimizer", choices.optimizer, optimizer_names, "how the weights move")
        ->default_str("adam");
    add_real(command, "--learning-rate", choices.learning_rate, "how far they move")->default_str("0.001");
    add_real(command, "--momentum", choices.momentum, "of the optimizers momentum and nesterov")
        ->default_str("0.9");
    add_real(command, "--weight-decay", choices.weight_decay, "pulls the weights towards zero")
        ->default_str("0");
    add_real(command, "--clip-norm", choices.clip_norm, "the largest norm of a gradient")
        ->default_str("no limit");
    add_name(command, "--schedule", choices.schedule, schedule_names, "of the learning rate")
        ->default_str("constant");
    add_name(command, "--class-weights", choices.class_weights, class_weights_names,
             "how much the examples of rare classes count")
        ->default_str("none");
}

// "new.csv", "folder/new" or what exists; anything else was meant as a number.
bool names_a_file(const std::string& text) {
    std::error_code unreadable;
    if (!std::isnan(to_number(text))) return false;
    const std::string extension = std::filesystem::path(text).extension().string();
    return text.find('/') != std::string::npos || std::filesystem::exists(text, unreadable) ||
           (extension.size() > 1 && std::isalpha(static_cast<unsigned char>(extension[1])) != 0);
}

void add_run_options(CLI::App& command, TrainingOptions& options) {
    Choices& choices = options.choices;
    command.option_defaults()->group("Run");
    const auto read_batch = [&choices](const std::string& text) {
        choices.batch =
            text == "full" ? 0 : whole_number("--batch", text, 1, most_iterations, " or \"full\"");
    };
    add_value(command, "--batch", "N|full", "examples for each update", read_batch)->default_str("32");
    add_whole(command, "--epochs", choices.epochs, 1, most_epochs, "at most so many passes over the examples")
        ->default_str("200");
    add_whole(command, "--iterations", choices.iterations, 1, most_iterations,
              "exactly so many updates instead");
    const auto read_validation = [&options](const std::string& text) {
        if (names_a_file(text)) {
            options.validation_file = text;
        } else {
            options.choices.validation = real_number("--validation", text);
        }
    };
    add_value(command, "--validation", "SHARE|FILE", "examples set aside: a share, 0 for none, or a file",
              read_validation)
        ->default_str("0.2");
    add_whole(command, "--patience", choices.patience, 1, most_epochs,
              "stop after so many epochs without a lower validation cost")
        ->default_str("20");
    add_whole(command, "--seed", choices.seed, 0, largest_seed,
              "of the first weights and the order of the examples")
        ->default_str("0");
    const auto read_threads = [&options](const std::string& text) {
        if (text != "auto") options.threads = whole_number("--threads", text, 1, 1024, " or \"auto\"");
    };
    add_value(command, "--threads", "N|auto", "at most so many threads; auto: one for each core",
              read_threads)
        ->default_str("auto");
}

}  // namespace

static Dataset built_in(const TrainingOptions& options, const Choices& choices) {
    require_options_fit(options.source);
    GeneratorSettings settings = options.source.generator;
    settings.seed = choices.data_seed.value_or(seed_for(choices, options.source.data));

    // A few examples show what all of them would need: what is too large is refused before it is made.
    constexpr Index few = 1000;
    const Index examples = examples_made(options.source.data, settings);
    settings.examples = std::min(examples, few);
    Dataset made = generate(options.source.data, settings);
    if (examples > few) {
        require_memory(made, make_recipe(choices, made), examples);
        settings.examples = examples;
        made = generate(options.source.data, settings);
    }
    return made;
}

static Dataset given_data(const TrainingOptions& options, const Choices& choices,
                          const std::optional<AnyModel>& saved, Terminal& terminal) {
    if (options.source.is_built_in()) return built_in(options, choices);
    if (!saved) return options.source.dataset(terminal);
    return std::visit([&](const auto& model) { return as_learned(options.source, model).dataset(terminal); },
                      *saved);
}

static Dataset validation_data(const TrainingOptions& options, const Dataset& data, Terminal& terminal) {
    DataOptions source = options.source;
    source.data = options.validation_file;
    source.read.labels = {};
    source.columns.targets = data.target_names;
    source.columns.classes = data.class_names;
    return source.dataset(terminal);
}

Choices TrainingOptions::said() const {
    Choices said = choices;
    said.shape = source.shape;
    said.data_seed = source.data_seed;
    if (!validation_file.empty()) said.validation_file = data_name(validation_file);
    return said;
}

Recipe TrainingOptions::recipe_for(const Dataset& data, const std::optional<AnyModel>& saved) const {
    if (saved)
        return same_run ? resumed_recipe(*saved, said(), data, model)
                        : further_recipe(*saved, said(), data, model);
    if (resume != nullptr) return resumed_recipe(*resume, said(), data);
    if (from != nullptr) return fine_tuning_recipe(*from, said(), data);
    return make_recipe(said(), data);
}

Problem TrainingOptions::problem(Terminal& terminal) const {
    require_valid(said());
    if (model.empty() && is_model_file(source.data))
        throw Error(Fault::usage,
                    {.place = source.data, .found = "is a model, and DATA is missing", .hint = "MODEL DATA"});
    std::optional<AnyModel> saved = model.empty() ? std::nullopt : std::optional(read_model(model));
    const auto data_seed = [](const AnyModel& any) {
        return std::visit([](const auto& read) { return read.recipe.data_seed; }, any);
    };
    Choices seeds = said();
    if (resume != nullptr) seeds.data_seed = data_seed(*resume);
    if (saved && !seeds.data_seed) seeds.data_seed = seeds.seed ? *seeds.seed : data_seed(*saved);
    Problem problem{.data = given_data(*this, seeds, saved, terminal)};
    if (!validation_file.empty()) problem.validation = validation_data(*this, problem.data, terminal);
    problem.recipe = recipe_for(problem.data, saved);
    problem.saved = std::move(saved);
    require_memory(problem.data, problem.recipe, problem.data.examples());
    require_training_examples(problem.data, problem.validation ? 0 : problem.recipe.validation);
    return problem;
}

Index TrainingOptions::most_threads() const {
    const Index cores = std::max<Index>(1, std::thread::hardware_concurrency());
    return std::min(cores, threads.value_or(cores));
}

static void add_options(CLI::App& command, TrainingOptions& options, bool models) {
    add_data_options(command, options, models);
    add_network_options(command, options.choices);
    add_learning_options(command, options.choices);
    add_run_options(command, options);
    add_terminal_options(command, options.terminal);
}

void add_training_options(CLI::App& command, TrainingOptions& options) {
    add_options(command, options, false);
}

void add_model_or_training_options(CLI::App& command, TrainingOptions& options) {
    add_options(command, options, true);
}

std::string training_footer() {
    std::string text =
        "Defaults stand in brackets. Without --net and --optimizer the data decide:\n"
        "  up to 3 features: --net \"64 relu, 64 relu\"\n"
        "  more: --net \"256 relu\" --init glorot --optimizer adamw\n"
        "    --learning-rate 0.0005 --weight-decay 0.3 --batch 8, 16, 32 or 64,\n"
        "    at most a third of the examples\n"
        "  series: --net \"conv 32x5 pad same relu, maxpool 2,\n"
        "    conv 64x5 pad same relu, maxpool 2, flatten, 64 relu\", the same --batch\n"
        "xor, and, or have others, the tutorial's:\n"
        "  --net \"2 tanh\" --init normal --optimizer gd --learning-rate 0.3 --batch full\n"
        "  --iterations 1001 --validation 0 --scale none --seed 2 --precision double\n"
        "\n"
        "Layers of --net, as in \"64 relu, dropout 0.2, 32 tanh\"\n";
    for (const LayerKind& kind : layer_table())
        text += help_row(kind.name + (kind.arguments.empty() ? "" : " " + kind.arguments), kind.description);
    return text;
}

}  // namespace gradus::cli
