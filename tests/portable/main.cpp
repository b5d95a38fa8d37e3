// Prints the bits that every machine should compute: tests/frame/portable compares two machines.
#include <cstdio>

#include "tests/portable/runs.h"

int main() {
    std::fputs(gradus::test::portable_runs().c_str(), stdout);
}
