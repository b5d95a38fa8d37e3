// Which commands are there? Each adds itself to the program; its file has the rest.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace gradus::cli {

struct Command {
    CLI::App* arguments;
    std::function<int()> run;  ///< once the command line is read; returns the exit status
};

Command train_command(CLI::App& app);
Command predict_command(CLI::App& app);
Command evaluate_command(CLI::App& app);
Command compare_command(CLI::App& app);
Command importance_command(CLI::App& app);
Command summary_command(CLI::App& app);
Command explain_command(CLI::App& app);
Command seeds_command(CLI::App& app);
Command tune_command(CLI::App& app);
Command doctor_command(CLI::App& app);
Command export_command(CLI::App& app);
Command page_command(CLI::App& app);
Command sample_command(CLI::App& app);
Command help_command(CLI::App& app);

}  // namespace gradus::cli
