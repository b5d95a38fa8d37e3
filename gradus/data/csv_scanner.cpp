#include "gradus/data/csv_scanner.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// Exact doubles: dividing a whole number below 2^53 by one of them rounds once, as it should (Clinger 1990).
constexpr std::array powers_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t exact_integers = std::uint64_t{1} << 53;

// Puts n of these eight letters, which are digits, behind those of the number before: pairs of digits, of
// twos, of fours are added at once (Lemire 2022).
template <int n>
const char* with_digits(std::uint64_t& number, std::uint64_t letters, const char* p) {
    constexpr std::array<std::uint64_t, 9> powers{1,       10,        100,        1'000,      10'000,
                                                  100'000, 1'000'000, 10'000'000, 100'000'000};
    std::uint64_t digits = letters << (64 - 8 * n);
    digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ff;
    digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffff;
    digits = (digits * 10'000 + (digits >> 32)) & 0xffffffff;
    number = number * powers[n] + digits;
    return p + n;
}

// Takes the digits from here on, and gives where they end. Reads up to seven bytes behind the letter that
// ends them. A switch, and no sum: where the next field begins is then guessed before it is known. The number
// overflows when they are more than 19.
const char* take_digits(const char* p, std::uint64_t& number) {
    for (;;) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, p, 8);
        if constexpr (std::endian::native == std::endian::big) eight = __builtin_bswap64(eight);
        eight ^= 0x3030303030303030;
        const std::uint64_t others = ((eight + 0x7676767676767676) | eight) & 0x8080808080808080;
        switch (std::countr_zero(others) / 8) {
            case 0:
                return p;
            case 1:
                return with_digits<1>(number, eight, p);
            case 2:
                return with_digits<2>(number, eight, p);
            case 3:
                return with_digits<3>(number, eight, p);
            case 4:
                return with_digits<4>(number, eight, p);
            case 5:
                return with_digits<5>(number, eight, p);
            case 6:
                return with_digits<6>(number, eight, p);
            case 7:
                return with_digits<7>(number, eight, p);
            default:
                p = with_digits<8>(number, eight, p);
        }
    }
}

constexpr unsigned digit_of(char c) {
    return static_cast<unsigned char>(c) - unsigned{'0'};
}

// Blanks that do not break, and other blanks of typographers, which spreadsheets and web pages leave around a
// field.
std::string_view without_wide_blanks(std::string_view field) {
    constexpr std::array<std::string_view, 6> blanks{" ", "\u00A0", "\u2007", "\u2009", "\u202F", "\u3000"};
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view blank : blanks) {
            if (field.starts_with(blank)) field.remove_prefix(blank.size()), again = true;
            if (field.ends_with(blank)) field.remove_suffix(blank.size()), again = true;
        }
    }
    return field;
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
      window_(behind_end),
      position_(window_.data()),
      end_(position_) {
    skip_mark();
}

void CsvScanner::skip_mark() {
    has(2);
    const std::string_view begin(position_, static_cast<std::size_t>(end_ - position_));
    if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF"))
        fail(1, say("begins as UTF-16 files do"), "UTF-8", setting("encoding", "utf-16"));
    if (begin.starts_with("\xEF\xBB\xBF")) position_ += 3;
}

void CsvScanner::skip_line() {
    if (after_return_ && has(0) && *position_ == '\n') ++position_;
    std::size_t n = 0;
    while (has(n) && position_[n] != '\n' && position_[n] != '\r') ++n;
    position_ += n;
    if (position_ == end_) return;
    after_return_ = *position_++ == '\r';
    ++line_;
}

