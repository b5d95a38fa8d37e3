// Did several processes read the same file? Bytes, and a number that differs when they do.
#pragma once

#include "gradus/core/ranks.h"
#include "gradus/data/byte_source.h"
#include "gradus/data/fingerprint.h"

namespace gradus {

/// Somebody's bytes, which must outlive it. Where these processes are several it prints what is read.
class Printed final : public ByteSource {
public:
    Printed(ByteSource& bytes, const Ranks& ranks)
        : ByteSource(bytes.name()), bytes_(bytes), wanted_(ranks.count() > 1) {}
    std::size_t read(std::span<char> to) override {
        const std::size_t size = bytes_.read(to);
        if (wanted_) print_.add_bytes(to.first(size));
        return size;
    }
    [[nodiscard]] double share_read() const override { return bytes_.share_read(); }
    /// Of all that was read.
    [[nodiscard]] std::uint64_t print() const { return print_.value(); }

private:
    ByteSource& bytes_;
    bool wanted_;
    Fingerprint print_;
};

}  // namespace gradus
