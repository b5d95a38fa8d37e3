#include "gradus/data/ts.h"

#include <algorithm>
#include <map>
#include <set>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/labels.h"

namespace gradus {
namespace {

constexpr std::size_t most_numbers = 1'000'000;            // of a series
constexpr std::size_t most_bytes = std::size_t{64} << 20;  // of a line

// Lines of a stream, with LF or CRLF behind.
class Lines {
public:
    explicit Lines(ByteSource& bytes) : bytes_(bytes) {}

    bool next(std::string& line) {
        line.clear();
        ++number_;
        for (bool any = false;; any = true) {
            const std::size_t end = std::min(buffer_.find('\n', at_), size_);
            if (line.size() + (end - at_) > most_bytes)
                throw Error(Fault::input, {.place = bytes_.name() + ":" + std::to_string(number_),
                                           .found = say("a line of more than 64 MiB"),
                                           .expected = say("a series of at most 1000000 numbers")});
            line.append(buffer_, at_, end - at_);
            at_ = end;
            if (at_ < size_) {
                ++at_;
                return true;
            }
            if (!fill()) return any || !line.empty();
        }
    }

    [[nodiscard]] Index number() const { return number_; }

private:
    bool fill() {
        if (ended_) return false;
        buffer_.resize(1 << 16);
        size_ = bytes_.read(buffer_);
        ended_ = size_ < buffer_.size();
        buffer_.resize(size_);
        at_ = 0;
        return size_ > 0;
    }

    ByteSource& bytes_;
    std::string buffer_;
    std::size_t at_ = 0, size_ = 0;
    bool ended_ = false;
    Index number_ = 0;
};

// What stands before the first `separator`; `rest` loses it.
std::string_view take(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

class TsReader {
public:
    explicit TsReader(ByteSource& bytes) : name_(bytes.name()), lines_(bytes) {}

    Table read() {
        read_header();
        std::string line;
        while (lines_.next(line)) {
            const std::string_view text = trimmed(line);
            if (!text.empty() && text.front() != '#') read_series(text);
        }
        if (rows_ == 0) fail(say("there is no series behind @data"), say("a series in each line"));
        return table();
    }

private:
    void read_header() {
        std::string line;
        while (lines_.next(line)) {
            std::string_view text = trimmed(line);
            if (lines_.number() == 1 && text.starts_with("\xEF\xBB\xBF")) text = trimmed(text.substr(3));
            if (text.empty() || text.front() == '#') continue;
            if (text.front() != '@')
                fail(say("a line of data before @data"), say("lines that begin with # or @"));
            const std::string key = lower(trimmed(take(text, ' ')));
            if (key == "@data") return;
            read_property(key, trimmed(text));
        }
        fail(say("there is no line @data"), say("a .ts file of the UCR or UEA archive"));
    }

    void read_property(const std::string& key, std::string_view rest) {
        const std::string value = lower(trimmed(take(rest, ' ')));
        if (key == "@timestamps" && value == "true")
            fail(say("the numbers have time stamps"), say("numbers alone, at equal distances"),
                 say("take the times out, and set @timeStamps false"));
        if (key == "@classlabel" && value == "true") {
            labels_ = Labels::classes;
            for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest))
                declared_.insert(canonical(std::string(take(rest, ' '))));
        }
        if (key == "@targetlabel" && value == "true") labels_ = Labels::values;
        if (key != "@dimensions" && key != "@dimension") return;
        const auto number = number_in(value);
        if (!number || *number < 1 || *number > double(most_numbers) || *number != double(Index(*number)))
            fail(say("{} dimensions", in_quotes(value)), say("a whole number from 1 to 1000000"));
        channels_ = static_cast<std::size_t>(*number);
    }

    [[nodiscard]] bool has_label() const { return labels_ != Labels::automatic; }

    void read_series(std::string_view text) {
        const auto parts = static_cast<std::size_t>(std::ranges::count(text, ':')) + 1;
        const std::size_t here = parts - (has_label() ? 1 : 0);
        if (here == 0) fail(say("there is no label"), say("one behind the last colon"));
        if (channels_ == 0) channels_ = here;
        if (here != channels_) fail(say_count(here, "{} channel", "{} channels"), std::to_string(channels_));
        const std::size_t before = numbers_.size();
        for (std::size_t channel = 0; channel < channels_; ++channel) read_channel(take(text, ':'), channel);
        if (numbers_.size() == before) fail(say("a series without numbers"), say("one number at least"));
        if (has_label()) read_label(trimmed(text));
        ++rows_;
    }

