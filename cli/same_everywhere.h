// Do the processes that train together train the same? Each is a program of its own, and reads all files by
// itself.
#pragma once

#include <string>
#include <vector>

#include "gradus/data/fingerprint.h"

namespace gradus::cli {

/// What a process has read of a file, or of several, which its name tells.
struct HasRead {
    std::string name;
    Fingerprint print;
};

/// Throws Error (input) when a process is another version of the program, has other settings (a recipe as
/// text), or has read something else, than the first. All call it together, with as many files.
void require_same_everywhere(const std::string& recipe, const std::vector<HasRead>& files);

}  // namespace gradus::cli
