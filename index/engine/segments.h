// Saved segments: predicates under a name, and frozen lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "index/engine/database.h"

namespace roster {

// Saves a predicate, in canonical form. Refused: a predicate that does not bind (with its position), one that refers to
// itself through other segments (naming the circle), and a name that is taken unless `overwrite`.
Result<void> saveSegment(Database& database, std::string_view name, std::string_view predicate, bool overwrite);

// Rewrites the segments that refer to it.
Result<void> renameSegment(Database& database, std::string_view from, std::string_view to);

// conflict, with their names, where other segments refer to it.
Result<void> deleteSegment(Database& database, std::string_view name);

// Saves the contacts that match a predicate now as a list that stays as it is. Returns how many they are.
Result<std::uint64_t> freezeSegment(Database& database, std::string_view name, std::string_view predicate, Instant now,
                                    bool overwrite);

// conflict, where `users` is not empty, naming them: "the field 'x' is used by the segment 'y'; …". `thing` is what is
// in use, with its kind.
Result<void> requireUnused(std::string_view thing, const std::vector<std::string>& users);

// Has a batch erase contacts (ascending), and saved segments name their keys no more: `key = 'a'` becomes `key in ()`.
// Of a frozen list that is the predicate it was made of; its members that are erased go with them.
Result<void> eraseWithNames(const Snapshot& snapshot, const std::vector<ContactId>& contacts, ChangeBatch& batch);

// The names of the segments that refer to a segment, or use a field or a type of events.
std::vector<std::string> segmentsReferringTo(const SegmentCatalog& segments, std::string_view segment);
std::vector<std::string> segmentsUsingField(const SegmentCatalog& segments, std::string_view field);
std::vector<std::string> segmentsUsingEvent(const SegmentCatalog& segments, std::string_view event);

}  // namespace roster
