// Where do the bytes of a file come from? A source, read block by block; the readers know no more of it.
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
    /// `name` is that of the file, for messages.
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

/// A source whose beginning is looked at before it is read.
class Peeked final : public ByteSource {
public:
    /// Of somebody's bytes, which must outlive it.
    explicit Peeked(ByteSource& bytes) : ByteSource(bytes.name()), bytes_(bytes) {}
    /// Of bytes of its own.
    explicit Peeked(Bytes bytes) : ByteSource(bytes->name()), owned_(std::move(bytes)), bytes_(*owned_) {}

    /// The first n bytes, or all where there are fewer; before the first read() only.
    std::string_view beginning(std::size_t n);
    /// Is that all there is?
    [[nodiscard]] bool is_all() const { return is_all_; }

    std::size_t read(std::span<char> to) override;
    [[nodiscard]] double share_read() const override;

private:
    Bytes owned_;
    ByteSource& bytes_;
    std::string beginning_;
    std::size_t given_ = 0;  // of the beginning
    std::uint64_t got_ = 0;  // bytes in all
    bool is_all_ = false;
};

/// Bytes that stay where they are.
Bytes in_memory(std::string_view bytes, std::string name);

}  // namespace gradus
