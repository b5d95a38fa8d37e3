#include "gradus/model/dealing.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <thread>
#include <vector>

namespace gradus {
namespace {

// What ranks tell each other about jobs.
enum class Say : char {
    next,       // to rank 0: I am free
    meanwhile,  // to rank 0: so far a job has this result
    done,       // to rank 0: a job is done
    stopped,    // to rank 0: a job was stopped
    leaves,     // to rank 0: I do no more
    job,        // from rank 0: do this; -1: there are no more
    all,        // from rank 0: is everything done?
};

struct Note {
    Say say = Say::next;
    Index job = -1;
    std::string result = {};
};

template <class Archive, Is<Note> Value>
void parts(Archive& archive, Value& note) {
    auto& [say, job, result] = note;
    archive(say, job, result);
}

// Waits so long for the next look into the letter box.
constexpr std::chrono::microseconds pause{500};

// Works on jobs as long as there are some, each thread by itself.
class Hands {
public:
    Hands(const Jobs<std::string>& jobs, const std::function<std::optional<Index>()>& next,
          const std::function<void(Note)>& tell)
        : thread_([this, &jobs, next, tell] {
              try {
                  const Index threads = std::max<Index>(1, std::min(jobs.threads, jobs.count));
                  side_by_side(threads, threads, [&](Index) {
                      while (const std::optional<Index> job = next()) tell(do_one(jobs, *job, tell));
                  });
              } catch (...) {
                  failure_ = std::current_exception();
              }
              are_done_ = true;
          }) {}

    [[nodiscard]] bool are_done() const { return are_done_; }
    // Throws what the work has thrown.
    void join() {
        if (thread_.joinable()) thread_.join();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    static Note do_one(const Jobs<std::string>& jobs, Index job, const std::function<void(Note)>& tell) {
        std::optional<std::string> result = jobs.work(job, [&](std::string now) {
            tell({Say::meanwhile, job, std::move(now)});
        });
        return result ? Note{Say::done, job, std::move(*result)} : Note{Say::stopped, job};
    }

    std::exception_ptr failure_;
    std::atomic<bool> are_done_ = false;
    std::jthread thread_;  // the last: it needs the others
};

// Rank 0: knows what is left, and works like the others.
class Dealer {
public:
    Dealer(Ranks& ranks, const Jobs<std::string>& jobs)
        : ranks_(ranks),
          jobs_(jobs),
          results_(static_cast<std::size_t>(jobs.count)),
          here_(ranks.count() - 1) {}

    bool operator()() {
        Hands hands(
            jobs_, [this] { return take(); },
            [this](Note note) {
                const std::scoped_lock lock(mutex_);
                own_.push_back(std::move(note));
            });
        while (true) {
            const bool ended = hands.are_done();  // asked first: then nothing more comes
            if (ended) hands.join();
            if (serve()) continue;
            if (ended && here_ == 0) break;
            std::this_thread::sleep_for(pause);
        }
        tell_all();
        return done_ == jobs_.count;
    }

private:
    std::optional<Index> take() {
        if (stopped_ || jobs_.stop.stop_requested()) return {};
        const Index job = next_++;
        if (job >= jobs_.count) return {};
        return job;
    }

    // Was there something to do?
    bool serve() {
        std::optional<Note> note = own_note();
        Index from = 0;
        if (!note) {
            const std::optional<Ranks::Letter> letter = ranks_.letter();
            if (!letter) return false;
            note = unpacked<Note>(letter->text);
            from = letter->from;
        }
        switch (note->say) {
            case Say::next:
                ranks_.send_to(from, packed(Note{Say::job, take().value_or(-1)}));
                break;
            case Say::leaves:
                --here_;
                break;
            case Say::stopped:
                stopped_ = true;
                break;
            default:
                if (note->say == Say::done) ++done_;
                results_[static_cast<std::size_t>(note->job)] = note->result;
                jobs_.keep(note->job, std::move(note->result));
        }
        return true;
    }

    std::optional<Note> own_note() {
        const std::scoped_lock lock(mutex_);
        if (own_.empty()) return {};
        Note note = std::move(own_.front());
        own_.pop_front();
        return note;
    }

    void tell_all() {
        std::vector<Note> notes;
        for (std::size_t i = 0; i < results_.size(); ++i)
            if (results_[i]) notes.push_back({Say::done, static_cast<Index>(i), std::move(*results_[i])});
        notes.push_back({Say::all, done_ == jobs_.count ? 1 : 0});
        const std::string letter = packed(notes);
        for (Index rank = 1; rank < ranks_.count(); ++rank) ranks_.send_to(rank, letter);
    }

    Ranks& ranks_;
    const Jobs<std::string>& jobs_;
    std::atomic<Index> next_ = 0;
    std::atomic<bool> stopped_ = false;
    std::vector<std::optional<std::string>> results_;
    Index done_ = 0, here_;  // ranks that still work
    std::mutex mutex_;       // guards what follows
    std::deque<Note> own_;   // of this process's threads
};

// The others: ask for a job, do it, tell what came out.
class Worker {
public:
    Worker(Ranks& ranks, const Jobs<std::string>& jobs) : ranks_(ranks), jobs_(jobs) {}

    bool operator()() {
        Hands hands(
            jobs_, [this] { return next(); },
            [this](const Note& note) {
                const std::scoped_lock lock(mutex_);
                ranks_.send_to(0, packed(note));
            });
        hands.join();
        ranks_.send_to(0, packed(Note{Say::leaves}));
        bool all = false;
        for (Note& note : unpacked<std::vector<Note>>(letter())) {
            if (note.say == Say::all)
                all = note.job == 1;
            else
                jobs_.keep(note.job, std::move(note.result));
        }
        return all;
    }

private:
    std::optional<Index> next() {
        const std::scoped_lock lock(mutex_);
        if (jobs_.stop.stop_requested()) {
            ranks_.send_to(0, packed(Note{Say::stopped}));
            return {};
        }
        ranks_.send_to(0, packed(Note{Say::next}));
        const Index job = unpacked<Note>(letter()).job;
        if (job < 0) return {};
        return job;
    }

    std::string letter() {
        while (true) {
            if (std::optional<Ranks::Letter> letter = ranks_.letter()) return std::move(letter->text);
            std::this_thread::sleep_for(pause);
        }
    }

    Ranks& ranks_;
    const Jobs<std::string>& jobs_;
    std::mutex mutex_;  // one thread at a time speaks with rank 0
};

}  // namespace

bool deal_among(Ranks& ranks, const Jobs<std::string>& jobs) {
    return ranks.rank() == 0 ? Dealer(ranks, jobs)() : Worker(ranks, jobs)();
}

}  // namespace gradus
