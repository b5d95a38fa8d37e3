// Where does a test put its files? In a folder of its own, which goes with it.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::test {

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "gradus-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder for a test");
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string operator/(const std::string& file) const { return (path_ / file).string(); }

    /// Writes a file and gives its path.
    [[nodiscard]] std::string with(const std::string& file, std::string_view bytes) const {
        std::ofstream(path_ / file, std::ios::binary) << bytes;
        return *this / file;
    }

    /// The names of everything in it, sorted.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(path_))
            names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

private:
    std::filesystem::path path_;
};

/// Everything in a file.
inline std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace gradus::test
