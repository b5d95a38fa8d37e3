// Do the processes that train together train the same? Each is a program of its own, and reads the data by
// itself.
#pragma once

#include <string>
#include <vector>

#include "gradus/data/dataset.h"

namespace gradus::cli {

/// Before anything is read. Throws Error (usage) when one of these files is standard input, and there are
/// several processes: mpirun gives it to the first alone.
void require_no_stdin(const std::vector<std::string>& files);

/// Throws Error (input) when a process is another version of the program, or has read other data, than the
/// first. All call it together.
void require_same_everywhere(const Dataset& data, const std::string& file);

}  // namespace gradus::cli
