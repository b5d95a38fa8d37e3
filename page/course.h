// Where does a run that is looked at stand, and what has it cost so far? Forwards and backwards, for networks
// and machines.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/explain/history.h"
#include "page/json.h"

namespace gradus::page {

/// What the iterations of a run have cost.
struct Costs {
    std::vector<double> costs = {};
    std::vector<std::pair<Index, double>> validation = {};  ///< behind these iterations

    /// Those before an iteration.
    [[nodiscard]] Costs before(Index iteration) const {
        Costs kept = *this;
        kept.costs.resize(static_cast<std::size_t>(iteration));
        std::erase_if(kept.validation, [&](const auto& point) { return point.first >= iteration; });
        return kept;
    }

    /// {"iterations","costs","validation"}: at most so many, in equal parts, of each the lowest and the
    /// highest.
    [[nodiscard]] Json json(Index most) const {
        Json iterations = Json::array(), values = Json::array();
        const auto add = [&](std::size_t i) {
            iterations.push_back(i);
            values.push_back(costs[i]);
        };
        const std::size_t made = costs.size(), parts = static_cast<std::size_t>(most) / 2;
        for (std::size_t part = 0; made > 2 * parts && part < parts; ++part) {
            const auto begin = costs.begin();
            const auto [low, high] =
                std::minmax_element(begin + static_cast<std::ptrdiff_t>(made * part / parts),
                                    begin + static_cast<std::ptrdiff_t>(made * (part + 1) / parts));
            add(static_cast<std::size_t>(std::min(low, high) - begin));
            if (low != high) add(static_cast<std::size_t>(std::max(low, high) - begin));
        }
        for (std::size_t i = 0; made <= 2 * parts && i < made; ++i) add(i);
        return {{"iterations", iterations}, {"costs", values}, {"validation", Json(validation)}};
    }
};

/// A run, and how far it has come. The run must outlive it.
template <class T>
class Course {
public:
    Course(Run<T>& run, Costs costs)
        : run_(run), history_(run), start_(run.state()), costs_(std::move(costs)), first_(run.updates()) {}

    [[nodiscard]] const Costs& costs() const { return costs_; }
    [[nodiscard]] Index first() const { return first_; }
    [[nodiscard]] Index updates() const { return run_.updates(); }
    [[nodiscard]] Index made() const { return static_cast<Index>(costs_.costs.size()); }

    /// See Session::go_to.
    Json go_to(Index updates, Index most, double below) {
        updates = std::clamp(updates, first_, last_ >= 0 ? last_ : run_.planned_updates() - 1);
        const auto low = [&](double cost) { return cost <= below; };
        const auto next = costs_.costs.begin() + std::min(made(), run_.updates() + 1);
        const auto found = std::find_if(next, costs_.costs.end(), low) - costs_.costs.begin();
        if (found < made()) updates = std::min<Index>(updates, found);
        history_.go_to(std::min(updates, made()));
        for (Index i = 0; i < most && run_.updates() < updates && last_ < 0; ++i) {
            advance();
            if (last_ < 0 && low(costs_.costs.back())) {
                history_.go_to(made() - 1);
                break;
            }
        }
        return {{"updates", run_.updates()}, {"made", made()}, {"last", last_}, {"failure", failure_}};
    }

    /// The state after so many updates that were made; the run stays where it is.
    [[nodiscard]] RunState<T> state(Index updates) {
        const Index here = run_.updates();
        RunState<T> found = history_.state(updates);
        history_.go_to(here);
        return found;
    }

private:
    void advance() {
        const Index update = run_.updates();
        try {
            const Event event = *history_.next();
            costs_.costs.push_back(event.cost);
            if (event.epoch_end && event.epoch_end->validation_cost)
                costs_.validation.emplace_back(event.iteration, *event.epoch_end->validation_cost);
            if (!event.last) return;
            last_ = update;
        } catch (const Error& error) {
            if (error.fault() != Fault::training) throw;
            failure_ = error.with_options();
            last_ = update;
            run_.restore(start_);
        }
        history_.go_to(update);
    }

    Run<T>& run_;
    History<T> history_;
    RunState<T> start_;
    Costs costs_;
    Index first_;
    Index last_ = -1;
    std::string failure_;
};

}  // namespace gradus::page
