#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "gradus/core/say.h"
#include "gradus/doctor/findings.h"

namespace gradus::findings {
namespace {

constexpr double conflict = 0.05;  // of the rows in doubt, or of the sum of squares
constexpr double shared = 0.1;     // of the rows set aside
constexpr Index fewest = 5;        // rows: fewer are a chance

std::vector<Index> units_of(const Dataset& data) {
    return data.group_name.empty() ? data.together : equal_rows(data.table);
}

// The rows to learn from in sets of equal ones, each set of two at least.
std::vector<std::vector<Index>> equal_sets(const Rows& rows) {
    const std::vector<Index> unit = units_of(*rows.data);
    if (unit.empty()) return {};
    std::map<Index, std::vector<Index>> members;
    for (const Index j : rows.parts.training) members[unit[static_cast<std::size_t>(j)]].push_back(j);
    std::vector<std::vector<Index>> sets;
    for (auto& [first, of] : members)
        if (of.size() > 1) sets.push_back(std::move(of));
    return sets;
}

Index not_of_the_most_frequent(const std::vector<Index>& set, const Matrix<double>& Y) {
    std::map<double, Index> counts;
    Index most = 0;
    for (const Index j : set) most = std::max(most, ++counts[Y(0, j)]);
    return static_cast<Index>(set.size()) - most;
}

// The sum of squared distances to the mean.
double squares_around_mean(const std::vector<Index>& set, const Matrix<double>& Y) {
    double mean = 0, squares = 0;
    for (const Index j : set) mean += Y(0, j) / double(set.size());
    for (const Index j : set) squares += (Y(0, j) - mean) * (Y(0, j) - mean);
    return squares;
}

struct Sides {
    Index aside = 0, equal = 0;       ///< rows set aside, and those that stand on the other side too
    Index learned = 0, distinct = 0;  ///< rows to learn from, and how many are different
};

Sides compare_sides(const std::vector<Index>& unit, const std::vector<Index>& training,
                    const std::vector<Index>& aside) {
    std::set<Index> learned;
    for (const Index j : training) learned.insert(unit[static_cast<std::size_t>(j)]);
    Sides sides{.aside = static_cast<Index>(aside.size()),
                .learned = static_cast<Index>(training.size()),
                .distinct = static_cast<Index>(learned.size())};
    for (const Index j : aside)
        if (learned.contains(unit[static_cast<std::size_t>(j)])) ++sides.equal;
    return sides;
}

}  // namespace

Found conflicting_rows(const Case& c) {
    const Task task = c.measured.recipe.task;
    if (c.rows == nullptr || task == Task::multilabel || c.rows->data->Y.rows() != 1) return {};
    if (constant_inputs(c)) return {};  // all rows are equal, and that is said
    const Matrix<double>& Y = c.rows->data->Y;
    const std::vector<Index>& all = c.rows->parts.training;
    Index wrong = 0, rows = 0;
    double pure_error = 0;
    for (const std::vector<Index>& set : equal_sets(*c.rows)) {
        const Index here = not_of_the_most_frequent(set, Y);
        if (here == 0) continue;
        wrong += here;
        rows += static_cast<Index>(set.size());
        pure_error += squares_around_mean(set, Y);
    }
    const bool values = task == Task::regress;
    const double share =
        values ? pure_error / squares_around_mean(all, Y) : double(wrong) / double(all.size());
    if (rows < fewest || !(share >= conflict)) return {};
    return Finding{
        .sentence = values ? say("Rows that are equal to the network have different targets.")
                           : say("Rows that are equal to the network have different labels."),
        .evidence =
            values
                ? say("{} of {} rows; whoever gives equal rows equal answers reaches R2 {:.4f} at most", rows,
                      all.size(), 1 - share)
                : say("{} of {} rows; whoever gives equal rows equal answers reaches accuracy {:.4f} at most",
                      rows, all.size(), 1 - share)};
}

Found equal_rows_on_both_sides(const Case& c) {
    if (c.rows == nullptr) return {};
    const Dataset& data = *c.rows->data;
    Sides sides;
    if (c.rows->validation != nullptr) {
        const std::vector<Index> unit = equal_rows(data.table, c.rows->validation->table);
        if (unit.empty()) return {};
        std::vector<Index> aside;
        for (Index j = 0; j < c.rows->validation->examples(); ++j) aside.push_back(data.examples() + j);
        sides = compare_sides(unit, c.rows->parts.training, aside);
    } else {
        const std::vector<Index> unit = units_of(data);
        if (unit.empty()) return {};
        sides = compare_sides(unit, c.rows->parts.training, c.rows->parts.validation);
    }
    const bool few_are_different = sides.distinct * 2 < sides.learned;  // categories: equal rows are usual
    if (sides.equal < fewest || double(sides.equal) < shared * double(sides.aside) || few_are_different)
        return {};
    return Finding{.sentence = say("Rows to learn from were set aside as well: they judge nothing."),
                   .evidence = say("{} of the {} rows set aside are equal, in every column, to one that it "
                                   "learned from",
                                   sides.equal, sides.aside)};
}

}  // namespace gradus::findings
