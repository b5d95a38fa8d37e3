// Who runs what `gradus export` writes? A Python that has NumPy.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace gradus::test {

/// Its command; empty without one.
inline const std::string& python() {
    static const std::string found = [] {
        for (const std::string name : {"/usr/bin/python3", "python3"})
            if (std::system((name + " -c 'import numpy' 2>/dev/null").c_str()) == 0) return name;
        return std::string();
    }();
    return found;
}

/// Do the continuous checks run? Then all that judges us has to be there.
inline bool must_be_there() {
    const char* ci = std::getenv("CI");
    return ci != nullptr && std::string_view(ci) == "true";
}

}  // namespace gradus::test

/// First in a test: without NumPy the test is skipped, under CI=true it fails.
#define GRADUS_NEEDS_NUMPY()                                                              \
    if (::gradus::test::python().empty()) {                                               \
        const char* missing = "python3 with NumPy (scripts/packages.txt: python3-numpy)"; \
        if (::gradus::test::must_be_there()) FAIL() << "CI=true needs " << missing;       \
        GTEST_SKIP() << "needs " << missing;                                              \
    }                                                                                     \
    static_assert(true)
