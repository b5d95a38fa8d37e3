#include "gradus/math/team.h"

#include <atomic>
#include <thread>
#include <vector>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace gradus {
namespace {

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
    explicit State(Index size) : members(static_cast<unsigned>(size)) {}

    void barrier() {
        const unsigned now = generation.load(std::memory_order_acquire);
        if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == members) {
            arrived.store(0, std::memory_order_relaxed);
            generation.store(now + 1, std::memory_order_release);
            generation.notify_all();
        } else {
            wait_until_changed(generation, now);
        }
    }

    void work(Index member) {
        unsigned seen = 0;
        for (;;) {
            wait_until_changed(tasks, seen);
            seen = tasks.load(std::memory_order_acquire);
            if (task == nullptr) return;
            {
                const FlushDenormals flush;
                (*task)(member);
            }
            barrier();
        }
    }

    const unsigned members;
    std::atomic<unsigned> tasks = 0;  // how many tasks there were
    const std::function<void(Index)>* task = nullptr;
    alignas(64) std::atomic<unsigned> arrived = 0;
    alignas(64) std::atomic<unsigned> generation = 0;
    std::vector<std::jthread> threads;
};

Team::Team(Index members) : state_(std::make_unique<State>(members)) {
    for (Index i = 1; i < members; ++i)
        state_->threads.emplace_back([state = state_.get(), i] { state->work(i); });
}

Team::~Team() {
    state_->task = nullptr;
    state_->tasks.fetch_add(1, std::memory_order_release);
    state_->tasks.notify_all();
}

Index Team::size() const {
    return static_cast<Index>(state_->members);
}

void Team::run(const std::function<void(Index)>& task) {
    if (state_->members > 1) {
        state_->task = &task;
        state_->tasks.fetch_add(1, std::memory_order_release);
        state_->tasks.notify_all();
    }
    {
        const FlushDenormals flush;
        task(0);
    }
    if (state_->members > 1) state_->barrier();
}

void Team::wait_for_all() {
    if (state_->members > 1) state_->barrier();
}

Range Team::share(Index member, Index count) const {
    const Index members = size();
    return {count * member / members, count * (member + 1) / members};
}

}  // namespace gradus
