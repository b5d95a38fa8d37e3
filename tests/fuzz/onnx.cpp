#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gradus/core/error.h"
#include "gradus/export/onnx/onnx.h"
#include "tests/fuzz/targets.h"
#include "tests/support/folder.h"

namespace gradus::fuzz {

static void require(bool holds) {
    if (!holds) std::abort();
}

// With the right checksum, if it is a file of ours: otherwise nothing behind that door would ever be tried.
static std::string with_checksum(std::string_view bytes) {
    constexpr std::string_view before = "gradus.checksum\x12\x08";
    std::string result(bytes);
    const std::size_t place = result.rfind(before);
    if (place == std::string::npos || place + before.size() + 8 != result.size()) return result;
    result.resize(result.size() - 8);
    char digits[9];
    const auto* data = reinterpret_cast<const Bytef*>(result.data());
    std::snprintf(digits, sizeof digits, "%08lx", crc32_z(0, data, result.size()));
    return result + digits;
}

static Table row_of_missing(const Features& features) {
    Table table{.name = "row", .rows = 1};
    for (const NumericFeature& feature : features.numeric)
        table.columns.push_back({.name = feature.name, .numbers = {missing}});
    for (const DateFeature& feature : features.dates)
        table.columns.push_back({.name = feature.name, .numbers = {missing}});
    for (const TextFeature& feature : features.text)
        table.columns.push_back({.name = feature.name, .codes = {Column::no_text}});
    return table;
}

// What was read predicts, and can be written and read again, to the same bytes: these; none when it is
// refused.
template <class Read>
static std::string written_again(const std::string& name, Read read) {
    try {
        const AnyModel model = read();
        std::visit([](const auto& m) { outputs(m, row_of_missing(m.features)); }, model);
        const std::string written = to_onnx(model);
        require(to_onnx(from_onnx(written, "y.onnx")) == written);
        return written;
    } catch (const Error& error) {
        const std::string text = error.what();
        require(error.fault() == Fault::input && !text.starts_with("y.onnx: "));
        require(text.starts_with(name + ": ") || text.find("in float only") != std::string::npos ||
                text.starts_with("row: "));
        return {};
    }
}

void onnx(std::string_view bytes) {
    const std::string whole = with_checksum(bytes);
    written_again("x.onnx", [&] { return from_onnx(whole, "x.onnx"); });
}

// A file outside of the model's folder, a link to it, and a pipe that nobody writes to.
static const std::string secret = "\x0b\x1d\xfe\x4b\x0b\x1d\xfe\x4b";
static std::string folder_with_traps() {
    static const test::Folder outside;
    std::string folder = outside / "model";
    static_cast<void>(outside.with("secret", secret + secret + secret + secret));
    std::filesystem::create_directory(folder);
    std::filesystem::create_symlink(outside / "secret", folder + "/link");
    require(::mkfifo((folder + "/pipe").c_str(), 0600) == 0);
    return folder;
}

// A model, and as its last bytes, as many as the first two say, the file `weights` beside it. What needs no
// such file is the same model with and without; of what lies elsewhere nothing is read.
void onnx_external(std::string_view bytes) {
    if (bytes.size() < 2) return;
    const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(bytes[i])}; };
    const std::string_view files = bytes.substr(2);
    const std::size_t beside = std::min(byte(0) + 256 * byte(1), files.size());
    const std::string model = with_checksum(files.substr(0, files.size() - beside));
    static const std::string folder = folder_with_traps(), path = folder + "/x.onnx";
    std::ofstream(path, std::ios::binary) << model;
    std::ofstream(folder + "/weights", std::ios::binary) << files.substr(files.size() - beside);

    const std::string written = written_again(path, [] { return read_model(path, true); });
    require(written.find(secret) == std::string::npos || bytes.find(secret) != std::string::npos);
    const std::string alone = written_again(path, [&] { return from_onnx(model, path); });
    require(alone.empty() || alone == written);
}

}  // namespace gradus::fuzz
