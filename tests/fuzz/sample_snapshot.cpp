#include "tests/fuzz/sample_snapshot.h"

#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

#include "core/data/apply.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/binder.h"
#include "core/query/rewrite/rewrite.h"
#include "tests/support/evaluate.h"
#include "tests/support/sample_fields.h"

namespace roster {

namespace {

constexpr ContactId kFuzzContacts = 130;
constexpr ContactId kErasedContact = 77;
constexpr ListId kFuzzList = 1;
constexpr Day kFuzzDay = 19'723;  // 1 January 2024, about which the sample values lie

TimeZone fuzzZone() {
  constexpr std::int64_t kHour = kMillisecondsPerHour;
  return TimeZone("Fuzz", {{0, kHour}, {kFuzzDay * kMillisecondsPerDay - kHour, 2 * kHour}});
}

FieldChanges valuesOf(const Field& field, RandomSource& random) {
  ChangesBuilder changes(field);
  const bool isSet = field.type.kind == FieldKind::set;
  for (ContactId contact = 0; contact < kFuzzContacts; ++contact) {
    for (std::uint64_t count = random.below(isSet ? 4 : 2); count != 0; --count) {
      changes.add(contact, isSet ? ChangeOp::add : ChangeOp::set, randomValue(field.type, random));
    }
    // One value that most contacts hold has a bitmap of its own.
    if (field.name == "city" && contact % 3 != 0) changes.add(contact, ChangeOp::set, std::string("Łódź"));
    if (field.name == "tags" && contact % 4 != 0) changes.add(contact, ChangeOp::add, std::string("x"));
  }
  return changes.take();
}

BindContext contextOf(const Snapshot& snapshot) {
  return {*snapshot.schema, *snapshot.segments, *snapshot.zone, fuzzNow()};
}

}  // namespace

SnapshotPtr makeFuzzSnapshot() {
  RandomSource random(1);
  Snapshot empty;
  empty.zone = std::make_shared<const TimeZone>(fuzzZone());
  ChangeBatch batch;
  batch.schema = sampleSchema();
  batch.segments = SegmentCatalog{{"from Łódź", {"city = 'Łódź' and not newsletter", 0, 0, ""}},
                                  {"frozen", {"", kFuzzList, 0, "visits > 3"}},
                                  {"nested", {"segment 'from Łódź' or segment 'frozen'", 0, 0, ""}}};
  for (ContactId contact = 0; contact < kFuzzContacts; ++contact) batch.newKeys.append(fmt::format("k{}", contact));
  for (const Field& field : batch.schema->fields()) batch.fields.push_back(valuesOf(field, random));
  ListCreation list{kFuzzList, {{0, {}}}};
  for (LocalId contact = 0; contact < kFuzzContacts; contact += 5) list.members[0].second.push_back(contact);
  batch.lists.push_back(std::move(list));
  batch.erased.push_back(kErasedContact);
  return apply(empty, batch, 1).value();
}

Instant fuzzNow() { return kFuzzDay * kMillisecondsPerDay + 12 * kMillisecondsPerHour; }

const std::vector<std::string_view>& fuzzPredicates() {
  static const std::vector<std::string_view> predicates = {
      "newsletter and not city = 'Łódź'",
      "city like '%r%' or tags has any ('x', 'rare-7') or size(tags) = 1",
      "sizes between 2 and 8 or children >= '2023-06-01' or anniversary(birthday) in next 60 days",
      "visits in (1, 2, 3) or score < -2 or spent >= 1.50 or rate between 0 and 0.5 or birthday < signup",
      "last_visit in last 10 days or last_visit > last_order or anniversary(children) in next 30 days",
      "note = 'x' or note ilike 'RARE%' or email = 'x' or email is null",
      "segment 'nested' and not key in ('k1', 'k2') and bucket('a') < 9000",
      "at least 2 of (visits > 3, score > 3, newsletter, segment 'frozen')",
  };
  return predicates;
}

void require(bool holds, std::string_view why) {
  if (holds) return;
  std::cerr << "finding: " << why << '\n';
  std::abort();
}

Result<void> evaluateText(std::string_view predicate, const Snapshot& snapshot) {
  auto bound = bindText(predicate, contextOf(snapshot));
  if (!bound) return propagate(bound);
  auto evaluation = evaluate(rewrite(*std::move(bound), *snapshot.schema), snapshot);
  if (!evaluation) return propagate(evaluation);
  return {};
}

std::vector<ContactRecord> contactsOf(const Snapshot& snapshot) {
  std::vector<ContactRecord> contacts;
  for (ContactId id = 0; id < snapshot.nextContact(); ++id) {
    auto contact = readContact(snapshot, id);
    if (contact) contacts.push_back(*std::move(contact));
    else require(contact.error().code == ErrorCode::notFound, contact.error().message);
  }
  return contacts;
}

void requireSameAsNaive(const Bound& predicate, const Snapshot& snapshot, const std::vector<ContactRecord>& contacts) {
  const auto evaluation = evaluate(rewrite(predicate, *snapshot.schema), snapshot);
  require(evaluation.has_value(), evaluation ? "" : evaluation.error().message);
  std::vector<ContactId> expected;
  for (const ContactRecord& contact : contacts) {
    if (matches(predicate, contact, *snapshot.schema, *snapshot.zone)) expected.push_back(contact.id);
  }
  require(evaluation->contacts == expected, "the evaluators select different contacts");
}

}  // namespace roster
