#include "gradus/doctor/folds.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/data/folds.h"
#include "gradus/model/dealing.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/settings.h"
#include "gradus/model/training.h"

namespace gradus {
namespace {

constexpr Index count_of_folds = 5;

std::size_t place(Index i) {
    return static_cast<std::size_t>(i);
}

template <class V>
std::vector<V> of_rows(const std::vector<V>& of, const std::vector<Index>& rows) {
    std::vector<V> result;
    if (of.empty()) return result;
    for (const Index j : rows) result.push_back(of[place(j)]);
    return result;
}

// The answers of one fold in their places among those of all.
void put(const Answers& part, const std::vector<Index>& rows, Answers& all, Index examples) {
    if (all.values.empty()) {
        all.values = Matrix<double>(part.values.rows(), examples);
        all.classes.resize(part.classes.empty() ? 0 : place(examples));
        all.losses.resize(place(examples));
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
        std::copy_n(part.values.view().column(static_cast<Index>(k)), part.values.rows(),
                    all.values.view().column(rows[k]));
        if (!part.classes.empty()) all.classes[place(rows[k])] = part.classes[k];
        all.losses[place(rows[k])] = part.losses[k];
    }
}

// How many epochs cost least on the other folds, in the mean; 0 where they have no costs.
Index epochs_by_others(const std::vector<std::vector<CurvePoint>>& curves, std::size_t own) {
    std::map<Index, double> steps;  // by how much the sum of the others' costs changes at the end of an epoch
    for (std::size_t k = 0; k < curves.size(); ++k) {
        if (k == own) continue;
        double before = 0;
        for (const CurvePoint& point : curves[k]) {
            if (!point.validation_cost) return 0;
            steps[point.epoch] += *point.validation_cost - before;
            before = *point.validation_cost;
        }
        if (curves[k].empty()) return 0;
    }
    Index best = 0;
    double sum = 0, least = std::numeric_limits<double>::infinity();
    for (const auto& [epoch, step] : steps) {
        sum += step;
        if (!(sum < least)) continue;
        least = sum;
        best = epoch + 1;
    }
    return best;
}

// The recipe of a member that is trained for so many epochs, at the rates of its first run.
Recipe for_epochs(Recipe member, Index epochs, Index examples) {
    RunSettings& run = member.run;
    run.scheduled_over = planned_updates(run, examples);
    run.epochs = epochs;
    run.patience = 0;
    return member;
}

}  // namespace

Dataset rows_of(const Dataset& data, const std::vector<Index>& rows) {
    Dataset part = data;
    part.unlabelled.clear();
    part.Y = select(data.Y, rows);
    part.table.rows = static_cast<Index>(rows.size());
    part.table.lines = {};
    for (Column& column : part.table.columns) {
        column.numbers = of_rows(column.numbers, rows);
        column.codes = of_rows(column.codes, rows);
    }
    part.weights = of_rows(data.weights, rows);
    part.times = of_rows(data.times, rows);
    part.together.clear();
    std::unordered_map<Index, Index> first;  // of each unit, among these rows
    for (std::size_t k = 0; k < rows.size() && !data.together.empty(); ++k)
        part.together.push_back(
            first.emplace(data.together[place(rows[k])], static_cast<Index>(k)).first->second);
    return part;
}

template <class T>
std::optional<FoldAnswers> ask_by_folds(const Dataset& data, const Recipe& recipe,
                                        const std::stop_token& stop) {
    std::vector<Index> all(place(data.examples()));
    std::iota(all.begin(), all.end(), Index{0});
    Choices choices = choices_of(recipe);
    if (!choices.validation_file.empty() || recipe.ensemble > 1) choices.validation.reset();
    choices.validation_file.clear();
    choices.ensemble = 1;
    choices.folds.reset();
    FoldAnswers asked;
    try {
        const std::vector<Index> fold = folds(data, all, count_of_folds, RandomState(recipe.data_seed));
        for (Index k = 0; k < count_of_folds; ++k) {
            std::vector<Index> inside, outside;
            for (const Index j : all) (fold[place(j)] == k ? outside : inside).push_back(j);
            const Dataset part = rows_of(data, inside);
            Recipe of_part = make_recipe(choices, part);
            of_part.retrain = false;
            of_part.run.threads = recipe.run.threads;
            const Trained<T> trained =
                train<T>(part, of_part, {.linear = [](const Evaluation&) {}, .stop = stop});
            if (trained.interrupted || !trained.linear) return {};
            put(answers<T>(trained.model, data, outside), outside, asked.network, data.examples());
            put(answers<T>(trained.linear->model, data, outside), outside, asked.linear, data.examples());
        }
    } catch (const Error&) {
        return {};
    }
    return asked;
}

template <class T>
Answers stopped_by_other_folds(const Dataset& data, const Recipe& recipe,
                               const std::vector<std::vector<CurvePoint>>& curves,
                               const std::stop_token& stop) {
    const std::vector<Index> fold = folds_of(data, recipe);
    std::vector<Answers> of_fold(curves.size());
    const auto count = static_cast<Index>(curves.size());
    Ranks* const together = data.table.shared_by;
    const Index at_once =
        together != nullptr ? 1 : std::min(count, runs_at_once(data, recipe, recipe.run.threads));
    const auto train_again = [&](Index k, const auto& /*meanwhile*/,
                                 const std::stop_token& asked) -> std::optional<Answers> {
        const Recipe member = member_recipe(recipe, k + 1);
        const Index epochs = epochs_by_others(curves, place(k));
        if (epochs == 0) return {};
        Recipe again = for_epochs(member, epochs, std::ssize(division(data, member).training));
        again.run.threads = std::max<Index>(1, recipe.run.threads / at_once);
        Answers said;
        const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
            said = answers<T>(trained.model, prepared.validation());
        };
        if (train<T>(data, again, {.stop = asked, .ranks = together}, conclude).interrupted) return {};
        return said;
    };
    try {
        const bool done =
            do_here<Answers>({.count = count,
                              .threads = at_once,
                              .stop = stop,
                              .together = together,
                              .work = train_again,
                              .keep = [&](Index k, Answers said) { of_fold[place(k)] = std::move(said); }});
        if (!done) return {};
    } catch (const Error&) {
        return {};
    }
    Answers all;
    for (Index k = 0; k < count; ++k) {
        std::vector<Index> outside;
        for (std::size_t i = 0; i < fold.size(); ++i)
            if (fold[i] == k) outside.push_back(static_cast<Index>(i));
        put(of_fold[place(k)], outside, all, std::ssize(fold));
    }
    return all;
}

template Answers stopped_by_other_folds<float>(const Dataset&, const Recipe&,
                                               const std::vector<std::vector<CurvePoint>>&,
                                               const std::stop_token&);
template Answers stopped_by_other_folds<double>(const Dataset&, const Recipe&,
                                                const std::vector<std::vector<CurvePoint>>&,
                                                const std::stop_token&);
template std::optional<FoldAnswers> ask_by_folds<float>(const Dataset&, const Recipe&,
                                                        const std::stop_token&);
template std::optional<FoldAnswers> ask_by_folds<double>(const Dataset&, const Recipe&,
                                                         const std::stop_token&);

}  // namespace gradus