    void read_channel(std::string_view text, std::size_t channel) {
        std::size_t length = 0;
        if (trimmed(text).empty()) text = {};
        for (; !text.empty(); ++length) {
            const bool last = text.find(',') == text.npos;
            const std::string_view field = trimmed(take(text, ','));
            const auto number = number_in(field);
            if (!number && !is_missing(field))
                fail(say("number {} of channel {} is {}", length + 1, channel + 1, in_quotes(field)),
                     say("a number, or ? where it is missing"));
            if ((length + 1) * channels_ > most_numbers)
                fail(say("a series of more than {} numbers", most_numbers), say("fewer"));
            numbers_.push_back(number.value_or(missing));
            if (!last && text.empty())
                fail(say("a comma at the end of channel {}", channel + 1), say("a number behind it"));
        }
        ends_.push_back(numbers_.size());
        length_ = std::max(length_, length);
    }

    void read_label(std::string_view text) {
        if (!is_utf8(text))
            fail(say("the label {} is not UTF-8", in_quotes(text)), "",
                 say("{}, gb18030 or another", setting("encoding", "latin1")));
        if (is_missing(text)) {
            codes_.push_back(Column::no_text);
            return;
        }
        if (labels_ == Labels::values && !number_in(text))
            fail(say("the label is {}", in_quotes(text)), say("a number"));
        if (texts_.empty()) first_label_line_ = lines_.number();
        const auto [place, is_new] =
            places_.emplace(std::string(text), static_cast<std::int32_t>(places_.size()));
        if (is_new) texts_.push_back(place->first);
        codes_.push_back(place->second);
    }

    void note_classes(Table& table) const {
        if (declared_.empty() || labels_ != Labels::classes) return;
        std::vector<std::string> others;
        std::ranges::copy_if(texts_, std::back_inserter(others),
                             [&](const std::string& text) { return !declared_.contains(canonical(text)); });
        if (!others.empty()) table.notes.push_back(say("@classLabel does not name {}", quoted_list(others)));
    }

    // Text, unless every label is a number.
    Column label() {
        Column column{.name = "label"};
        const bool numbers =
            std::ranges::all_of(texts_, [](const auto& text) { return number_in(text).has_value(); });
        if (!numbers) {
            column.codes = std::move(codes_);
            column.first_text = texts_.front();
            column.first_text_line = first_label_line_;
            column.texts = std::move(texts_);
            return column;
        }
        std::vector<double> values;
        for (const std::string& text : texts_) values.push_back(*number_in(text));
        for (const std::int32_t code : codes_)
            column.numbers.push_back(code == Column::no_text ? missing
                                                             : values[static_cast<std::size_t>(code)]);
        return column;
    }

    Table table() {
        const std::size_t columns = channels_ * length_;
        if (columns > most_numbers || double(columns) * double(rows_) > 8.0 * double(numbers_.size()) + 1e6)
            fail(say("{} series of up to {} numbers, most of them far shorter", rows_, length_),
                 say("lengths that differ less"), say("cut the longest"));
        Table table{.name = name_,
                    .rows = static_cast<Index>(rows_),
                    .channels = static_cast<Index>(channels_),
                    .length = static_cast<Index>(length_),
                    .is_array = !has_label()};
        table.columns.reserve(columns + 1);
        for (std::size_t j = 0; j < columns; ++j)
            table.columns.push_back(
                {.name = std::to_string(j + 1), .numbers = std::vector<double>(rows_, missing)});
        bool unequal = false;
        std::size_t begin = 0;
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            const std::size_t row = i / channels_, first = i % channels_ * length_;
            for (std::size_t k = begin; k < ends_[i]; ++k)
                table.columns[first + k - begin].numbers[row] = numbers_[k];
            unequal = unequal || ends_[i] - begin < length_;
            begin = ends_[i];
        }
        if (has_label()) {
            note_classes(table);
            table.label = static_cast<Index>(columns);
            table.labels = labels_;
            table.columns.push_back(label());
        }
        if (unequal)
            table.notes.push_back(
                say("series of different lengths are filled up with missing numbers to {}", length_));
        table.unnamed = true;
        return table;
    }

    [[noreturn]] void fail(const std::string& found, const std::string& expected,
                           const std::string& hint = {}) const {
        throw Error(Fault::input, {.place = name_ + ":" + std::to_string(lines_.number()),
                                   .found = found,
                                   .expected = expected,
                                   .hint = hint});
    }

    std::string name_;
    Lines lines_;
    Labels labels_ = Labels::automatic;
    std::size_t channels_ = 0, length_ = 0, rows_ = 0;
    std::vector<double> numbers_;      // of all series, channel after channel
    std::vector<std::size_t> ends_;    // of each channel of each series, in numbers_
    std::vector<std::int32_t> codes_;  // the labels
    std::vector<std::string> texts_;
    std::map<std::string, std::int32_t, std::less<>> places_;
    std::set<std::string> declared_;  // classes, by the header
    Index first_label_line_ = 0;
};

}  // namespace

Table read_ts(ByteSource& bytes) {
    return TsReader(bytes).read();
}

}  // namespace gradus
