// How do several threads work on one step? A team: every member does its part, and all wait for the last.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// A team of threads (a thread pool with a barrier), of which the caller is the first. Members spin for a
/// short time between two tasks, then sleep; who has no part in a task is not woken. Denormal numbers are
/// flushed to zero while a task runs, on every member, so that all compute alike.
class Team {
public:
    static constexpr Index most_members = 4096;  ///< as many as a team can have

    /// At most so many members: fewer where the system gives no more threads, one where the
    /// library is built without threads (GRADUS_THREADS). Throws Error (usage) unless
    /// 1 <= most <= most_members.
    explicit Team(Index most = 1);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    /// How many members there are, and how many of them work on the next tasks: all, at first.
    [[nodiscard]] Index most() const { return most_; }
    [[nodiscard]] Index size() const { return size_; }  ///< as many as work on the next task
    /// Throws Error (usage) unless 1 <= members <= most().
    void resize(Index members);

    /// Runs task(0), ..., task(size() - 1), each on its own thread, and returns when all are done. What a
    /// member throws reaches the caller, when no member works any more; of several exceptions, one does.
    void run(const std::function<void(Index member)>& task);

    /// Inside a task: waits until every member has come here. Throws, what only run() catches, when a member
    /// can no longer come, because it threw.
    void wait_for_all();

    /// Member i's share of `count` pieces of work: the shares are runs of nearly equal length, in order.
    [[nodiscard]] Range share(Index member, Index count) const {
        if (size_ == 1) return {0, count};
        return {count * member / size_, count * (member + 1) / size_};
    }

private:
    struct State;
    std::unique_ptr<State> state_;
    Index most_ = 1, size_ = 1;
};

/// How many members are fastest? Tries 1, 2, 4, ... of them on work that is done again and again, keeps the
/// fastest, and looks again now and then, since a machine has other guests too.
class FastestSize {
public:
    /// Tries the sizes of this team, which must outlive it.
    explicit FastestSize(Team& team);

    /// Around each piece of the work.
    void begin();
    void end();  ///< behind it

private:
    using Clock = std::chrono::steady_clock;
    struct Trial {
        Index size;
        double seconds;
    };
    static constexpr Index runs_of_a_trial = 6, first_pause = 500, longest_pause = 100'000;

    void try_next();

    Team& team_;
    std::vector<Trial> trials_;
    std::size_t next_ = 0;     // the trial that runs is the one before; behind the last: none
    std::size_t fastest_ = 0;  // trial so far
    Index chosen_ = 0;         // members
    Index count_ = 0;          // pieces of work in this trial, or since the last
    Index pause_;              // pieces of work from one look to the next
    Clock::time_point start_;
};

}  // namespace gradus
