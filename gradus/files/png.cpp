#include "gradus/files/png.h"

#include <zlib.h>

#include <new>
#include <string_view>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

void add_big_endian(std::string& bytes, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
}

// Its length, its name, what it holds, and the CRC-32 of these two.
void add_chunk(std::string& bytes, std::string_view name, std::string_view data) {
    add_big_endian(bytes, static_cast<std::uint32_t>(data.size()));
    const std::size_t from = bytes.size();
    bytes += name;
    bytes += data;
    add_big_endian(bytes, static_cast<std::uint32_t>(crc32_z(
                              0, reinterpret_cast<const Bytef*>(bytes.data() + from), bytes.size() - from)));
}

std::string packed(const std::string& bytes) {
    uLongf size = compressBound(static_cast<uLong>(bytes.size()));
    std::string result(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(result.data()), &size,
                  reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()),
                  Z_BEST_COMPRESSION) != Z_OK)
        throw std::bad_alloc();  // there is room for any result: memory is all that it can lack
    result.resize(size);
    return result;
}

}  // namespace

std::string to_png(const Picture& picture) {
    constexpr Index most = Index{1} << 28;
    const auto& [width, height, greys] = picture;
    if (width < 1 || height < 1 || width > most / height ||
        greys.size() != static_cast<std::size_t>(width * height))
        throw Error(Fault::usage, {.place = "Picture",
                                   .found = say("{} greys for {}x{} pixels", greys.size(), width, height),
                                   .expected = say("one for each of at most {} pixels", most)});
    std::string header;
    add_big_endian(header, static_cast<std::uint32_t>(width));
    add_big_endian(header, static_cast<std::uint32_t>(height));
    header += std::string("\x08\0\0\0\0", 5);  // 8 bits of grey, deflate, no interlacing
    std::string rows;
    for (Index row = 0; row < height; ++row) {
        rows += '\0';  // no filter
        rows.append(reinterpret_cast<const char*>(greys.data()) + row * width,
                    static_cast<std::size_t>(width));
    }
    std::string bytes = "\x89PNG\r\n\x1a\n";
    add_chunk(bytes, "IHDR", header);
    add_chunk(bytes, "IDAT", packed(rows));
    add_chunk(bytes, "IEND", "");
    return bytes;
}

}  // namespace gradus
