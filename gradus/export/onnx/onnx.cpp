#include "gradus/export/onnx/onnx.h"

#include "gradus/core/error.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/open.h"

namespace gradus {

static std::string read_file(const std::string& path) {
    constexpr std::size_t block = std::size_t{1} << 20, most = std::size_t{1} << 31;
    const Bytes file = open_file(path);
    std::string bytes;
    std::size_t size = 0;
    for (;;) {
        bytes.resize(size + block);
        const std::size_t count = file->read(std::span(bytes).subspan(size));
        size += count;
        if (size > most)
            throw Error(
                Fault::input,
                {.place = path, .found = "this is too large for a model", .expected = "at most 2 GiB"});
        if (count < block) {
            bytes.resize(size);
            return bytes;
        }
    }
}

void write_model(const std::string& path, const AnyModel& model) {
    write_file(path, to_onnx(model));
}

AnyModel read_model(const std::string& path) {
    return from_onnx(read_file(path), path);
}

}  // namespace gradus
