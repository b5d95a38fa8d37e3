// What do the networks of folds say to the examples that they have not learned from?
#pragma once

#include <functional>
#include <vector>

#include "gradus/model/prepared.h"

namespace gradus {

/// The out-of-fold answers: each example's by the one network that was trained without its fold. It keeps
/// references to all it is made of.
template <class T>
class OutOfFold {
public:
    /// `prepared`: all examples that the recipe's folds divide.
    OutOfFold(const Dataset& data, const Recipe& recipe, const PreparedData<T>& prepared);

    /// What was trained without this fold, counted from 0, brought to the scale of all examples: a member of
    /// a regression has learned its targets on lines fitted to its own training part. Other tasks: the same.
    [[nodiscard]] Network<T> on_scale_of_all(std::size_t fold, Network<T> network) const;

    /// outputs x examples, by networks on the scale of all; those of an ensemble's regression are clipped to
    /// the targets that the fold's network has seen. Of examples that several processes share each asks for
    /// its own, and all get to know all.
    [[nodiscard]] Matrix<T> answers(const std::function<Network<T>(std::size_t fold)>& network_of) const;

private:
    [[nodiscard]] std::vector<Index> places(std::size_t fold, bool inside) const;
    void clip(Matrix<T>& A, const std::vector<Index>& outside, std::size_t fold) const;

    const Dataset& data_;
    const Recipe& recipe_;
    const PreparedData<T>& prepared_;
    std::vector<Index> fold_;  // of each example of prepared_.X
};

}  // namespace gradus
