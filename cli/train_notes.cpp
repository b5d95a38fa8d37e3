#include "cli/train_notes.h"

#include "cli/model_options.h"
#include "cli/report.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/few_rows.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/prepared.h"

namespace gradus::cli {
namespace {

std::string why_nothing_is_set_aside(const Dataset& data) {
    const Index different = too_few_different_rows(data);
    if (different == 0)
        return say(
            "nothing can be set aside for validation: there are too few examples; what it is worth on "
            "others is not known");
    return say_count(different, "nothing can be set aside for validation: there is only {} different row",
                     "nothing can be set aside for validation: there are only {} different rows");
}

void note_folds(Terminal& terminal, const Problem& problem) {
    const Recipe& recipe = problem.recipe;
    const Index folds = fold_count(recipe);
    const bool all = problem.validation || recipe.member > 0;  // of a member, the fold validates
    const Index rows = problem.data.examples() - (all ? 0 : validation_examples(problem));
    const Index least = rows / folds;
    const std::string size =
        rows % folds == 0 ? say("{} examples", least) : say("{} or {} examples", least, least + 1);
    terminal.note(
        "folds",
        recipe.member > 0 ? say("number {} of {} is set aside: {}", recipe.member, folds, size)
        : recipe.ensemble > 1
            ? say("{} networks, each trained without one fold of {}: their answers are averaged", folds, size)
            : say("{} of {}, each judged by a network that is trained without it", folds, size));
    if (recipe.run.iterations == 0 && recipe.run.patience == 0)
        terminal.note("note", say("folds of fewer than {} examples do not stop the training early",
                                  fewest_validation_examples));
}

void note_validation(Terminal& terminal, const Problem& problem) {
    const Recipe& recipe = problem.recipe;
    if (!problem.validation && recipe.validation == 0) return;
    const Index examples = validation_examples(problem);
    if (examples == 0)
        terminal.note("note", why_nothing_is_set_aside(problem.data));
    else if (recipe.task != Task::encode && recipe.run.iterations == 0 && recipe.run.patience == 0)
        terminal.note(
            "note",
            say_count(examples, "{} validation example, fewer than {}: they do not stop the run early",
                      "{} validation examples, fewer than {}: they do not stop the run early",
                      fewest_validation_examples));
}

// Float would make one number of several: who reads the model elsewhere meets a double.
void note_kept_in_double(Terminal& terminal, const Features& features, const Target& target) {
    std::vector<std::string> names;
    for (const NumericFeature& feature : features.numeric)
        if (feature.in_double) names.push_back(feature.name);
    if (target.in_double && target.task != Task::reconstruct)  // its targets are the columns
        names.insert(names.end(), target.names.begin(), target.names.end());
    if (names.empty()) return;
    terminal.note("note", say("float is too coarse for the numbers of {}: they stay double in the model, "
                              "centred before anything else",
                              in_quotes(names)));
}

void note_without_effect(Terminal& terminal, const Features& features) {
    const std::vector<std::string> columns = features.without_effect();
    if (columns.empty()) return;
    terminal.note("note", columns.size() == 1
                              ? say("column {} has one value in all training rows: what it holds in "
                                    "others changes no answer",
                                    in_quotes(columns))
                              : say("columns {} have one value each in all training rows: what they "
                                    "hold in others changes no answer",
                                    in_quotes(columns)));
}

}  // namespace

Index validation_examples(const Problem& problem) {
    if (problem.validation) return problem.validation->examples();
    return gradus::validation_examples(problem.data, problem.recipe);
}

void note_what_judges(Terminal& terminal, const Problem& problem, const std::optional<Index>& patience) {
    if (fold_count(problem.recipe) > 0) return note_folds(terminal, problem);
    note_validation(terminal, problem);
    const Index iterations = problem.recipe.run.iterations;
    if (patience && iterations > 0)
        terminal.note("note", say("--patience {} stops nothing: the run makes exactly {}", *patience,
                                  say_count(iterations, "{} update", "{} updates")));
    else if (patience && problem.recipe.validation == 0 && !problem.validation)
        terminal.note("note", say("--patience {} stops nothing: no example is set aside", *patience));
}

void note_unlabelled(Terminal& terminal, const Problem& problem) {
    if (problem.recipe.pretraining.kind == Pretrain::none) return;
    Index rows = 0;
    for (const Table& table : problem.data.unlabelled) rows += table.rows;
    if (rows > 0)
        terminal.note("note", say_count(rows, "{} row without a label serves the pre-training",
                                        "{} rows without a label serve the pre-training"));
}

void note_columns(Terminal& terminal, const Problem& problem, const Features& features,
                  const Target& target) {
    if (problem.validation) {
        const Table& table = problem.validation->table;
        note_unknown(terminal, Encoder(features, table), table.rows);
    }
    if (!problem.recipe.from.empty()) {
        const Encoder encoder(features, problem.data.table);
        note_unused(terminal, encoder);
        note_unknown(terminal, encoder, problem.data.examples());
    }
    note_kept_in_double(terminal, features, target);
    note_without_effect(terminal, features);
}

}  // namespace gradus::cli
