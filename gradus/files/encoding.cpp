#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/files/open.h"

namespace gradus {
namespace {

constexpr std::size_t block = 1 << 16;

class Decoded final : public ByteSource {
public:
    Decoded(Bytes text, const std::string& encoding)
        : ByteSource(text->name()), text_(std::move(text)), encoding_(encoding), in_(block), out_(4 * block) {
        // Other letters would be instructions to iconv, as in latin1//IGNORE.
        const auto in_name = [](unsigned char c) {
            return std::isalnum(c) || std::strchr("-_.:+()", c) != nullptr;
        };
        if (std::ranges::all_of(encoding, in_name)) converter_ = ::iconv_open("UTF-8", encoding.c_str());
        if (converter_ == nowhere()) {
            const std::array<std::string, 9> known{"utf-8", "latin1", "windows-1252", "utf-16",   "gb18030",
                                                   "big5",  "euc-kr", "shift_jis",    "macintosh"};
            throw Error(Fault::usage,
                        {.place = setting("encoding"),
                         .found = say("{} is unknown", in_quotes(encoding)),
                         .expected = say("a name that iconv knows, such as latin1, utf-16 or gb18030"),
                         .hint = did_you_mean(encoding, known)});
        }
    }
    ~Decoded() override { ::iconv_close(converter_); }

    std::size_t read(std::span<char> to) override {
        std::size_t filled = 0;
        while (filled < to.size() && (taken_ < made_ || make())) {
            const std::size_t count = std::min(to.size() - filled, made_ - taken_);
            std::memcpy(to.data() + filled, out_.data() + taken_, count);
            filled += count;
            taken_ += count;
        }
        return filled;
    }

    [[nodiscard]] double share_read() const override { return text_->share_read(); }

private:
    static iconv_t nowhere() { return reinterpret_cast<iconv_t>(-1); }  // NOLINT: so says POSIX

    // Decodes until there is something; false at the end.
    bool make() {
        made_ = taken_ = 0;
        while (made_ == 0) {
            if (unread_ == 0 && ended_) return finish();
            char* from = in_.data() + begin_;
            const int problem = convert(&from, &unread_);
            begin_ = static_cast<std::size_t>(from - in_.data());
            if (made_ > 0) break;
            if (problem == EILSEQ || (problem == EINVAL && ended_)) fail();
            if (!ended_) refill();
        }
        require_unicode();
        lines_ += static_cast<std::uint64_t>(std::count(out_.data(), out_.data() + made_, '\n'));
        return true;
    }

    // Some encodings end with a sign of their own.
    bool finish() {
        if (!finished_) convert(nullptr, nullptr);
        finished_ = true;
        return made_ > 0;
    }

    int convert(char** from, std::size_t* unread) {
        char* to = out_.data();
        std::size_t room = out_.size();
        errno = 0;
        const std::size_t result = ::iconv(converter_, from, unread, &to, &room);
        made_ = out_.size() - room;
        return result == static_cast<std::size_t>(-1) ? errno : 0;
    }

    // iconv knows characters that Unicode gave up: beyond U+10FFFF, F4 8F BF BF in UTF-8.
    void require_unicode() const {
        const char *begin = out_.data(), *end = begin + made_;
        const char* beyond = std::adjacent_find(begin, end, [](unsigned char first, unsigned char second) {
            return first > 0xF4 || (first == 0xF4 && second > 0x8F);
        });
        if (beyond == end) return;
        const auto line = lines_ + 1 + static_cast<std::uint64_t>(std::count(begin, beyond, '\n'));
        throw Error(Fault::input, {.place = name() + ":" + std::to_string(line),
                                   .found = say("a character beyond the last one of Unicode"),
                                   .hint = say("another {}", setting("encoding"))});
    }

    void refill() {
        std::memmove(in_.data(), in_.data() + begin_, unread_);
        begin_ = 0;
        const std::size_t got = text_->read(std::span(in_).subspan(unread_));
        ended_ = got < in_.size() - unread_;
        unread_ += got;
    }

    [[noreturn]] void fail() const {
        const std::string_view bytes(in_.data() + begin_, std::min<std::size_t>(unread_, 4));
        throw Error(Fault::input, {.place = name() + ":" + std::to_string(lines_ + 1),
                                   .found = say("the bytes {} are not {}", in_quotes(bytes), encoding_),
                                   .hint = say("another {}", setting("encoding"))});
    }

    Bytes text_;
    std::string encoding_;
    iconv_t converter_ = nowhere();
    std::vector<char> in_, out_;
    std::size_t begin_ = 0, unread_ = 0;  // in in_
    std::size_t taken_ = 0, made_ = 0;    // in out_
    bool ended_ = false, finished_ = false;
    std::uint64_t lines_ = 0;
};

}  // namespace

Bytes decoded(Bytes text, const std::string& encoding) {
    if (encoding.empty()) return text;
    return std::make_unique<Decoded>(std::move(text), encoding);
}

}  // namespace gradus
