// How is a file opened? From the disk or a pipe; unpacked and decoded on the way.
#pragma once

#include <string>

#include "gradus/data/byte_source.h"

namespace gradus {

/// A file, or with "-" the standard input. Throws Error (input) where there is none, for a folder, and for
/// what may not be read.
Bytes open_file(const std::string& path, Progress progress = {});

/// The bytes themselves, or what is packed in them if they begin as gzip files do (RFC 1952), one or several
/// of them. What is cut off or damaged throws Error (input).
Bytes unpacked(Bytes packed);

/// Text of an encoding that iconv knows, as UTF-8; with an empty name the bytes themselves. Throws Error
/// (usage) for an encoding that does not exist, (input) with the line of what is not of that encoding.
Bytes decoded(Bytes text, const std::string& encoding);

}  // namespace gradus
