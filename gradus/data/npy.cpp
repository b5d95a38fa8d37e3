#include "gradus/data/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/array_reader.h"

namespace gradus {
namespace {

template <class T, bool swapped>
double number_at(const char* bytes) {
    std::array<char, sizeof(T)> raw{};
    std::memcpy(raw.data(), bytes, sizeof(T));
    if (swapped) std::ranges::reverse(raw);
    return static_cast<double>(std::bit_cast<T>(raw));
}

// IEEE 754's binary16: a sign, 5 bits of exponent, 10 of mantissa.
struct Half {
    std::uint16_t bits;

    explicit operator double() const {
        const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
        const double size = exponent == 0   ? std::ldexp(mantissa, -24)
                            : exponent < 31 ? std::ldexp(1024 + mantissa, exponent - 25)
                            : mantissa == 0 ? std::numeric_limits<double>::infinity()
                                            : missing;
        return (bits & 0x8000) != 0 ? -size : size;
    }
};

struct Type {
    std::string_view name;
    std::size_t size;
    double (*little_endian)(const char*);
    double (*big_endian)(const char*);
};

template <class T>
constexpr Type type(std::string_view name) {
    constexpr bool little = std::endian::native == std::endian::little;
    return {name, sizeof(T), number_at<T, !little>, number_at<T, little>};
}

constexpr std::array types{type<Half>("f2"),          type<float>("f4"),         type<double>("f8"),
                           type<std::int8_t>("i1"),   type<std::int16_t>("i2"),  type<std::int32_t>("i4"),
                           type<std::int64_t>("i8"),  type<std::uint8_t>("u1"),  type<std::uint16_t>("u2"),
                           type<std::uint32_t>("u4"), type<std::uint64_t>("u8"), type<std::uint8_t>("b1")};

struct NpyHeader {
    std::string type;
    bool fortran_order = false;
    std::vector<Index> shape;
};

/// A dictionary as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class DictionaryParser {
public:
    explicit DictionaryParser(std::string_view text) : rest_(text) {}

    std::optional<NpyHeader> parse() {
        NpyHeader header;
        bool good = take("{");
        int keys = 0;
        for (; good && !take("}"); take(","), ++keys) {
            if (take("'descr':")) {
                good = read_type(header.type);
            } else if (take("'fortran_order':")) {
                header.fortran_order = take("True");
                good = header.fortran_order || take("False");
            } else {
                good = take("'shape':") && read_shape(header.shape);
            }
        }
        skip_blanks();
        if (!good || keys != 3 || header.type.empty() || !rest_.empty()) return std::nullopt;
        return header;
    }

private:
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }

    bool take(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    // What is no string in quotes is a list of several types: taken as it is, for the message.
    bool read_type(std::string& type) {
        const bool quoted = take("'");
        const std::size_t end = quoted ? rest_.find('\'') : rest_.rfind(']') + 1;
        if (end == rest_.npos) return false;
        type = rest_.substr(0, end);
        rest_.remove_prefix(end + (quoted ? 1 : 0));
        return true;
    }

    bool read_shape(std::vector<Index>& shape) {
        shape.clear();
        if (!take("(")) return false;
        while (!take(")")) {
            Index size = 0;
            std::size_t digits = 0;
            skip_blanks();
            for (; digits < rest_.size() && digits < 18 && is_digit(rest_[digits]); ++digits)
                size = 10 * size + (rest_[digits] - '0');
            rest_.remove_prefix(digits);
            if (digits == 0 || shape.size() == 32) return false;
            shape.push_back(size);
            take(",");
        }
        return true;
    }

    std::string_view rest_;
};

NpyHeader header_of(ByteSource& bytes) {
    const std::string begin = read_header(bytes, 8);
    const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    const std::size_t version = byte(begin[6]);
    if (!begin.starts_with("\x93NUMPY") || version < 1 || version > 3)
        throw Error(Fault::input, {.place = bytes.name(),
                                   .found = say("does not begin as an NPY file of version 1, 2 or 3"),
                                   .expected = say("an array written by numpy.save")});
    const std::string length = read_header(bytes, version == 1 ? 2 : 4);
    std::size_t size = 0;
    for (std::size_t i = length.size(); i-- > 0;) size = 256 * size + byte(length[i]);
    std::optional<NpyHeader> header;
    if (size <= 65535) header = DictionaryParser(read_header(bytes, size)).parse();
    if (!header)
        throw Error(Fault::input, {.place = bytes.name(),
                                   .found = say("a damaged NPY header"),
                                   .expected = say("'descr', 'fortran_order' and 'shape'")});
    return *header;
}

std::string text(const std::vector<Index>& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return text + ")";
}

// Bytes are pixels, as in IDX files; whoever has series of bytes saves them as another type.
void become_images(Table& table, const std::vector<Index>& shape) {
    table.divisor = 255;
    table.image.assign(shape.begin() + 1, shape.end());
    std::string pixels;
    for (std::size_t i = 1; i < shape.size(); ++i) pixels += (i > 1 ? " x " : "") + std::to_string(shape[i]);
    table.notes.push_back(
        say("{}: bytes are images of {} pixels, each divided by 255 (series: save them as int16)", table.name,
            pixels));
}

// "<U3", "|S10": letters; their numbers are what can be learned.
bool holds_texts(std::string_view type) {
    return type.size() > 1 && (type[1] == 'U' || type[1] == 'S');
}

}  // namespace

Table read_npy(ByteSource& bytes, Ranks* ranks) {
    const NpyHeader header = header_of(bytes);
    const std::string_view type = header.type;
    const auto fail = [&](const std::string& found, const std::string& expected, const std::string& hint) {
        throw Error(Fault::input,
                    {.place = bytes.name(), .found = found, .expected = expected, .hint = hint});
    };
    const auto* known =
        std::ranges::find(types, type.substr(std::min<std::size_t>(1, type.size())), &Type::name);
    if (known == types.end() || std::string_view("<>|=").find(type[0]) == std::string_view::npos)
        fail(say("an array of the type {}", in_quotes(type)), say("f2 to f8, i1 to i8, u1 to u8 or b1"),
             holds_texts(type) ? say("numpy.save(file, numpy.unique(array, return_inverse=True)[1])")
                               : say("numpy.save(file, array.astype('f4'))"));
    const std::vector<Index>& shape = header.shape;
    const bool images = known->name == "u1" && (shape.size() == 3 || shape.size() == 4);
    if (shape.empty() || (shape.size() > 3 && !images))
        fail(say("the shape {}", text(shape)),
             say("examples, examples x features or examples x channels x length"),
             say("numpy.save(file, array.reshape(len(array), -1))"));
    if (header.fortran_order && shape.size() >= 3)
        fail(say("Fortran order in {} dimensions", shape.size()), say("C order"),
             say("numpy.save(file, numpy.ascontiguousarray(array))"));

    const Index most = Index{1} << 62;
    ArrayLayout layout{.rows = shape[0],
                       .item_size = known->size,
                       .number = type[0] == '>' ? known->big_endian : known->little_endian,
                       .by_columns = header.fortran_order};
    for (std::size_t i = 1; i < shape.size(); ++i)
        layout.columns = shape[i] > 0 && layout.columns > most / shape[i] ? most : layout.columns * shape[i];
    Table table = read_array(bytes, layout, ranks);
    if (images) {
        become_images(table, shape);
    } else if (shape.size() == 3) {
        table.channels = shape[1];
        table.length = shape[2];
    }
    table.unnamed = true;
    return table;
}

}  // namespace gradus
