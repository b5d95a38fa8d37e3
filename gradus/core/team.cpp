#include "gradus/core/team.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <thread>
#include <vector>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#ifndef GRADUS_THREADS  // 0: no threads here, and every team has one member
#define GRADUS_THREADS 1
#endif

namespace gradus {
namespace {

#if GRADUS_THREADS
using Thread = std::jthread;
#else
struct Thread {};
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

// Waits until `counter` is no longer `old`: some microseconds awake, then asleep.
void wait_until_changed(const std::atomic<unsigned>& counter, unsigned old) {
    for (int spins = 0; spins < 4000; ++spins) {
        if (counter.load(std::memory_order_acquire) != old) return;
        relax();
    }
    while (counter.load(std::memory_order_acquire) == old) counter.wait(old, std::memory_order_acquire);
}

}  // namespace

struct Team::State {
    void barrier(unsigned members) {
        const unsigned now = generation.load(std::memory_order_acquire);
        if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
            arrived.store(0, std::memory_order_relaxed);
            generation.store(now + 1, std::memory_order_release);
            generation.notify_all();
        } else {
            wait_until_changed(generation, now);
        }
    }

    void announce(const std::function<void(Index)>* new_task, Index members) {
        task = new_task;
        const unsigned number = tasks.load(std::memory_order_relaxed) / most_members + 1;
        tasks.store(number * most_members + static_cast<unsigned>(members), std::memory_order_release);
        tasks.notify_all();
    }

    void work(Index member) {
        unsigned seen = 0;
        for (;;) {
            wait_until_changed(tasks, seen);
            seen = tasks.load(std::memory_order_acquire);
            const unsigned members = seen % most_members;
            if (members == 0) return;
            if (static_cast<unsigned>(member) >= members) continue;
            {
                const FlushDenormals flush;
                (*task)(member);
            }
            barrier(members);
        }
    }

    // In one number, so that nobody sees the one without the other: how many tasks there were, and how many
    // members work on the last. None: all go home.
    static constexpr unsigned most_members = 4096;
    std::atomic<unsigned> tasks = 0;
    const std::function<void(Index)>* task = nullptr;
    alignas(64) std::atomic<unsigned> arrived = 0;
    alignas(64) std::atomic<unsigned> generation = 0;
    std::vector<Thread> threads;
};

Team::Team(Index most) : state_(std::make_unique<State>()), size_(most) {
    assert(0 < most && most < static_cast<Index>(State::most_members));
#if GRADUS_THREADS
    for (Index i = 1; i < most; ++i)
        state_->threads.emplace_back([state = state_.get(), i] { state->work(i); });
#else
    size_ = 1;
#endif
}

Team::~Team() {
    state_->announce(nullptr, 0);
}

Index Team::most() const {
    return static_cast<Index>(state_->threads.size()) + 1;
}

void Team::run(const std::function<void(Index)>& task) {
    if (size_ > 1) state_->announce(&task, size_);
    {
        const FlushDenormals flush;
        task(0);
    }
    if (size_ > 1) state_->barrier(static_cast<unsigned>(size_));
}

void Team::wait_for_all() {
    if (size_ > 1) state_->barrier(static_cast<unsigned>(size_));
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
