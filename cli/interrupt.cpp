#include "cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <stop_token>

namespace gradus::cli {
namespace {

volatile std::sig_atomic_t received = 0;
std::stop_source interrupts;  // without callbacks, request_stop is one atomic operation: a handler may do it

void on_signal(int signal) {
    if (received != 0) _exit(128 + signal);
    received = signal;
    interrupts.request_stop();
}

}  // namespace

Interrupt::Interrupt() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

std::stop_token Interrupt::token() {
    return interrupts.get_token();
}

int Interrupt::exit_status() {
    return received == 0 ? 0 : 128 + received;
}

}  // namespace gradus::cli
