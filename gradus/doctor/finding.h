// What is a finding? A sentence, the numbers it rests on, and what to type.
#pragma once

#include <string>
#include <vector>

namespace gradus {

/// One way to help: an option as it is typed, or several that go together.
struct Cure {
    std::string setting;             ///< its id: "learning_rate"; "ignore" leaves columns of the data out
    std::string value;               ///< "0.03"
    std::vector<Cure> besides = {};  ///< the others

    /// "--learning-rate 0.03"
    [[nodiscard]] std::string option() const;
};

/// What must become better when a cure is tried.
enum class Benefit {
    loss,      ///< of the validation examples; without them, of those for training
    recall,    ///< the mean over the classes of the share that is recognised, of all examples
    typical,   ///< |answer - truth| of most of them, whatever the loss: with outliers a mean says nothing
    machines,  ///< of pre-training: the finding is gone
    nothing,   ///< it is not to make the run better, but its result honest: a column that is left out
};

/// How sure is a finding by itself?
enum class Certainty {
    certain,    ///< it was measured
    symptom,    ///< it was measured, and is said where no cause of it was found
    sign,       ///< a symptom that is no fault where none of its cures helps
    suspicion,  ///< the numbers alone do not prove it: it holds if a cure helps
};

/// Something that keeps a network from learning, or spoils what it learns.
struct Finding {
    std::string name = {};                     ///< for programs: "dead_units"
    double weight = 0;                         ///< the heavier, the more important; from 0 to 100
    Certainty certainty = Certainty::certain;  ///< by itself
    std::string sentence = {};                 ///< what is wrong: nothing but what was measured
    std::string evidence = {};                 ///< the measured numbers that say so
    std::string hint = {};                     ///< what to type, or where to look; may be empty
    std::vector<Cure> cures = {};              ///< candidates for the hint, the likeliest first; may be empty
    Benefit benefit = Benefit::loss;           ///< what a cure must make better

    /// Says what a run is worth, not why: a cause may follow.
    [[nodiscard]] bool of_worth() const { return name == "worse_than_linear" || name == "no_better"; }
};

}  // namespace gradus
