#include "cli/help.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"

namespace gradus::cli {
namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t text_column = 25;

std::string option_row(const CLI::Option& option) {
    std::string label = option.get_name(false, true);
    if (option.get_type_size() > 0) label += " " + option.get_type_name();
    std::string text = option.get_description();
    if (!option.get_default_str().empty()) text += " [" + option.get_default_str() + "]";
    return help_row(label, text);
}

// What it is, how it is called, and what its arguments are.
std::string head(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    if (parent == nullptr) return say("{}\n\nUsage: {} COMMAND ...\n", app.get_description(), app.get_name());
    const std::string name = parent->get_name() + " " + app.get_name();
    std::string usage = name;
    std::string arguments;
    for (const bool required : {false, true})  // [MODEL] DATA
        for (const CLI::Option* option :
             app.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
            if (option->get_required() != required) continue;
            usage += required ? " " + option->get_name() : " [" + option->get_name() + "]";
            arguments += help_row(option->get_name(), option->get_description());
        }
    return say("{}: {}\n\nUsage: {} [options]\n\n", name, app.get_description(), usage) + arguments;
}

std::string commands(const CLI::App& app) {
    std::string text;
    for (const CLI::App* command : app.get_subcommands(nullptr))
        text += help_row(command->get_name(), command->get_description());
    return text.empty() ? "" : "\n" + say("Commands") + "\n" + text;
}

std::string options(const CLI::App& app) {
    std::string text;
    std::vector<std::string> groups = app.get_groups();  // the first is that of --help, which belongs last
    std::rotate(groups.begin(), groups.begin() + 1, groups.end());
    for (const std::string& group : groups) {
        if (group.empty()) continue;  // hidden
        std::string rows;
        for (const CLI::Option* option : app.get_options())
            if (option->get_group() == group && option->nonpositional()) rows += option_row(*option);
        if (!rows.empty()) text.append("\n").append(group).append("\n").append(rows);
    }
    return text;
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(display_width(text));
}

}  // namespace

std::string help_row(const std::string& label, const std::string& text) {
    std::string line = "  " + label;
    std::string rows;
    const auto end_line = [&] {
        rows += line + "\n";
        line.clear();
    };
    if (columns_of(line) + 1 >= text_column) end_line();
    for (const Piece& piece : pieces_of(text)) {
        const std::size_t gap = piece.behind_blank ? 1 : 0;
        if (columns_of(line) >= text_column && columns_of(line) + gap + columns_of(piece.text) > line_width)
            end_line();
        const std::size_t begun = columns_of(line);
        line += std::string(begun < text_column ? text_column - begun : gap, ' ') + piece.text;
    }
    end_line();
    return rows;
}

std::string HelpLayout::make_help(const CLI::App* app, std::string /*name*/,
                                  CLI::AppFormatMode /*mode*/) const {
    return head(*app) + commands(*app) + options(*app) + "\n" + app->get_footer() + "\n";
}

Command help_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("help", say("how is a command used?"));
    const auto name = std::make_shared<std::string>();
    command->add_option("COMMAND", *name, say("which one; without it, the help of the program"));
    add_language_option(*command);
    command->footer(say("Examples") +
                    "\n  gradus help train\n"
                    "  gradus help explain");
    return {command, [&app, name] {
                std::vector<std::string> names;
                const std::vector<CLI::App*> commands = app.get_subcommands(nullptr);
                for (const CLI::App* each : commands) names.push_back(each->get_name());
                const CLI::App* wanted =
                    name->empty() ? &app : commands[name_index("gradus help", *name, names)];
                print_to_stdout(wanted->get_formatter()->make_help(wanted, "", CLI::AppFormatMode::Normal));
                return 0;
            }};
}

}  // namespace gradus::cli
