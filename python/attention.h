// What does a long computation owe to Python? It lets others run, and looks for signals (Ctrl-C) now and
// then.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <thread>

#include "gradus/core/matrix.h"

namespace gradus::python {

namespace nb = nanobind;

/// Belongs to a computation that does not hold the interpreter's lock. Whatever Python raises meanwhile, in a
/// handler of a signal or in a function that is told about the progress, asks the computation to stop.
class Attention {
public:
    /// To be called often, by one thread at a time: it looks at the clock now and then, and at most 30 times
    /// a second at the signals. True when it did; never in another thread than it was made in, where Python
    /// handles none.
    bool look();

    /// Calls f with the interpreter's lock.
    template <class F>
    void tell(F&& f) {
        const nb::gil_scoped_acquire python;
        try {
            f();
        } catch (nb::python_error& error) {
            stop_with(error.value());
        }
    }

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }  ///< of the computation
    /// What was raised; None when nothing was. With the interpreter's lock.
    [[nodiscard]] nb::object raised() const { return raised_.is_valid() ? raised_ : nb::none(); }
    /// Raises it again, if there is something. With the interpreter's lock.
    void rethrow() const;

private:
    using Clock = std::chrono::steady_clock;
    void stop_with(nb::handle exception);

    std::thread::id owner_ = std::this_thread::get_id();
    std::stop_source stop_;
    nb::object raised_;
    Clock::time_point last_ = Clock::now();
    int between_ = 1, left_ = 1;  // calls from one look at the clock to the next
};

/// Others may run while a network computes, unless it is done sooner than they are let in.
class OthersMayRun {
public:
    /// So many examples by a network of so many parameters.
    OthersMayRun(Index examples, std::size_t parameters, Index threads) {
        constexpr Index soon = 20'000;
        if (threads != 1 || examples * static_cast<Index>(parameters) >= soon) released_.emplace();
    }

private:
    std::optional<nb::gil_scoped_release> released_;
};

}  // namespace gradus::python
