// Which commands are there? Each adds itself to the program; its file has the rest.
#pragma once

namespace CLI {
class App;
}

namespace gradus::cli {

void add_train(CLI::App& app, int& status);
void add_seeds(CLI::App& app, int& status);

}  // namespace gradus::cli
