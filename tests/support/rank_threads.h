// Ranks that are threads of one process: what MPI does, in memory, so that tests need none.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gradus/core/ranks.h"

namespace gradus::test {

class RankThreads {
public:
    explicit RankThreads(Index count)
        : sent_(static_cast<std::size_t>(count)),
          told_(static_cast<std::size_t>(count)),
          shown_(static_cast<std::size_t>(count)),
          given_(static_cast<std::size_t>(count)),
          letters_(static_cast<std::size_t>(count)) {}

    // task(ranks) on each, at the same time; what the first of them threw is thrown when all are done.
    void run(const std::function<void(Ranks&)>& task) {
        std::vector<std::exception_ptr> thrown(shown_.size());
        std::vector<std::thread> threads;
        for (std::size_t rank = 0; rank < shown_.size(); ++rank)
            threads.emplace_back([&, rank] {
                try {
                    One one(*this, static_cast<Index>(rank));
                    task(one);
                } catch (...) {
                    thrown[rank] = std::current_exception();
                }
            });
        for (std::thread& thread : threads) thread.join();
        for (const std::exception_ptr& exception : thrown)
            if (exception) std::rethrow_exception(exception);
    }

private:
    // A message stays where it is until it is received: who changes it before is seen by the thread
    // sanitizer.
    class One final : public Ranks {
    public:
        One(RankThreads& all, Index rank)
            : Ranks(rank, static_cast<Index>(all.shown_.size())),
              all_(all),
              mine_(static_cast<std::size_t>(rank)) {}

        void expect(std::span<std::byte> message) override { expected_.push_back(message); }
        void receive() override {
            const std::span<std::byte> to = expected_.front();
            expected_.pop_front();
            if (mine_ == 0) return;
            std::unique_lock lock(all_.mutex_);
            auto& sent = all_.sent_[mine_];
            all_.changed_.wait(lock, [&] { return !sent.empty(); });
            if (sent.front().size() != to.size()) throw std::logic_error("a message of another size");
            std::ranges::copy(sent.front(), to.begin());
            sent.pop_front();
            all_.changed_.notify_all();
        }
        void send(std::span<std::byte> message, Index keeper) override {
            const std::lock_guard lock(all_.mutex_);
            if (is_last()) {
                for (std::size_t other = 0; other < mine_; ++other)
                    if (keeper == everybody || keeper == static_cast<Index>(other))
                        all_.told_[other].push_back(message);
            } else {
                all_.sent_[mine_ + 1].push_back(message);
                if (keeper == everybody || keeper == rank()) mine_sent_.push_back(message);
            }
            all_.changed_.notify_all();
        }
        void finish() override {
            std::unique_lock lock(all_.mutex_);
            const auto wait_for = [&](const auto& done) { all_.changed_.wait(lock, done); };
            if (is_last())
                return wait_for([&] {
                    return std::ranges::all_of(all_.told_, [](const auto& told) { return told.empty(); });
                });
            wait_for([&] { return all_.sent_[mine_ + 1].empty(); });
            auto& told = all_.told_[mine_];
            for (const std::span<std::byte> message : mine_sent_) {
                wait_for([&] { return !told.empty(); });
                if (told.front().size() != message.size()) throw std::logic_error("not the same call");
                std::ranges::copy(told.front(), message.begin());
                told.pop_front();
                all_.changed_.notify_all();
            }
            mine_sent_.clear();
        }
        void gather(std::span<std::byte> all, std::span<const std::size_t> ends) override {
            show(all);
            std::size_t begin = 0;
            for (std::size_t other = 0; other < ends.size(); begin = ends[other++]) {
                const std::span<std::byte> from = all_.shown_[other];
                if (from.size() != all.size()) throw std::logic_error("not the same call");
                if (other != mine_)
                    std::ranges::copy(from.subspan(begin, ends[other] - begin), all.subspan(begin).begin());
            }
            all_.meet();
        }
        void tell(Index from, std::span<std::byte> message) override {
            show(message);
            const std::span<std::byte> told = all_.shown_[static_cast<std::size_t>(from)];
            if (told.size() != message.size()) throw std::logic_error("not the same call");
            if (from != rank()) std::ranges::copy(told, message.begin());
            all_.meet();
        }
        // What is given lies where it is until all have taken it: by then nobody may have changed it.
        void begin_exchange(std::span<const std::span<const std::byte>> to,
                            std::span<const std::span<std::byte>> from) override {
            exchanges_.push_back({{to.begin(), to.end()}, {from.begin(), from.end()}});
        }
        void end_exchanges() override {
            for (const Exchange& exchange : exchanges_) {
                all_.given_[mine_] = exchange.to;
                all_.meet();
                for (std::size_t other = 0; other < exchange.from.size(); ++other) {
                    if (other == mine_) continue;
                    const std::span<const std::byte> given = all_.given_[other][mine_];
                    if (given.size() != exchange.from[other].size())
                        throw std::logic_error("not the same call");
                    std::ranges::copy(given, exchange.from[other].begin());
                }
                all_.meet();
            }
            exchanges_.clear();
        }
        void send_to(Index rank, const std::string& text) override {
            const std::lock_guard lock(all_.mutex_);
            all_.letters_[static_cast<std::size_t>(rank)].push_back({.from = this->rank(), .text = text});
        }
        std::optional<Letter> letter() override {
            const std::lock_guard lock(all_.mutex_);
            std::deque<Letter>& mine = all_.letters_[mine_];
            if (mine.empty()) return {};
            Letter letter = std::move(mine.front());
            mine.pop_front();
            return letter;
        }

    private:
        [[nodiscard]] bool is_last() const { return rank() + 1 == count(); }
        void show(std::span<std::byte> message) {
            all_.shown_[mine_] = message;
            all_.meet();
        }

        struct Exchange {
            std::vector<std::span<const std::byte>> to;
            std::vector<std::span<std::byte>> from;
        };

        RankThreads& all_;
        std::size_t mine_;
        std::vector<Exchange> exchanges_;
        std::deque<std::span<std::byte>> expected_;
        std::vector<std::span<std::byte>> mine_sent_;
    };

    void meet() {
        std::unique_lock lock(mutex_);
        const int now = meetings_;
        if (++arrived_ == shown_.size()) {
            arrived_ = 0;
            ++meetings_;
            changed_.notify_all();
        } else {
            changed_.wait(lock, [&] { return meetings_ != now; });
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::deque<std::span<const std::byte>>> sent_;        // to each rank, by the one before
    std::vector<std::deque<std::span<const std::byte>>> told_;        // to each rank, by the last
    std::vector<std::span<std::byte>> shown_;                         // by each rank
    std::vector<std::span<const std::span<const std::byte>>> given_;  // by each rank, one for each
    std::vector<std::deque<Ranks::Letter>> letters_;                  // to each rank
    std::size_t arrived_ = 0;
    int meetings_ = 0;
};

}  // namespace gradus::test
