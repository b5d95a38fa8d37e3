#include "cli/training_options.h"

#include <algorithm>
#include <thread>

#include "cli/arguments.h"
#include "cli/help.h"
#include "gradus/model/memory.h"
#include "gradus/model/training.h"
#include "gradus/nn/architecture.h"

namespace gradus::cli {
namespace {

constexpr Index most_features = 1'000'000'000;
constexpr Index largest_seed = 4'294'967'295;

// "3x40"
Shape shape(const std::string& option, const std::string& text) {
    const std::size_t cross = text.find('x');
    if (cross == std::string::npos)
        throw Error(
            Fault::usage,
            {.place = option, .found = "\"" + text + "\"", .expected = "channels x length, as in 3x40"});
    return {.channels = whole_number(option, text.substr(0, cross), 1, most_features, " for the channels"),
            .length = whole_number(option, text.substr(cross + 1), 1, most_features, " for the length")};
}

void add_data_options(CLI::App& command, TrainingOptions& options) {
    command.add_option("DATA", options.data, "built-in data: " + one_of(generator_names()))->required();
    command.option_defaults()->group("Data");
    add_whole(command, "--examples", options.generator.examples, 1, most_examples,
              "how many examples to make")
        ->default_str("500; xor, and, or: 4");
    add_real(command, "--noise", options.generator.noise, "standard deviation of the noise that is added")
        ->default_str("xor, and, or: 0; spirals: 0.02; gauss: 0.7; others: 0.1");
    add_whole(command, "--data-seed", options.choices.data_seed, 0, largest_seed,
              "of the examples, and of their division for validation")
        ->default_str("as --seed");
    const auto read_task = [&options](const std::string& text) {
        const std::size_t task = name_index("--task", text, {"classify", "regress", "auto"});
        if (text != "auto") options.choices.task = static_cast<Task>(task);
    };
    add_value(command, "--task", "NAME", "what to learn: classify, regress or auto", read_task)
        ->default_str("auto");
    add_name(command, "--scale", options.choices.scaling, scaling_names, "of the inputs")
        ->default_str("standard");
}

void add_network_options(CLI::App& command, Choices& choices) {
    command.option_defaults()->group("Network");
    const auto read_shape = [&choices](const std::string& text) { choices.shape = shape("--shape", text); };
    add_value(command, "--shape", "CxL",
              "each example is a series: C channels of length L, channel after channel", read_shape)
        ->default_str("every feature a channel");
    add_value(command, "--net", "TEXT", "the hidden layers, of the kinds below; \"\" for none",
              [&choices](const std::string& text) { choices.hidden = text; })
        ->default_str("64 relu, 64 relu");
    add_name(command, "--init", choices.initializer, initializer_names, "the first weights")
        ->default_str("auto");
    add_name(command, "--precision", choices.precision, precision_names, "of all numbers")
        ->default_str("float");
}

void add_learning_options(CLI::App& command, Choices& choices) {
    command.option_defaults()->group("Learning");
    add_value(command, "--loss", "NAME", "what to minimise: " + one_of(loss_names()),
              [&choices](const std::string& text) { choices.loss = text; })
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
    add_real(command, "--validation", choices.validation, "share of the examples set aside, 0 for none")
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

Problem TrainingOptions::problem() const {
    require_valid(choices);
    GeneratorSettings settings = generator;
    settings.seed = choices.data_seed.value_or(seed_for(choices, data));

    // A few examples show what all of them would need: what is too large is refused before it is made.
    constexpr Index few = 1000;
    const Index examples = examples_made(data, settings);
    settings.examples = std::min(examples, few);
    Dataset made = generate(data, settings);
    require_memory(made, make_recipe(choices, made), examples);
    if (examples > few) {
        settings.examples = examples;
        made = generate(data, settings);
    }
    const Recipe recipe = make_recipe(choices, made);
    require_training_examples(made, recipe.validation);
    return {std::move(made), recipe};
}

Index TrainingOptions::most_threads() const {
    const Index cores = std::max<Index>(1, std::thread::hardware_concurrency());
    return std::min(cores, threads.value_or(cores));
}

void add_training_options(CLI::App& command, TrainingOptions& options) {
    add_data_options(command, options);
    add_network_options(command, options.choices);
    add_learning_options(command, options.choices);
    add_run_options(command, options);
    add_terminal_options(command, options.terminal);
}

std::string training_footer() {
    std::string text =
        "Defaults stand in brackets. xor, and, or have others, the tutorial's:\n"
        "  --net \"2 tanh\" --init normal --optimizer gd --learning-rate 0.3 --batch full\n"
        "  --iterations 1001 --validation 0 --scale none --seed 2 --precision double\n"
        "\n"
        "Layers of --net, as in \"64 relu, dropout 0.2, 32 tanh\"\n";
    for (const LayerKind& kind : layer_table())
        text += help_row(kind.name + (kind.arguments.empty() ? "" : " " + kind.arguments), kind.description);
    return text;
}

}  // namespace gradus::cli
