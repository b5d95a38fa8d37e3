#include "gradus/data/decoder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

using Cells = std::vector<Decoder::Cell>;

Features some_features() {
    Features features{.divisor = 10};
    features.numeric = {{.name = "size", .line = {.offset = 2, .divisor = 4}},
                        {.name = "always", .line = Line::to_nothing(0.5)}};
    features.dates = {{.name = "when", .line = {.offset = 86'400.0 * 19'723, .divisor = 86'400}}};
    features.text = {{.name = "colour", .categories = {"blue", "red"}},
                     {.name = "nothing", .categories = {}}};
    return features;
}

TEST(Decoder, GivesEachColumnBackInItsUnits) {
    const Features features = some_features();
    const double x[]{0.25, 7, 30.4, 0.2, 0.3};  // 19723 days after 1970 is 2024-01-01
    EXPECT_EQ(Decoder(features, "m").names(),
              (std::vector<std::string>{"size", "always", "when", "colour", "nothing"}));
    EXPECT_EQ(Decoder(features, "m")(x), (Cells{30.0, 5.0, "2024-01-31", "red", ""}));
}

TEST(Decoder, SaysTheTimeOfDayWhereItVaried) {
    Features features = some_features();
    features.numeric.clear();
    features.dates.front().cycles = {DateCycle::time_of_day};
    const double x[]{0.75, 0, 0, 0.4, 0.3};
    EXPECT_EQ(Decoder(features, "m")(x), (Cells{"2024-01-01T18:00:00", "blue", ""}));
    features.dates.front() = {
        .name = "at", .line = {.offset = 36'000, .divisor = 60}, .order = DateOrder::time_of_day};
    const double y[]{15, 1, 0};
    EXPECT_EQ(Decoder(features, "m")(y), (Cells{"10:15:00", "blue", ""}));
}

TEST(Decoder, KeepsDatesWithinTheYearsThatTheyHave) {
    Features features = some_features();
    features.numeric.clear();
    features.text.clear();
    const auto said = [&](double x) { return std::get<std::string>(Decoder(features, "m")(&x).front()); };
    EXPECT_EQ(said(-1e9), "0001-01-01");
    EXPECT_EQ(said(1e9), "9999-12-31");
    EXPECT_EQ(said(NAN), "");
}

TEST(Decoder, RefusesSeriesThatEndEarly) {
    Features features = some_features();
    features.masked_channels = 1;
    EXPECT_EQ(error_of([&] { Decoder(features, "m.onnx"); }),
              "input: m.onnx: its series end early, expected examples that are all as long as each other");
}

}  // namespace
}  // namespace gradus::test
