// Does a result depend on the machine? Runs code on each instruction set that this machine has.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>

namespace gradus::test {

/// While it lives, the library uses this instruction set only.
class OnlyTarget {
public:
    explicit OnlyTarget(std::int64_t target) { choose(target); }
    ~OnlyTarget() { choose(0); }  // any again
    OnlyTarget(const OnlyTarget&) = delete;
    OnlyTarget& operator=(const OnlyTarget&) = delete;

private:
    static void choose(std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
};

/// Does this instruction set round a b + c once?
inline bool fuses(std::int64_t target) {
    return HWY_ARCH_X86 ? target <= HWY_AVX2 : target < HWY_EMU128;  // the better, the smaller
}

/// f(target) for each, the best first.
template <class F>
void on_each_target(F f) {
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        const OnlyTarget only(target);
        SCOPED_TRACE(hwy::TargetName(target));
        f(target);
    }
}

}  // namespace gradus::test
