#include "gradus/data/labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/label_columns.h"

namespace gradus {
namespace {

constexpr std::size_t most_classes_of_numbers = 20;
constexpr std::size_t most_classes_of_an_array = 10'000;
constexpr Index examples_of_a_class = 10;  // on average
constexpr std::size_t few_classes = 50;
constexpr double largest_target = 1e38;  // its distance to another must be a float

bool are_whole(const Column& column) {
    return std::ranges::all_of(column.numbers, [](double x) { return std::isnan(x) || x == std::trunc(x); });
}

// How many different numbers, counted no further than `limit`.
std::size_t count_different(const Column& column, std::size_t limit) {
    std::set<double> different;
    for (const double x : column.numbers) {
        if (!std::isnan(x)) different.insert(x);
        if (different.size() > limit) break;
    }
    return different.size();
}

// Numbers are classes when there are two of them, or few whole ones that come often: then they were given.
bool are_classes(const Column& column, bool of_an_array) {
    const std::size_t most = of_an_array ? most_classes_of_an_array : most_classes_of_numbers;
    const std::size_t different = count_different(column, most);
    if (different == 2 || (different == 1 && are_whole(column))) return true;
    const auto rows = static_cast<Index>(column.numbers.size());
    return are_whole(column) && 2 < different && different <= most &&
           rows >= examples_of_a_class * static_cast<Index>(different);
}

// So many that hardly one has several examples.
bool are_too_many(std::size_t classes, Index examples) {
    return classes > most_classes_of_numbers && 2 * static_cast<Index>(classes) > examples;
}

bool is_label_of_classes(const Table& table, const Column& column, const ColumnChoices& choices) {
    if (choices.labels != Labels::automatic) return choices.labels == Labels::classes;
    if (!column.is_text()) return are_classes(column, choices.labels_are_an_array);
    const std::size_t classes = column.texts.size();
    require_words(table, column, are_too_many(classes, table.rows) ? "" : setting("task", "classify"));
    return true;
}

// The labels' texts in ascending order: numbers by their value, text by its bytes.
std::vector<std::string> class_names(const Column& column) {
    if (column.is_text()) {
        std::vector<bool> occurs(column.texts.size());
        for (const std::int32_t code : column.codes)
            if (code != Column::no_text) occurs[static_cast<std::size_t>(code)] = true;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < occurs.size(); ++i)
            if (occurs[i]) names.push_back(column.texts[i]);
        std::ranges::sort(names);
        return names;
    }
    std::set<double> values;
    for (const double x : column.numbers)
        if (!std::isnan(x)) values.insert(x);
    std::vector<std::string> names;
    for (const double x : values) names.push_back(text_of(x));
    return names;
}

}  // namespace

void require_exact_names(const Table& table, const Column& column) {
    constexpr double limit = 0x1p53;
    if (column.is_date()) return;
    const auto large = std::ranges::find_if(column.numbers, [](double x) { return std::abs(x) >= limit; });
    if (large == column.numbers.end()) return;
    throw Error(
        Fault::input,
        {.place = say("{}: column {}", table.name, in_quotes(column.name)),
         .found = say("it holds numbers as large as {}", text_of(*large)),
         .expected = say("names, or numbers below 2^53 = 9007199254740992: beyond it double takes one "
                         "for another"),
         .hint = say("write a letter in front of each")});
}

namespace {

void require_learnable(const Table& table, const Column& label, const std::vector<std::string>& classes,
                       Index examples) {
    const std::string place = say("{}: column \"{}\"", table.name, label.name);
    if (classes.size() < 2)
        throw Error(Fault::input, {.place = place,
                                   .found = say("every label is \"{}\"", classes.front()),
                                   .expected = say("at least two classes"),
                                   .hint = say("{} names the column to predict", setting("target"))});
    if (are_too_many(classes.size(), examples))
        throw Error(Fault::input,
                    {.place = place,
                     .found = say("{} different labels for {} examples", classes.size(), examples),
                     .expected = say("classes with several examples each"),
                     .hint = label.is_text() ? say("{} names the column to predict", setting("target"))
                                             : setting("task", "regress")});
}

Matrix<double> class_numbers(const Table& table, const Column& label,
                             const std::vector<std::string>& classes) {
    const Column text = as_text(label);
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < classes.size(); ++i) places.emplace(classes[i], i);
    std::vector<double> number_of(text.texts.size());
    for (std::size_t i = 0; i < text.texts.size(); ++i) {
        auto place = places.find(text.texts[i]);
        if (place == places.end()) place = places.find(canonical(text.texts[i]));
        if (place == places.end() && std::ranges::count(text.codes, static_cast<std::int32_t>(i)) > 0)
            throw Error(Fault::input,
                        {.place = say("{}: column \"{}\"", table.name, label.name),
                         .found = say("the class \"{}\" was not there in training", text.texts[i]),
                         .expected = classes.size() <= few_classes ? one_of(classes) : say("a known class")});
        if (place != places.end()) number_of[i] = double(place->second);
    }
    Matrix<double> Y(1, static_cast<Index>(text.codes.size()));
    for (std::size_t j = 0; j < text.codes.size(); ++j)
        Y(0, static_cast<Index>(j)) = number_of[static_cast<std::size_t>(text.codes[j])];
    return Y;
}

Matrix<double> values(const Table& table, const std::vector<Column>& targets) {
    Matrix<double> Y(static_cast<Index>(targets.size()), static_cast<Index>(targets.front().numbers.size()));
    for (std::size_t i = 0; i < targets.size(); ++i) {
        require_numbers(table, targets[i],
                        targets.size() == 1 ? setting("task", "classify") : say("one text target at a time"));
        for (Index j = 0; j < Y.columns(); ++j) {
            const double y = targets[i].numbers[static_cast<std::size_t>(j)];
            if (std::abs(y) > largest_target)
                throw Error(Fault::input, {.place = place_of(table, j),
                                           .found = say("column {} holds {}", in_quotes(targets[i].name),
                                                        in_quotes(text_of(y))),
                                           .expected = say("a target of at most 1e38"),
                                           .hint = say("a larger unit, or the logarithm")});
            Y(static_cast<Index>(i), j) = y;
        }
    }
    return Y;
}

