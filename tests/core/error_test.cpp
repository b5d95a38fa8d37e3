#include "gradus/core/error.h"

#include <gtest/gtest.h>

#include <vector>

namespace gradus::test {
namespace {

TEST(Error, IsOneSentenceThatLeavesOutWhatIsEmpty) {
    const auto text = [](const Error::Sentence& sentence) {
        return std::string(Error(Fault::input, sentence).what());
    };
    EXPECT_EQ(text({"data.csv:7", "\"abc\"", "a number", "--categorical x"}),
              "data.csv:7: \"abc\", expected a number (hint: --categorical x)");
    EXPECT_EQ(text({.place = "--batch", .found = "-1"}), "--batch: -1");
    EXPECT_EQ(text({.found = "no data", .hint = "name a file"}), "no data (hint: name a file)");
}

TEST(Error, NamesASettingAsItsReaderDoes) {
    const Error error(Fault::usage, {.place = setting("learning_rate"),
                                     .found = "0",
                                     .hint = setting("task", "regress") + " or " + setting("net", "8 relu")});
    EXPECT_STREQ(error.what(), "learning_rate: 0 (hint: task = regress or net = 8 relu)");
    EXPECT_EQ(error.with_options(), "--learning-rate: 0 (hint: --task regress or --net \"8 relu\")");
    EXPECT_STREQ(Error(Fault::usage, {.place = "a\x01"
                                               "b"})
                     .what(),
                 "a\x01"
                 "b");
}

// A hint that names what the reader does not have helps nobody.
TEST(Error, HasNamesForOthersAndNoHintWithoutThem) {
    const auto names = [](std::string_view id, const std::string* value) -> std::optional<std::string> {
        if (id == "header") return std::nullopt;
        return "my " + std::string(id) + (value == nullptr ? "" : " to be " + *value);
    };
    const Error::Sentence sentence{.place = "data.csv",
                                   .found = setting("header") + " says no",
                                   .hint = setting("task", "regress") + " or " + setting("header", "yes")};
    const Error one(Fault::input, sentence), two(Fault::input, {.found = "odd", .hint = setting("net")});
    EXPECT_EQ(one.with_names(names), "data.csv: header says no");
    EXPECT_EQ(one.at("here").with_names(names), "here: data.csv: header says no");
    EXPECT_EQ(two.at("here").with_names(names), "here: odd (hint: my net)");
    EXPECT_STREQ(one.at("here").what(),
                 "here: data.csv: header says no (hint: task = regress or header = yes)");
    EXPECT_EQ(one.at("here").with_options(),
              "here: data.csv: --header says no (hint: --task regress or --header yes)");
}

TEST(Error, NumbersItsFaultsAsTheProgramExits) {
    EXPECT_EQ(static_cast<int>(Error(Fault::usage, {}).fault()), 2);
    EXPECT_EQ(static_cast<int>(Error(Fault::input, {}).fault()), 3);
    EXPECT_EQ(static_cast<int>(Error(Fault::training, {}).fault()), 4);
}

TEST(Error, SuggestsTheWordWithTheFewestTypedLettersBetween) {
    const std::vector<std::string> words{"relu", "selu", "elu", "tanh", "sigmoid"};
    EXPECT_EQ(nearest("relu", words), "relu");
    EXPECT_EQ(nearest("tanhh", words), "tanh");
    EXPECT_EQ(nearest("sigmiod", words), "sigmoid");
    EXPECT_EQ(nearest("el", words), "elu");
    EXPECT_EQ(nearest("RELU", words), "relu");
    EXPECT_EQ(did_you_mean("signoid", words), "did you mean sigmoid?");
}

TEST(Error, SuggestsNothingThatIsFarAway) {
    const std::vector<std::string> words{"relu", "tanh"};
    for (const char* word : {"", "x", "convolution", "rélüü"}) EXPECT_EQ(nearest(word, words), "") << word;
    EXPECT_EQ(nearest(std::string(100'000, 'x'), words), "");
    EXPECT_EQ(did_you_mean("x", words), "");
}

TEST(Error, SuggestsNothingThatSharesNoTwoLetters) {
    const std::vector<std::string> words{"x", "x1", "ab", "--o"};
    for (const char* word : {"y", "z", "x2", "yx", "ax", "--q", "-q"})
        EXPECT_EQ(nearest(word, words), "") << word;
    EXPECT_EQ(nearest("ba", words), "");  // nothing is shared but by changing places
    EXPECT_EQ(nearest("X1", words), "x1");
    EXPECT_EQ(nearest("abc", words), "ab");
    EXPECT_EQ(nearest("-seed", std::vector<std::string>{"--seed"}), "--seed");
}

TEST(Error, ListsCandidatesAsInASentence) {
    EXPECT_EQ(one_of(std::vector<std::string>{}), "");
    EXPECT_EQ(one_of(std::vector<std::string>{"a"}), "a");
    EXPECT_EQ(one_of(std::vector<std::string>{"a", "b"}), "a or b");
    EXPECT_EQ(one_of(std::vector<std::string>{"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace gradus::test
