// Which options say how to train? The same for train, seeds and whatever else starts a run.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>

#include "cli/data_options.h"
#include "cli/terminal.h"
#include "gradus/model/model.h"
#include "gradus/model/recipe.h"
#include "gradus/model/trial.h"

namespace gradus::cli {

/// What is to be done, once everything about it is known.
struct Problem {
    Dataset data;
    Recipe recipe = {};
    AnyMembers members = {};             ///< networks of its ensemble that are trained already
    DataOptions source = {};             ///< how the data was read: as was typed, or as in the run of `saved`
    std::optional<AnyModel> saved = {};  ///< the network it is about, when a model was named
    std::optional<Dataset> validation = {};  ///< from a file of its own
    std::string recipe_as_typed =
        {};  ///< its words with the files as they were typed, which lead there from here
};

/// A task that a command has nothing to say about.
struct RefusedTask {
    Task task;
    Phrase why;
};

struct TrainingOptions {
    DataOptions source;
    Choices choices;
    std::optional<Index> threads;  ///< at most so many; empty: all cores
    TerminalSettings terminal;
    std::string model = {};            ///< a saved network, for commands that look at one; empty: none
    bool allow_external = false;       ///< of the model that is read, as of `read_model`
    std::string with_model = {};       ///< how a command that trains is given a model: "DATA --from MODEL"
    bool plan = false;                 ///< --plan: nothing is trained, and so no recipe is tried
    bool stays_shared = false;         ///< --share yes: by several processes, also of several networks
    bool same_run = false;             ///< of MODEL: its run again, on the same data; else updates behind it
    bool takes_machines = false;       ///< MODEL may be one of machines alone, that makes no update
    const AnyModel* resume = nullptr;  ///< the run goes on from its state
    const AnyModel* from = nullptr;    ///< training begins with its weights and features
    std::string from_file = {};        ///< where it was read
    bool looks_at_one = false;         ///< of an ensemble the command takes one member
    std::optional<Index> member = {};  ///< which, from 1
    std::vector<RefusedTask> refused = {};  ///< tasks of which the command knows nothing

    /// The data, and the recipe that follows from it and the choices. Throws Error when an option is wrong by
    /// itself, there is no such data, an option does not fit the data, or the memory is too small.
    [[nodiscard]] Problem problem(Terminal& terminal) const;

    /// DATA and the options as they were typed, for another command.
    [[nodiscard]] std::string words(DataOptions::Files files = DataOptions::Files::as_typed) const;

    /// `threads`, but not more than there are cores.
    [[nodiscard]] Index most_threads() const;

    /// What was said about this data: columns by their names.
    [[nodiscard]] Choices said_about(const Problem& problem) const;

    /// The words of the problem's recipe, with the files as they were typed.
    [[nodiscard]] std::string as_typed(const Problem& problem) const;

private:
    void take_member(Terminal& terminal, Problem& problem) const;
    [[nodiscard]] bool goes_on(const Recipe& known) const;
    [[nodiscard]] Problem problem_of(std::optional<AnyModel> saved, Terminal& terminal) const;
    void require_known_task(const std::string& place, std::optional<Task> task) const;
    [[nodiscard]] DataOptions data_options(const Recipe* known) const;
    [[nodiscard]] Choices said() const;
    [[nodiscard]] std::string said_everywhere(const Problem& problem) const;
    [[nodiscard]] Recipe recipe_for(const Problem& problem) const;
};

void add_training_options(CLI::App& command, TrainingOptions& options);

/// --pretrain and what belongs to it, --unlabelled.
void add_pretraining_options(CLI::App& command, TrainingOptions& options);

/// One network of a model that may be an ensemble: the member that was asked for; where none was, the first
/// with a note, or an Error (input) when there is no terminal to say so. `place` is the model's file.
AnyModel one_network(AnyModel model, const std::optional<Index>& member, const std::string& place,
                     Terminal* terminal);

/// --member K.
void add_member_option(CLI::App& command, TrainingOptions& options, const std::string& help);

/// The same, where DATA may stand behind the file of a MODEL.
void add_model_or_training_options(CLI::App& command, TrainingOptions& options);

/// The end of the help of train: what the truth tables start from, the layers of --net.
std::string training_footer();

/// The end of the help of another command with these options: their names alone, which its help then leaves
/// out.
std::string as_for_train(CLI::App& command);

}  // namespace gradus::cli
