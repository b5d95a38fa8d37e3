#include "tests/portable/runs.h"

#include <gtest/gtest.h>

#include "tests/support/targets.h"

namespace gradus::test {
namespace {

// With fused multiply-add or without: what a small network computes does not depend on the processor. Under
// node the same runs are compared by tests/frame/portable.
TEST(PortableRuns, HaveTheSameBitsOnEveryInstructionSet) {
    const std::string best = portable_runs();
    EXPECT_GT(best.size(), 10'000U);
    on_each_target([&](std::int64_t /*target*/) { EXPECT_EQ(portable_runs(), best); });
}

}  // namespace
}  // namespace gradus::test
