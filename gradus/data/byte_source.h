// Where do the bytes of a file come from? From the disk, a pipe or memory; unpacked and decoded on the way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace gradus {

/// Is told the bytes read and those in all (0: nobody knows); a throw ends the reading.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// A stream of bytes. Reading throws Error (input) with the name when something is wrong with the bytes.
class ByteSource {
public:
    explicit ByteSource(std::string name) : name_(std::move(name)) {}
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    /// Fills `to`; gives the number of bytes, which is smaller only at the end.
    virtual std::size_t read(std::span<char> to) = 0;

    /// The share of the file that has been read, 0 where nobody knows.
    [[nodiscard]] virtual double share_read() const = 0;

    [[nodiscard]] const std::string& name() const { return name_; }  ///< for messages

private:
    std::string name_;
};

using Bytes = std::unique_ptr<ByteSource>;

/// A file, or with "-" the standard input. Throws Error (input) where there is none, for a folder, and for
/// what may not be read.
Bytes open_file(const std::string& path, Progress progress = {});

/// Bytes that stay where they are.
Bytes in_memory(std::string_view bytes, std::string name);

/// The bytes themselves, or what is packed in them if they begin as gzip files do (RFC 1952), one or several
/// of them. What is cut off or damaged throws Error (input).
Bytes unpacked(Bytes packed);

/// Text of an encoding that iconv knows, as UTF-8; with an empty name the bytes themselves. Throws Error
/// (usage) for an encoding that does not exist, (input) with the line of what is not of that encoding.
Bytes decoded(Bytes text, const std::string& encoding);

}  // namespace gradus
