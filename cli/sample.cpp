// gradus sample: what does a deep belief network dream of?

#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/decoded.h"
#include "cli/model_options.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/data/decoder.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/png.h"
#include "gradus/model/dreaming.h"
#include "gradus/nn/dreams.h"
#include "gradus/report/sheet.h"

namespace gradus::cli {
namespace {

struct SampleOptions {
    std::string model;
    bool allow_external = false;
    DataOptions from;  // its file is empty: chains begin anywhere
    std::string output;
    std::string picture;
    std::optional<std::string> class_name;
    Index count = 1;
    std::optional<Index> steps;
    std::uint32_t seed = 0;
    TerminalSettings terminal;
};

// Which class is called so.
template <class T>
std::optional<Index> label_of(const SampleOptions& options, const Model<T>& model) {
    if (!options.class_name) return std::nullopt;
    if (model.machines.back().labels() == 0)
        throw Error(Fault::input, {.place = "--class",
                                   .found = say("the machines of {} have seen no labels", options.model),
                                   .expected = say("a model of {}", setting("pretrain", "dbn"))});
    return static_cast<Index>(name_index("--class", *options.class_name, model.target.classes));
}

template <class T>
void print_objects(Terminal& terminal, const Decoder& decoder, const Matrix<T>& X) {
    for (Index j = 0; j < X.columns(); ++j) terminal.print_json(object_of(decoder, X.view().column(j)));
}

int run_sample(const SampleOptions& options) {
    Terminal terminal(options.terminal);
    require_own_file("-o", options.output, {options.model, options.from.data});
    require_own_file("--png", options.picture, {options.model, options.from.data, options.output});
    const AnyModel any = read_model(options.model, options.allow_external);
    return std::visit(
        [&]<class T>(const Model<T>& model) {
            if (model.machines.empty())
                throw Error(Fault::input,
                            {.place = options.model,
                             .found = say("it has no generative part"),
                             .expected = say("a model of {}, or of {}", setting("pretrain", "rbm"),
                                             setting("pretrain", "dbn"))});
            const Decoder decoder(model.features, options.model);
            DreamSettings settings = natural_dreams(model.recipe);
            settings.steps = options.steps.value_or(settings.steps);
            settings.label = label_of(options, model);
            settings.seed = options.seed;
            Matrix<T> from;
            if (!options.from.data.empty())
                from = encode<T>(model.features, as_learned(options.from, model).table(terminal));
            const Matrix<T> X = dream<T>(model.machines, options.count, settings, from);
            if (!options.picture.empty()) write_file(options.picture, to_png(sheet<T>(X)));
            if (!options.output.empty()) {
                write_file(options.output, csv_of(decoder, X));
            } else if (!options.picture.empty()) {
                return 0;
            } else if (options.terminal.json) {
                print_objects(terminal, decoder, X);
            } else {
                print_to_stdout(csv_of(decoder, X));
            }
            return 0;
        },
        any);
}

}  // namespace

Command sample_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("sample", say("what does a deep belief network dream of?"));
    const auto options = std::make_shared<SampleOptions>();
    command->add_option("MODEL", options->model, say("a model file (.onnx) of train --pretrain"))->required();
    command->option_defaults()->group(say("Samples"));
    add_external_option(*command, options->allow_external);
    const auto add = [&](const char* option, const char* type, const std::string& help, auto read) {
        return add_value(*command, option, type, help, read);
    };
    constexpr Index most = 1'000'000;
    add("-n", "N", say("how many rows"), [options](const std::string& text) {
        options->count = whole_number("-n", text, 1, most);
    })->default_str("1");
    add("--class", "NAME", say("of this class (a model of --pretrain dbn)"),
        [options](const std::string& text) { options->class_name = text; });
    add("--from", "DATA", say("chains begin at these rows; else by the visible biases"),
        [options](const std::string& text) { options->from.data = text; });
    add("--steps", "N", say("Gibbs steps of each chain"), [options](const std::string& text) {
        options->steps = whole_number("--steps", text, 1, most);
    })->default_str(say("1000; where --dream-steps taught the last machine, three times as many as those"));
    add("--seed", "N", say("of the draws"), [options](const std::string& text) {
        options->seed = static_cast<std::uint32_t>(whole_number("--seed", text, 0, 4294967295));
    })->default_str("0");
    add("-o,--output", "FILE", say("where the rows are written, instead of stdout"),
        [options](const std::string& text) { options->output = is_standard_output(text) ? "" : text; });
    add("--png", "FILE",
        say("a sheet of pictures, or of curves where an input is no square, instead of rows"),
        [options](const std::string& text) { options->picture = text; });
    add_terminal_options(*command, options->terminal);
    command->footer(say("A row for each sample, in the units of the inputs.") + "\n\n" + say("Examples") +
                    "\n"
                    "  gradus sample digits.onnx -n 64 --class 7 --png sevens.png\n"
                    "  gradus sample digits.onnx -n 5 --from digits.csv --steps 10 -o dreams.csv");
    return {command, [options] { return run_sample(*options); }};
}

}  // namespace gradus::cli
