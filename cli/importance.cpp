// gradus importance: which columns does a model need?

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/importance.h"
#include "gradus/model/resume.h"

namespace gradus::cli {
namespace {

constexpr int most_repeats = 10'000;

struct Names {
    std::string loss, score;           // for people
    const char *loss_key, *score_key;  // in JSON
};

Names words_of(Task task) {
    return task != Task::regress
               ? Names{say("log loss rises"), say("accuracy falls"), "log_loss_increase", "accuracy_decrease"}
               : Names{say("squared error rises"), say("rmse rises"), "squared_error_increase",
                       "rmse_increase"};
}

Json column_json(const ColumnImportance& column, const Names& names) {
    const std::string loss = names.loss_key, score = names.score_key;
    return {{"column", column.column},
            {loss, column.loss.value},
            {loss + "_se", column.loss.standard_error},
            {score, column.score.value},
            {score + "_se", column.score.standard_error}};
}

void print(Terminal& terminal, const std::vector<ColumnImportance>& columns, Task task) {
    constexpr int widest = 40, width = 24;
    const auto estimate = [task](const Estimate& e) {
        return task != Task::regress ? fmt::format("{:.4f} +- {:.4f}", e.value, e.standard_error)
                                     : fmt::format("{:.4g} +- {:.2g}", e.value, e.standard_error);
    };
    const Names names = words_of(task);
    int room = 6;
    for (const ColumnImportance& column : columns)
        room = std::clamp(display_width(visible(column.column)), room, widest);
    terminal.print_line(pad_right(say("column"), room) + pad_left(names.loss, width) +
                        pad_left(names.score, width));
    for (const ColumnImportance& column : columns) {
        terminal.print_line(pad_right(visible(column.column), room) + pad_left(estimate(column.loss), width) +
                            pad_left(estimate(column.score), width));
        terminal.print_json(column_json(column, names));
    }
}

int run_importance(const ModelOptions& options, int repeats) {
    Terminal terminal(options.terminal);
    const AnyModel any = options.read();
    return std::visit(
        [&](const auto& read) {
            const Dataset data = options.dataset(read, terminal);
            const auto model = with_target(read, data);
            if (data.examples() < 2)
                throw Error(Fault::input, {.place = file_of(data),
                                           .found = say_count(data.examples(), "{} example", "{} examples"),
                                           .expected = say("at least two, whose values can change places")});
            note_unknown(terminal, Encoder(model.features, data.table), data.examples());
            note_seen(terminal, model, data);
            const std::vector<ColumnImportance> columns =
                permutation_importance(model, data,
                                       {.repeats = repeats,
                                        .seed = model.recipe.seed,
                                        .threads = std::max<Index>(1, std::thread::hardware_concurrency())});
            terminal.note("how", say("each column of {} examples permuted {} times; +- is the standard "
                                     "error over these",
                                     data.examples(), repeats));
            print(terminal, columns, model.target.task);
            return 0;
        },
        any);
}

}  // namespace

Command importance_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("importance", say("how much worse is a model without each column?"));
    const auto options = std::make_shared<ModelOptions>();
    const auto repeats = std::make_shared<int>(5);
    command->option_defaults()->group(say("Permutation"));
    add_value(*command, "--repeats", "N", say("how often each column is permuted"),
              [repeats](const std::string& text) {
                  *repeats = static_cast<int>(whole_number("--repeats", text, 2, most_repeats));
              })
        ->default_str("5");
    add_model_options(*command, *options);
    command->option_defaults()->group(say("Data"));
    add_column_options(*command, options->source);
    command->footer(say("A column is permuted: its values stay, but stand in other rows. What a text or\n"
                        "a date became is permuted together; of series with several channels a channel.\n"
                        "Of two columns that say the same, both seem to matter little.") +
                    "\n\n" + say("Examples") +
                    "\n"
                    "  gradus importance iris.onnx iris.csv\n"
                    "  gradus importance titanic.onnx later.csv --repeats 20 --json");
    return {command, [options, repeats] { return run_importance(*options, *repeats); }};
}

}  // namespace gradus::cli
