#include "gradus/data/csv_scanner.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "gradus/core/error.h"
#include "gradus/core/number.h"

namespace gradus {
namespace {

// Exact doubles: dividing a whole number below 2^53 by one of them rounds once, as it should (Clinger 1990).
constexpr std::array powers_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t exact_integers = std::uint64_t{1} << 53;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Index lines_in(std::string_view text) {
    Index lines = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n'))) ++lines;
    return lines;
}

}  // namespace

CsvScanner::CsvScanner(ByteSource& bytes, char separator, std::size_t block)
    : bytes_(bytes),
      separator_(separator),
      block_(std::max<std::size_t>(block, 1)),
      window_(1),
      position_(window_.data()),
      end_(position_) {
    skip_mark();
    if (separator_ == 0) find_separator();
}

void CsvScanner::skip_mark() {
    has(2);
    const std::string_view begin(position_, static_cast<std::size_t>(end_ - position_));
    if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF"))
        fail(1, "begins as UTF-16 files do", "UTF-8", "--encoding utf-16");
    if (begin.starts_with("\xEF\xBB\xBF")) position_ += 3;
}

void CsvScanner::find_separator() {
    separator_ = ',';
    for (std::size_t n = 0; n < longest_field && has(n); ++n) {
        const char c = position_[n];
        if (c == '\t') separator_ = '\t';
        if (c == ',') separator_ = ',';
        if (c == ',' || c == '\n' || c == '\r') break;
    }
}

// Reads on behind what is from position_ on; the window grows only for long fields.
bool CsvScanner::more() {
    if (all_read_) return false;
    const auto kept = static_cast<std::size_t>(end_ - position_);
    if (window_.size() < kept + block_ + 1) {
        std::vector<char> larger(kept + block_ + 1);
        std::copy(position_, end_, larger.data());
        window_.swap(larger);
    } else {
        std::memmove(window_.data(), position_, kept);
    }
    const std::size_t got = bytes_.read({window_.data() + kept, block_});
    all_read_ = got < block_;
    read_ += got;
    position_ = window_.data();
    end_ = position_ + kept + got;
    window_[kept + got] = 0;
    return got > 0;
}

bool CsvScanner::read_up_to(std::size_t n) {
    while (position_ + n >= end_)
        if (!more()) return false;
    return true;
}

double CsvScanner::share_scanned() const {
    return read_ == 0 ? 0 : bytes_.share_read() * (1 - double(end_ - position_) / double(read_));
}

std::size_t CsvScanner::after_blanks(std::size_t n) {
    while (has(n) && is_blank(position_[n]) && n < longest_field) ++n;
    return n;
}

bool CsvScanner::next_row() {
    while (has(0)) {
        const bool rest_of_line_end = after_return_ && *position_ == '\n';
        after_return_ = false;
        if (rest_of_line_end) {
            ++position_;
            continue;
        }
        const std::size_t n = after_blanks(0);
        if (has(n) && position_[n] != '\n' && position_[n] != '\r') return true;
        finish(position_ + n);
    }
    return false;
}

// Takes the field and what ends it.
void CsvScanner::finish(const char* field_end) {
    row_ended_ = field_end == end_ || *field_end != separator_;
    position_ = field_end;
    if (field_end == end_) return;
    ++position_;
    if (!row_ended_) return;
    ++line_;
    after_return_ = *field_end == '\r';
}

bool CsvScanner::number(double& value) {
    const char* p = position_;
    const bool negative = *p == '-';
    if (negative) ++p;
    const char* const digits = p;
    std::uint64_t all = 0;  // the digits without the point; overflows when they are more than 19
    for (; is_digit(*p); ++p) all = 10 * all + static_cast<std::uint64_t>(*p - '0');
    const char* const point = p;
    if (point == digits) return false;
    if (*p == '.')
        for (++p; is_digit(*p); ++p) all = 10 * all + static_cast<std::uint64_t>(*p - '0');
    if (!ends_field(*p)) return false;  // the NUL at the end of the window as well
    const bool has_point = p != point;
    const auto count = p - digits - (has_point ? 1 : 0);
    const auto decimals = has_point ? p - point - 1 : 0;
    if (count <= 19 && all <= exact_integers) {
        const double magnitude = double(all) / powers_of_ten[static_cast<std::size_t>(decimals)];
        value = negative ? -magnitude : magnitude;
    } else if (std::from_chars(position_, p, value).ec != std::errc{}) {
        return false;
    }
    // A decimal number of up to 15 digits is the shortest that gives its double.
    plain_ = count <= 15 && (*digits != '0' || point == digits + 1) && !(negative && all == 0) &&
             !(has_point && (decimals == 0 || p[-1] == '0'));
    text_ = {position_, static_cast<std::size_t>(p - position_)};
    field_line_ = line_;
    finish(p);
    return true;
}

std::string_view CsvScanner::field() {
    const std::size_t blanks = after_blanks(0);  // which may move the window
    position_ += blanks;
    field_line_ = line_;
    text_ = has(0) && *position_ == '"' ? quoted() : unquoted();
    return text_;
}

std::string_view CsvScanner::unquoted() {
    std::size_t n = 0;
    while (has(n) && !ends_field(position_[n]))
        if (++n > longest_field)
            fail(line_, "a field of more than 1 MiB", "fields separated by " + in_quotes({&separator_, 1}));
    const char* const begin = position_;
    finish(begin + n);
    while (n > 0 && is_blank(begin[n - 1])) --n;
    return {begin, n};
}

std::string_view CsvScanner::quoted() {
    unescaped_.clear();
    std::size_t from = 1, n = 1;  // what is not yet in unescaped_, and what was looked at
    for (;;) {
        while (has(n) && position_[n] != '"' && n <= longest_field)
            n = static_cast<std::size_t>(std::find(position_ + n, end_, '"') - position_);
        if (!has(n) || n > longest_field)
            fail(line_, "a quote \" that is not closed", "another \" behind the field");
        if (!has(n + 1) || position_[n + 1] != '"') break;
        unescaped_.append(position_ + from, position_ + n + 1);
        from = n = n + 2;
    }
    const std::size_t after = after_blanks(n + 1);
    if (has(after) && !ends_field(position_[after]))
        fail(line_ + lines_in({position_, n}), in_quotes({position_ + after, 1}) + " behind a closing quote",
             in_quotes({&separator_, 1}) + " or the end of the line",
             "a quote inside a field is written twice");
    const char* const begin = position_;
    line_ += lines_in({begin, n});
    finish(begin + after);
    if (from == 1) return {begin + 1, n - 1};
    return unescaped_.append(begin + from, begin + n);
}

void CsvScanner::fail(Index line, const std::string& found, const std::string& expected,
                      const std::string& hint) const {
    throw Error(Fault::input, {.place = bytes_.name() + ":" + std::to_string(line),
                               .found = found,
                               .expected = expected,
                               .hint = hint});
}

}  // namespace gradus
