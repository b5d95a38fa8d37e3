#include "gradus/data/npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;

std::string golden(const std::string& name) {
    return bytes_of(GRADUS_GOLDEN "/arrays/" + name + ".npy");
}

Table read_npy(std::string_view bytes) {
    return read_npy(*in_memory(bytes, "x.npy"));
}

std::string npy_error(std::string_view bytes) {
    return error_of([&] { read_npy(bytes); });
}

std::vector<Numbers> columns_of(const Table& table) {
    std::vector<Numbers> columns;
    for (const Column& column : table.columns) columns.push_back(column.numbers);
    return columns;
}

TEST(Npy, ReadsEveryTypeOfBothByteOrders) {
    for (const std::string type : {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"})
        for (const std::string order : {"", "_big_endian"}) {
            const Table table = read_npy(golden(type + order));
            EXPECT_EQ(table.rows, 2);
            EXPECT_EQ(columns_of(table), (std::vector<Numbers>{{1, 40}, {2, 50}, {3, 60}})) << type + order;
        }
    EXPECT_EQ(columns_of(read_npy(golden("b1"))), (std::vector<Numbers>{{0, 1}, {0, 1}, {1, 1}}));
    EXPECT_EQ(columns_of(read_npy(golden("labels"))), (std::vector<Numbers>{{7, -1, 7, 0}}));
    EXPECT_EQ(columns_of(read_npy(golden("largest"))), (std::vector<Numbers>{{18446744073709551615.0}}));
}

TEST(Npy, ReadsEveryVersionAndBothOrders) {
    for (const std::string name : {"fortran", "version_2", "version_3"})
        EXPECT_EQ(columns_of(read_npy(golden(name))), (std::vector<Numbers>{{1, 40}, {2, 50}, {3, 60}}))
            << name;
}

TEST(Npy, CallsColumnsByTheirNumber) {
    const Table table = read_npy(golden("f4"));
    EXPECT_EQ(table.columns[0].name, "1");
    EXPECT_EQ(table.columns[2].name, "3");
    EXPECT_EQ(table.channels, 0);
    EXPECT_EQ(table.divisor, 1);
}

TEST(Npy, LaysChannelAfterChannel) {
    const Table table = read_npy(golden("series"));  // 0, 1, ..., 11 as 2 x 3 x 2
    EXPECT_EQ(columns_of(table), (std::vector<Numbers>{{0, 6}, {1, 7}, {2, 8}, {3, 9}, {4, 10}, {5, 11}}));
    EXPECT_EQ(table.channels, 3);
    EXPECT_EQ(table.length, 2);
}

TEST(Npy, KeepsEveryBitOfADouble) {
    const Numbers numbers = read_npy(golden("extremes")).columns[0].numbers;
    EXPECT_TRUE(std::isnan(numbers[0]));
    const Numbers rest(numbers.begin() + 1, numbers.end());
    EXPECT_TRUE(same_bits<double>(rest, Numbers{-0.0, 5e-324, std::numeric_limits<double>::max(), 0.1}));
}

// In truth of NumPy: numpy.float64 of each.
TEST(Npy, ReadsHalfPrecisionExactly) {
    const Numbers numbers = read_npy(golden("half_extremes")).columns[0].numbers;
    const Numbers expected{0, -0.0, 5.960464477539063e-08, -6.103515625e-05, 65504, 0.333251953125};
    EXPECT_TRUE(same_bits<double>(Numbers(numbers.begin(), numbers.end() - 1), expected));
    EXPECT_TRUE(std::isnan(numbers.back()));
    EXPECT_EQ(npy_error(golden("half_infinite")),
              "input: x.npy: row 2, column 1 is infinite, expected a finite number");
}

TEST(Npy, TakesBytesOfThreeOrFourDimensionsForImages) {
    const Table images = read_npy(golden("images"));
    EXPECT_EQ(images.divisor, 255);
    EXPECT_EQ(images.image, (std::vector<Index>{3, 2}));
    EXPECT_EQ(images.length, 0);
    EXPECT_EQ(columns_of(images), (std::vector<Numbers>{{0, 6}, {1, 7}, {2, 8}, {3, 9}, {4, 10}, {5, 11}}));
    EXPECT_EQ(
        images.notes,
        (std::vector<std::string>{
            "x.npy: bytes are images of 3 x 2 pixels, each divided by 255 (series: save them as int16)"}));
    EXPECT_EQ(read_npy(golden("colours")).columns.size(), 12U);
    EXPECT_EQ(read_npy(golden("colours")).image.size(), 3U);
    EXPECT_EQ(read_npy(golden("u1")).divisor, 1);  // of two dimensions
    EXPECT_TRUE(read_npy(golden("u1")).image.empty());
}

TEST(Npy, RefusesOtherTypes) {
    const std::string expected =
        ", expected f2 to f8, i1 to i8, u1 to u8 or b1 (hint: numpy.save(file, array.astype('f4')))";
    EXPECT_EQ(npy_error(golden("complex")), "input: x.npy: an array of the type \"<c8\"" + expected);
    EXPECT_EQ(npy_error(golden("objects")), "input: x.npy: an array of the type \"|O\"" + expected);
    EXPECT_EQ(
        npy_error(golden("text")),
        "input: x.npy: an array of the type \"<U2\", expected f2 to f8, i1 to i8, u1 to u8 or b1 (hint: "
        "numpy.save(file, numpy.unique(array, return_inverse=True)[1]))");
    EXPECT_EQ(npy_error(golden("structured")),
              "input: x.npy: an array of the type \"[('a', '<f4'), ('b', '<i2')]\"" + expected);
}

TEST(Npy, RefusesOtherShapes) {
    const std::string expected =
        ", expected examples, examples x features or examples x channels x length (hint: numpy.save(file, "
        "array.reshape(len(array), -1)))";
    EXPECT_EQ(npy_error(golden("scalar")), "input: x.npy: the shape ()" + expected);
    EXPECT_EQ(npy_error(golden("four_dimensions")), "input: x.npy: the shape (1, 2, 3, 4)" + expected);
    EXPECT_EQ(npy_error(golden("no_rows")),
              "input: x.npy: an array of 0 x 3, expected one row and one column at least");
    EXPECT_EQ(npy_error(golden("fortran_series")),
              "input: x.npy: Fortran order in 3 dimensions, expected C order (hint: numpy.save(file, "
              "numpy.ascontiguousarray(array)))");
}

TEST(Npy, RefusesInfiniteNumbers) {
    EXPECT_EQ(npy_error(golden("infinite")),
              "input: x.npy: row 2, column 2 is infinite, expected a finite number");
}

TEST(Npy, SeesThatTheFileIsCutOffAtAnyByte) {
    const std::string whole = golden("f4");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string numbers = "ends after " + std::to_string(size - std::min<std::size_t>(size, 128)) +
                                    " bytes of numbers, expected 2 x 3 of 4 bytes each";
        EXPECT_EQ(
            npy_error(whole.substr(0, size)),
            "input: x.npy: " + (size < 128 ? "ends within its header, expected the rest of it" : numbers));
    }
    EXPECT_EQ(npy_error(whole + "x"),
              "input: x.npy: goes on behind its numbers, expected 2 x 3 of 4 bytes each");
}

TEST(Npy, SeesThatTheHeaderIsDamaged) {
    const auto with = [](std::string_view header) {
        std::string bytes = std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0';
        return bytes.append(header);
    };
    const std::string whole = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }\n";
    EXPECT_EQ(npy_error(with(whole) + "x"), "no error");
    for (const std::string_view header :
         {"", "{", "{}", "{'descr': '|u1', 'shape': (1,), }",
          "{'descr': '|u1', 'fortran_order': 0, 'shape': (1,), }",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (1L,), }",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
          "{'descr': '|u1, 'fortran_order': False, 'shape': (1,), }",
          "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), } x"})
        EXPECT_EQ(npy_error(with(header)),
                  "input: x.npy: a damaged NPY header, expected 'descr', 'fortran_order' and 'shape'")
            << header;
    EXPECT_EQ(
        npy_error("PK\x03\x04 an archive of numpy.savez"),
        "input: x.npy: does not begin as an NPY file of version 1, 2 or 3, expected an array written by "
        "numpy.save");
}

TEST(Npy, BelievesNoHeaderThatTellsMoreThanThereIs) {
    const auto told = [](const std::string& shape, const char* order = "False") {
        const std::string header =
            "{'descr': '<f8', 'fortran_order': " + std::string(order) + ", 'shape': (" + shape + "), }\n";
        std::string bytes = std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0';
        return npy_error(bytes + header + std::string(16, '\0'));
    };
    EXPECT_EQ(told("99999999999999999,"),
              "input: x.npy: ends after 16 bytes of numbers, expected 99999999999999999 x 1 of 8 bytes each");
    EXPECT_EQ(told("99999999999999999, 2", "True"),
              "input: x.npy: ends after 16 bytes of numbers, expected 99999999999999999 x 2 of 8 bytes each");
    EXPECT_EQ(told("1, 99999999999999999"),
              "input: x.npy: an array of 1 x 99999999999999999, expected at most 1000000 columns");
    EXPECT_EQ(told("1, 99999999999999999, 99999999999999999"),
              "input: x.npy: an array of 1 x 4611686018427387904, expected at most 1000000 columns");
}

}  // namespace
}  // namespace gradus::test
