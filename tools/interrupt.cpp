#include "tools/interrupt.h"

#include <csignal>

namespace roster::tools {

namespace {

// What a signal handler can reach is static by nature.
std::atomic<bool> raisedFlag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void raise(int /*signal*/) { raisedFlag.store(true); }

}  // namespace

Interrupt::Interrupt() { std::signal(SIGPIPE, SIG_DFL); }

void Interrupt::listen() {
  struct sigaction action {};
  action.sa_handler = raise;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction present {};
    sigaction(signal, nullptr, &present);
    // A process started with the signal ignored, such as by nohup, goes on ignoring it.
    if (present.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

const std::atomic<bool>& Interrupt::flag() const { return raisedFlag; }

}  // namespace roster::tools
