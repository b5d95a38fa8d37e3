#include "gradus/data/idx.h"

#include <gtest/gtest.h>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;

std::string bytes(std::initializer_list<int> list) {
    std::string text;
    for (const int byte : list) text += static_cast<char>(byte);
    return text;
}

Table read_idx(std::string_view file) {
    return read_idx(*in_memory(file, "x-ubyte"));
}

std::string idx_error(std::string_view file) {
    return error_of([&] { read_idx(file); });
}

TEST(Idx, ReadsLabelsAsTheyAre) {
    const Table table = read_idx(bytes({0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 255}));
    EXPECT_EQ(table.rows, 3);
    ASSERT_EQ(table.columns.size(), 1U);
    EXPECT_EQ(table.columns[0].numbers, (Numbers{7, 0, 255}));
    EXPECT_EQ(table.divisor, 1);
}

TEST(Idx, ReadsPixelsRowAfterRowWithTheirFactor) {
    const Table table = read_idx(bytes({0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 255}));
    EXPECT_EQ(table.rows, 2);
    ASSERT_EQ(table.columns.size(), 2U);
    EXPECT_EQ(table.columns[0].numbers, (Numbers{1, 3}));
    EXPECT_EQ(table.columns[1].numbers, (Numbers{2, 255}));
    EXPECT_EQ(table.divisor, 255);
    EXPECT_EQ(table.image, (std::vector<Index>{1, 2}));
}

TEST(Idx, SeesThatTheHeaderLies) {
    EXPECT_EQ(idx_error(bytes({0, 0, 8, 1, 0, 0, 1, 2, 7})),
              "input: x-ubyte: ends after 1 bytes of numbers, expected 258 x 1 of 1 bytes each");
    EXPECT_EQ(idx_error(bytes({0, 0, 8, 1, 0, 0, 0, 1, 7, 7})),
              "input: x-ubyte: goes on behind its numbers, expected 1 x 1 of 1 bytes each");
    EXPECT_EQ(idx_error(bytes({0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 2, 0, 0, 0, 2, 1})),
              "input: x-ubyte: ends after 1 bytes of numbers, expected 4294967295 x 4 of 1 bytes each");
    EXPECT_EQ(idx_error(bytes(
                  {0, 0, 8, 4, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})),
              "input: x-ubyte: an array of 1 x 4611686018427387904, expected at most 1000000 columns");
    EXPECT_EQ(idx_error(bytes({0, 0, 8, 1, 0, 0, 0, 0})),
              "input: x-ubyte: an array of 0 x 1, expected one row and one column at least");
    EXPECT_EQ(idx_error(bytes({0, 0, 8, 1, 0, 0})),
              "input: x-ubyte: ends within its header, expected the rest of it");
}

TEST(Idx, RefusesWhatIsNoIdxFileOfBytes) {
    EXPECT_EQ(idx_error("P5 28 28"),
              "input: x-ubyte: does not begin as an IDX file, expected the bytes 0, 0, 8 and a "
              "number of dimensions from 1 to 4");
    EXPECT_EQ(idx_error(bytes({0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0})),
              "input: x-ubyte: numbers of type 13, expected type 8, unsigned bytes");
}

}  // namespace
}  // namespace gradus::test
