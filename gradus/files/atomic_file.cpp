#include "gradus/files/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

std::optional<struct stat> status_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return status;
}

// Where the links lead to, even if nothing is there yet.
std::string without_links(const std::string& path) {
    std::error_code none;
    const std::filesystem::path target = std::filesystem::weakly_canonical(path, none);
    return none ? path : target.string();
}

std::string folder_of(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    return folder.empty() ? "." : folder.string();
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : name_(path), target_(without_links(path)) {
    const auto old = status_of(target_);
    if (path.empty() || path.ends_with('/') || (old && S_ISDIR(old->st_mode)))
        throw Error(Fault::input, {.place = path.empty() ? "\"\"" : path,
                                   .found = say("is a folder"),
                                   .expected = say("the name of a file to write")});
    if (old && !S_ISREG(old->st_mode)) {
        file_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
        if (file_ < 0) fail(errno);
        return;
    }
    if (old && ::access(target_.c_str(), W_OK) != 0) fail(errno);  // renaming would not mind
    open_beside();
    if (old && ::fchmod(file_, old->st_mode & 07777) != 0) fail(errno);
}

AtomicFile::~AtomicFile() {
    give_up();
}

// Another process may be writing the same file at this moment: then the next name.
void AtomicFile::open_beside() {
    const std::filesystem::path target(target_);
    std::filesystem::path name(".");
    name += target.filename();
    name += ".partial";
    const std::string beside = (target.parent_path() / name).string();
    for (int number = 1; number < 100; ++number)
        if (try_beside(number == 1 ? beside : beside + std::to_string(number))) return;
    fail(EBUSY);
}

bool AtomicFile::try_beside(const std::string& path) {
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file_ < 0) fail(errno);
    struct stat own {};
    const bool free =
        ::flock(file_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;  // some systems have no locks
    const auto there = status_of(path);  // it may have been renamed before the lock was ours
    if (!free || ::fstat(file_, &own) != 0 || !there || there->st_ino != own.st_ino ||
        !S_ISREG(own.st_mode)) {
        ::close(file_);
        file_ = -1;
        return false;
    }
    partial_ = path;
    if (::ftruncate(file_, 0) != 0) fail(errno);
    return true;
}

void AtomicFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail(written == 0 ? EIO : errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void AtomicFile::commit() {
    if (!partial_.empty()) {
        if (::fsync(file_) != 0) fail(errno);
        if (::rename(partial_.c_str(), target_.c_str()) != 0) fail(errno);
        partial_.clear();
        const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0) {
            ::fsync(folder);  // not every file system can: the name is right already
            ::close(folder);
        }
    }
    const int file = file_;
    file_ = -1;
    if (::close(file) != 0) fail(errno);
}

void AtomicFile::give_up() noexcept {
    if (!partial_.empty()) ::unlink(partial_.c_str());  // before the lock goes
    partial_.clear();
    if (file_ >= 0) ::close(file_);
    file_ = -1;
}

void AtomicFile::fail(int reason) {
    give_up();
    const std::string folder = folder_of(target_);
    const bool no_folder = reason == ENOENT && !status_of(folder);
    throw Error(Fault::input, {.place = name_,
                               .found = say("cannot be written ({})",
                                            no_folder ? say("there is no folder {}", folder_of(name_))
                                                      : std::generic_category().message(reason)),
                               .hint = no_folder ? "mkdir -p " + folder_of(name_) : ""});
}

void write_file(const std::string& path, std::string_view bytes) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
}

}  // namespace gradus
