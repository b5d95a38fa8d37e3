#include "cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <stop_token>

#include "cli/ranks.h"
#include "gradus/model/agreement.h"

namespace gradus::cli {
namespace {

constexpr int signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
volatile std::sig_atomic_t received = 0;
std::stop_source interrupts;  // without callbacks, request_stop is one atomic operation: a handler may do it

void on_signal(int signal) {
    if (received != 0) _exit(128 + signal);
    received = signal;
    interrupts.request_stop();
}

}  // namespace

Interrupt::Interrupt() {
    for (const int signal : signals) std::signal(signal, on_signal);
}

Interrupt::~Interrupt() {
    for (const int signal : signals) std::signal(signal, SIG_DFL);
}

std::stop_token Interrupt::token() {
    return interrupts.get_token();
}

int Interrupt::exit_status() {
    return received == 0 ? 0 : 128 + received;
}

bool Interrupt::anywhere() {
    return Agreement(&ranks())(exit_status() != 0, false).stop;
}

}  // namespace gradus::cli
