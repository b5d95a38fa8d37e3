// The program in NumPy, piece by piece: its functions, and the lines that call them.
#pragma once

#include <string>
#include <vector>

#include "gradus/export/numpy/network.h"
#include "gradus/export/numpy/twin.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// A run as the text of a program. Data, recipe and source must outlive it.
class NumpyProgram {
public:
    /// Throws Error (input) for a network that has no form in NumPy.
    NumpyProgram(const Dataset& data, const Recipe& recipe, const NumpyData& source);

    [[nodiscard]] std::string text() const;

private:
    using Items = std::vector<std::string>;

    [[nodiscard]] bool has_target() const { return !encodes_ && !gives_back_; }
    [[nodiscard]] std::string adapted(const std::string& function) const;
    [[nodiscard]] std::string sizes() const;
    [[nodiscard]] std::string sizes_for(const std::string& X) const;
    [[nodiscard]] std::string update() const;
    [[nodiscard]] std::string model() const;
    [[nodiscard]] std::string predict() const;
    [[nodiscard]] std::string main() const;
    [[nodiscard]] std::string divided() const;
    [[nodiscard]] std::string prepared(const std::string& X, const std::string& Y,
                                       const std::string& behind) const;
    [[nodiscard]] std::string scaled(const std::string& X, const std::string& like) const;
    [[nodiscard]] std::string trained(const std::string& results, const Items& arrays,
                                      const Items& more) const;
    // What the features are fitted to: of a member all folds, else what is learned from.
    [[nodiscard]] std::string fitted(const std::string& X) const { return recipe_.member > 0 ? "X" : X; }
    [[nodiscard]] std::string unlabelled(const std::string& X) const;
    [[nodiscard]] std::string pretrained(const std::string& beginning, const Items& arrays, bool quiet) const;
    [[nodiscard]] std::string measured(const std::string& X, const std::string& Y, const std::string& X_all,
                                       const std::string& Y_all) const;
    [[nodiscard]] std::string dreams() const;
    [[nodiscard]] std::string shown() const;
    [[nodiscard]] std::string comment() const;

    const Dataset& data_;
    const Recipe& recipe_;
    const RunSettings& run_;
    const NumpyData& source_;
    NumpyNetwork network_;
    bool tutorial_;              // it is the tutorial's run
    bool encodes_, gives_back_;  // without a target
    bool shows_;                 // predictions in the end, as the tutorial does
    bool classify_, one_hot_;
    bool labels_;  // of which an example may have several
    bool units_;   // the targets are scaled
    bool weighted_;
    bool scales_ = false;  // or makes 0 of what never varies, or bins
    bool divides_ = false, validates_ = false, retrains_ = false;
    bool pretrains_ = false, unlabelled_ = false;
    Index updates_ = 0;
    std::vector<Index> validation_;  // which examples are set aside
};

}  // namespace gradus
