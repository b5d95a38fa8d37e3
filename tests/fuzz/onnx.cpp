#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "gradus/core/error.h"
#include "gradus/export/onnx/onnx.h"
#include "tests/fuzz/targets.h"

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

// What was read predicts, and can be written and read again, to the same bytes.
void onnx(std::string_view bytes) {
    const std::string whole = with_checksum(bytes);
    try {
        const AnyModel model = from_onnx(whole, "x.onnx");
        std::visit([](const auto& m) { outputs(m, row_of_missing(m.features)); }, model);
        const std::string written = to_onnx(model);
        require(to_onnx(from_onnx(written, "y.onnx")) == written);
    } catch (const Error& error) {
        const std::string text = error.what();
        require(error.fault() == Fault::input && !text.starts_with("y.onnx: "));
        require(text.starts_with("x.onnx: ") || text.find("in float only") != std::string::npos ||
                text.starts_with("row: "));
    }
}

}  // namespace gradus::fuzz
