#include "gradus/files/free_memory.h"

#ifdef __EMSCRIPTEN__

// What WebAssembly may have.
double gradus::memory_available() {
    return 2e9;
}

#else

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace gradus {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What a container may use, by either version of Linux's control groups; "max" is no number.
double limit_in(const char* file) {
    double bytes = 0;
    return std::ifstream(file) >> bytes ? bytes : infinity;
}

double free_of_machine() {
    std::ifstream file("/proc/meminfo");
    for (std::string word; file >> word;) {
        double kibibytes = 0;
        if (word == "MemAvailable:" && file >> kibibytes) return 1024 * kibibytes;
    }
    return infinity;
}

}  // namespace

double memory_available() {
    return std::min({free_of_machine(), limit_in("/sys/fs/cgroup/memory.max"),
                     limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

}  // namespace gradus

#endif
