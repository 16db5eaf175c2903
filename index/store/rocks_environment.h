// For tests: stores over a file system of the test's choice.
#pragma once

#include "index/store/rocks_store.h"

namespace rocksdb {
class Env;
}

namespace roster {

// Resources whose stores do their file work through `environment`, which outlives them. The marker and the sync
// witness, which are not RocksDB's, go to the real file system.
StoreResources makeStoreResources(const StoreLimits& limits, rocksdb::Env& environment);

}  // namespace roster
