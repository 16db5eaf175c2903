// Snapshots of random contacts with a field of every kind, made by apply() alone, and the contacts read back one by
// one: what the engine's answers are checked against.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/snapshot.h"
#include "core/eval/contact_record.h"
#include "core/query/bound.h"

namespace roster::testing {

struct RandomSnapshotOptions {
  std::uint32_t contacts = 70'000;  // more than a chunk
  std::uint64_t seed = 1;
  std::uint32_t valueEvery = 1;  // only every n-th contact has values, so that many contacts are made quickly
};

struct RandomSnapshot {
  SnapshotPtr snapshot;
  std::vector<ContactRecord> contacts;  // the live ones that may have values, by id

  // Those of them that match, as naive evaluation has it; the predicate is bound at 2026-03-30 12:00 UTC.
  std::vector<const ContactRecord*> matching(std::string_view predicate) const;
  const Field& field(std::string_view name) const { return *snapshot->schema->find(name); }
};

// city, plan: category (few values, Zipf); code: category of nearly unique values; tags: set; kids: set(date); scores:
// set(integer); news: bool; age: integer; big: integer of all 64 bits; price: decimal(2); birth: date; seen: timestamp;
// note: text; email: text(indexed); empty: integer nobody has. The zone is Warsaw's; one contact in fifty is erased.
RandomSnapshot randomSnapshot(const RandomSnapshotOptions& options);

// One that all tests of a binary share.
const RandomSnapshot& sharedSnapshot();

// The instant that predicates of these tests are evaluated at.
Instant snapshotNow();

}  // namespace roster::testing
