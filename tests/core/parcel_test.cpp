// Values that went through bytes: every bit of them is there again, and broken bytes are refused.
#include "gradus/core/parcel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace gradus::test {
namespace {

enum class Colour { red, green };

struct Drawer {
    int number = 0;
    Colour colour = Colour::red;
    std::string label;
    std::vector<std::vector<double>> rows;
    std::optional<std::vector<std::string>> notes;

    bool operator==(const Drawer&) const = default;
};

template <class Archive, Is<Drawer> Value>
void parts(Archive& archive, Value& drawer) {
    auto& [number, colour, label, rows, notes] = drawer;
    archive(number, colour, label, rows, notes);
}

const Drawer full{7, Colour::green, std::string("a\0b", 3), {{0.1, -0.0}, {}, {1e-310}}, {{"x", ""}}};

TEST(Parcel, GivesBackWhatWasPutIn) {
    EXPECT_EQ(unpacked<Drawer>(packed(full)), full);
    EXPECT_EQ(unpacked<Drawer>(packed(Drawer{})), Drawer{});
    EXPECT_TRUE(std::signbit(unpacked<Drawer>(packed(full)).rows[0][1]));
    EXPECT_TRUE(std::isnan(unpacked<double>(packed(std::numeric_limits<double>::quiet_NaN()))));
}

TEST(Parcel, RefusesBytesThatEndTooEarlyOrTooLate) {
    const std::string bytes = packed(full);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_THROW(unpacked<Drawer>(bytes.substr(0, size)), Error) << size;
    EXPECT_THROW(unpacked<Drawer>(bytes + " "), Error);
}

TEST(Parcel, RefusesASizeBeforeItIsReserved) {
    EXPECT_THROW(unpacked<std::vector<double>>(packed(std::size_t{1} << 60)), Error);
    EXPECT_THROW(unpacked<std::vector<std::string>>(packed(std::size_t{1} << 60)), Error);
}

}  // namespace
}  // namespace gradus::test
