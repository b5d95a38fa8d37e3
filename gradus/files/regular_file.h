// How is a file opened whose name nobody vouches for? By its descriptor, which is looked at before it is
// read.
#pragma once

#include <cstdint>
#include <string>

namespace gradus {

/// An ordinary file of a folder: no link, no folder, no pipe. Nobody can exchange it between the look and the
/// reading.
class RegularFile {
public:
    /// `name` is a plain name, without a folder. Throws Error (input) with it as the place when there is
    /// none.
    RegularFile(const std::string& folder, const std::string& name);
    ~RegularFile();
    RegularFile(const RegularFile&) = delete;
    RegularFile& operator=(const RegularFile&) = delete;

    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// Bytes behind the first `offset`, within its size. Throws Error (input).
    [[nodiscard]] std::string read(std::uint64_t offset, std::size_t count) const;

    /// Throws Error (input) about this file.
    [[noreturn]] void fail(const std::string& found, const std::string& expected = {}) const;

private:
    std::string name_;
    int file_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace gradus
