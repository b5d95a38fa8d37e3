// gradus page: the page in a browser, opening at this run.

#include <filesystem>
#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/core/say.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/open.h"

namespace gradus::cli {
namespace {

struct PageOptions {
    TrainingOptions training;
    std::optional<Index> iteration;
    std::optional<std::string> file;
};

std::string whole_text(Bytes bytes, std::size_t most) {
    std::string text(most + 1, '\0');
    text.resize(bytes->read(text));
    return text;
}

// What scripts/page has built: beside the program, or where it is installed.
std::string built_page() {
    constexpr std::size_t most = 50'000'000;
    std::error_code unknown;
    const std::filesystem::path folder =
        std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
    for (const auto& file : {folder / "gradus.html", folder / ".." / "share" / "gradus" / "gradus.html"})
        if (std::filesystem::exists(file, unknown)) return whole_text(open_file(file.string()), most);
    throw Error(Fault::input, {.place = "gradus page",
                               .found = say("there is no gradus.html beside the program"),
                               .hint = say("scripts/page builds it")});
}

// The rows as a table in UTF-8, which the page reads itself.
std::string table_of(const DataOptions& source) {
    constexpr std::size_t most = 5'000'000;
    std::string text = whole_text(decoded(unpacked(open_file(source.data)), source.read.encoding), most);
    if (text.size() > most)
        throw Error(Fault::input, {.place = source.data,
                                   .found = say("more than 5 MB"),
                                   .expected = say("at most so much, for a page")});
    if (text.starts_with("\x93NUMPY") || text.find('\0') != std::string::npos || source.data.ends_with(".ts"))
        throw Error(
            Fault::input,
            {.place = source.data, .found = say("an array"), .expected = say("a text table, for a page")});
    return text;
}

void require_page_knows(const TrainingOptions& options) {
    const auto refuse = [](const char* option) {
        throw Error(Fault::usage, {.place = option, .found = say("the page has no such option")});
    };
    if (options.source.data == "-")
        throw Error(Fault::usage, {.place = "-", .found = say("a page is made from a file")});
    if (!options.source.read.labels.empty()) refuse("--labels");
    if (options.source.read.label_first) refuse("--label-first");
    if (!options.source.unlabelled.empty()) refuse("--unlabelled");
    if (!options.choices.validation_file.empty()) refuse("--validation FILE");
}

// What main.tsx reads: {"words","iteration","table"}; within <script> a "<" may end it.
std::string opening(const PageOptions& options, const Problem& problem) {
    const TrainingOptions& training = options.training;
    const DataOptions& source = problem.source;
    const bool as_typed = training.model.empty() && problem.recipe.member == 0;  // else perhaps after trials
    Json json{{"words", as_typed ? training.words(DataOptions::Files::by_name) : to_text(problem.recipe)},
              {"iteration", options.iteration.value_or(0)}};
    if (!source.is_built_in()) json["table"] = {{"name", file_name(source.data)}, {"text", table_of(source)}};
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string safe;
    for (const char c : text) safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
    return safe;
}

int run(const PageOptions& options) {
    require_page_knows(options.training);
    const DataOptions& source = options.training.source;
    const std::string file = options.file.value_or(data_name(source.data) + ".html");
    require_own_file("-o", file, {options.training.model, source.data});
    Terminal terminal(options.training.terminal);
    std::string page = built_page();
    const Problem problem = options.training.problem(terminal);
    const std::string place = R"(<script type="application/json" id="opens">)";
    const std::size_t at = page.find(place);
    if (at == std::string::npos)
        throw Error(Fault::input, {.place = "gradus.html", .found = say("is another page")});
    page.insert(at + place.size(), opening(options, problem));
    write_file(file, page);
    terminal.note("written", say("{}: a browser opens it, without a network", file));
    terminal.print_json(Json{{"file", file}});
    return 0;
}

}  // namespace

Command page_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("page", say("a page for the browser, which steps through the run"));
    const auto options = std::make_shared<PageOptions>();
    options->training.same_run = true;
    options->training.looks_at_one = true;
    command->option_defaults()->group(say("Page"));
    add_value(*command, "-o,--output", "FILE", say("where to write it"), [options](const std::string& text) {
        options->file = text;
    })->default_str("DATA.html");
    add_whole(*command, "--iteration", options->iteration, 0, most_iterations,
              say("the iteration that it opens at"))
        ->default_str("0");
    add_model_or_training_options(*command, options->training);
    add_pretraining_options(*command, options->training);
    command->footer(as_for_train(*command) + "\n" +
                    say("One file with the engine inside: it shows every number of every iteration, back\n"
                        "and forth. The data goes with it, at most 5 MB; of MODEL its run is made again.") +
                    "\n\n" + say("Examples") +
                    "\n  gradus page xor --seed 0 -o stuck.html\n"
                    "  gradus page iris.csv --net \"8 tanh\"");
    return {command, [options] { return run(*options); }};
}

}  // namespace gradus::cli
