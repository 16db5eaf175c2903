#include "index/engine/segments.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/eval/query.h"
#include "core/query/binder.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "core/query/rename.h"
#include "index/engine/audience.h"

namespace roster {

namespace {

Result<void> checkName(const SegmentCatalog& segments, std::string_view name, bool overwrite) {
  if (name.empty()) return fail(ErrorCode::invalidArgument, "a segment's name is not empty");
  if (!overwrite && segments.contains(name)) {
    return fail(ErrorCode::conflict, fmt::format("there is a segment '{}' already", name));
  }
  return {};
}

Result<SegmentCatalog::const_iterator> findSegment(const SegmentCatalog& segments, std::string_view name) {
  const auto found = segments.find(name);
  if (found != segments.end()) return found;
  std::vector<std::string> names;
  for (const auto& [known, segment] : segments) names.push_back(known);
  const auto nearest = nearestWord(name, names);
  return fail(ErrorCode::notFound, nearest ? fmt::format("there is no segment '{}'; did you mean '{}'?", name, *nearest)
                                           : fmt::format("there is no segment '{}'", name));
}

// The names of segments whose predicate satisfies a test.
template <class Test>
std::vector<std::string> segmentsWhere(const SegmentCatalog& segments, const Test& test) {
  std::vector<std::string> names;
  for (const auto& [name, segment] : segments) {
    if (segment.list != 0) continue;
    const auto parsed = parse(segment.predicate);
    if (parsed && test(*parsed)) names.push_back(name);
  }
  return names;
}

// The segments after a predicate was saved under a name; refused where anything in them no longer binds, a circle above
// all.
Result<SegmentCatalog> withSaved(const Snapshot& snapshot, std::string_view name, const ast::Predicate& predicate,
                                 Instant now) {
  SegmentCatalog segments = *snapshot.segments;
  segments[std::string(name)] = {print(predicate), 0, now, {}};
  const auto bound = bind(predicate, {*snapshot.schema, segments, *snapshot.zone, now, snapshot.events.get()});
  if (!bound) return tl::unexpected(bound.error());
  return segments;
}

// The text of a segment: its predicate, or the one that its list was made of.
std::string& textOf(Segment& segment) { return segment.list == 0 ? segment.predicate : segment.frozenFrom; }

}  // namespace

Result<void> eraseWithNames(const Snapshot& snapshot, const std::vector<ContactId>& contacts, ChangeBatch& batch) {
  batch.erased = contacts;
  SegmentCatalog segments = *snapshot.segments;
  bool changed = false;
  for (auto& [name, segment] : segments) {
    if (textOf(segment).empty()) continue;
    auto parsed = parse(textOf(segment));
    if (!parsed) return propagate(parsed);
    std::set<std::string> erased;
    for (const std::string& key : keysOf(*parsed)) {
      auto contact = findContact(snapshot, key);
      if (!contact) return propagate(contact);
      if (*contact != kNoContact && std::binary_search(contacts.begin(), contacts.end(), *contact)) erased.insert(key);
    }
    if (erased.empty()) continue;
    textOf(segment) = print(withKeysForgotten(*std::move(parsed), erased));
    changed = true;
  }
  if (changed) batch.segments = std::move(segments);
  return {};
}

Result<void> saveSegment(Database& database, std::string_view name, std::string_view predicate, bool overwrite) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    if (auto free = checkName(*snapshot.segments, name, overwrite); !free) return propagate(free);
    auto parsed = parse(predicate);
    if (!parsed) return propagate(parsed);
    auto segments = withSaved(snapshot, name, *parsed, database.host().clock().now());
    if (!segments) return propagate(segments);
    ChangeBatch batch;
    batch.segments = *std::move(segments);
    return batch;
  });
}

Result<void> renameSegment(Database& database, std::string_view from, std::string_view to) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    auto found = findSegment(*snapshot.segments, from);
    if (!found) return propagate(found);
    if (auto free = checkName(*snapshot.segments, to, false); !free) return propagate(free);
    SegmentCatalog segments = *snapshot.segments;
    auto node = segments.extract(segments.find(from));
    node.key() = std::string(to);
    segments.insert(std::move(node));
    for (auto& [name, segment] : segments) {
      if (segment.list != 0) continue;
      auto parsed = parse(segment.predicate);
      if (!parsed) return propagate(parsed);
      segment.predicate = print(withSegmentRenamed(*std::move(parsed), from, to));
    }
    ChangeBatch batch;
    batch.segments = std::move(segments);
    return batch;
  });
}

Result<void> deleteSegment(Database& database, std::string_view name) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    auto found = findSegment(*snapshot.segments, name);
    if (!found) return propagate(found);
    const auto users = segmentsReferringTo(*snapshot.segments, name);
    if (auto unused = requireUnused(fmt::format("the segment '{}'", name), users); !unused) return propagate(unused);
    ChangeBatch batch;
    batch.segments = *snapshot.segments;
    batch.segments->erase(std::string(name));
    return batch;
  });
}

Result<std::uint64_t> freezeSegment(Database& database, std::string_view name, std::string_view predicate, Instant now,
                                    bool overwrite) {
  std::uint64_t count = 0;
  auto committed = commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    if (auto free = checkName(*snapshot.segments, name, overwrite); !free) return propagate(free);
    auto parsed = parse(predicate);
    if (!parsed) return propagate(parsed);
    auto query = Query::compile(predicate, before, now);
    if (!query) return propagate(query);
    auto audience = evaluate(*query, database.host().executor());
    if (!audience) return propagate(audience);
    count = audience->count();

    ChangeBatch batch;
    batch.segments = *snapshot.segments;
    ListId list = 1;
    for (const auto& [known, segment] : *snapshot.segments) list = std::max(list, segment.list + 1);
    if (!snapshot.lists.empty()) list = std::max(list, snapshot.lists.rbegin()->first + 1);
    (*batch.segments)[std::string(name)] = {{}, list, now, print(*parsed)};
    ListCreation& creation = batch.lists.emplace_back();
    creation.list = list;
    for (ShardIndex shard = 0; shard < audience->shardCount(); ++shard) {
      if (!audience->shard(shard).empty()) creation.members.emplace_back(shard, audience->shard(shard).toVector());
    }
    return batch;
  });
  if (!committed) return propagate(committed);
  return count;
}

Result<void> requireUnused(std::string_view thing, const std::vector<std::string>& users) {
  if (users.empty()) return {};
  const bool one = users.size() == 1;
  return fail(ErrorCode::conflict, fmt::format("{} is used by the segment{} '{}'; change or delete {} first", thing,
                                               one ? "" : "s", fmt::join(users, "', '"), one ? "it" : "them"));
}

std::vector<std::string> segmentsReferringTo(const SegmentCatalog& segments, std::string_view segment) {
  return segmentsWhere(
      segments, [&](const ast::Predicate& predicate) { return segmentsOf(predicate).contains(std::string(segment)); });
}

std::vector<std::string> segmentsUsingField(const SegmentCatalog& segments, std::string_view field) {
  return segmentsWhere(
      segments, [&](const ast::Predicate& predicate) { return fieldsOf(predicate).contains(std::string(field)); });
}

std::vector<std::string> segmentsUsingEvent(const SegmentCatalog& segments, std::string_view event) {
  return segmentsWhere(
      segments, [&](const ast::Predicate& predicate) { return eventsOf(predicate).contains(std::string(event)); });
}

}  // namespace roster
