// How do several threads work on one step? A team: every member does its part, and all wait for the last.
#pragma once

#include <functional>
#include <memory>

#include "gradus/math/matrix.h"

namespace gradus {

/// A team of threads, of which the caller is the first. Members spin for a short time between two tasks, then
/// sleep. Denormal numbers are flushed to zero while a task runs, on every member, so that all compute alike.
class Team {
public:
    explicit Team(Index members = 1);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    [[nodiscard]] Index size() const;

    /// Runs task(0), ..., task(size() - 1), each on its own thread, and returns when all are done. A task
    /// throws nothing.
    void run(const std::function<void(Index member)>& task);

    /// Inside a task: waits until every member has come here.
    void wait_for_all();

    /// Member i's share of `count` pieces of work: the shares are runs of nearly equal length, in order.
    [[nodiscard]] Range share(Index member, Index count) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gradus
