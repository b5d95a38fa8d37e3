#include "gradus/nn/architecture.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/compare.h"
#include "tests/support/names.h"

namespace gradus::test {
namespace {

std::string read_and_written(std::string_view text) {
    return to_text<double>(read_layers<double>(text));
}

TEST(Architecture, ReadsTheLayersOfAText) {
    const auto layers = read_layers<double>("64 relu, dropout 0.2, 32 tanh");
    ASSERT_EQ(layers.size(), 5U);
    EXPECT_EQ(layers[0]->text(), "64");
    EXPECT_EQ(layers[1]->text(), "relu");
    EXPECT_EQ(layers[2]->text(), "dropout 0.2");
    EXPECT_EQ(layers[3]->text(), "32");
    EXPECT_EQ(layers[4]->text(), "tanh");
}

TEST(Architecture, WritesTheTextThatItReads) {
    for (const char* text : {"1", "2 tanh, 1 sigmoid", "64 relu, dropout 0.2, 32 tanh", "8 leaky_relu 0.3",
                             "8 elu 0.5 softmax", "tanh", "16777216 relu"})
        EXPECT_EQ(read_and_written(text), text);
}

TEST(Architecture, WritesEveryTextInOneManner) {
    EXPECT_EQ(read_and_written("  dense 64   relu ,dropout .20,\n\t3 linear"),
              "64 relu, dropout 0.2, 3 identity");
    EXPECT_EQ(read_and_written("4, tanh"), "4 tanh");
    EXPECT_EQ(read_and_written("8 leaky_relu 0.01, 1e1 elu 1"), "8 leaky_relu, 10 elu");
}

TEST(Architecture, ReadsTheSameInFloatAndDouble) {
    for (const char* text : {"64 relu, dropout 0.2, 32 tanh", "8 leaky_relu 0.3 softmax"})
        EXPECT_EQ(to_text<float>(read_layers<float>(text)), to_text<double>(read_layers<double>(text)));
}

TEST(Architecture, FindsALayersRowByItsKind) {
    EXPECT_EQ(find_layer("64")->name, "dense");
    EXPECT_EQ(find_layer("leaky_relu")->name, "leaky_relu");
    EXPECT_EQ(find_layer("linear")->name, "identity");
    EXPECT_EQ(find_layer("sine"), nullptr);
    EXPECT_EQ(find_layer(""), nullptr);
}

TEST(Architecture, NamesEachLayerOnceAndDescribesIt) {
    std::set<std::string> names;
    for (const LayerKind& kind : layer_table()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_STRNE(kind.description.english, "") << kind.name;
    }
}

const std::string any_layer = test::a_layer();
const std::string units = "expected a number of units from 1 to 16777216";
const std::string comma = "expected an activation here, or a comma before it";
const std::string rate = "expected a rate from 0 to below 1";
const std::string filters = "expected FILTERSxWINDOW, as in 25x5";
const std::string slope = "expected a slope of 0 to 100";

struct Mistake {
    std::string text, message;
};

class MistakeInAText : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeInAText, IsPointedAt) {
    const Mistake& mistake = GetParam();
    EXPECT_EQ(error_of([&] { read_layers<double>(mistake.text); }), "usage: network " + mistake.message);
    EXPECT_EQ(error_of([&] { read_layers<float>(mistake.text); }), "usage: network " + mistake.message);
}

INSTANTIATE_TEST_SUITE_P(
    Architecture, MistakeInAText,
    testing::Values(
        Mistake{"64 rleu", R"("64 rleu", character 4: "rleu", )" + any_layer + " (hint: did you mean relu?)"},
        Mistake{"Tanh", R"("Tanh", character 1: "Tanh", expected "tanh", or "64 tanh" for 64 units)"},
        Mistake{"xyz", R"("xyz", character 1: "xyz", )" + any_layer},
        Mistake{"64relu", R"("64relu", character 1: "64relu", expected "64 relu")"},
        Mistake{"64 32", R"("64 32", character 4: "32", )" + comma},
        Mistake{"64 relu 32 tanh", R"("64 relu 32 tanh", character 9: "32", )" + comma},
        Mistake{"64 dropout 0.5", R"("64 dropout 0.5", character 4: "dropout", )" + comma},
        Mistake{"64 relu 0.5", R"("64 relu 0.5", character 9: "0.5", )" + comma},
        Mistake{"0 relu", R"("0 relu", character 1: "0", )" + units},
        Mistake{"-3", R"("-3", character 1: "-3", )" + units},
        Mistake{"2.5", R"("2.5", character 1: "2.5", )" + units},
        Mistake{"16777217", R"("16777217", character 1: "16777217", )" + units},
        Mistake{"1e99", R"("1e99", character 1: "1e99", )" + units},
        Mistake{"1e999", R"("1e999", character 1: "1e999", )" + any_layer},
        Mistake{"nan", R"("nan", character 1: "nan", )" + any_layer},
        Mistake{"dense", R"("dense", character 6: nothing more, )" + units},
        Mistake{"dense relu", R"("dense relu", character 7: "relu", )" + units},
        Mistake{"dropout 1", R"("dropout 1", character 9: "1", )" + rate},
        Mistake{"dropout -0.1", R"("dropout -0.1", character 9: "-0.1", )" + rate},
        Mistake{"dropout", R"("dropout", character 8: nothing more, )" + rate},
        Mistake{"4, dropout , 2", R"("4, dropout , 2", character 12: nothing more, )" + rate},
        Mistake{"4 leaky_relu -1", R"("4 leaky_relu -1", character 14: "-1", )" + slope},
        Mistake{"4 elu 101", R"("4 elu 101", character 7: "101", )" + slope},
        Mistake{"", R"("", character 1: nothing more, )" + any_layer},
        Mistake{"  ", R"("  ", character 3: nothing more, )" + any_layer},
        Mistake{",", R"(",", character 1: nothing more, )" + any_layer},
        Mistake{"64 relu,", R"("64 relu,", character 9: nothing more, )" + any_layer},
        Mistake{"64,,32", R"("64,,32", character 4: nothing more, )" + any_layer},
        Mistake{"64 rélu", R"("64 rélu", character 4: "rélu", )" + any_layer},
        Mistake{"2 tanh, 隐藏 x", R"("2 tanh, 隐藏 x", character 9: "隐藏", )" + any_layer},
        Mistake{"conv", R"("conv", character 5: nothing more, )" + filters},
        Mistake{"conv 8", R"("conv 8", character 6: "8", )" + filters},
        Mistake{"conv 0x3", R"("conv 0x3", character 6: "0x3", )" + filters},
        Mistake{"conv 8x3 stride 0",
                R"("conv 8x3 stride 0", character 17: "0", expected a stride from 1 to 1048576)"},
        Mistake{
            "conv 8x3 pad some",
            R"("conv 8x3 pad some", character 14: "some", expected "same" or a number from 0 to 1048576)"},
        Mistake{"conv 8x3 groups 3",
                R"("conv 8x3 groups 3", character 17: "3", expected a divisor of the 8 filters)"},
        Mistake{"conv 8x3 stride 2 pad same",
                R"("conv 8x3 stride 2 pad same", character 23: "same", expected stride 1 beside pad same)"},
        Mistake{"4 conv 8x3", R"("4 conv 8x3", character 3: "conv", )" + comma},
        Mistake{"maxpool", R"("maxpool", character 8: nothing more, expected a window from 1 to 1048576)"},
        Mistake{"maxpool 3 pad 3",
                R"("maxpool 3 pad 3", character 15: "3", expected at most half a window of padding)"},
        Mistake{"globalavgpool 3", R"("globalavgpool 3", character 15: "3", )" + comma},
        Mistake{"pbld 16", R"("pbld 16", character 6: "16", expected FREQUENCIESxNUMBERS, as in 16x4)"},
        Mistake{"pbld 1025x4",
                R"("pbld 1025x4", character 6: "1025x4", expected FREQUENCIESxNUMBERS, as in 16x4)"},
        Mistake{
            "pbld 16x1",
            R"("pbld 16x1", character 6: "16x1", expected at least 2 numbers: the input, and a sum of its waves)"},
        Mistake{"pbld sigma 0",
                R"("pbld sigma 0", character 12: "0", expected a sigma above 0, at most 1000)"},
        Mistake{"residual (3)", "\"residual (3)\", character 1: \"residual\", " + any_layer +
                                    " (hint: did you mean residual(?)"},
        Mistake{"residual(3, 4", R"x("residual(3, 4", character 14: nothing more, expected ")")x"},
        Mistake{"residual(", R"x("residual(", character 10: nothing more, expected ")")x"},
        Mistake{"3), 4", R"x("3), 4", character 2: ")", expected "residual(" before it)x"},
        Mistake{"2 é, 3 x", R"("2 é, 3 x", character 3: "é", )" + any_layer}),
    [](const auto& info) {
        return "no_" + std::to_string(info.index) + "_" + as_test_name(info.param.text);
    });

TEST(Architecture, CountsCharactersAndNotBytes) {
    EXPECT_EQ(error_of([] { read_layers<double>("dense 二, 3"); }),
              R"(usage: network "dense 二, 3", character 7: "二", )" + units);
    EXPECT_EQ(error_of([] { read_layers<double>("tanh\u3000relu, 3 x"); }),
              "usage: network \"tanh\u3000relu, 3 x\", character 1: \"tanh\u3000relu\", " + any_layer);
}

TEST(Architecture, QuotesOfAVeryLongTextOnlyTheMistakesSurroundings) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += "64 relu, ";
    const std::string message = error_of([&] { read_layers<double>(text + "64 rleu, " + text + "1"); });
    EXPECT_LT(message.size(), 500U);
    EXPECT_TRUE(message.find("character 90004: \"rleu\"") != std::string::npos) << message;
}

TEST(Architecture, ReadsAVeryLongText) {
    std::string text = "1";
    for (int i = 0; i < 10'000; ++i) text += ", 64 relu";
    EXPECT_EQ(read_layers<float>(text).size(), 20'001U);
}

}  // namespace
}  // namespace gradus::test
