#include "cli/language.h"

#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "gradus/core/say.h"

namespace gradus::cli {

extern const char* const words_zh;

namespace {

std::string_view in_chinese(std::string_view english) {
    static const Catalogue catalogue = read_catalogue(words_zh);
    const auto found = catalogue.find(english);
    return found == catalogue.end() ? std::string_view{} : found->second;
}

std::string language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != 0) return value;
    }
    return "";
}

}  // namespace

void choose_language(int argc, char** argv) {
    std::string language = language_of_environment();
    bool json = false, next = false;
    for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc))) {
        constexpr std::string_view option = "--language";
        if (word == "--") break;
        if (next) language = word;
        if (word.starts_with("--language=")) language = word.substr(option.size() + 1);
        next = word == option;
        json = json || word == "--json";
    }
    set_language(!json && language.starts_with("zh") ? in_chinese : nullptr);
}

void add_language_option(CLI::App& app) {
    add_value(app, "--language", "en|zh",
              say("of help, notes and errors; what is printed on stdout while training stays, and --json is "
                  "English"),
              [](const std::string& text) {
                  name_index("--language", text, {"en", "zh"});
              })
        ->default_str(say("as LC_ALL, LC_MESSAGES or LANG"));
}

}  // namespace gradus::cli
