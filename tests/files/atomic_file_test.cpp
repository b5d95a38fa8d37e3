#include "gradus/files/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

using Names = std::vector<std::string>;

/// While it lives, no file can grow beyond this many bytes: the disk is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST(AtomicFile, IsThereWithAllItsBytes) {
    const Folder folder;
    const std::string bytes("a\0b\n", 4);
    write_file(folder / "model.onnx", bytes);
    EXPECT_EQ(bytes_of(folder / "model.onnx"), bytes);
    EXPECT_EQ(folder.names(), (Names{"model.onnx"}));
}

TEST(AtomicFile, IsTheOldOneUntilTheNewOneIsWhole) {
    const Folder folder;
    const std::string path = folder.with("model.onnx", "old");
    AtomicFile file(path);
    file.write("ne");
    file.write("w");
    EXPECT_EQ(bytes_of(path), "old");
    EXPECT_EQ(folder.names(), (Names{".model.onnx.partial", "model.onnx"}));
    file.commit();
    EXPECT_EQ(bytes_of(path), "new");
    EXPECT_EQ(folder.names(), (Names{"model.onnx"}));
}

TEST(AtomicFile, LeavesNothingBehindWithoutCommit) {
    const Folder folder;
    AtomicFile(folder / "model.onnx").write("half");
    EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, StaysTheLastGoodOneWhenTheDiskIsFull) {
    const Folder folder;
    const std::string path = folder.with("model.onnx", "old");
    {
        const FullDisk disk(1000);
        EXPECT_EQ(error_of([&] { write_file(path, std::string(100'000, 'x')); }),
                  "input: " + path + ": cannot be written (File too large)");
    }
    EXPECT_EQ(bytes_of(path), "old");
    EXPECT_EQ(folder.names(), (Names{"model.onnx"}));
}

TEST(AtomicFile, WritesADeviceDirectlyAndSeesThatItIsFull) {
    write_file("/dev/null", "nothing");
    struct stat status {};
    ASSERT_EQ(::stat("/dev/null", &status), 0);
    EXPECT_TRUE(S_ISCHR(status.st_mode));  // it was not replaced
    EXPECT_EQ(error_of([] { write_file("/dev/full", "nothing"); }),
              "input: /dev/full: cannot be written (No space left on device)");
}

TEST(AtomicFile, FollowsALinkAndKeepsThePermissions) {
    const Folder folder;
    const std::string path = folder.with("model.onnx", "old");
    std::filesystem::permissions(path, std::filesystem::perms{0640});
    std::filesystem::create_symlink("model.onnx", folder / "latest");
    write_file(folder / "latest", "new");
    EXPECT_EQ(bytes_of(path), "new");
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "latest"));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms{0640});
}

TEST(AtomicFile, WritesAnewWhatAKilledProcessLeftOver) {
    const Folder folder;
    (void)folder.with(".model.onnx.partial", "a very long remainder");
    write_file(folder / "model.onnx", "new");
    EXPECT_EQ(bytes_of(folder / "model.onnx"), "new");
    EXPECT_EQ(folder.names(), (Names{"model.onnx"}));
}

TEST(AtomicFile, OfTwoWritersNeitherSpoilsTheOther) {
    const Folder folder;
    AtomicFile one(folder / "model.onnx"), two(folder / "model.onnx");
    one.write("one");
    two.write("two two");
    one.commit();
    EXPECT_EQ(bytes_of(folder / "model.onnx"), "one");
    two.commit();
    EXPECT_EQ(bytes_of(folder / "model.onnx"), "two two");
    EXPECT_EQ(folder.names(), (Names{"model.onnx"}));
}

TEST(AtomicFile, SaysWhyItCannotBeWritten) {
    const Folder folder;
    const std::string nowhere = folder / "a/b/model.onnx";
    EXPECT_EQ(error_of([&] { AtomicFile{nowhere}; }),
              "input: " + nowhere + ": cannot be written (there is no folder " + (folder / "a/b") +
                  ") (hint: mkdir -p " + (folder / "a/b") + ")");
    EXPECT_EQ(error_of([&] { AtomicFile{folder / ""}; }),
              "input: " + (folder / "") + ": is a folder, expected the name of a file to write");
    const std::string file = folder.with("file", "");
    EXPECT_EQ(error_of([&] { AtomicFile{file + "/model.onnx"}; }),
              "input: " + file + "/model.onnx: cannot be written (Not a directory)");
}

}  // namespace
}  // namespace gradus::test
