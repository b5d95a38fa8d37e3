// How are independent runs dealt out among several processes? Whoever is free gets the next: seeds, folds,
// trials. (One process has sweep.h.)
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "gradus/core/parcel.h"
#include "gradus/core/ranks.h"
#include "gradus/model/sweep.h"

namespace gradus {

/// Jobs 0 .. count - 1, of which none needs another.
template <class Result>
struct Jobs {
    Index count = 0;            ///< how many
    Index threads = 1;          ///< this process works on so many at a time
    std::stop_token stop = {};  ///< none is begun after it, by any process, and those at work are stopped
    /// Processes that share the data: they do each job together, one after the other, and agree on what came
    /// out and on when to stop.
    Ranks* together = nullptr;
    /// Does one, and returns what came out, or nothing when it was stopped: its `stop` hears of that of any
    /// process. To `meanwhile` it may tell what it would return now. What it keeps must be its own: several
    /// threads and processes work at a time.
    std::function<std::optional<Result>(Index job, const std::function<void(Result)>& meanwhile,
                                        const std::stop_token& stop)>
        work = {};
    /// Receives each result. On rank 0 as soon as it is known, and what was told meanwhile too; on the others
    /// when all is done, in the order of the jobs. One call at a time.
    std::function<void(Index job, Result)> keep = {};
};

/// Deals them out among several ranks, who all call it: rank 0 tells each who is free the next job, and works
/// like the others. Returns whether all are done; the same on all ranks. Throws the first exception of this
/// process's work; that of another process has to end them all (MPI_Abort).
bool deal_among(Ranks& ranks, const Jobs<std::string>& jobs);

/// The same by this process alone; or, where jobs are done together, by all who share the data: the results
/// go to `keep` on all of them as soon as they are known.
template <class Result>
bool do_here(const Jobs<Result>& jobs) {
    std::mutex mutex;
    Index done = 0;
    const auto keep = [&](Index i, Result result) {
        const std::scoped_lock lock(mutex);
        jobs.keep(i, std::move(result));
    };
    const auto do_one = [&](Index i) {
        std::optional<Result> result = jobs.work(
            i, [&keep, i](Result now) { keep(i, std::move(now)); }, jobs.stop);
        if (!result) return false;
        const std::scoped_lock lock(mutex);
        ++done;
        jobs.keep(i, std::move(*result));
        return true;
    };
    if (jobs.together == nullptr)
        side_by_side(jobs.count, jobs.threads, do_one, jobs.stop);
    else
        for (Index i = 0; i < jobs.count && do_one(i);) ++i;
    return done == jobs.count;
}

/// Deals jobs out whose results are of any type that a Packer (parcel.h) knows; null, a process alone, or
/// those who do each together, do all of them.
template <class Result>
bool deal_out(Ranks* ranks, const Jobs<Result>& jobs) {
    if (ranks == nullptr || ranks->count() == 1 || jobs.together != nullptr) return do_here(jobs);
    Jobs<std::string> in_bytes{.count = jobs.count, .threads = jobs.threads, .stop = jobs.stop};
    in_bytes.work = [&](Index i, const std::function<void(std::string)>& meanwhile,
                        const std::stop_token& stop) -> std::optional<std::string> {
        const std::optional<Result> result = jobs.work(
            i, [&](const Result& now) { meanwhile(packed(now)); }, stop);
        if (!result) return {};
        return packed(*result);
    };
    in_bytes.keep = [&](Index i, const std::string& bytes) { jobs.keep(i, unpacked<Result>(bytes)); };
    return deal_among(*ranks, in_bytes);
}

}  // namespace gradus
