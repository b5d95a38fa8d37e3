#include "gradus/explain/history.h"

#include <iterator>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

template <class T>
static std::size_t bytes_of(const RunState<T>& state) {
    std::size_t numbers = state.parameters.size() + state.statistics.size() + state.optimizer.slots.size();
    if (state.best) numbers += state.best->parameters.size() + state.best->statistics.size();
    return sizeof(state) + numbers * sizeof(T) + state.order.size() * sizeof(Index);
}

template <class T>
History<T>::History(Run<T>& run, std::size_t most_bytes)
    : run_(run), begin_(run.updates()), most_bytes_(most_bytes) {
    keep();
}

template <class T>
void History<T>::keep() {
    const Index updates = run_.updates();
    if ((updates - begin_) % every_ != 0 || states_.contains(updates)) return;
    RunState<T> state = run_.state();
    bytes_ += bytes_of(state);
    states_.emplace(updates, std::move(state));
    while (bytes_ > most_bytes_ && states_.size() > 2) {
        every_ *= 2;
        std::erase_if(states_, [this](const auto& entry) {
            const bool goes = (entry.first - begin_) % every_ != 0;
            if (goes) bytes_ -= bytes_of(entry.second);
            return goes;
        });
    }
}

template <class T>
std::optional<Event> History<T>::next() {
    std::optional<Event> event = run_.next();
    if (event) keep();
    return event;
}

template <class T>
void History<T>::go_to(Index updates) {
    if (updates < begin_)
        throw Error(Fault::usage, {.found = say("History::go_to({})", updates),
                                   .expected = say("at least {}, where it begins", begin_)});
    const auto kept = std::prev(states_.upper_bound(updates));
    if (updates < run_.updates() || kept->first > run_.updates()) run_.restore(kept->second);
    while (run_.updates() < updates && next()) {
    }
}

template <class T>
RunState<T> History<T>::state(Index updates) {
    go_to(updates);
    return run_.state();
}

template class History<float>;
template class History<double>;

}  // namespace gradus
