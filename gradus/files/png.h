// How is a picture written? As PNG, in shades of grey.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// Shades of grey from 0, black, to 255, white: row after row, from the top.
struct Picture {
    Index width = 0;                       ///< of each row
    Index height = 0;                      ///< rows
    std::vector<std::uint8_t> greys = {};  ///< width * height of them
};

/// The bytes of a PNG file (ISO/IEC 15948): 8 bits, no filter, one zlib stream. Throws Error (usage) for a
/// picture without pixels, of more than 2^28 of them, or of another size than its greys.
std::string to_png(const Picture& picture);

}  // namespace gradus
