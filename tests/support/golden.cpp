#include "tests/support/golden.h"

#include <fstream>

namespace gradus::test {

Golden::Golden(const std::string& file) : file_(file + ".txt") {
    std::ifstream stream(GRADUS_GOLDEN "/" + file_);
    if (!stream) throw std::runtime_error("cannot read the golden file " + file_);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream head(line);
        std::string name;
        Entry entry;
        if (!(head >> name >> entry.rows >> entry.columns))
            throw std::runtime_error(file_ + ": \"" + line + "\" is not a matrix's first line");
        for (Index i = 0; i < entry.rows && std::getline(stream, line); ++i) entry.text += line + '\n';
        entries_[name] = entry;
    }
}

const Golden::Entry& Golden::entry(const std::string& name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) throw std::runtime_error(file_ + " has no matrix \"" + name + '"');
    return found->second;
}

std::vector<std::string> Golden::names_before(const std::string& end) const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_)
        if (name.ends_with(end)) names.push_back(name.substr(0, name.size() - end.size()));
    return names;
}

Matrix<double> Golden::matrix(const std::string& name) const {
    const Entry& e = entry(name);
    const auto numbers = list<double>(name);
    if (static_cast<Index>(numbers.size()) != e.rows * e.columns)
        throw std::runtime_error(file_ + ": \"" + name + "\" has a wrong number of numbers");
    Matrix<double> M(e.rows, e.columns);
    for (Index i = 0; i < e.rows; ++i)
        for (Index j = 0; j < e.columns; ++j) M(i, j) = numbers[static_cast<std::size_t>(i * e.columns + j)];
    return M;
}

}  // namespace gradus::test
