#include "gradus/model/dealing.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
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
    done,       // to rank 0: a job is done; from rank 0, in the end: this is its result
    stopped,    // to rank 0: somebody has asked me to stop
    leaves,     // to rank 0: I do no more
    job,        // from rank 0: do this; -1: there are no more
    stop,       // from rank 0: leave what you are at
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

// Works on jobs as long as there are some, each thread by itself. What is thrown, here or where the hands are
// held, stops them all: it is not to be said only when the last job is done.
class Hands {
public:
    Hands(const Jobs<std::string>& jobs, std::stop_source& stop,
          const std::function<std::optional<Index>()>& next, const std::function<void(Note)>& tell)
        : stop_(stop), thread_([this, &jobs, next, tell] {
              const auto work = [&](Index) {
                  try {
                      while (const std::optional<Index> job = next()) tell(do_one(jobs, *job, tell));
                  } catch (...) {
                      stop_.request_stop();
                      throw;
                  }
              };
              try {
                  const Index threads = std::max<Index>(1, std::min(jobs.threads, jobs.count));
                  side_by_side(threads, threads, work);
              } catch (...) {
                  failure_ = std::current_exception();
              }
              are_done_ = true;
          }) {}
    ~Hands() { stop_.request_stop(); }
    Hands(const Hands&) = delete;
    Hands& operator=(const Hands&) = delete;

    [[nodiscard]] bool are_done() const { return are_done_; }
    // Throws what the work has thrown.
    void join() {
        if (thread_.joinable()) thread_.join();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    [[nodiscard]] Note do_one(const Jobs<std::string>& jobs, Index job,
                              const std::function<void(Note)>& tell) const {
        const auto meanwhile = [&](std::string now) { tell({Say::meanwhile, job, std::move(now)}); };
        std::optional<std::string> result = jobs.work(job, meanwhile, stop_.get_token());
        return result ? Note{Say::done, job, std::move(*result)} : Note{Say::stopped, job};
    }

    std::stop_source& stop_;
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
            jobs_, stop_, [this] { return take(); },
            [this](Note note) {
                const std::scoped_lock lock(mutex_);
                own_.push_back(std::move(note));
            });
        while (true) {
            const bool ended = hands.are_done();  // asked first: then nothing more comes
            if (ended) hands.join();
            if (jobs_.stop.stop_requested()) stop_all();
            if (serve()) continue;
            if (ended && here_ == 0) break;
            std::this_thread::sleep_for(pause);
        }
        tell_all();
        return done_ == jobs_.count;
    }

private:
    std::optional<Index> take() {
        if (stop_.stop_requested() || jobs_.stop.stop_requested()) return {};
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
                tell(from, {{Say::job, take().value_or(-1)}});
                break;
            case Say::leaves:
                --here_;
                break;
            case Say::stopped:
                stop_all();
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

    void tell(Index rank, const std::vector<Note>& notes) { ranks_.send_to(rank, packed(notes)); }

    void stop_all() {
        if (!stop_.request_stop()) return;  // they know
        for (Index rank = 1; rank < ranks_.count(); ++rank) tell(rank, {{Say::stop}});
    }

    void tell_all() {
        std::vector<Note> notes;
        for (std::size_t i = 0; i < results_.size(); ++i)
            if (results_[i]) notes.push_back({Say::done, static_cast<Index>(i), std::move(*results_[i])});
        notes.push_back({Say::all, done_ == jobs_.count ? 1 : 0});
        for (Index rank = 1; rank < ranks_.count(); ++rank) tell(rank, notes);
    }

    Ranks& ranks_;
    const Jobs<std::string>& jobs_;
    std::atomic<Index> next_ = 0;
    std::stop_source stop_;  // requested by any rank
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
            jobs_, stop_, [this] { return next(); }, [this](const Note& note) { tell(note); });
        while (!hands.are_done()) {
            if (jobs_.stop.stop_requested()) stop_.request_stop();
            listen();
        }
        hands.join();
        tell({Say::leaves});
        bool wishes = false;  // to stop, who has nothing to do
        while (results_.empty()) {
            if (!wishes && jobs_.stop.stop_requested()) {
                wishes = true;
                tell({Say::stopped});
            }
            listen();
        }
        for (Note& note : results_)
            if (note.say == Say::done) jobs_.keep(note.job, std::move(note.result));
        return results_.back().job == 1;
    }

private:
    std::optional<Index> next() {
        if (stop_.stop_requested()) {
            tell({Say::stopped});
            return {};
        }
        tell({Say::next});
        std::unique_lock lock(given_mutex_);
        is_given_.wait(lock, [this] { return !given_.empty(); });
        const Index job = given_.front();
        given_.pop_front();
        if (job < 0) return {};
        return job;
    }

    void tell(const Note& note) {
        const std::scoped_lock lock(mutex_);
        ranks_.send_to(0, packed(note));
    }

    void listen() {
        std::optional<Ranks::Letter> letter;
        {
            const std::scoped_lock lock(mutex_);
            letter = ranks_.letter();
        }
        if (!letter) return std::this_thread::sleep_for(pause);
        auto notes = unpacked<std::vector<Note>>(letter->text);
        if (notes.back().say == Say::stop) {
            stop_.request_stop();
        } else if (notes.back().say == Say::job) {
            const std::scoped_lock lock(given_mutex_);
            given_.push_back(notes.back().job);
            is_given_.notify_one();
        } else {
            results_ = std::move(notes);
        }
    }

    Ranks& ranks_;
    const Jobs<std::string>& jobs_;
    std::stop_source stop_;      // requested here, or by rank 0
    std::vector<Note> results_;  // what rank 0 says in the end
    std::mutex mutex_;           // one thread at a time speaks with rank 0
    std::mutex given_mutex_;     // guards what follows
    std::condition_variable is_given_;
    std::deque<Index> given_;  // jobs that were asked for
};

}  // namespace

bool deal_among(Ranks& ranks, const Jobs<std::string>& jobs) {
    return ranks.rank() == 0 ? Dealer(ranks, jobs)() : Worker(ranks, jobs)();
}

}  // namespace gradus
