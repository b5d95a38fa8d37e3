// What can be asked about a problem besides its one run? What comes of it, why it does not learn, and how
// other seeds end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradus/doctor/outcomes.h"
#include "page/request.h"

namespace gradus::page {

/// {"findings":[{"finding","weight","sentence","evidence","hint"},...],"verdict"}, as `gradus doctor` finds
/// them; trains, and trains again with what might help.
std::string doctor(const Problem& problem);

/// What `gradus train` makes of it, and what `gradus predict` then says to the rows of its table:
/// {"updates","kept","training":{"examples","accuracy"},"validation":{...}|null,"outputs":[[...],...],
/// "columns","answers":[...]}. Of a regression "r2" in place of "accuracy". "columns" and each answer are the
/// lines that `gradus predict` prints.
std::string finish(const Problem& problem);

/// The seeds of a problem, one after the other.
class Seeds {
public:
    explicit Seeds(const Problem& problem) : problem_(problem) {}

    /// Trains with this seed: {"seed","solved","cost"}; the cost is null where training failed.
    std::string try_one(std::uint32_t seed);
    /// All that were tried: {"count","solved","groups":[{"cost","count","solved","reason","seeds"},...]}, as
    /// `gradus seeds --json` groups them.
    [[nodiscard]] std::string groups() const;

private:
    Problem problem_;
    std::vector<Outcome> outcomes_;
};

}  // namespace gradus::page
