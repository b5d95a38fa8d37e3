// What does `gradus page` write? The page beside the program, with a run and its data inside.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"
#include "tests/support/folder.h"

namespace gradus::tests {
namespace {

using nlohmann::json;
using test::bytes_of;
using test::Folder;

constexpr const char* empty_page =
    "<html><script type=\"application/json\" id=\"opens\"></script><p>the page</p></html>";

// A program beside which the page stands that scripts/page builds, here an empty one.
class Page : public ::testing::Test {
protected:
    Page() {
        std::filesystem::copy_file(GRADUS_PROGRAM, folder_ / "gradus");
        put("gradus.html", empty_page);
    }
    void put(const std::string& name, const std::string& content) {
        const std::string path = folder_.with(name, content);
        ASSERT_FALSE(path.empty());
    }
    // The exit status; what is said on stderr is kept.
    int run_here(const std::string& words) {
        const std::string command =
            "cd " + (folder_ / "") + " && LC_ALL=C ./gradus page " + words + " 2>said";
        return WEXITSTATUS(std::system(command.c_str()));  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    }
    std::string said() { return bytes_of(folder_ / "said"); }
    // What the written page opens with.
    json opening(const std::string& file) {
        const std::string page = bytes_of(folder_ / file);
        const std::size_t begin = page.find('{'), end = page.find("</script>");
        EXPECT_EQ(page.substr(0, begin) + page.substr(end), empty_page);
        return json::parse(page.substr(begin, end - begin));
    }
    Folder folder_;
};

TEST_F(Page, OpensAtTheRunThatWasTyped) {
    ASSERT_EQ(run_here("xor --seed 3 --iteration 137 --net '4 tanh' --quiet"), 0) << said();
    EXPECT_EQ(opening("xor.html"),
              json::parse(R"j({"words": "xor --net \"4 tanh\" --seed 3", "iteration": 137})j"));
}

TEST_F(Page, TakesTheTableWithItWhateverItHolds) {
    const std::string table = "a,b\n1,</script><!--\n2,\"no, <b>\"\n3,</script><!--\n4,\"no, <b>\"\n";
    put("t.csv", table);
    ASSERT_EQ(run_here("t.csv -o out.html --validation 0"), 0) << said();
    const json made = opening("out.html");
    EXPECT_EQ(made["words"], "t.csv --validation 0");
    EXPECT_EQ(made["table"], (json{{"name", "t.csv"}, {"text", table}}));
}

TEST_F(Page, RefusesWhatThePageCannotHold) {
    put("large.csv", "a,b\n" + std::string(5'000'000, '\n') + "1,2\n2,3\n3,2\n4,3\n");
    EXPECT_EQ(run_here("large.csv --quiet"), 3);
    EXPECT_EQ(said(), "error: large.csv: more than 5 MB, expected at most so much, for a page\n");
    EXPECT_EQ(run_here("- <large.csv"), 2);
    EXPECT_EQ(run_here("large.csv --labels large.csv"), 2);
    EXPECT_EQ(said(), "error: --labels: the page has no such option\n");
}

TEST_F(Page, SaysHowThePageIsBuiltWhereThereIsNone) {
    std::filesystem::remove(folder_ / "gradus.html");
    EXPECT_EQ(run_here("xor"), 3);
    EXPECT_EQ(
        said(),
        "error: gradus page: there is no gradus.html beside the program (hint: scripts/page builds it)\n");
}

}  // namespace
}  // namespace gradus::tests
