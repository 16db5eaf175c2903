#include "index/store/change_gate.h"

#include <fmt/format.h>

namespace roster {

Result<void> ChangeGate::check() const {
  if (readOnly_) return fail(ErrorCode::invalidArgument, fmt::format("{} is open for reading only", store_));
  const std::lock_guard lock(mutex_);
  if (!failure_) return {};
  return fail(failure_->code, fmt::format("{} takes no changes until it is opened again, since one failed: {}", store_,
                                          failure_->message));
}

tl::unexpected<Error> ChangeGate::close(tl::unexpected<Error> failed) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = failed.value();
  return failed;
}

}  // namespace roster
