// What the fuzzers found once, and what they begin with, goes through the same targets in every run of the
// suite.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/fuzz/targets.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

class Fuzz : public testing::TestWithParam<fuzz::Target> {};

TEST_P(Fuzz, KeepsItsWordForEverythingThatWasFoundOrGiven) {
    const auto& [name, run] = GetParam();
    std::size_t inputs = 0;
    for (const char* folder : {GRADUS_FUZZ "/seeds", GRADUS_FUZZ "/found"}) {
        const std::filesystem::path inputs_of = std::filesystem::path(folder) / name;
        if (!std::filesystem::exists(inputs_of)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(inputs_of)) {
            SCOPED_TRACE(entry.path().string());
            run(bytes_of(entry.path().string()));  // aborts otherwise
            ++inputs;
        }
    }
    EXPECT_GT(inputs, 0U);
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, testing::ValuesIn(fuzz::targets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace gradus::test
