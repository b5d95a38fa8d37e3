#include "gradus/data/idx.h"

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/array_reader.h"

namespace gradus {

static Index big_endian(std::string_view bytes) {
    Index number = 0;
    for (const char c : bytes) number = 256 * number + static_cast<unsigned char>(c);
    return number;
}

Table read_idx(ByteSource& bytes, Ranks* ranks) {
    const std::string magic = read_header(bytes, 4);
    const auto dimensions = static_cast<std::size_t>(static_cast<unsigned char>(magic[3]));
    if (!magic.starts_with(std::string_view("\0\0", 2)) || dimensions < 1 || dimensions > 4)
        throw Error(Fault::input,
                    {.place = bytes.name(),
                     .found = say("does not begin as an IDX file"),
                     .expected = say("the bytes 0, 0, 8 and a number of dimensions from 1 to 4")});
    if (magic[2] != 8)
        throw Error(Fault::input, {.place = bytes.name(),
                                   .found = say("numbers of type {}", static_cast<unsigned char>(magic[2])),
                                   .expected = say("type 8, unsigned bytes")});
    const std::string sizes = read_header(bytes, 4 * dimensions);
    ArrayLayout layout{.rows = big_endian({sizes.data(), 4}),
                       .number = [](const char* byte) { return double(static_cast<unsigned char>(*byte)); }};
    for (std::size_t i = 1; i < dimensions; ++i) {
        const Index size = big_endian({sizes.data() + 4 * i, 4});
        layout.columns =
            size > 0 && layout.columns > (Index{1} << 62) / size ? Index{1} << 62 : layout.columns * size;
    }
    Table table = read_array(bytes, layout, ranks);
    if (dimensions > 1) table.divisor = 255;
    for (std::size_t i = 1; dimensions > 2 && i < dimensions; ++i)
        table.image.push_back(big_endian({sizes.data() + 4 * i, 4}));
    table.unnamed = true;
    return table;
}

}  // namespace gradus
