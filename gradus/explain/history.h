// How does one go back to an earlier iteration? States of a run, kept as it goes; the rest is replayed.
#pragma once

#include <map>

#include "gradus/nn/run.h"

namespace gradus {

/// The states of a run before each of its iterations. They are all kept while they fit into `most_bytes`,
/// else every second of them, every fourth and so on; those between are made again from the state before
/// them, to the same bits.
///
///     History<double> history(run);
///     while (auto event = history.next()) ...;
///     history.go_to(37);  // the run is where it was after 37 updates; next() goes on from there
///
/// A branch: another Run, with other settings, restored from history.state(37).
template <class T>
class History {
public:
    /// Begins where the run is now.
    explicit History(Run<T>& run, std::size_t most_bytes = std::size_t{64} << 20);

    /// One iteration of the run, as Run::next.
    std::optional<Event> next();

    /// Puts the run into its state after so many updates: earlier ones, or further ones as far as it goes.
    /// Throws Error (usage) for updates before the beginning.
    void go_to(Index updates);

    /// The state after so many updates; the run goes there.
    [[nodiscard]] RunState<T> state(Index updates);

    /// Every so many updates a state is kept.
    [[nodiscard]] Index every() const { return every_; }

private:
    void keep();

    Run<T>& run_;
    Index begin_;  // updates made before
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    Index every_ = 1;
    std::map<Index, RunState<T>> states_;  // by updates
};

}  // namespace gradus
