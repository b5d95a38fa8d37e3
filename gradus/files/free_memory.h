// How much memory is left? Of the machine, or of the container that the process lives in.
#pragma once

namespace gradus {

/// The bytes that this machine has left, or the limit of this container; infinity where neither can be found
/// out.
double memory_available();

}  // namespace gradus
