#include "index/store/store_checks.h"

#include <fmt/format.h>

namespace roster {

namespace {

Result<void> checkKeySize(Family family, std::string_view key) {
  if (key.size() <= kMaxStoreKeyBytes) return {};
  return fail(ErrorCode::invalidArgument, fmt::format("a key of {} has {} bytes; the longest allowed has {}",
                                                      nameOf(family), key.size(), kMaxStoreKeyBytes));
}

}  // namespace

Result<void> checkKeySizes(const StoreBatch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const StoreBatch::Operation operation = batch[i];
    if (auto fits = checkKeySize(operation.family, operation.key); !fits) return fits;
  }
  return {};
}

Result<void> AscendingKeys::accept(Family family, std::string_view key, bool finished) {
  if (finished) {
    return fail(ErrorCode::invalidArgument, fmt::format("a sorted writer of {} is finished already", nameOf(family)));
  }
  if (auto fits = checkKeySize(family, key); !fits) return fits;
  if (any_ && key <= last_) {
    return fail(ErrorCode::invalidArgument, fmt::format("the keys of a bulk load of {} do not ascend", nameOf(family)));
  }
  last_.assign(key);
  any_ = true;
  return {};
}

}  // namespace roster
