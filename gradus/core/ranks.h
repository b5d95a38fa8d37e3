// How do several processes train one network? Each is a rank; a sum that one has begun is handed on to the
// next.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "gradus/core/matrix.h"

namespace gradus {

/// The processes that work on one thing, as one of them sees them (a communicator of MPI). This class is a
/// process alone, and the base of those that have others.
///
/// Examples are shared among them in order, each rank a run of neighbours. A sum over all examples is begun
/// by rank 0, goes on from rank to rank and is complete on the last, who tells it: one chain, and so the bits
/// that one process gives it, for any number of ranks.
///
/// All ranks make the same calls in the same order, each from one thread at a time.
class Ranks {
public:
    Ranks() = default;
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;
    virtual ~Ranks() = default;

    [[nodiscard]] Index rank() const { return rank_; }    ///< which of them this process is, from 0
    [[nodiscard]] Index count() const { return count_; }  ///< how many there are
    /// This rank's share of `all` examples: runs of nearly equal length, in order.
    [[nodiscard]] Range share(Index all) const { return share(all, rank_); }
    /// The share of another rank.
    [[nodiscard]] Range share(Index all, Index rank) const {
        return {all * rank / count_, all * (rank + 1) / count_};
    }

    /// Where the next message of the rank before belongs, which may come from now on. (Rank 0 has none:
    /// nothing.)
    virtual void expect(std::span<std::byte> message);
    /// Waits for the first message that is expected.
    virtual void receive();
    /// To the next rank; what the last one sends is for `keeper`, a rank, `everybody` or `nobody`. Returns at
    /// once; the bytes belong to the message until finish.
    virtual void send(std::span<std::byte> message, Index keeper);
    static constexpr Index everybody = -1;  ///< keeps what all need
    static constexpr Index nobody = -2;     ///< keeps what only the chain needed
    /// In place of each message that was sent, its keeper gets it as the last rank has sent it.
    virtual void finish();

    /// Everybody gets all numbers, of which each has his share(all.size()).
    void gather(std::span<double> all);
    /// Everybody gets all bytes, of which rank 0 has those before ends[0], rank 1 the next before ends[1],
    /// and so on.
    virtual void gather(std::span<std::byte> all, std::span<const std::size_t> ends);
    /// Everybody gets the bytes that one rank has.
    virtual void tell(Index from, std::span<std::byte> message);
    /// Each rank gets what the others have for it: `to` and `from` have a message for each other rank, and
    /// the sizes agree. Returns at once; the bytes belong to the messages until end_exchanges.
    virtual void begin_exchange(std::span<const std::span<const std::byte>> to,
                                std::span<const std::span<std::byte>> from);
    /// Waits until all that were begun are done.
    virtual void end_exchanges();

    /// What one rank writes to another, apart from the calls above, which all make in the same order.
    struct Letter {
        Index from = 0;    ///< the rank that has written it
        std::string text;  ///< any bytes
    };
    /// Returns when the letter is on its way, or has been taken. (A process alone has nobody to write to:
    /// nothing.)
    virtual void send_to(Index rank, const std::string& text);
    /// The next letter that has come, if there is one; those of one rank in the order in which it wrote them.
    virtual std::optional<Letter> letter();

protected:
    /// One of several.
    Ranks(Index rank, Index count) : rank_(rank), count_(count) {}

private:
    Index rank_ = 0, count_ = 1;
};

/// This process alone.
Ranks& no_other_ranks();

}  // namespace gradus
