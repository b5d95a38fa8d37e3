// What gradus/model/sweep.cpp does on several threads, where there are none: one run after the other.

#include "gradus/model/sweep.h"

namespace gradus {

void side_by_side(Index count, Index, const std::function<void(Index)>& work, const std::stop_token&) {
    for (Index i = 0; i < count; ++i) work(i);
}

Index runs_at_once(const Dataset&, const Recipe&, Index) {
    return 1;
}

}  // namespace gradus
