// What can the program do? This is the list of its commands.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "gradus/error.h"

namespace {

int run(int argc, char** argv) {
    CLI::App app{"Small neural networks that you can understand, trust and ship", "gradus"};
    app.set_version_flag("--version", "gradus " GRADUS_VERSION);
    app.require_subcommand(1);
    app.footer("gradus COMMAND --help explains a command.\nTry: gradus train xor");

    int status = 0;
    gradus::cli::add_train(app, status);
    gradus::cli::add_seeds(app, status);

    gradus::cli::parse(app, argc, argv);
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const int status = run(argc, argv);
        if (std::fflush(stdout) == 0) return status;
        throw gradus::Error(gradus::Fault::input, {.place = "standard output", .found = "cannot be written"});
    } catch (const gradus::Error& error) {
        gradus::cli::print_error(error.what());
        return static_cast<int>(error.fault());
    } catch (const std::bad_alloc&) {
        gradus::cli::print_error("not enough memory (hint: fewer --examples, a smaller --net or --batch)");
        return static_cast<int>(gradus::Fault::input);
    } catch (const std::exception& error) {
        gradus::cli::print_error(error.what());
        return 1;
    }
}
