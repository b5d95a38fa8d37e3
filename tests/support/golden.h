// Where does the truth come from? Golden files: matrices by name, written by NumPy (tests/golden/README.md).
#pragma once

#include <cstdint>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus::test {

class Golden {
public:
    /// Golden("tutorial") reads tests/golden/tutorial.txt.
    explicit Golden(const std::string& file);

    /// What stands before `end` in every name that ends so.
    [[nodiscard]] std::vector<std::string> names_before(const std::string& end) const;

    /// The matrix called `name`. Throws when there is none: a misspelt name is a red test.
    [[nodiscard]] Matrix<double> matrix(const std::string& name) const;
    [[nodiscard]] double number(const std::string& name) const { return matrix(name)(0, 0); }

    /// The same numbers, row by row, as T (std::uint64_t for the words that a double cannot hold).
    template <class T>
    [[nodiscard]] std::vector<T> list(const std::string& name) const {
        std::istringstream text(entry(name).text);
        std::vector<T> numbers;
        for (T number; text >> number;) numbers.push_back(number);
        return numbers;
    }

private:
    struct Entry {
        Index rows = 0, columns = 0;
        std::string text;
    };
    [[nodiscard]] const Entry& entry(const std::string& name) const;

    std::string file_;
    std::map<std::string, Entry> entries_;
};

}  // namespace gradus::test
