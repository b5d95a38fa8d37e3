// What happens on bad input? One exception, whose text is one sentence.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gradus {

/// Whose fault is it? The command line ends with this number as its exit status.
enum class Fault {
    usage = 2,     ///< an option or an argument is wrong by itself
    input = 3,     ///< a file, a data set, a column or a model does not fit
    training = 4,  ///< a cost, a gradient or a weight is no longer a finite number
};

/// A setting within a sentence of an Error, by its id: who calls the library reads "learning_rate", who types
/// a command line "--learning-rate".
std::string setting(std::string_view id);
/// The same with a value: "task = regress", and "--task regress".
std::string setting(std::string_view id, std::string_view value);

/// A setting as it is typed: "--learning-rate", and with a value "--task regress".
std::string option_of(std::string_view id);
std::string option_of(std::string_view id, const std::string& value);

/// Bad input. what() reads "place: found, expected ... (hint: ...)"; empty parts are left out.
class Error : public std::runtime_error {
public:
    /// The parts of a sentence.
    struct Sentence {
        std::string place = {};     ///< where: an option, a file and its line, a layer
        std::string found = {};     ///< what stands there
        std::string expected = {};  ///< what should stand there
        std::string hint = {};      ///< what to do or to type
    };

    /// An error with this sentence.
    Error(Fault fault, const Sentence& sentence);

    [[nodiscard]] Fault fault() const { return fault_; }  ///< whose fault it is
    /// what(), with each setting as the option that is typed.
    [[nodiscard]] std::string with_options() const;
    /// A setting's name for others, also with a value; none where they have no such setting.
    using Names = std::function<std::optional<std::string>(std::string_view id, const std::string* value)>;
    /// what() in these names; without the hint if that names a setting which they do not have.
    [[nodiscard]] std::string with_names(const Names& names) const;
    /// The same at this place: "place: what()".
    [[nodiscard]] Error at(const std::string& place) const;

private:
    Fault fault_;
    std::shared_ptr<const Sentence> marked_;  // shared: an exception is copied without throwing
};

/// The candidate that differs from `word` by the fewest typed letters, whatever their case; empty when none
/// is near: at most one letter in three may differ, and two must be shared.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean ...?" with the nearest candidate, for a hint; empty when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// The candidates as "a, b or c".
std::string one_of(std::span<const std::string> candidates);

/// The parts as "a, b and c".
std::string listed(std::span<const std::string> parts);

}  // namespace gradus
