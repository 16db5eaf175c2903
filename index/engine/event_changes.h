// What a database knows of events as a whole: how many of which type, and dropping those that are old or unwanted.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "index/engine/database.h"

namespace roster {

struct EventFigures {
  EventType type;
  std::uint64_t events = 0;
  std::uint64_t withIds = 0;
  Instant first = 0;        // meaningful where there are any
  Instant last = 0;         // likewise
  std::uint64_t bytes = 0;  // of blocks, ids and dictionaries, before compression
};

// One for each type, in order of declaration. Loads nothing.
std::vector<EventFigures> eventFigures(const Snapshot& snapshot);

struct CatalogFigures {
  Catalog catalog;
  std::uint64_t items = 0;  // those that only events name among them
  std::uint64_t bytes = 0;
};
std::vector<CatalogFigures> catalogFigures(const Snapshot& snapshot);

// What a retention of so many days takes away.
struct RetentionPlan {
  EventId event = 0;
  Day firstKept = 0;         // in the database's time zone
  Instant from = 0;          // that day's first instant: events before it go
  std::uint64_t events = 0;  // that go
  std::uint64_t kept = 0;
};

// Keeps the events of today and of `days` days before it. notFound with the nearest name where there is no such type.
// Loads the blocks that lie across the first instant kept.
Result<RetentionPlan> planRetention(const Snapshot& snapshot, std::string_view event, std::uint64_t days, Instant now);
Result<void> retainEvents(Database& database, const RetentionPlan& plan);

// Drops a type with all its events. conflict, with their names, where saved segments use it.
Result<void> dropEvents(Database& database, std::string_view event);

}  // namespace roster
