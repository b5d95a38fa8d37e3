#include "gradus/files/open.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// For the hint when a file is not there: the name beside it that looks most like it.
std::string looks_like(const std::string& path) {
    const std::filesystem::path wanted(path);
    std::vector<std::string> names;
    std::error_code none;
    const auto folder = wanted.parent_path();
    for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, none), end;
         !none && entry != end && names.size() < 1000; entry.increment(none))
        names.push_back(entry->path().filename().string());
    std::ranges::sort(names);  // the folder's own order means nothing
    const std::string name = nearest(wanted.filename().string(), names);
    return name.empty() ? "" : say("did you mean {}?", (folder / name).string());
}

class File final : public ByteSource {
public:
    File(const std::string& path, Progress progress)
        : ByteSource(path == "-" ? "standard input" : path), progress_(std::move(progress)) {
        file_ = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat status {};
        if (file_ < 0 || ::fstat(file_, &status) != 0) fail(errno, path);
        if (S_ISDIR(status.st_mode)) {
            ::close(file_);
            throw Error(Fault::input,
                        {.place = name(), .found = say("is a folder"), .expected = say("a file")});
        }
        if (S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ~File() override { ::close(file_); }

    std::size_t read(std::span<char> to) override {
        std::size_t filled = 0;
        while (filled < to.size()) {
            const ssize_t got = ::read(file_, to.data() + filled, to.size() - filled);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0)
                throw Error(Fault::input,
                            {.place = name(), .found = say("cannot be read ({})", reason(errno))});
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        done_ += filled;
        if (progress_) progress_(done_, std::max(size_, size_ > 0 ? done_ : 0));
        return filled;
    }

    [[nodiscard]] double share_read() const override {
        return size_ == 0 ? 0 : std::min(1.0, double(done_) / double(size_));
    }

private:
    static std::string reason(int number) { return std::generic_category().message(number); }

    [[noreturn]] void fail(int number, const std::string& path) {
        if (file_ >= 0) ::close(file_);
        const bool none = number == ENOENT;
        std::error_code no_link;
        if (const auto there = std::filesystem::read_symlink(path, no_link); none && !no_link)
            throw Error(Fault::input, {.place = name(),
                                       .found = say("is a link to {}, which is not there", there.string())});
        throw Error(Fault::input, {.place = path.empty() ? "\"\"" : name(),
                                   .found = none ? say("there is no such file")
                                                 : say("cannot be read ({})", reason(number)),
                                   .hint = none ? looks_like(path) : ""});
    }

    Progress progress_;
    int file_ = -1;
    std::uint64_t size_ = 0, done_ = 0;
};

}  // namespace

Bytes open_file(const std::string& path, Progress progress) {
    return std::make_unique<File>(path, std::move(progress));
}

}  // namespace gradus
