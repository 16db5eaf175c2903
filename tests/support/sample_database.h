// A schema with a field of every kind under plain names, a time zone with changes of the clock, and an instant: what
// the tests of the language bind against.
#pragma once

#include <string_view>

#include "core/base/time_zone.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"
#include "core/query/binder.h"

namespace roster::testing {

// The instant a text such as "2026-03-30T10:00" names in UTC.
Instant utc(std::string_view text);

// Warsaw's clock in 2025 and 2026.
TimeZone warsaw();

// city, home: category; note: text; tags: set; children: set(date); scores: set(integer); newsletter, promo: bool;
// age: integer; price: decimal(2); weight: decimal(3); birthday, signup: date; last_visit, last_order: timestamp.
Schema sampleSchema();

// vip, lapsed: predicates; spring: the frozen list 7; loop_a and loop_b refer to each other.
SegmentCatalog sampleSegments();

// Monday 30 March 2026, 12:00 in Warsaw, the day after its clock was set forward.
struct SampleDatabase {
  Schema schema = sampleSchema();
  SegmentCatalog segments = sampleSegments();
  TimeZone zone = warsaw();
  Instant now = utc("2026-03-30T10:00");

  BindContext context() const { return {schema, segments, zone, now}; }
};

}  // namespace roster::testing
