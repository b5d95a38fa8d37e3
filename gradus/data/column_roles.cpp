#include "gradus/data/column_roles.h"

#include <algorithm>
#include <charconv>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/csv.h"

namespace gradus {

std::string option_for(const char* id, const std::string& name) {
    const std::string word = shell_word(csv_field(name));
    const bool bare = word == name;
    return setting(id) + (bare ? " \"" + word + "\"" : " " + word);
}

namespace {

// An array has its labels in a file of their own; a model that learned them calls them "label", or
// "label1", "label2", ...
void require_labels_of_array(const Table& table, const std::vector<std::string>& targets) {
    if (!table.is_array || table.label >= 0) return;
    const auto of_labels = [](const std::string& name) { return name.starts_with("label"); };
    if (!targets.empty() && !std::ranges::all_of(targets, of_labels)) return;
    throw Error(Fault::input, {.place = table.name,
                               .found = table.divisor != 1 ? say("these images have no labels")
                                                           : say("this array has no labels"),
                               .expected = say("a file with the label of each example"),
                               .hint = say("{} FILE, or {} N if column N is what to predict",
                                           setting("labels"), setting("target"))});
}

// A column that says something about its row, and is nothing to learn from.
std::size_t place_beside(const Table& table, const char* id, const std::string& name) {
    if (table.length > 0 || table.divisor != 1)
        throw Error(Fault::input, {.place = setting(id),
                                   .found = say("the columns of {} are {}", table.name,
                                                table.length > 0 ? say("places of a series") : say("pixels")),
                                   .expected = say("a table")});
    return column_place(table, name);
}

[[noreturn]] void refuse_column(const char* id, const std::string& name, const std::string& what) {
    throw Error(Fault::input, {.place = setting(id), .found = say("column \"{}\" is {}", name, what)});
}

bool has_column(const Table& table, const std::string& name) {
    return std::ranges::count(table.columns, name, &Column::name) > 0;
}

// By its name; by its number where that is not another column here, the target.
bool can_be_ignored(const Table& table, const std::string& name, const std::vector<std::string>& targets) {
    if (has_column(table, name)) return true;
    const auto number = number_in(name);
    return number && *number >= 1 && *number <= double(table.columns.size()) &&
           std::ranges::count(targets, table.columns[static_cast<std::size_t>(*number) - 1].name) == 0;
}

void take_columns_beside(const Table& table, const ColumnChoices& choices, std::vector<Role>& roles) {
    if (!choices.group.empty()) roles[place_beside(table, "group", choices.group)] = Role::group;
    if (choices.weight.empty() || (choices.weight_may_lack && !has_column(table, choices.weight))) return;
    Role& role = roles[place_beside(table, "weight", choices.weight)];
    if (role == Role::group) refuse_column("weight", choices.weight, say("the group as well"));
    role = Role::weight;
}

void require_role_of_target(Role role, const std::string& name) {
    if (role == Role::ignored) refuse_column("target", name, say("ignored as well"));
    if (role == Role::target) refuse_column("target", name, say("there twice"));
    if (role == Role::group) refuse_column("target", name, say("the group as well"));
    if (role == Role::weight) refuse_column("target", name, say("the weight as well"));
}

// The columns to predict: those that were said, those of the file's labels, else the last.
std::vector<std::size_t> take_targets(const Table& table, const ColumnChoices& choices,
                                      std::vector<Role>& roles) {
    std::vector<std::size_t> targets;
    for (const std::string& name : choices.targets) {
        const std::size_t place = column_place(table, name);
        require_role_of_target(roles[place], name);
        targets.push_back(place);
        roles[place] = Role::target;
    }
    if (targets.empty() && table.label >= 0)
        for (Index i = 0; i < table.label_columns; ++i) {
            targets.push_back(static_cast<std::size_t>(table.label + i));
            require_role_of_target(roles[targets.back()], table.columns[targets.back()].name);
        }
    if (targets.empty()) {
        for (std::size_t i = table.columns.size(); i-- > 0 && targets.empty();)
            if (roles[i] == Role::feature || roles[i] == Role::category) targets.push_back(i);
    }
    for (const std::size_t place : targets) roles[place] = Role::target;
    return targets;
}

// Nothing is to be predicted: what the file says is the label is not learned from either.
void leave_out_labels(const Table& table, const ColumnChoices& choices, std::vector<Role>& roles,
                      std::vector<std::string>& notes) {
    if (!choices.targets.empty())
        throw Error(Fault::usage, {.place = setting("target"),
                                   .found = say("nothing is to be predicted: all columns are inputs"),
                                   .hint = option_for("ignore", choices.targets.front())});
    if (table.label < 0) return;
    for (Index i = 0; i < table.label_columns; ++i)
        roles[static_cast<std::size_t>(table.label + i)] = Role::ignored;
    notes.push_back(say("the labels are left out: nothing is to be predicted"));
}

// What counts the rows says nothing about them, unless somebody wants it.
void ignore_counters(const Table& table, std::vector<Role>& roles, std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < roles.size(); ++i)
        if (table.columns[i].counts_rows && roles[i] == Role::feature) {
            roles[i] = Role::ignored;
            notes.push_back(
                i == 0 ? say("the first column is left out: it has no name and numbers the rows")
                       : say("column {} is left out: it numbers the rows", in_quotes(table.columns[i].name)));
        }
}

}  // namespace

std::size_t column_place(const Table& table, const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].name == name) return i;
        names.push_back(table.columns[i].name);
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size() && 1 <= number && number <= names.size())
        return number - 1;
    std::string near = did_you_mean(name, names);
    for (const std::string& other : names)  // a list was cut at the comma of a name
        if (other.starts_with(name + ",")) near = say("quote its comma: {}", shell_word(csv_field(other)));
    throw Error(Fault::input, {.place = table.name,
                               .found = say("there is no column \"{}\"", name),
                               .expected = names.size() <= 12 && near.empty() ? one_of(names) : "",
                               .hint = near.empty() && table.unnamed && !table.is_array && table.length == 0
                                           ? say("{} if the first row is names", setting("header", "yes"))
                                           : near});
}

Roles roles_of(const Table& table, const ColumnChoices& choices, std::vector<std::string>& notes) {
    const bool none = choices.labels == Labels::none;
    if (!none) require_labels_of_array(table, choices.targets);
    Roles all{.of = std::vector<Role>(table.columns.size(), Role::feature)};
    std::vector<Role>& roles = all.of;
    for (const std::string& name : choices.categorical) roles[column_place(table, name)] = Role::category;
    for (const std::string& name : choices.ignored)
        if (!choices.ignored_may_lack || can_be_ignored(table, name, choices.targets))
            roles[column_place(table, name)] = Role::ignored;
    take_columns_beside(table, choices, roles);
    if (none) {
        leave_out_labels(table, choices, roles, notes);
    } else {
        all.targets = take_targets(table, choices, roles);
    }
    ignore_counters(table, roles, notes);
    return all;
}

}  // namespace gradus