// Reads on behind what is from position_ on; the window grows only for long fields.
bool CsvScanner::more() {
    if (all_read_) return false;
    const auto kept = static_cast<std::size_t>(end_ - position_);
    if (window_.size() < kept + block_ + behind_end) {
        std::vector<char> larger(kept + block_ + behind_end);
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

// Where a run of blanks ends a field, all of it does, and a line end behind it.
std::size_t CsvScanner::field_end(std::size_t n) {
    return separator_ == runs_of_blanks ? after_blanks(n) : n;
}

// Takes the field and what ends it.
void CsvScanner::finish(const char* field_end) {
    const bool at_end = field_end == end_;
    row_ended_ = at_end || *field_end == '\n' || *field_end == '\r';
    position_ = field_end;
    if (at_end || (!row_ended_ && separator_ == runs_of_blanks)) return;
    ++position_;
    if (!row_ended_) return;
    ++line_;
    after_return_ = *field_end == '\r';
}

bool CsvScanner::number(double& value, char decimal) {
    const char* p = position_;
    const bool negative = *p == '-';
    if (negative) ++p;
    const char* const digits = p;
    std::uint64_t all = 0;  // the digits without the point; overflows when they are more than 19
    for (unsigned digit = 0; (digit = digit_of(*p)) <= 9; ++p) all = 10 * all + digit;
    const char* const point = p;
    if (point == digits) return false;
    if (*p == decimal && decimal != separator_) p = take_digits(p + 1, all);
    if (!ends_field(*p)) return false;  // the NUL at the end of the window as well
    const bool has_point = p != point;
    const auto count = p - digits - (has_point ? 1 : 0);
    const auto decimals = has_point ? p - point - 1 : 0;
    if (has_point && decimals == 0 && decimal != '.') return false;  // "10," is no number, "10." is
    if (count <= 19 && all <= exact_integers) {
        const double magnitude = double(all) / powers_of_ten[static_cast<std::size_t>(decimals)];
        value = negative ? -magnitude : magnitude;
    } else if (decimal != '.' || std::from_chars(position_, p, value).ec != std::errc{}) {
        return false;
    }
    const char* end = p;
    if (separator_ == runs_of_blanks) {  // what comes behind them may not be there yet
        while (is_blank(*end)) ++end;
        if (end == end_) return false;
    }
    // A decimal number of up to 15 digits is the shortest that gives its double.
    plain_ = count <= 15 && (*digits != '0' || point == digits + 1) && !(negative && all == 0) &&
             !(has_point && (decimals == 0 || p[-1] == '0'));
    text_ = {position_, static_cast<std::size_t>(p - position_)};
    field_line_ = line_;
    if (*end == separator_ && separator_ != runs_of_blanks) {
        row_ended_ = false;
        position_ = end + 1;
    } else {
        finish(end);
    }
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
    do {
        const char* p = position_ + n;
        while (p != end_ && !ends_field(*p)) ++p;
        n = static_cast<std::size_t>(p - position_);
        if (n > longest_field)
            fail(line_, say("a field of more than 1 MiB"),
                 say("fields separated by {}", in_quotes({&separator_, 1})));
    } while (position_ + n == end_ && has(n));
    const std::size_t end = field_end(n);  // which may move the window
    const char* const begin = position_;
    finish(begin + end);
    while (n > 0 && is_blank(begin[n - 1])) --n;
    const std::string_view field(begin, n);
    const bool is_plain = n == 0 || ((begin[0] | begin[n - 1]) & 0x80) == 0;
    return is_plain ? field : without_wide_blanks(field);
}

std::string_view CsvScanner::quoted() {
    unescaped_.clear();
    std::size_t from = 1, n = 1;  // what is not yet in unescaped_, and what was looked at
    for (;;) {
        while (has(n) && position_[n] != '"' && n <= longest_field)
            n = static_cast<std::size_t>(std::find(position_ + n, end_, '"') - position_);
        if (!has(n) || n > longest_field)
            fail(line_, say("a quote \" that is not closed"), say("another \" behind the field"));
        if (!has(n + 1) || position_[n + 1] != '"') break;
        unescaped_.append(position_ + from, position_ + n + 1);
        from = n = n + 2;
    }
    const std::size_t after = after_blanks(n + 1);
    const bool blanks_end_it = separator_ == runs_of_blanks && after > n + 1;
    if (has(after) && !ends_field(position_[after]) && !blanks_end_it)
        fail(line_ + lines_in({position_, n}),
             say("{} behind a closing quote", in_quotes({position_ + after, 1})),
             say("{} or the end of the line", in_quotes({&separator_, 1})),
             say("a quote inside a field is written twice"));
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
