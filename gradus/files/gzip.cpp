#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/files/open.h"

namespace gradus {
namespace {

constexpr std::size_t gzip_block = 1 << 16;

class Unpacked final : public ByteSource {
public:
    explicit Unpacked(Bytes packed)
        : ByteSource(packed->name()), packed_(std::move(packed)), block_(gzip_block) {
        refill();
        is_packed_ = stream_.avail_in >= 2 && stream_.next_in[0] == 0x1F && stream_.next_in[1] == 0x8B;
        if (is_packed_ && ::inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~Unpacked() override {
        if (is_packed_) ::inflateEnd(&stream_);
    }

    std::size_t read(std::span<char> to) override { return is_packed_ ? unpack(to) : copy(to); }

    [[nodiscard]] double share_read() const override { return packed_->share_read(); }

private:
    void refill() {
        stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
        stream_.avail_in = static_cast<uInt>(packed_->read(block_));
    }

    std::size_t copy(std::span<char> to) {
        const std::size_t first = std::min<std::size_t>(to.size(), stream_.avail_in);
        if (first > 0) std::memcpy(to.data(), stream_.next_in, first);
        stream_.next_in += first;
        stream_.avail_in -= static_cast<uInt>(first);
        return first < to.size() ? first + packed_->read(to.subspan(first)) : first;
    }

    std::size_t unpack(std::span<char> to) {
        std::size_t filled = 0;
        while (filled < to.size()) {
            if (stream_.avail_in == 0) refill();
            if (between_ && !begins_another()) break;
            if (stream_.avail_in == 0) fail(say("ends in the middle of what is compressed"));
            const std::size_t most = std::min<std::size_t>(to.size() - filled, 1U << 30);
            stream_.next_out = reinterpret_cast<Bytef*>(to.data() + filled);
            stream_.avail_out = static_cast<uInt>(most);
            const int result = ::inflate(&stream_, Z_NO_FLUSH);
            filled += most - stream_.avail_out;
            if (result == Z_STREAM_END) {
                between_ = true;
            } else if (result != Z_OK) {
                fail(say("is damaged (gzip: {})", stream_.msg != nullptr ? stream_.msg : say("wrong data")));
            }
        }
        return filled;
    }

    // Files may be joined; zeros may fill up the last block of a tape.
    bool begins_another() {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) {
            ++stream_.next_in;
            if (--stream_.avail_in == 0) refill();
        }
        if (stream_.avail_in == 0) return false;
        between_ = false;
        ::inflateReset(&stream_);
        return true;
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(Fault::input, {.place = name(), .found = what, .hint = say("download or copy it again")});
    }

    Bytes packed_;
    std::vector<char> block_;
    z_stream stream_{};
    bool is_packed_ = false;
    bool between_ = false;  // two files that are joined
};

}  // namespace

Bytes unpacked(Bytes packed) {
    return std::make_unique<Unpacked>(std::move(packed));
}

}  // namespace gradus
