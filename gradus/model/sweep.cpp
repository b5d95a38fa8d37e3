#include "gradus/model/sweep.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/files/free_memory.h"
#include "gradus/model/memory.h"

namespace gradus {

void side_by_side(Index count, Index threads, const std::function<void(Index)>& work,
                  const std::stop_token& stop) {
    const auto require = [](bool fits, const std::string& found, const std::string& expected) {
        if (!fits) throw Error(Fault::usage, {.place = "side_by_side", .found = found, .expected = expected});
    };
    require(count >= 0, say("count is {}", count), say("at least 0"));
    require(threads >= 1, say("threads is {}", threads), say("at least 1"));
    require(work != nullptr, say("no work"), say("a function"));
    std::atomic<Index> next = 0;
    std::mutex mutex;
    std::exception_ptr failure;
    const auto do_some = [&] {
        try {
            for (Index i = next++; i < count && !stop.stop_requested(); i = next++) work(i);
        } catch (...) {
            const std::scoped_lock lock(mutex);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> others;
        for (Index i = 1; i < std::min(threads, count); ++i) {
            try {
                others.emplace_back(do_some);
            } catch (const std::system_error&) {
                break;  // no more threads to be had: those that are there do it all
            }
        }
        do_some();
    }
    if (failure) std::rethrow_exception(failure);
}

Index runs_at_once(const Dataset& data, const Recipe& recipe, Index threads) {
    const double fit = memory_available() / memory_needed(data, recipe, data.examples());
    return std::max<Index>(1, static_cast<Index>(std::min(fit, double(threads))));
}

}  // namespace gradus
