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

std::string_view Peeked::beginning(std::size_t n) {
    if (beginning_.size() < n && !is_all_) {
        const std::size_t before = beginning_.size();
        beginning_.resize(n);
        const std::size_t got = bytes_.read({beginning_.data() + before, n - before});
        is_all_ = got < n - before;
        beginning_.resize(before + got);
        got_ += got;
    }
    return std::string_view(beginning_).substr(0, n);
}

std::size_t Peeked::read(std::span<char> to) {
    const std::size_t kept = std::min(to.size(), beginning_.size() - given_);
    std::copy_n(beginning_.data() + given_, kept, to.data());
    given_ += kept;
    if (kept == to.size() || is_all_) return kept;
    beginning_ = {};
    given_ = 0;
    const std::size_t got = bytes_.read(to.subspan(kept));
    got_ += got;
    return kept + got;
}

double Peeked::share_read() const {
    const auto waiting = beginning_.size() - given_;
    return got_ == 0 ? 0 : bytes_.share_read() * double(got_ - waiting) / double(got_);
}

Bytes in_memory(std::string_view bytes, std::string name) {
    return std::make_unique<Memory>(bytes, std::move(name));
}

}  // namespace gradus
