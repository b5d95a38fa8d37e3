#include "python/attention.h"

#include <algorithm>

namespace gradus::python {

bool Attention::look() {
    if (std::this_thread::get_id() != owner_ || --left_ > 0) return false;
    const double passed = std::chrono::duration<double>(Clock::now() - last_).count();
    constexpr double often = 1.0 / 30, soon = often / 8;
    constexpr int most = 256;
    if (passed < soon) between_ = std::min(2 * between_, most);
    if (passed > often) between_ = std::max(between_ / 2, 1);
    left_ = between_;
    if (passed < often) return false;
    last_ = Clock::now();
    tell([] {
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
    });
    return true;
}

void Attention::rethrow() const {
    if (!raised_.is_valid()) return;
    PyErr_SetObject(raised_.type().ptr(), raised_.ptr());
    throw nb::python_error();
}

void Attention::stop_with(nb::handle exception) {
    if (!raised_.is_valid()) raised_ = nb::borrow(exception);
    stop_.request_stop();
}

}  // namespace gradus::python
