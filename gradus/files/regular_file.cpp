#include "gradus/files/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {

static std::string not_readable() {
    return say("cannot be read ({})", std::generic_category().message(errno));
}

RegularFile::RegularFile(const std::string& folder, const std::string& name) : name_(name) {
    const std::string path = folder + "/" + name;
    // a pipe must not keep us waiting
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file_ < 0 && errno == ENOENT) fail(say("there is no such file beside the model"));
    if (file_ < 0 && errno == ELOOP) fail(say("is a link"), say("a file in the model's own folder"));
    if (file_ < 0) fail(not_readable());
    struct stat status {};
    if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(file_);
        fail(say("is no ordinary file"), say("one in the model's own folder"));
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

RegularFile::~RegularFile() {
    ::close(file_);
}

std::string RegularFile::read(std::uint64_t offset, std::size_t count) const {
    std::string bytes(count, '\0');
    for (std::size_t filled = 0; filled < count;) {
        const ssize_t got =
            ::pread(file_, bytes.data() + filled, count - filled, static_cast<off_t>(offset + filled));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(not_readable());
        if (got == 0) fail(say("became shorter while it was read"));
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

void RegularFile::fail(const std::string& found, const std::string& expected) const {
    throw Error(Fault::input, {.place = in_quotes(name_), .found = found, .expected = expected});
}

}  // namespace gradus
