// The saved segments of a database: predicates, and frozen lists of contacts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/civil_time.h"
#include "core/base/ids.h"

namespace roster {

// A frozen list is kept as one bitmap a shard under this number, never reused within a database; 0 is no list.
using ListId = std::uint32_t;

struct Segment {
  std::string predicate;  // canonical text; empty for a frozen list
  ListId list = 0;        // not 0 for a frozen list
  Instant savedAt = 0;
  std::string frozenFrom;  // for a list: the predicate it was made of

  friend bool operator==(const Segment&, const Segment&) = default;
};

// By name, so that listings are in order.
using SegmentCatalog = std::map<std::string, Segment, std::less<>>;

}  // namespace roster
