// The stored forms of the small registries of a database: schema, types of events, segments, imports, time zone.
// Decoding fails with dataLoss.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/data/event_schema.h"
#include "core/data/import_registry.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"

namespace roster {

std::string encode(const Schema& schema);
Result<Schema> decodeSchema(std::string_view bytes);

std::string encode(const EventSchema& events);
Result<EventSchema> decodeEventSchema(std::string_view bytes);

std::string encode(const SegmentCatalog& segments);
Result<SegmentCatalog> decodeSegments(std::string_view bytes);

std::string encode(const ImportProgress& progress);
Result<ImportProgress> decodeImportProgress(std::string_view bytes);

// The whole table is kept, so that a database means the same on a machine with another time zone database.
std::string encode(const TimeZone& zone);
Result<TimeZone> decodeTimeZone(std::string_view bytes);

}  // namespace roster
