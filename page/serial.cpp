// What gradus/model/sweep.cpp does on several threads, and dealing.cpp on several processes, where there are
// none: one run after the other.

#include "gradus/model/dealing.h"

namespace gradus {

void side_by_side(Index count, Index, const std::function<void(Index)>& work, const std::stop_token&) {
    for (Index i = 0; i < count; ++i) work(i);
}

Index runs_at_once(const Dataset&, const Recipe&, Index) {
    return 1;
}

bool deal_among(Ranks&, const Jobs<std::string>&) {
    return false;  // for several: never called
}

}  // namespace gradus
