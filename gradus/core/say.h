// How does the program speak another language? Each sentence stands in English where it is used, and is
// looked up.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

// clang++ before 15 ends the life of what stands around an immediate call too early.
#if defined(__clang__) && __clang_major__ < 15
#define GRADUS_CONSTEVAL constexpr
#else
#define GRADUS_CONSTEVAL consteval
#endif

namespace gradus {

/// What a word or a sentence is in another language; empty where it is not known there, and stays English.
using Translation = std::string_view (*)(std::string_view english);

/// From now on all sentences are said in this language; nullptr: in English, as from the beginning. To be
/// called before any other thread is there.
void set_language(Translation translation);

/// What is put into a sentence: a text, a whole number, or a real number (as the shortest text that reads
/// back).
class SaidPart {
public:
    /// A text, as it is.
    SaidPart(std::string_view text) : text_(text) {}
    SaidPart(const std::string& text) : text_(text) {}  ///< the same
    SaidPart(const char* text) : text_(text) {}         ///< the same
    /// A whole number, digit by digit.
    template <std::integral Whole>
    requires(!std::same_as<Whole, bool> && !std::same_as<Whole, char>) SaidPart(Whole number)
        : kind_(Kind::whole), whole_(static_cast<long long>(number)) {}
    /// A real number, as the shortest text that reads back, or as the place says.
    template <std::floating_point Real>
    SaidPart(Real number)
        : kind_(sizeof(Real) < sizeof(double) ? Kind::single : Kind::real),
          real_(static_cast<double>(number)) {}

    /// Adds it to `to`; `form` is what stands behind the colon: "", ".3f" or ".4g".
    void add(std::string& to, std::string_view form) const;

private:
    enum class Kind { text, whole, single, real } kind_ = Kind::text;
    std::string_view text_;
    long long whole_ = 0;
    double real_ = 0;
};

/// How many parts a pattern has places for: {} one after the other, or {0}, {1}; {{ is a brace. What it is
/// not allowed to hold ends the compilation.
constexpr std::size_t places_of(std::string_view pattern) {
    std::size_t next = 0, most = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '{' && pattern[i] != '}') continue;
        if (i + 1 < pattern.size() && pattern[i + 1] == pattern[i]) {
            ++i;
            continue;
        }
        const std::size_t end = pattern.find('}', i);
        if (pattern[i] == '}' || end == std::string_view::npos) throw "a brace without the other";
        std::string_view place = pattern.substr(i + 1, end - i - 1);
        const bool numbered = !place.empty() && '0' <= place[0] && place[0] <= '9';
        const std::size_t index = numbered ? static_cast<std::size_t>(place[0] - '0') : next++;
        if (numbered) place.remove_prefix(1);
        if (!place.empty() && (place.size() != 4 || place.substr(0, 2) != ":."))
            throw "only {:.3f} and {:.3g}";
        most = index + 1 > most ? index + 1 : most;
        i = end;
    }
    return most;
}

/// An English sentence with places for so many parts. It is found by `scripts/words`, which reads the
/// sources, where it is written within say(...), say_count(...) or say_later(...).
template <std::size_t places>
struct Pattern {
    /// Ends the compilation where the sentence has another number of places.
    GRADUS_CONSTEVAL Pattern(const char* english) : english(english) {
        if (places_of(english) != places) throw "a sentence needs as many parts as it has places";
    }
    const char* english;  ///< the sentence
};

/// A sentence without places, or the words of a table that are said later: say(row.help).
using Phrase = Pattern<0>;

/// Marks the words of a table.
GRADUS_CONSTEVAL Phrase say_later(const char* english) {
    return english;
}

/// The sentence in the language of set_language, with its parts: say("{} of {} rows", 3, rows).
std::string said(std::string_view english, std::initializer_list<SaidPart> parts);
template <class... Parts>
std::string say(Pattern<sizeof...(Parts)> english, const Parts&... parts) {
    return said(english.english, {SaidPart(parts)...});
}

/// One or many: say_count(rows, "{} row is left out", "{} rows are left out"). The number is the first part.
template <class... Parts>
std::string say_count(std::integral auto count, Pattern<1 + sizeof...(Parts)> one,
                      Pattern<1 + sizeof...(Parts)> many, const Parts&... parts) {
    return said(count == 1 ? one.english : many.english, {SaidPart(count), SaidPart(parts)...});
}

}  // namespace gradus
