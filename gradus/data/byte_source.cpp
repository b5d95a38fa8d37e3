#include "gradus/data/byte_source.h"

#include <algorithm>
#include <cstring>

namespace gradus {
namespace {

class Memory final : public ByteSource {
public:
    Memory(std::string_view bytes, std::string name) : ByteSource(std::move(name)), bytes_(bytes) {}

    std::size_t read(std::span<char> to) override {
        const std::size_t count = std::min(to.size(), bytes_.size() - done_);
        if (count > 0) std::memcpy(to.data(), bytes_.data() + done_, count);
        done_ += count;
        return count;
    }

    [[nodiscard]] double share_read() const override {
        return bytes_.empty() ? 0 : double(done_) / double(bytes_.size());
    }

private:
    std::string_view bytes_;
    std::size_t done_ = 0;
};

}  // namespace

Bytes in_memory(std::string_view bytes, std::string name) {
    return std::make_unique<Memory>(bytes, std::move(name));
}

}  // namespace gradus
