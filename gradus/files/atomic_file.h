// How does a file come to stand under its name? Whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// Writes beside the file (".NAME.partial") and takes its name at last: whoever looks, and whatever happens
/// (full disk, end of the process, loss of power), sees the file as it was before or the whole new one. Its
/// permissions stay; a link stays a link. What a killed process left over is written anew by the next one.
/// What is no ordinary file
/// (/dev/stdout, a pipe) is written directly. `AtomicFile{path}` alone tells whether the file can be written.
///
/// Everything throws Error (input) when writing fails; then the last good file stays and nothing is left
/// beside it.
class AtomicFile {
public:
    /// Opens what will become the file.
    explicit AtomicFile(const std::string& path);
    ~AtomicFile();  ///< without commit(): the file stays as it was
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Adds to it.
    void write(std::string_view bytes);
    void commit();  ///< flushed to the disk, renamed, and the folder flushed

private:
    [[noreturn]] void fail(int reason);
    void open_beside();
    bool try_beside(const std::string& path);
    void give_up() noexcept;

    std::string name_;     // as the user typed it
    std::string target_;   // where links lead to
    std::string partial_;  // empty: written directly
    int file_ = -1;
};

/// The whole content at once.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace gradus
