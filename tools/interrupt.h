// Ctrl-C, for commands that can stop at a good place.
#pragma once

#include <atomic>

namespace roster::tools {

// One in a process, made in main(). Until listen() is called, signals end the process as they always do.
class Interrupt {
 public:
  // Standard output that closes (`roster … | head`) ends the process without a word, whatever the caller had set.
  Interrupt();

  // From now on the first SIGINT or SIGTERM sets the flag; a second one ends the process.
  void listen();

  const std::atomic<bool>& flag() const;
  bool raised() const { return flag().load(); }
};

}  // namespace roster::tools
