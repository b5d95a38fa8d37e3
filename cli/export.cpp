// gradus export: the same run as a program that others can read.

#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/say.h"
#include "gradus/export/numpy/data.h"
#include "gradus/export/numpy/twin.h"
#include "gradus/files/atomic_file.h"

namespace gradus::cli {
namespace {

struct ExportOptions {
    TrainingOptions training;
    std::optional<std::string> to;
    std::optional<std::string> file;
};

const std::vector<std::string> targets{"numpy"};

NumpyData source(const Problem& problem) {
    const DataOptions& source = problem.source;
    if (source.is_built_in()) {
        GeneratorSettings settings = source.generator;
        settings.seed = problem.recipe.data_seed;
        return numpy_generated(problem.data.name, settings, !is_unsupervised(problem.recipe.task));
    }
    NumpyData data = numpy_written_out(problem.data);
    data.words = source.words();
    return data;
}

int run(const ExportOptions& options) {
    if (!options.to)
        throw Error(
            Fault::usage,
            {.place = "--to", .found = say("is missing"), .expected = one_of(targets), .hint = "--to numpy"});
    const DataOptions& typed = options.training.source;
    if (options.file)
        require_own_file("-o", *options.file, {options.training.model, typed.data, typed.read.labels});
    Terminal terminal(options.training.terminal);
    const Problem problem = options.training.problem(terminal);
    const std::string program = numpy_program(problem.data, problem.recipe, source(problem));
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
    CLI::App* command = app.add_subcommand("export", say("write the run as a program in NumPy"));
    const auto options = std::make_shared<ExportOptions>();
    options->training.same_run = true;
    command->option_defaults()->group(say("Export"));
    add_value(*command, "--to", "NAME", say("what to write: {}", one_of(targets)),
              [options](const std::string& text) {
                  name_index("--to", text, targets);
                  options->to = text;
              });
    add_value(*command, "-o", "FILE", say("where to write it"), [options](const std::string& text) {
        if (!is_standard_output(text)) options->file = text;
    })->default_str(say("standard output"));
    add_model_or_training_options(*command, options->training);
    add_pretraining_options(*command, options->training);
    command->footer(as_for_train(*command) + "\n" + say("Examples") +
                    "\n  gradus export xor --to numpy | python3\n"
                    "  gradus export moons.onnx moons --to numpy -o moons.py");
    return {command, [options] { return run(*options); }};
}

}  // namespace gradus::cli
