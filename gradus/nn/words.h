// How is a network's text read? One item, word by word, with the place of every word for the error message.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// The words of one item of a network's text, as in "conv 25x5 stride 2 relu", read from left to right. A
/// word ends at a blank, behind "(" and before ")".
class Words {
public:
    /// `item` is a part of `text`, which errors quote.
    Words(std::string_view text, std::string_view item);

    [[nodiscard]] bool done() const { return next_ >= words_.size(); }  ///< no word is left
    [[nodiscard]] std::string_view peek() const {
        return done() ? std::string_view{} : words_[next_];
    }                                           ///< the next word; empty when there is none
    [[nodiscard]] bool number_follows() const;  ///< is the next word a number?

    /// The next word; empty when there is none.
    std::string_view take() {
        const std::string_view word = peek();
        ++next_;
        return word;
    }

    /// Takes the next word if it is this one.
    bool accept(std::string_view word) {
        const bool same = !done() && peek() == word;
        if (same) take();
        return same;
    }

    /// The next word as a number that `fits`. Throws Error (usage): "..., expected <expected>".
    double number(const std::string& expected, const std::function<bool(double)>& fits);

    /// The next word as a whole number in [low, high].
    Index whole_number(const std::string& what, Index low, Index high);

    /// The next word as two whole numbers in [1, high]: "25x5".
    std::pair<Index, Index> sizes(const std::string& what, Index high);

    /// Throws Error (usage) that points at the word taken last (or at the end, when there was none).
    [[noreturn]] void reject_last(const std::string& expected, const std::string& hint = {}) const;

private:
    std::string_view text_;
    std::string_view item_;
    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
};

}  // namespace gradus
