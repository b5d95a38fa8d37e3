// What is told of a member of an ensemble, that is trained or still in training? All that the ensemble needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gradus/core/matrix.h"
#include "gradus/model/model.h"

namespace gradus {

/// A member, without what it shares with the ensemble. parcels.h sends it to other processes.
template <class T>
struct MemberNews {
    FoldState<T> fold = {};                     ///< where its network stands
    Evaluation training = {};                   ///< of a finished one: on what it has learned from
    std::optional<Evaluation> validation = {};  ///< the same on its own fold
    std::optional<AlignedVector<T>> linear =
        {};                         ///< the parameters of its linear baseline, where it is asked for
    double seconds = 0;             ///< that its updates took
    Index number = 0;               ///< from 1
    std::uint32_t seed = 0;         ///< its own
    std::string network = {};       ///< the text of its layers
    std::uint64_t fingerprint = 0;  ///< of the data
};

/// Of the model that train() made of member_recipe().
template <class T>
MemberNews<T> news_of(const Model<T>& model, double seconds);

}  // namespace gradus
