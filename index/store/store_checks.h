// What every store asks of its caller, checked the same way in all of them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "index/store/store_batch.h"

namespace roster {

// invalidArgument where a key of the batch is longer than kMaxStoreKeyBytes.
Result<void> checkKeySizes(const StoreBatch& batch);

// Watches over the keys of one sorted writer.
class AscendingKeys {
 public:
  // invalidArgument where the key is too long or does not lie above the one before, or the writer is finished.
  Result<void> accept(Family family, std::string_view key, bool finished);

 private:
  std::string last_;
  bool any_ = false;
};

}  // namespace roster
