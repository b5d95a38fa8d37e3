#include "gradus/model/agreement.h"

#include <algorithm>
#include <cmath>

namespace gradus {

Agreement::Decision Agreement::operator()(bool stop, bool save) {
    if (ranks_ == nullptr || ranks_->count() == 1) return {stop, save};
    if (--left_ > 0) return {false, false};
    constexpr double pause = 0.2, most = 1e5;  // seconds, updates
    const double seconds = std::chrono::duration<double>(Clock::now() - met_).count();
    constexpr std::size_t each = 3;
    said_.assign(each * static_cast<std::size_t>(ranks_->count()), 0);
    double* const mine = said_.data() + each * static_cast<std::size_t>(ranks_->rank());
    mine[0] = stop ? 1 : 0;
    mine[1] = save ? 1 : 0;
    mine[2] = std::clamp(std::floor(updates_ * pause / std::max(seconds, 1e-9)), 1.0,
                         std::min(most, 10 * updates_));
    ranks_->gather(said_);
    Decision decision{.stop = false, .save = said_[1] > 0};
    for (std::size_t i = 0; i < said_.size(); i += each) decision.stop = decision.stop || said_[i] > 0;
    updates_ = left_ = said_[2];
    met_ = Clock::now();
    return decision;
}

}  // namespace gradus
