// Where are the numbers of a tensor that lie in another file? Beside the model, where its reader allows that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace gradus::onnx {

/// Where the bytes of a tensor lie, in the words of its file (TensorProto.external_data).
struct ExternalPlace {
    std::string location = {};               ///< the name of a file
    std::string offset = "0";                ///< how many bytes stand before them
    std::optional<std::string> length = {};  ///< how many they are; empty: all to the end of the file
};

/// The files beside a model. A model trusts nobody who wrote it, so only a plain name counts: of a regular
/// file in the model's own folder, which is no link. All tensors together never take more bytes than these
/// files have.
class ExternalFiles {
public:
    /// Of a model that has no folder: bytes in memory, a pipe. There are none.
    ExternalFiles() = default;
    /// Those in this folder, if they are allowed.
    ExternalFiles(std::string folder, bool allowed) : folder_(std::move(folder)), allowed_(allowed) {}

    /// The bytes of a tensor, of which its shape asks for `size`. Everything is checked before they have a
    /// place in memory. Throws Error (input), without a place.
    std::string read(const std::string& tensor, const ExternalPlace& place, std::size_t size);

private:
    std::optional<std::string> folder_;
    bool allowed_ = false;
    std::map<std::string, std::uint64_t> taken_ = {};  // bytes of each file
    std::uint64_t taken_of_all_ = 0;
};

}  // namespace gradus::onnx
