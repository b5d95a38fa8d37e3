// Where do the fields of a CSV file end? At separators and line ends outside of quotes (RFC 4180).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/data/byte_source.h"

namespace gradus {

/// Field by field through a file, with a window of it in memory. A line ends with LF, CRLF or CR; an empty
/// line is no row; blanks around a field outside of quotes do not belong to it.
class CsvScanner {
public:
    static constexpr std::size_t longest_field = 1 << 20;

    static constexpr char runs_of_blanks = ' ';  ///< as a separator: blanks and tabs, however many

    /// Reads `block` bytes at a time.
    CsvScanner(ByteSource& bytes, char separator, std::size_t block);

    /// Passes over the first line ("sep=;"), before anything else.
    void skip_line();

    /// Goes to the next row; false after the last.
    bool next_row();

    /// Is the next field a number with this decimal mark, not in quotes? Then it is taken. The rest is for
    /// field().
    bool number(double& value, char decimal = '.');

    /// Takes the next field. It stays until the next call.
    std::string_view field();

    /// What was taken last, as it stands in the file.
    [[nodiscard]] std::string_view text() const { return text_; }
    /// Of a number() taken last: would the digits of its double be the same letters?
    [[nodiscard]] bool is_plain() const { return plain_; }
    /// Was that the last field of its row?
    [[nodiscard]] bool row_ended() const { return row_ended_; }
    /// In which line of the file it began, from 1.
    [[nodiscard]] Index line() const { return field_line_; }

    /// The share of the file that has been scanned; 0 where nobody knows.
    [[nodiscard]] double share_scanned() const;

private:
    static constexpr std::size_t behind_end = 8;  // bytes behind the window that may be looked at

    bool more();
    bool read_up_to(std::size_t n);
    bool has(std::size_t n) { return position_ + n < end_ || read_up_to(n); }
    [[nodiscard]] bool is_blank(char c) const { return c == ' ' || (c == '\t' && separator_ != '\t'); }
    [[nodiscard]] bool ends_field(char c) const {
        return c == separator_ || c == '\n' || c == '\r' || (c == '\t' && separator_ == runs_of_blanks);
    }
    std::size_t after_blanks(std::size_t n);
    std::size_t field_end(std::size_t n);
    std::string_view quoted();
    std::string_view unquoted();
    void finish(const char* field_end);
    void skip_mark();
    [[noreturn]] void fail(Index line, const std::string& found, const std::string& expected,
                           const std::string& hint = {}) const;

    ByteSource& bytes_;
    char separator_;
    std::size_t block_;
    std::vector<char> window_;
    const char* position_;    // of the next field
    const char* end_;         // a NUL stands there
    std::uint64_t read_ = 0;  // bytes, up to end_
    bool all_read_ = false;
    bool after_return_ = false;  // a LF now would belong to the CR before
    bool row_ended_ = false;
    bool plain_ = false;
    Index line_ = 1, field_line_ = 1;
    std::string_view text_;
    std::string unescaped_;
};

}  // namespace gradus
