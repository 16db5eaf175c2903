// Whether a store takes changes: not where it was opened for reading, and not after one has failed.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/base/error.h"

namespace roster {

// Thread-safe.
class ChangeGate {
 public:
  ChangeGate(std::string store, bool readOnly) : store_(std::move(store)), readOnly_(readOnly) {}

  bool readOnly() const { return readOnly_; }

  // invalidArgument for a store that is only read; after a failure, its code and message.
  Result<void> check() const;
  // Closes the gate. After a failed change nobody knows what of it is on the disk, so it is the last one tried.
  tl::unexpected<Error> close(tl::unexpected<Error> failed);

 private:
  const std::string store_;
  const bool readOnly_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace roster
