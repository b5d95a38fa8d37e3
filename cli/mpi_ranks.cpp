// The one file that knows MPI.

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <fcntl.h>
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <thread>
#include <vector>

#include "cli/ranks.h"
#include "gradus/core/say.h"

namespace gradus::cli {
namespace {

constexpr std::size_t most_at_once = std::size_t{1} << 30;          // bytes of a message: MPI counts in int
constexpr int chain = 0, letters = 1, said = 2, own = 3, kept = 4;  // tags

// f(bytes, count) for a message in pieces that MPI can count.
template <class Byte, class F>
void in_pieces(std::span<Byte> message, F f) {
    for (; !message.empty(); message = message.subspan(std::min(message.size(), most_at_once)))
        f(message.data(), static_cast<int>(std::min(message.size(), most_at_once)));
}

// An error of MPI itself ends the job with MPI's own message.
class MpiRanks final : public Ranks {
public:
    MpiRanks() : Ranks(number(MPI_Comm_rank), number(MPI_Comm_size)) {}

    void expect(std::span<std::byte> message) override {
        if (rank() == 0) return;
        std::vector<MPI_Request>& pieces = expected_.emplace_back();
        in_pieces(message, [&](std::byte* to, int count) {
            MPI_Irecv(to, count, MPI_BYTE, static_cast<int>(rank()) - 1, chain, MPI_COMM_WORLD,
                      &pieces.emplace_back());
        });
    }
    void receive() override {
        if (rank() == 0) return;
        wait(expected_.front());
        expected_.pop_front();
    }
    void send(std::span<std::byte> message, Index keeper) override {
        if (is_last()) {
            if (keeper == everybody) tell(message);
            if (keeper >= 0 && keeper != rank())
                in_pieces(message, [&](const std::byte* from, int count) {
                    MPI_Isend(from, count, MPI_BYTE, static_cast<int>(keeper), kept, MPI_COMM_WORLD,
                              &told_.emplace_back());
                });
            return;
        }
        Sent& sent = sent_.emplace_back();
        sent.message = message;
        sent.keeper = keeper;
        in_pieces(message, [&](const std::byte* from, int count) {
            MPI_Isend(from, count, MPI_BYTE, static_cast<int>(rank()) + 1, chain, MPI_COMM_WORLD,
                      &sent.pieces.emplace_back());
        });
    }
    // Where a message lies comes another, but not before the first has left.
    void finish() override {
        for (Sent& sent : sent_) {
            wait(sent.pieces);
            if (sent.keeper == everybody) tell(sent.message);
            if (sent.keeper != rank()) continue;
            in_pieces(sent.message, [&](std::byte* to, int count) {
                MPI_Irecv(to, count, MPI_BYTE, static_cast<int>(this->count()) - 1, kept, MPI_COMM_WORLD,
                          &told_.emplace_back());
            });
        }
        sent_.clear();
        wait(told_);
    }
    void gather(std::span<std::byte> all, std::span<const std::size_t> ends) override {
        std::vector<int> counts, places;
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            if (all.size() > most_at_once) tell(std::ssize(places), all.subspan(begin, end - begin));
            places.push_back(static_cast<int>(begin));
            counts.push_back(static_cast<int>(end - begin));
            begin = end;
        }
        if (all.size() <= most_at_once)
            MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all.data(), counts.data(), places.data(),
                           MPI_BYTE, MPI_COMM_WORLD);
    }
    void tell(Index from, std::span<std::byte> message) override {
        in_pieces(message, [&](std::byte* all, int count) {
            MPI_Bcast(all, count, MPI_BYTE, static_cast<int>(from), MPI_COMM_WORLD);
        });
    }
    void begin_exchange(std::span<const std::span<const std::byte>> to,
                        std::span<const std::span<std::byte>> from) override {
        for (int other = 0; other < static_cast<int>(count()); ++other) {
            const auto i = static_cast<std::size_t>(other);
            in_pieces(from[i], [&](std::byte* there, int count) {
                MPI_Irecv(there, count, MPI_BYTE, other, own, MPI_COMM_WORLD, &exchanged_.emplace_back());
            });
            in_pieces(to[i], [&](const std::byte* here, int count) {
                MPI_Isend(here, count, MPI_BYTE, other, own, MPI_COMM_WORLD, &exchanged_.emplace_back());
            });
        }
    }
    void end_exchanges() override { wait(exchanged_); }
    // Its size, then its bytes.
    void send_to(Index rank, const std::string& text) override {
        const std::uint64_t size = text.size();
        MPI_Send(&size, 1, MPI_UINT64_T, static_cast<int>(rank), letters, MPI_COMM_WORLD);
        in_pieces(std::as_bytes(std::span(text)), [&](const std::byte* from, int count) {
            MPI_Send(from, count, MPI_BYTE, static_cast<int>(rank), letters, MPI_COMM_WORLD);
        });
    }
    std::optional<Letter> letter() override {
        int there = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, letters, MPI_COMM_WORLD, &there, &status);
        if (there == 0) return {};
        std::uint64_t size = 0;
        MPI_Recv(&size, 1, MPI_UINT64_T, status.MPI_SOURCE, letters, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        Letter letter{.from = status.MPI_SOURCE, .text = std::string(size, '\0')};
        in_pieces(std::as_writable_bytes(std::span(letter.text)), [&](std::byte* to, int count) {
            MPI_Recv(to, count, MPI_BYTE, status.MPI_SOURCE, letters, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        });
        return letter;
    }

private:
    struct Sent {
        std::span<std::byte> message;
        Index keeper = nobody;
        std::vector<MPI_Request> pieces = {};
    };

    static Index number(int (*ask)(MPI_Comm, int*)) {
        int number = 0;
        ask(MPI_COMM_WORLD, &number);
        return number;
    }
    [[nodiscard]] bool is_last() const { return rank() + 1 == count(); }
    void tell(std::span<std::byte> message) {
        in_pieces(message, [&](std::byte* all, int count) {
            MPI_Ibcast(all, count, MPI_BYTE, static_cast<int>(this->count()) - 1, MPI_COMM_WORLD,
                       &told_.emplace_back());
        });
    }
    static void wait(std::vector<MPI_Request>& requests) {
        MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
        requests.clear();
    }

    std::deque<std::vector<MPI_Request>> expected_;
    std::vector<Sent> sent_;
    std::vector<MPI_Request> told_, exchanged_;
};

// From beginning to end of MPI. stderr of the others is kept for an error that only they meet.
class World {
public:
    World() : ranks_(begin()) {
        if (ranks_.rank() == 0) return;
        stderr_ = dup(STDERR_FILENO);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
    ~World() { MPI_Finalize(); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Ranks& ranks() { return ranks_; }
    // Waits a moment, the longer the higher the rank; who hears meanwhile that it was said remains silent.
    [[nodiscard]] std::string speak() const {
        if (stderr_ < 0) return {};
        using std::chrono::milliseconds;
        for (Index i = 0; i < 200 + 25 * ranks_.rank(); ++i) {
            int heard = 0;
            MPI_Iprobe(MPI_ANY_SOURCE, said, MPI_COMM_WORLD, &heard, MPI_STATUS_IGNORE);
            if (heard != 0) std::this_thread::sleep_for(std::chrono::hours(1));  // until all are ended
            std::this_thread::sleep_for(milliseconds(10));
        }
        std::fflush(stderr);
        dup2(stderr_, STDERR_FILENO);
        char host[MPI_MAX_PROCESSOR_NAME] = {};
        int size = 0;
        MPI_Get_processor_name(host, &size);
        return say("process {} on {}", ranks_.rank() + 1, host);
    }
    // Tells the others that it was said, and ends all.
    void end(int status) const {
        std::vector<MPI_Request> told;
        for (Index other = 0; other < ranks_.count(); ++other)
            if (other != ranks_.rank())
                MPI_Isend(nullptr, 0, MPI_BYTE, static_cast<int>(other), said, MPI_COMM_WORLD,
                          &told.emplace_back());
        for (int i = 0, all = 0; i < 50 && all == 0; ++i) {  // as long as it takes, but not for ever
            MPI_Testall(static_cast<int>(told.size()), told.data(), &all, MPI_STATUSES_IGNORE);
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        MPI_Abort(MPI_COMM_WORLD, status);
    }

private:
    static MpiRanks begin() {
        int given = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &given);
        return {};
    }

    MpiRanks ranks_;
    int stderr_ = -1;
};

World& world() {
    static World world;
    return world;
}

}  // namespace

Ranks& ranks() {
    return world().ranks();
}

bool may_be_several() {
    return true;
}

Index ranks_here() {
    MPI_Comm here = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    int count = 1;
    MPI_Comm_size(here, &count);
    MPI_Comm_free(&here);
    return count;
}

std::string let_the_first_speak() {
    return world().speak();
}

void end_all(int status) {
    if (ranks().count() > 1) world().end(status);
}

}  // namespace gradus::cli
