// gradus export: the same run as a program that others can read.

#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/data/atomic_file.h"
#include "gradus/inspect/numpy_data.h"
#include "gradus/inspect/numpy_twin.h"

namespace gradus::cli {
namespace {

struct ExportOptions {
    TrainingOptions training;
    std::optional<std::string> to;
    std::optional<std::string> file;
};

const std::vector<std::string> targets{"numpy"};

int run(const ExportOptions& options) {
    if (!options.to)
        throw Error(
            Fault::usage,
            {.place = "--to", .found = "is missing", .expected = one_of(targets), .hint = "--to numpy"});
    const auto [data, recipe] = options.training.problem();
    GeneratorSettings settings = options.training.generator;
    settings.seed = recipe.data_seed;
    const std::string program = numpy_program(data, recipe, numpy_generated(data.name, settings));
    Terminal terminal(options.training.terminal);
    if (options.file) {
        write_file(*options.file, program);
        terminal.note("written", *options.file);
        terminal.print_json(Json{{"file", *options.file}});
    } else if (options.training.terminal.json) {
        terminal.print_json(Json{{"program", program}});
    } else {
        print_to_stdout(program);
    }
    return 0;
}

}  // namespace

Command export_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("export", "write the run as a program in NumPy");
    const auto options = std::make_shared<ExportOptions>();
    add_training_options(*command, options->training);
    command->option_defaults()->group("Output");
    add_value(*command, "--to", "NAME", "what to write: " + one_of(targets),
              [options](const std::string& text) {
                  name_index("--to", text, targets);
                  options->to = text;
              });
    add_value(*command, "-o", "FILE", "where to write it", [options](const std::string& text) {
        options->file = text;
    })->default_str("standard output");
    command->footer(training_footer() +
                    "\n"
                    "Examples\n"
                    "  gradus export xor --to numpy | python3\n"
                    "  gradus export moons --net \"8 tanh\" --precision double --to numpy -o moons.py");
    return {command, [options] { return run(*options); }};
}

}  // namespace gradus::cli
