// Which processes were started together? Of `gradus` one, of `gradus-mpi` those of mpirun: what is behind
// these functions is linked, alone.cpp or mpi_ranks.cpp, and nobody else knows the difference.
#pragma once

#include <string>

#include "gradus/core/ranks.h"

namespace gradus::cli {

/// All of them; from the first call on, who is not the first writes nothing.
Ranks& ranks();

/// Is this the program that mpirun may start several times?
bool may_be_several();

/// The one that writes files and says what happens.
inline bool is_first() {
    return ranks().rank() == 0;
}

/// How many of them share this machine's memory. All call it.
Index ranks_here();

/// Before an error is printed. All ranks may have met the same: then the first says it, and ends them all
/// while the others wait here for a moment. Returns who speaks, where it is not the first: "process 2 on
/// host".
std::string let_the_first_speak();

/// Ends all ranks with this status; returns where there are no others.
void end_all(int status);

}  // namespace gradus::cli
