// What can the program do? This is the list of its commands.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <new>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/language.h"
#include "cli/ranks.h"
#include "cli/same_everywhere.h"
#include "cli/terminal.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus::cli {

static int run_alone_or_together(const Command& command) {
    const std::string name = command.arguments->get_name();
    const std::vector<std::string> together{"train", "seeds", "tune"};
    if (ranks().count() > 1 && std::ranges::find(together, name) == together.end())
        throw Error(Fault::usage, {.place = "gradus-mpi " + name,
                                   .found = say("{} processes, which {} divide among them", ranks().count(),
                                                listed(together)),
                                   .hint = say("without mpirun")});
    require_same_program();
    return command.run();
}

static int run(int argc, char** argv) {
    CLI::App app{say("Small neural networks that you can understand, trust and ship"), "gradus"};
    app.formatter(std::make_shared<HelpLayout>());
    app.option_defaults()->group(say("Options"));
    app.set_help_flag("-h,--help", say("print this"));
    app.set_version_flag("--version", "gradus " GRADUS_VERSION)->description(say("print the version"));
    add_language_option(app);
    app.require_subcommand(1);
    app.footer(say("Examples") +
               "\n"
               "  gradus train xor\n"
               "  gradus help train");

    const std::vector<Command> commands{train_command(app),   predict_command(app),    evaluate_command(app),
                                        compare_command(app), importance_command(app), summary_command(app),
                                        explain_command(app), seeds_command(app),      tune_command(app),
                                        doctor_command(app),  export_command(app),     page_command(app),
                                        sample_command(app),  help_command(app)};
    if (!parse(app, argc, argv)) return 0;
    for (const Command& command : commands)
        if (command.arguments->parsed()) return run_alone_or_together(command);
    return 0;
}

// One sentence, whatever the number of ranks.
static int fail(const std::string& sentence, int status) {
    const std::string speaker = let_the_first_speak();
    print_error(speaker.empty() ? sentence : say("{}: {}", speaker, sentence));
    end_all(status);
    return status;
}

}  // namespace gradus::cli

int main(int argc, char** argv) {
    std::signal(SIGPIPE,
                SIG_IGN);  // a reader that goes away, as head does, ends the program through ReaderGone
    std::signal(SIGXFSZ, SIG_IGN);  // so is a file that becomes larger than allowed (ulimit -f)
    try {
        gradus::cli::choose_language(argc, argv);
        gradus::cli::ranks();
        return gradus::cli::run(argc, argv);
    } catch (const gradus::Error& error) {
        return gradus::cli::fail(error.with_options(), static_cast<int>(error.fault()));
    } catch (const gradus::cli::ReaderGone&) {
        return 128 + SIGPIPE;  // in silence, as a program ends that the signal ends
    } catch (const std::bad_alloc&) {
        return gradus::cli::fail(
            gradus::say("not enough memory (hint: fewer --examples, a smaller --net or --batch)"),
            static_cast<int>(gradus::Fault::input));
    } catch (const std::exception& error) {
        return gradus::cli::fail(error.what(), 1);
    }
}
