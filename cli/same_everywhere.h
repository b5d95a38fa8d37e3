// Do the processes that train together train the same? Each is a program of its own, and reads all files by
// itself.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/training_options.h"
#include "gradus/data/fingerprint.h"

namespace gradus::cli {

/// What a process has read of a file, or of several, which its name tells.
struct HasRead {
    std::string name;
    Fingerprint print;

    template <class Item>
    HasRead(std::string file, const Item& item) : name(std::move(file)) {
        print.add(item);
    }
};

/// The examples of a problem, and those that validate it. A process alone has nobody to compare with:
/// nothing.
std::vector<HasRead> examples_read(const Problem& problem, const DataOptions& source);

/// Throws Error (input) when a process is another version or build of the program than the first. All call it
/// together, as what follows.
void require_same_program();

/// Throws Error (input) when a process has other settings (any text), or has read something else, than the
/// first.
void require_same_everywhere(const std::string& settings, const std::vector<HasRead>& files);

}  // namespace gradus::cli
