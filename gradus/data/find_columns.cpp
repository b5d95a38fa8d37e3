#include "gradus/data/find_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/series.h"

namespace gradus {
namespace {

// The names that a table without a header gave to its columns.
bool has_no_names(const std::vector<std::string>& names) {
    return std::ranges::all_of(
        names, [](const std::string& name) { return !name.empty() && std::ranges::all_of(name, is_digit); });
}

void require_all(const Table& table, const std::vector<const Column*>& found,
                 const std::vector<std::string>& names) {
    std::vector<std::string> lacking, existing;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i] == nullptr) lacking.push_back(fmt::format("\"{}\"", names[i]));
    if (lacking.empty()) return;
    for (const Column& column : table.columns) existing.push_back(column.name);
    constexpr std::size_t most = 10;
    const std::size_t count = lacking.size();
    if (count > most) {
        lacking.resize(most);
        lacking.push_back(say("{} more", count - most));
    }
    const std::string first =
        names[static_cast<std::size_t>(std::ranges::find(found, nullptr) - found.begin())];
    std::string hint = did_you_mean(first, existing);
    const bool named = !has_no_names(table), learned_names = !has_no_names(names);
    if (!named && learned_names)
        hint = table.is_array
                   ? say("a table with these names: an array has none")
                   : say("{} if the first row is names; or write them there", setting("header", "yes"));
    if (!named && !learned_names) hint.clear();
    const bool none_found =
        std::ranges::all_of(found, [](const Column* one) { return one == nullptr; }) &&
        (table.columns.size() == names.size() || table.columns.size() == names.size() + 1);
    if (named && (!learned_names || (none_found && hint.empty()) ||
                  std::ranges::any_of(existing, [](const std::string& name) {
                      return name.find('.') != name.npos && number_in(name);
                  })))
        hint = say("{} if the first row is data and not names", setting("header", "no"));
    throw Error(Fault::input,
                {.place = table.name,
                 .found = say("there is no column {}", fmt::format("{}", fmt::join(lacking, ", "))),
                 .expected = say("every column of the training data"),
                 .hint = hint});
}

}  // namespace

std::vector<const Column*> columns_called(const Table& table, const std::vector<std::string>& names,
                                          bool by_place) {
    std::unordered_map<std::string, const Column*> by_name;
    for (const Column& column : table.columns) by_name.emplace(column.name, &column);
    std::vector<const Column*> found;
    for (const std::string& name : names) {
        const auto place = by_name.find(name);
        found.push_back(place == by_name.end() ? nullptr : place->second);
    }
    if (by_place && std::ranges::count(found, nullptr) > 0 && table.columns.size() == names.size() &&
        has_no_names(table))
        for (std::size_t i = 0; i < found.size(); ++i) found[i] = &table.columns[i];
    if (std::ranges::count(found, nullptr) == std::ssize(found) && has_no_names(names))
        for (std::size_t i = 0; i < found.size(); ++i) {
            const double number = number_in(names[i]).value_or(0);
            if (1 <= number && number <= double(table.columns.size()))
                found[i] = &table.columns[static_cast<std::size_t>(number) - 1];
        }
    require_all(table, found, names);
    return found;
}

}  // namespace gradus
