#include "cli/arguments.h"

#include <algorithm>
#include <filesystem>

#include "cli/model_options.h"
#include "cli/other_words.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/generators.h"

namespace gradus::cli {
namespace {

bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code error;
    if (std::filesystem::equivalent(a, b, error)) return std::filesystem::is_regular_file(a, error);
    return std::filesystem::weakly_canonical(a, error) == std::filesystem::weakly_canonical(b, error) &&
           !std::filesystem::exists(a, error);
}

std::string title(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name() : app.get_parent()->get_name() + " " + app.get_name();
}

std::string help_for(const CLI::App& app) {
    return title(app) + " --help";
}

// Everything that may follow `gradus` or `gradus COMMAND`, for "did you mean".
std::vector<std::string> known_words(const CLI::App& app) {
    std::vector<std::string> words;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    for (const CLI::App* command : app.get_subcommands(nullptr)) words.push_back(command->get_name());
    return words;
}

// What a word alone is good for: "gradus iris.csv", and "gradus train m.onnx iris.csv".
std::string use_of(const std::string& word, const CLI::App& app) {
    if (app.get_parent() == nullptr) {
        std::error_code none;
        const bool data = std::ranges::count(generator_names(), word) > 0;
        if (!data && !std::filesystem::is_regular_file(word, none)) return {};
        return (is_model_file(word) ? "gradus summary " : "gradus train ") + shell_word(word);
    }
    if (app.get_option_no_throw("--net") == nullptr || app.get_option_no_throw("--from") == nullptr)
        return {};
    for (const CLI::Option* option : app.get_options())
        if (option->get_positional() && option->count() > 0 && is_model_file(option->results().front()))
            return shell_word(word) + " --from " + shell_word(option->results().front());
    return {};
}

void require_known_words(const CLI::App& app) {
    for (const std::string& word : app.remaining()) {
        if (word == "--") continue;
        const bool option = word.starts_with("-");
        if (option && app.get_option_no_throw(word.substr(0, word.find('='))) != nullptr)
            throw Error(Fault::usage, {.place = word,
                                       .found = say("it stands behind --, where no word is an option"),
                                       .hint = say("options before --")});
        const bool command = !option && app.get_parent() == nullptr;
        std::error_code none;
        std::string near = option ? our_word_for(word, app) : use_of(word, app);
        if (option && std::filesystem::exists(word, none)) near = shell_word("./" + word);
        if (near.empty()) near = did_you_mean(word.substr(0, word.find('=')), known_words(app));
        throw Error(Fault::usage, {.place = word.empty() ? "\"\"" : word,
                                   .found = option    ? say("there is no such option")
                                            : command ? say("there is no such command")
                                                      : say("unexpected argument"),
                                   .hint = near.empty() ? help_for(app) : near});
    }
}

void require_arguments(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options())
        if (option->get_required() && option->count() == 0)
            throw Error(Fault::usage, {.place = title(command),
                                       .found = say("{} is missing", option->get_name()),
                                       .hint = help_for(command)});
}

void require_command(const CLI::App& app) {
    if (!app.get_subcommands().empty()) return;
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
    throw Error(Fault::usage, {.place = title(app),
                               .found = say("the command is missing"),
                               .expected = one_of(names),
                               .hint = help_for(app)});
}

// CLI11 says "--seed: ..." of an option without its value, "json ..." of a flag with one.
[[noreturn]] void reject_mismatch(const std::string& said) {
    const std::string name = said.substr(0, said.find_first_of(": "));
    const bool flag = !name.starts_with("-");
    throw Error(Fault::usage, {.place = flag ? "--" + name : name,
                               .found = flag ? say("takes no value") : say("the value is missing")});
}

}  // namespace

void require_own_file(const std::string& option, const std::string& file,
                      const std::vector<std::string>& others) {
    if (file.empty()) return;
    if (is_standard_output(file))
        throw Error(Fault::usage, {.place = option,
                                   .found = say("\"-\" is no file here"),
                                   .expected = say("the name of a file"),
                                   .hint = option + " ./-"});
    for (const std::string& other : others)
        if (!other.empty() && is_same_file(file, other))
            throw Error(Fault::usage, {.place = option,
                                       .found = say("\"{}\" is read or written as well", file),
                                       .expected = say("a file of its own")});
}

bool parse(CLI::App& app, int argc, char** argv) {
    app.allow_extras();
    for (CLI::App* command : app.get_subcommands(nullptr)) command->allow_extras();
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        print_to_stdout(app.help());
        return false;
    } catch (const CLI::CallForVersion&) {
        print_to_stdout(app.version() + "\n");
        return false;
    } catch (const CLI::RequiredError&) {  // what is unknown is the better message: it may be what is missing
    } catch (const CLI::ArgumentMismatch& error) {
        reject_mismatch(error.what());
    } catch (const CLI::ParseError& error) {
        throw Error(Fault::usage, {.place = "gradus", .found = error.what(), .hint = help_for(app)});
    }
    require_known_words(app);
    require_command(app);
    for (const CLI::App* command : app.get_subcommands()) {
        require_known_words(*command);
        require_arguments(*command);
    }
    return true;
}

CLI::Option* add_value(CLI::App& app, const std::string& option, const std::string& type,
                       const std::string& help, const std::function<void(const std::string&)>& read,
                       Times times) {
    const auto read_all = [option, type, read, times](const std::vector<std::string>& texts) {
        if (texts.size() > 1 && times == Times::once)
            throw Error(
                Fault::usage,
                {.place = option, .found = say("given {} times", texts.size()), .expected = say("once")});
        for (const std::string& text : texts) {
            read(text);
            if (text.empty() && type != "TEXT")
                throw Error(Fault::usage, {.place = option, .found = "\"\"", .expected = say("a value")});
        }
        return true;
    };
    return app.add_option(option, read_all, help)
        ->type_name(type)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_setting(CLI::App& app, Choices& to, const Setting& setting) {
    if (setting.values.empty())
        return app.add_flag_callback(
            option_of(setting.id), [&to, &setting] { setting.read(to, "yes"); }, say(setting.help));
    const std::string help =
        setting.names.empty() ? say(setting.help) : say("{}: {}", say(setting.help), one_of(setting.names));
    const bool typed = std::ranges::count(setting.names, setting.otherwise.english) > 0;  // a name is no word
    return add_value(app, option_of(setting.id), setting.values, help,
                     [&to, &setting](const std::string& text) { setting.read(to, text); })
        ->default_str(typed ? setting.otherwise.english : say(setting.otherwise));
}

CLI::Option* add_real(CLI::App& app, const std::string& option, std::optional<double>& to,
                      const std::string& help) {
    return add_value(app, option, "X", help,
                     [&to, option](const std::string& text) { to = real_number(option, text); });
}

}  // namespace gradus::cli
