#include "gradus/core/team.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#ifndef GRADUS_THREADS  // 0: no threads here, and every team has one member
#define GRADUS_THREADS 1
#endif

namespace gradus {
namespace {

#if GRADUS_THREADS
using Thread = std::thread;
#else
struct Thread {
    void join() {}
};
#endif

// While it lives, results that are denormal become zero: they would cost a hundred times as much as other
// numbers.
class FlushDenormals {
public:
#if defined(__SSE2__)
    FlushDenormals() : before_(_mm_getcsr()) {
        _mm_setcsr(before_ | 0x8040);
    }  // flush to zero, denormals are zeros
    ~FlushDenormals() {
        _mm_setcsr(before_);
    }

private:
    unsigned before_;
#elif defined(__aarch64__)
    FlushDenormals() : before_(read()) {
        write(before_ | (std::uint64_t{1} << 24));
    }
    ~FlushDenormals() {
        write(before_);
    }

private:
    static std::uint64_t read() {
        std::uint64_t value = 0;
        asm volatile("mrs %0, fpcr" : "=r"(value));
        return value;
    }
    static void write(std::uint64_t value) {
        asm volatile("msr fpcr, %0" : : "r"(value));
    }
    std::uint64_t before_;
#else  // no such switch: denormal numbers remain
    FlushDenormals() {}
#endif
public:
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;
};

void relax() {
#if defined(__SSE2__)
    _mm_pause();
#endif
}

// Waits while `counter` is `old`: some microseconds awake, then asleep.
void wait_while(const std::atomic<unsigned>& counter, unsigned old) {
    for (int spins = 0; spins < 4000; ++spins) {
        if (counter.load(std::memory_order_acquire) != old) return;
        relax();
    }
    while (counter.load(std::memory_order_acquire) == old) counter.wait(old, std::memory_order_acquire);
}

// What ends a member's task when another member will not come to the meeting.
struct Abandoned {};

}  // namespace

struct Team::State {
    // Each on a cache line of its own, so that nobody is disturbed by work that is not his.
    struct alignas(64) Member {
        std::atomic<unsigned> tasks = 0;  // given to this member so far
        Thread thread;
    };

    // A member's part of a task. Who throws wakes those who would wait for him for ever.
    void do_part(Index member) {
        try {
            const FlushDenormals flush;
            (*task)(member);
        } catch (const Abandoned&) {
            return;
        } catch (...) {
            if (!failed.exchange(true, std::memory_order_acq_rel)) exception = std::current_exception();
            meetings.fetch_add(1, std::memory_order_acq_rel);
            meetings.notify_all();
        }
    }

    void meet(unsigned members) {
        const unsigned now = meetings.load(std::memory_order_acquire);
        if (failed.load(std::memory_order_acquire)) throw Abandoned{};
        if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
            arrived.store(0, std::memory_order_relaxed);
            meetings.fetch_add(1, std::memory_order_acq_rel);
            meetings.notify_all();
        } else {
            wait_while(meetings, now);
        }
        if (failed.load(std::memory_order_acquire)) throw Abandoned{};
    }

    void work(Index number) {
        Member& me = members[static_cast<std::size_t>(number - 1)];
        for (unsigned seen = 0;; ++seen) {
            wait_while(me.tasks, seen);
            if (task == nullptr) return;
            do_part(number);
            if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
        }
    }

    // To the first `helpers` members besides the caller.
    void hand_out(const std::function<void(Index)>* new_task, std::size_t helpers) {
        task = new_task;
        busy.store(static_cast<unsigned>(helpers), std::memory_order_relaxed);
        for (std::size_t i = 0; i < helpers; ++i) {
            members[i].tasks.fetch_add(1, std::memory_order_release);
            members[i].tasks.notify_one();
        }
    }

    void wait_until_done() {
        for (unsigned now = 0; (now = busy.load(std::memory_order_acquire)) != 0;) wait_while(busy, now);
    }

    std::vector<Member> members;  // besides the caller
    const std::function<void(Index)>* task = nullptr;
    std::exception_ptr exception;
    alignas(64) std::atomic<unsigned> busy = 0;  // members besides the caller
    alignas(64) std::atomic<unsigned> arrived = 0;
    alignas(64) std::atomic<unsigned> meetings = 0;
    std::atomic<bool> failed = false;
};

static void require_members(Phrase what, Index found, Index most) {
    if (1 <= found && found <= most) return;
    throw Error(Fault::usage,
                {.place = say(what), .found = std::to_string(found), .expected = say("from 1 to {}", most)});
}

Team::Team(Index most) : state_(std::make_unique<State>()) {
    require_members(say_later("threads"), most, most_members);
    state_->members = std::vector<State::Member>(static_cast<std::size_t>(most - 1));
#if GRADUS_THREADS
    try {
        for (; most_ < most; ++most_)
            state_->members[static_cast<std::size_t>(most_ - 1)].thread =
                Thread([state = state_.get(), member = most_] { state->work(member); });
    } catch (const std::system_error&) {  // those who are there do the work
    }
#endif
    size_ = most_;
}

Team::~Team() {
    const auto threads = static_cast<std::size_t>(most_ - 1);
    state_->hand_out(nullptr, threads);
    for (std::size_t i = 0; i < threads; ++i) state_->members[i].thread.join();
}

void Team::resize(Index members) {
    require_members(say_later("members of a team"), members, most_);
    size_ = members;
}

void Team::run(const std::function<void(Index)>& task) {
    if (size_ == 1) {
        const FlushDenormals flush;
        return task(0);
    }
    state_->hand_out(&task, static_cast<std::size_t>(size_ - 1));
    state_->do_part(0);
    state_->wait_until_done();
    if (!state_->failed.load(std::memory_order_acquire)) return;
    state_->failed.store(false, std::memory_order_relaxed);
    state_->arrived.store(0, std::memory_order_relaxed);
    std::rethrow_exception(std::exchange(state_->exception, nullptr));
}

void Team::wait_for_all() {
    if (size_ > 1) state_->meet(static_cast<unsigned>(size_));
}

FastestSize::FastestSize(Team& team) : team_(team), pause_(first_pause) {
    for (Index size = 1; size < team.most(); size *= 2) trials_.push_back({size, 0});
    trials_.push_back({team.most(), 0});
    try_next();
}

void FastestSize::begin() {
    if (trials_.size() > 1) start_ = Clock::now();
}

void FastestSize::end() {
    if (trials_.size() == 1) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    ++count_;
    if (next_ > trials_.size()) {
        if (count_ == pause_) next_ = 0, try_next();
        return;
    }
    Trial& trial = trials_[next_ - 1];
    if (count_ > 1) trial.seconds = count_ == 2 ? seconds : std::min(trial.seconds, seconds);
    const bool hopeless = count_ > 1 && next_ > 1 && trial.seconds > 2 * trials_[fastest_].seconds;
    if (count_ < runs_of_a_trial && !hopeless) return;
    if (next_ == 1 || trial.seconds < 0.97 * trials_[fastest_].seconds) fastest_ = next_ - 1;
    try_next();
}

// The first run of each trial wakes threads and fills caches; it does not count.
void FastestSize::try_next() {
    count_ = 0;
    ++next_;
    if (next_ <= trials_.size()) return team_.resize(trials_[next_ - 1].size);
    const Index size = trials_[fastest_].size;
    pause_ = size == chosen_ ? std::min(2 * pause_, longest_pause) : first_pause;
    chosen_ = size;
    team_.resize(size);
}

}  // namespace gradus
