// What can be asked of a run that is looked at? Where it stands, its numbers, and to go elsewhere.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "page/request.h"

namespace gradus::page {

/// A run, forwards and backwards. All answers are JSON, in the words of `gradus explain --json` where that
/// has them. What is refused throws Error.
class Session {
public:
    virtual ~Session() = default;

    /// {"recipe","task","precision","exact","inputs","outputs","classes","examples","first","planned","notes",
    /// "options":{...},"layers":[{"name","text","units"},...],"scaling":[{"column","offset","divisor"},...],
    /// "machine","machines"}. The machine that is being learned, from 1, of so many; 0: the network. "exact":
    /// has every number the bits that it has on other machines (Rounding in product.h)?
    [[nodiscard]] virtual std::string about() const = 0;

    /// Goes towards the state after so many updates, with at most `most` that were never made before, and on
    /// the way forwards stops at the first iteration whose cost is at most `below` (costs are at least 0):
    /// {"updates","made","last","failure"}. `made` counts the iterations whose cost is known; `last` is the
    /// run's last one, -1 while nobody knows; a failure says why there are no further.
    virtual std::string go_to(Index updates, Index most, double below) = 0;

    /// The iteration that follows: {"iteration","epoch","cost","learning_rate","examples","predicted_change",
    /// "actual_change","failure","phases":[as to_json(trace, number), with "kind" and "results",...]}.
    virtual std::string trace() = 0;
    /// A phase of it, from 0, as `gradus explain --json` prints it.
    virtual std::string phase(std::size_t number) = 0;
    /// One of its cells, in the phase with this number, from 0, or where it is made.
    virtual std::string cell(const std::string& name, std::optional<std::size_t> phase) = 0;
    /// Its gradients beside central differences.
    virtual std::string check() = 0;

    /// {"iterations":[...],"costs":[...],"validation":[[iteration, cost],...]}: of all that are made at most
    /// so many, in equal parts, of each the lowest and the highest.
    [[nodiscard]] virtual std::string costs(Index most) const = 0;
    /// The examples to learn from, as the network sees them: {"X":[[...],...],"Y":[[...],...]}, a row for
    /// each input; at most so many of them.
    [[nodiscard]] virtual std::string examples(Index most) const = 0;
    /// Of a network with two inputs: its outputs at n x n places, from the lowest corner, row after row.
    [[nodiscard]] virtual std::string grid(double low_1, double high_1, double low_2, double high_2,
                                           Index n) const = 0;

    /// The cost around where the run stands, n x n places: see slice_json.
    virtual std::string slice(Index n) = 0;

    /// Of a machine in pre-training: see machine_session.h.
    [[nodiscard]] virtual std::string machine() const = 0;

    /// What it is a run of.
    [[nodiscard]] virtual const Problem& problem() const = 0;

    /// Another run from here on: {"options":{"learning-rate":"1"},"cell":"W1[1,2]","value":0.5}; both may be
    /// left out.
    [[nodiscard]] virtual std::unique_ptr<Session> branch(std::string_view request) const = 0;
};

/// The run of a problem, before its first update.
std::unique_ptr<Session> open(Problem problem);

}  // namespace gradus::page