void require_different(const Table& table, const Column& label) {
    const std::vector<double>& numbers = label.numbers;
    if (std::ranges::adjacent_find(numbers, std::ranges::not_equal_to{}) != numbers.end()) return;
    throw Error(Fault::input, {.place = say("{}: column \"{}\"", table.name, label.name),
                               .found = say("every label is \"{}\"", text_of(numbers.front())),
                               .expected = say("at least two different values"),
                               .hint = say("{} names the column to predict", setting("target"))});
}

// The unit of each target, where one has any; not grams where there were kilograms.
std::vector<std::string> units_of(const Table& table, const std::vector<Column>& labels,
                                  const ColumnChoices& choices) {
    std::vector<std::string> units;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto* numbers = std::get_if<NumberFormat>(&labels[i].format);
        units.push_back(numbers == nullptr || labels[i].is_text() ? "" : numbers->unit());
        if (i < choices.target_units.size())
            require_unit(table, labels[i], units.back(), choices.target_units[i]);
    }
    const bool any = std::ranges::any_of(units, [](const std::string& unit) { return !unit.empty(); });
    return any ? units : std::vector<std::string>{};
}

// Letters in lower case (ASCII), blanks only between words, and one there.
std::string plain(const std::string& text) {
    std::string letters;
    bool blank = false;
    for (const char c : text) {
        const bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!is_blank && blank && !letters.empty()) letters += ' ';
        blank = is_blank;
        if (!is_blank) letters += c;
    }
    return lower(letters);
}

void note_classes(const Dataset& data, std::vector<std::string>& notes) {
    std::vector<Index> count(data.class_names.size());
    for (Index j = 0; j < data.examples(); ++j) ++count[static_cast<std::size_t>(data.Y(0, j))];
    std::vector<std::string> once;
    for (std::size_t i = 0; i < count.size(); ++i)
        if (count[i] == 1) once.push_back(data.class_names[i]);
    for (const std::vector<std::string>& names : spellings_of(data.class_names))
        notes.push_back(say("the classes {} differ in case or blanks only", quoted_list(names)));
    if (once.size() == 1) notes.push_back(say("the class {} has one example", quoted_list(once)));
    if (once.size() > 1)
        notes.push_back(say("{} classes have one example each: {}", once.size(), quoted_list(once)));
}

// What was decided about labels that nobody was asked about.
void note_labels(const Column& label, const ColumnChoices& choices, const Dataset& data,
                 std::vector<std::string>& notes) {
    if (data.has_classes()) note_classes(data, notes);
    if (choices.labels != Labels::automatic || label.is_text()) return;
    if (data.has_classes()) {
        notes.push_back(
            say("the {} different numbers of \"{}\" are taken for classes (--task regress: "
                "for quantities)",
                data.class_names.size(), label.name));
    } else if (are_whole(label)) {
        notes.push_back(
            say("the whole numbers of \"{}\" are taken for quantities (--task classify: for classes)",
                label.name));
    }
}

}  // namespace

std::vector<std::vector<std::string>> spellings_of(const std::vector<std::string>& texts) {
    std::map<std::string, std::vector<std::string>> spellings;
    for (const std::string& text : texts) spellings[plain(text)].push_back(text);
    std::vector<std::vector<std::string>> groups;
    for (auto& [letters, names] : spellings)
        if (names.size() > 1) groups.push_back(std::move(names));
    return groups;
}

std::string quoted_list(const std::vector<std::string>& names) {
    constexpr std::size_t most = 5;
    std::vector<std::string> quoted;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i) quoted.push_back(in_quotes(names[i]));
    const std::string all = fmt::format("{}", fmt::join(quoted, ", "));
    return names.size() > most ? say("{} and {} more", all, names.size() - most) : all;
}

void take_labels(Dataset& data, const Table& table, const std::vector<Column>& labels,
                 const ColumnChoices& choices, std::vector<std::string>& notes) {
    const Column& label = labels.front();
    for (const Column& each : labels) data.target_names.push_back(each.name);
    data.target_units = units_of(table, labels, choices);
    if (labels.size() > 1 || choices.labels == Labels::multilabel) {
        const Labels kind = kind_of_columns(table, labels, choices);
        if (kind == Labels::multilabel) return take_multilabel(data, table, labels, choices, notes);
        if (kind == Labels::classes && labels.size() > 1)
            return take_one_hot(data, table, labels, choices, notes);
    }
    const bool first = !choices.classes;  // else the classes are those of other data
    if (first ? labels.size() == 1 && is_label_of_classes(table, label, choices)
              : !choices.classes->empty()) {
        if (first) require_exact_names(table, label);
        data.class_names = first ? class_names(label) : *choices.classes;
        if (first) require_learnable(table, label, data.class_names, table.rows);
        data.Y = class_numbers(table, label, data.class_names);
    } else {
        data.Y = values(table, labels);
        if (first && labels.size() == 1) require_different(table, label);
    }
    if (first && labels.size() == 1) note_labels(label, choices, data, notes);
    if (first && labels.size() > 1 && choices.labels == Labels::automatic &&
        std::ranges::all_of(labels, are_whole))
        notes.push_back(
            say("the whole numbers of {} are taken for quantities (--task multilabel: for labels of 0 and 1)",
                quoted_list(data.target_names)));
}

}  // namespace gradus
