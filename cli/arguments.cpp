#include "cli/arguments.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "gradus/nn/words.h"

namespace gradus::cli {

// Everything that may follow `gradus` or `gradus COMMAND`, for "did you mean".
static std::vector<std::string> known_words(const CLI::App& app) {
    std::vector<std::string> words;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    for (const CLI::App* command : app.get_subcommands(nullptr)) words.push_back(command->get_name());
    return words;
}

[[noreturn]] static void reject_extra(const CLI::App& app, const std::string& word) {
    const std::vector<std::string> words = known_words(app);
    const bool option = word.starts_with("-");
    const std::string hint = did_you_mean(word.substr(0, word.find('=')), words);
    const std::string help =
        app.get_parent() == nullptr ? "gradus --help" : "gradus " + app.get_name() + " --help";
    throw Error(Fault::usage, {.place = word,
                               .found = option ? "there is no such option" : "is one argument too many",
                               .hint = hint.empty() ? help : hint});
}

static std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

void parse(CLI::App& app, int argc, char** argv) {
    for (CLI::App* command : app.get_subcommands(nullptr)) command->allow_extras();
    app.allow_extras();
    app.parse_complete_callback([&app] {
        if (!app.remaining().empty()) {
            const std::string word = app.remaining().front();
            throw Error(Fault::usage, {.place = word,
                                       .found = word.starts_with("-") ? "there is no such option"
                                                                      : "there is no such command",
                                       .hint = [&] {
                                           const std::string near = did_you_mean(word, known_words(app));
                                           return near.empty() ? "gradus --help" : near;
                                       }()});
        }
    });
    for (CLI::App* command : app.get_subcommands(nullptr))
        command->parse_complete_callback([command] {
            if (!command->remaining().empty()) reject_extra(*command, command->remaining().front());
        });
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help_or_version) {
        app.exit(help_or_version);
        std::fflush(stdout);
        std::exit(0);  // NOLINT(concurrency-mt-unsafe): no other thread runs yet
    } catch (const CLI::RequiredError& missing) {
        throw Error(Fault::usage,
                    {.place = "gradus", .found = first_line(missing.what()), .hint = "gradus --help"});
    } catch (const CLI::ParseError& error) {
        throw Error(Fault::usage, {.place = "gradus", .found = first_line(error.what())});
    }
}

double real_number(const std::string& option, const std::string& text) {
    const double value = to_number(text);
    if (std::isnan(value))
        throw Error(Fault::usage,
                    {.place = option, .found = '"' + text + '"', .expected = "a finite number"});
    return value;
}

Index whole_number(const std::string& option, const std::string& text, Index low, Index high) {
    const double value = to_number(text);
    if (value == std::floor(value) && double(low) <= value && value <= double(high))
        return static_cast<Index>(value);
    throw Error(Fault::usage,
                {.place = option,
                 .found = '"' + text + '"',
                 .expected = "a whole number from " + std::to_string(low) + " to " + std::to_string(high)});
}

std::size_t name_index(const std::string& option, const std::string& text,
                       const std::vector<std::string>& names) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw Error(Fault::usage, {.place = option,
                                   .found = '"' + text + '"',
                                   .expected = one_of(names),
                                   .hint = did_you_mean(text, names)});
    return static_cast<std::size_t>(found - names.begin());
}

CLI::Option* add_real(CLI::App& app, const std::string& option, std::optional<double>& to,
                      const std::string& help) {
    const auto read = [&to, option](const std::string& text) { to = real_number(option, text); };
    return app.add_option_function<std::string>(option, read, help)->type_name("X");
}

}  // namespace gradus::cli
