// The sample snapshot as a checkpoint stores it, record by record, so that a fuzz target can damage what is below the
// checksums.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "index/store/store.h"

namespace roster {

struct StoredRecord {
  Family family = Family::meta;
  std::string key;
  std::string payload;  // without its seal
  std::string seal;     // what stood behind it: kind, version and checksum

  // The payload under a new seal.
  std::string sealed() const;
};

// The records of the sample snapshot's checkpoint by family and key; the same every time.
const std::vector<StoredRecord>& storedSample();

}  // namespace roster
