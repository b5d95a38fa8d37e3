#include "gradus/model/tune_log.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

constexpr std::string_view first_line = "gradus tune 1";
constexpr Index most_trials = 1'000'000;

// The text, line by line, and a line word by word.
class LogReader {
public:
    LogReader(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

    std::string_view line() {
        ++number_;
        const std::size_t end = text_.find('\n');
        if (end == std::string_view::npos)
            refuse(say("the file ends here"), say("a line \"{}\" at the end", "end"));
        const std::string_view line = text_.substr(0, end);
        text_.remove_prefix(end + 1);
        return line;
    }
    // What stands behind this word of the next line.
    std::string_view behind(std::string_view word) {
        const std::string_view all = line();
        if (!all.starts_with(word) || all.size() <= word.size() || all[word.size()] != ' ')
            refuse(in_quotes(all), say("\"{}\" and what it is", word));
        return all.substr(word.size() + 1);
    }
    [[nodiscard]] bool at_end() const { return text_.empty(); }

    [[noreturn]] void refuse(const std::string& found, const std::string& expected) const {
        throw Error(Fault::input, {.place = fmt::format("{}:{}", name_, number_),
                                   .found = found,
                                   .expected = expected,
                                   .hint = say("a file that gradus tune has written with --resume")});
    }

private:
    std::string_view text_;
    std::string name_;
    Index number_ = 0;
};

std::string_view next_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

template <class Number>
Number number_of(std::string_view& line, const LogReader& reader) {
    const std::string_view word = next_word(line);
    Number number{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || error != std::errc() || end != word.data() + word.size() || !(number >= 0) ||
        !std::isfinite(double(number)))
        reader.refuse(in_quotes(word), say("a number of at least 0"));
    return number;
}

void read_score(std::string_view line, const LogReader& reader, TuneLog& log) {
    if (next_word(line) != "score") reader.refuse(in_quotes(line), say("a line \"{}\"", "score"));
    const auto trial = number_of<Index>(line, reader), fold = number_of<Index>(line, reader);
    if (trial < 1 || fold < 1 || trial > most_trials || fold > most_members)
        reader.refuse(say("trial {}, fold {}", trial, fold), say("both from 1"));
    FoldScore score;
    if (line == "failed") {
        score.failed = true;
    } else {
        score.weight = number_of<double>(line, reader);
        const auto count = number_of<Index>(line, reader);
        while (!line.empty() && std::ssize(score.losses) < count)
            score.losses.push_back(number_of<float>(line, reader));
        while (!line.empty()) score.wrong.push_back(number_of<float>(line, reader));
        const Index losses = std::ssize(score.losses), wrong = std::ssize(score.wrong);
        if (count < 1 || losses != count || (wrong != 0 && wrong != count))
            reader.refuse(say("{} losses, {} answers", losses, wrong),
                          say("one for each of {} examples", count));
    }
    if (!log.scores.emplace(std::pair(trial, fold), std::move(score)).second)
        reader.refuse(say("trial {}, fold {} a second time", trial, fold), say("each once"));
}

}  // namespace

std::string to_text(const TuneLog& log) {
    std::string text =
        fmt::format("{}\ndata {}\nrecipe {}\n", first_line, log.subject.data, log.subject.recipe);
    std::string_view space = log.subject.space;
    while (!space.empty()) {
        const std::size_t end = std::min(space.find('\n'), space.size());
        text += fmt::format("space {}\n", space.substr(0, end));
        space.remove_prefix(std::min(end + 1, space.size()));
    }
    text += fmt::format("scores {}\n", log.scores.size());
    for (const auto& [place, score] : log.scores) {
        text += fmt::format("score {} {}", place.first, place.second);
        if (score.failed) {
            text += " failed\n";
            continue;
        }
        text += fmt::format(" {} {}", score.weight, score.losses.size());
        for (const float x : score.losses) text += fmt::format(" {}", x);
        for (const float x : score.wrong) text += fmt::format(" {}", x);
        text += '\n';
    }
    return text + "end\n";
}

TuneLog read_tune_log(std::string_view text, const std::string& name) {
    LogReader reader(text, name);
    if (const std::string_view line = reader.line(); line != first_line)
        reader.refuse(in_quotes(line), say("\"{}\"", first_line));
    TuneLog log;
    log.subject.data = reader.behind("data");
    log.subject.recipe = reader.behind("recipe");
    std::string_view line = reader.line();
    for (; line.starts_with("space "); line = reader.line())
        log.subject.space += std::string(line.substr(6)) + '\n';
    if (!line.starts_with("scores ")) reader.refuse(in_quotes(line), say("a line \"{}\"", "scores"));
    line.remove_prefix(7);
    const auto scores = number_of<Index>(line, reader);
    for (line = reader.line(); line != "end"; line = reader.line()) read_score(line, reader, log);
    if (std::ssize(log.scores) != scores || !reader.at_end())
        reader.refuse(say("{} scores", log.scores.size()), say("{}, and nothing behind", scores));
    return log;
}

void require_same_subject(const TuneSubject& in_file, const TuneSubject& now, const std::string& name) {
    const auto refuse = [&](const std::string& found, const std::string& expected) {
        throw Error(Fault::input, {.place = name,
                                   .found = found,
                                   .expected = expected,
                                   .hint = say("--resume with another name begins anew")});
    };
    if (in_file.data != now.data)
        refuse(say("it is about other data"), say("the same rows, columns and target"));
    if (in_file.recipe != now.recipe)
        refuse(say("it is about \"{}\"", in_file.recipe), in_quotes(now.recipe));
    if (in_file.space != now.space)
        refuse(say("it is about another space"), say("the same values to search"));
}

}  // namespace gradus
