#include "cli/training_options.h"

#include <algorithm>
#include <thread>

#include "cli/arguments.h"
#include "gradus/nn/architecture.h"

namespace gradus::cli {
namespace {

constexpr Index most = 1'000'000'000'000'000;  // of anything that is counted
constexpr Index largest_seed = 4'294'967'295;

std::string data_help() {
    return "built-in data: " + one_of(generator_names());
}

std::string network_help() {
    std::string text = "hidden layers, as in \"64 relu, dropout 0.2, 32 tanh\"; \"\" for none. Layers:";
    for (const LayerKind& kind : layer_table())
        text += "\n  " + kind.name + (kind.arguments.empty() ? "" : " " + kind.arguments) + ": " +
                kind.description;
    return text;
}

void add_data_options(CLI::App& command, TrainingOptions& options) {
    command.add_option("DATA", options.data, data_help())->required();
    add_whole(command, "--examples", options.generator.examples, 1, 10'000'000,
              "how many examples to make (4 or 500)");
    add_real(command, "--noise", options.generator.noise, "standard deviation of the noise that is added");
    add_whole(command, "--data-seed", options.choices.data_seed, 0, largest_seed,
              "of the built-in data and of the division for validation (--seed)");
    const auto read_task = [&options](const std::string& text) {
        const std::size_t task = name_index("--task", text, {"classify", "regress", "auto"});
        if (text != "auto") options.choices.task = static_cast<Task>(task);
    };
    command.add_option_function<std::string>("--task", read_task, "classify, regress or auto (auto)")
        ->type_name("NAME");
    add_name(command, "--scale", options.choices.scaling, scaling_names, "of the inputs (standard)");
}

void add_network_options(CLI::App& command, Choices& choices) {
    command.add_option("--net", choices.hidden, network_help())->type_name("TEXT");
    command
        .add_option("--loss", choices.loss,
                    "what to minimise (follows from the task): " + one_of(loss_names()))
        ->type_name("NAME");
    add_name(command, "--init", choices.initializer, initializer_names, "the first weights (auto)");
}

void add_learning_options(CLI::App& command, Choices& choices) {
    add_name(command, "--optimizer", choices.optimizer, optimizer_names, "how the weights move (adam)");
    add_real(command, "--learning-rate", choices.learning_rate, "(0.001)");
    add_real(command, "--momentum", choices.momentum, "for the optimizers momentum and nesterov (0.9)");
    add_real(command, "--weight-decay", choices.weight_decay, "pulls weights towards zero (0)");
    add_real(command, "--clip-norm", choices.clip_norm, "the largest norm of a gradient (no limit)");
    add_name(command, "--schedule", choices.schedule, schedule_names, "of the learning rate (constant)");
    add_name(command, "--class-weights", choices.class_weights, class_weights_names,
             "for rare classes (none)");
}

void add_run_options(CLI::App& command, TrainingOptions& options) {
    Choices& choices = options.choices;
    const auto read_batch = [&choices](const std::string& text) {
        choices.batch = text == "full" ? 0 : whole_number("--batch", text, 1, most);
    };
    command.add_option_function<std::string>("--batch", read_batch, "examples for each update (32)")
        ->type_name("N|full");
    add_whole(command, "--epochs", choices.epochs, 1, most, "at most so many passes over the examples (200)");
    add_whole(command, "--iterations", choices.iterations, 1, most, "exactly so many updates instead");
    add_real(command, "--validation", choices.validation,
             "share of the examples set aside, 0 for none (0.2)");
    add_whole(command, "--patience", choices.patience, 1, most,
              "stop after so many epochs without a lower validation cost (20)");
    add_whole(command, "--seed", choices.seed, 0, largest_seed,
              "of the weights and the order of the examples (0; xor, and, or: 2)");
    add_name(command, "--precision", choices.precision, precision_names, "of all numbers (float)");
    const auto read_threads = [&options](const std::string& text) {
        if (text != "auto") options.threads = whole_number("--threads", text, 1, 1024);
    };
    command
        .add_option_function<std::string>("--threads", read_threads,
                                          "at most so many threads (auto: all cores)")
        ->type_name("N|auto");
}

}  // namespace

Dataset TrainingOptions::load() const {
    GeneratorSettings settings = generator;
    settings.seed = choices.data_seed.value_or(seed_for(choices, data));
    return generate(data, settings);
}

Index TrainingOptions::most_threads() const {
    return threads.value_or(std::max<Index>(1, std::thread::hardware_concurrency()));
}

void add_training_options(CLI::App& command, TrainingOptions& options) {
    add_data_options(command, options);
    add_network_options(command, options.choices);
    add_learning_options(command, options.choices);
    add_run_options(command, options);
    add_terminal_options(command, options.terminal);
}

}  // namespace gradus::cli
