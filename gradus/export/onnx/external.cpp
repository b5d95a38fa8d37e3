#include "gradus/export/onnx/external.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/files/regular_file.h"

namespace gradus::onnx {
namespace {

[[noreturn]] void refuse_external(const std::string& found, const std::string& expected,
                                  const std::string& hint = {}) {
    throw Error(Fault::input, {.found = found, .expected = expected, .hint = hint});
}

// Nothing that could lead out of the folder, on any system.
bool is_plain_name(const std::string& name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

std::uint64_t bytes_said(const std::string& tensor, const std::string& text) {
    std::uint64_t bytes = 0;
    const char* const end = text.data() + text.size();
    const auto [behind, problem] = std::from_chars(text.data(), end, bytes);
    if (problem != std::errc() || behind != end)
        refuse_external(
            say("the tensor \"{}\" has {} as offset or length in another file", tensor, in_quotes(text)),
            say("a number of bytes"));
    return bytes;
}

}  // namespace

std::string ExternalFiles::read(const std::string& tensor, const ExternalPlace& place, std::size_t size) {
    if (!folder_ || !allowed_)
        refuse_external(say("the tensor \"{}\" lies in another file, {}", tensor, in_quotes(place.location)),
                        say("a model in one file"),
                        folder_ ? say("{} reads it from the model's own folder", setting("allow_external"))
                                : say("onnx.save_model(onnx.load(FILE), FILE) in Python puts them in"));
    if (!is_plain_name(place.location))
        refuse_external(say("the tensor \"{}\" lies in another file, {}", tensor, in_quotes(place.location)),
                        say("the plain name of a file in the model's own folder"));
    const std::uint64_t offset = bytes_said(tensor, place.offset);
    const RegularFile file(*folder_, place.location);
    const std::uint64_t behind = offset <= file.size() ? file.size() - offset : 0;
    const std::uint64_t length = place.length ? bytes_said(tensor, *place.length) : behind;
    if (length != size)
        refuse_external(say("the tensor \"{}\" has {} bytes in another file", tensor, std::to_string(length)),
                        say("{}, as its shape says", size));
    if (offset > file.size() || length > behind)
        file.fail(say("it has {} bytes", file.size()), say("{} behind the first {}, of the tensor \"{}\"",
                                                           length, std::to_string(offset), tensor));
    constexpr std::uint64_t most = std::uint64_t{1} << 31;
    std::uint64_t& taken = taken_[place.location];
    if (length > file.size() - std::min(taken, file.size()))
        file.fail(say("the tensors of the model take more bytes than the {} that it has", file.size()));
    if (length > most - taken_of_all_)
        refuse_external(say("this is too large for a model"), say("at most 2 GiB"));
    taken += length;
    taken_of_all_ += length;
    return file.read(offset, size);
}

}  // namespace gradus::onnx
