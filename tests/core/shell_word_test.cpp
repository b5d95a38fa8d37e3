#include "gradus/core/shell_word.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace gradus::test {
namespace {

TEST(ShellWord, IsTheTextItselfWhereNothingMeansAnythingToAShell) {
    for (const char* text : {"iris.csv", "0.5", "a,b=c", "../data/x_1-2.csv.gz"})
        EXPECT_EQ(shell_word(text), text);
}

TEST(ShellWord, IsInQuotesWhereAShellNeedsThem) {
    EXPECT_EQ(shell_word("256 relu"), "\"256 relu\"");
    EXPECT_EQ(shell_word(""), "\"\"");
    EXPECT_EQ(shell_word("花.csv"), "\"花.csv\"");
    EXPECT_EQ(shell_word("\"last, first\",b"), "'\"last, first\",b'");
    EXPECT_EQ(shell_word("it's"), "\"it's\"");
    EXPECT_EQ(shell_word("it's $5"), "'it'\\''s $5'");
    EXPECT_EQ(shell_word("a\nb\\'"), "$'a\\012b\\\\\\''");
}

// What bash makes of it.
std::string printed_by_shell(const std::string& word) {
    std::FILE* pipe =
        popen(("cat <<'END_OF_WORD' | bash\nprintf '%s' " + word + "\nEND_OF_WORD\n").c_str(), "r");
    std::string text;
    std::array<char, 256> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        text.append(buffer.data(), n);
    pclose(pipe);
    return text;
}

TEST(ShellWord, IsReadBackByAShell) {
    for (const char* text :
         {"",    "a b", "a  b ", "it's", "$HOME",      "`date`", "\"quoted\"", "back\\slash", "!x", "*",
          "a;b", "~",   "#",     "a\tb", "a'\n\"$x\\", "花 子",  "(1)",        "<>",          "&",  "{a,b}"})
        EXPECT_EQ(printed_by_shell(shell_word(text)), text);
}

TEST(ShellWord, IsReadBackByUs) {
    const std::vector<std::string> texts{"",  "a b",    "it's",  "$HOME",   "\"quoted\"", "back\\slash",
                                         "!", "a\tb12", "花 子", "it's $5", "a'\n\"$x\\", "-x"};
    std::string line;
    for (const std::string& text : texts) line += " " + shell_word(text);
    EXPECT_EQ(shell_words(line + " "), texts);
    EXPECT_EQ(shell_words(""), std::vector<std::string>{});
}

}  // namespace
}  // namespace gradus::test
