#include "gradus/core/spoken.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {

double real_number(const std::string& place, const std::string& text) {
    const double value = to_number(text);
    if (std::isnan(value))
        throw Error(Fault::usage,
                    {.place = place, .found = '"' + text + '"', .expected = say("a finite number")});
    return value;
}

Index whole_number(const std::string& place, const std::string& text, Index low, Index high,
                   const std::string& otherwise) {
    const double value = to_number(text);
    if (value == std::floor(value) && double(low) <= value && value <= double(high))
        return static_cast<Index>(value);
    throw Error(Fault::usage, {.place = place,
                               .found = '"' + text + '"',
                               .expected = say("a whole number from {} to {}{}", low, high, otherwise)});
}

// Names of the field, or of other programs, for what is called otherwise here: "xavier" is "glorot". Empty:
// unknown.
static std::string other_name(std::string_view text, const std::vector<std::string>& names) {
    constexpr std::pair<std::string_view, std::string_view> others[]{{"xavier", "glorot"},
                                                                     {"glorot_uniform", "glorot"},
                                                                     {"kaiming", "he"},
                                                                     {"he_normal", "he"},
                                                                     {"regression", "regress"},
                                                                     {"classification", "classify"},
                                                                     {"float64", "double"},
                                                                     {"fp64", "double"},
                                                                     {"float32", "float"},
                                                                     {"fp32", "float"},
                                                                     {"zscore", "standard"},
                                                                     {"standardize", "standard"},
                                                                     {"normalize", "minmax"},
                                                                     {"sgd", "gd"},
                                                                     {"onecycle", "warmup-cosine"},
                                                                     {"cosine_annealing", "cosine"},
                                                                     {"reduce_on_plateau", "plateau"},
                                                                     {"chronological", "time"}};
    std::string word = lower(text);
    for (char& c : word)
        if (c == '-') c = '_';
    for (const auto& [other, ours] : others)
        if (word == other && std::ranges::count(names, ours) > 0) return std::string(ours);
    return {};
}

std::size_t name_index(const std::string& place, const std::string& text,
                       const std::vector<std::string>& names) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) {
        const std::string other = other_name(text, names);
        throw Error(Fault::usage,
                    {.place = place,
                     .found = '"' + text + '"',
                     .expected = one_of(names),
                     .hint = other.empty() ? did_you_mean(text, names) : say("did you mean {}?", other)});
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace gradus
