#include "tests/oracle/small_database.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/data/apply.h"
#include "core/query/printer.h"
#include "index/io/time_zone_loader.h"
#include "tests/support/ast_generator.h"
#include "tests/support/sample_fields.h"

namespace roster::oracle {

namespace {

constexpr ListId kList = 3;

// Around which the clock jumps, months and years end, and 29 February is and is not.
const std::vector<CivilDay>& edgeDays() {
  static const std::vector<CivilDay> days = {
      {2023, 3, 26}, {2023, 10, 29}, {2024, 2, 29}, {2024, 3, 1}, {2024, 3, 31},  {2024, 10, 27}, {2024, 12, 31},
      {2025, 1, 31}, {2025, 2, 28},  {2025, 3, 30}, {2025, 4, 1}, {2025, 10, 26}, {2025, 12, 31}};
  return days;
}

// Instants about the start of a local day and about the hours at which Warsaw's clock jumps.
std::vector<std::int64_t> instantsAround(std::int64_t day, const WallClock& clock) {
  const std::int64_t midnight = clock.startOfDay(day);
  const std::int64_t jump = day * kDay + kHour;
  return {midnight, midnight + 12 * kHour, jump - kHour, jump - kHour / 2,
          jump,     jump + kHour / 2,      jump + kHour, jump + 3 * kHour / 2};
}

class Filler {
 public:
  Filler(SmallDatabase& database, const WallClock& clock, RandomSource& random)
      : database_(database), clock_(clock), random_(random) {}

  void apply(const ChangeBatch& batch) {
    database_.snapshot = roster::apply(*database_.snapshot, batch, database_.snapshot->sequence + 1).value();
    database_.model.apply(batch);
  }

  ChangeBatch newContacts(std::uint64_t count) {
    ChangeBatch batch;
    batch.schema = sampleSchema();
    const std::vector<std::string> prefixes = {"k", "shop1-", "SHOP1-", "Łódź-", "łódź-", "e\xCC\x81", "a%b_c\\"};
    for (std::uint64_t i = 0; i < count; ++i) batch.newKeys.append(fmt::format("{}{}", random_.pick(prefixes), i));
    const std::uint64_t first = database_.snapshot->nextContact();
    for (const Field& field : batch.schema->fields()) {
      const unsigned share = field.name == "rate" ? 8 : field.name == "newsletter" ? 97 : 65;
      ChangesBuilder changes(field);
      for (std::uint64_t id = first; id < first + count; ++id) {
        if (random_.chance(share)) fill(changes, static_cast<ContactId>(id), field);
      }
      batch.fields.push_back(changes.take());
    }
    for (std::uint64_t id = first; id < first + count; id += 3) addNeighbours(batch, static_cast<ContactId>(id));
    return batch;
  }

  ChangeBatch laterChanges() {
    ChangeBatch batch;
    for (const Field& field : database_.snapshot->schema->fields()) {
      ChangesBuilder changes(field);
      for (int i = 0; i < 30; ++i) {
        if (random_.chance(25)) changes.add(anyContact(), ChangeOp::clear, false);
        else if (field.type.kind != FieldKind::set) fill(changes, anyContact(), field);
        else changes.add(anyContact(), random_.chance(50) ? ChangeOp::remove : ChangeOp::add, valueOf(field.type));
      }
      batch.fields.push_back(changes.take());
    }
    for (int i = 0; i < 8; ++i) batch.erased.push_back(anyContact());
    return batch;
  }

  ChangeBatch segments(const testing::AstVocabulary& words) {
    const auto predicate = [&](int depth) {
      return print(testing::arbitraryPredicate(words, depth)(rc::Random(random_.bits()), 100).value());
    };
    SegmentCatalog catalog;
    catalog["vip"] = {predicate(2), 0, 0, ""};
    catalog["lapsed"] = {"not segment 'vip' or " + predicate(0), 0, 0, ""};
    catalog["of both"] = {"exactly 1 of (segment 'lapsed', segment 'vip', segment 'spring')", 0, 0, ""};
    catalog["spring"] = {"", kList, 0, "true"};
    ChangeBatch batch;
    batch.segments = catalog;
    batch.lists.push_back(list());
    for (const auto& entry : catalog) database_.segments.push_back(entry.first);
    return batch;
  }

  testing::AstVocabulary words() const {
    testing::AstVocabulary words;
    words.schema = *database_.snapshot->schema;
    for (const Field& field : words.schema.fields()) {
      if (field.type.kind == FieldKind::timestamp) words.numbers[field.name] = database_.times.instants;
      else words.numbers[field.name] = {-1, 0, 7, 100};
      words.strings[field.name] = {"Łódź", "kraków", "x"};
    }
    words.numbers["birthday"] = words.numbers["signup"] = words.numbers["children"] = database_.times.days;
    return words;
  }

 private:
  void fill(ChangesBuilder& changes, ContactId contact, const Field& field) {
    const bool isSet = field.type.kind == FieldKind::set;
    for (std::uint64_t i = isSet ? random_.below(5) : 1; i != 0; --i) {
      changes.add(contact, isSet ? ChangeOp::add : ChangeOp::set, valueOf(field.type));
    }
  }

  // A day and an instant next to one of the day's ends, so that comparing the two fields is decided by a millisecond.
  void addNeighbours(ChangeBatch& batch, ContactId contact) {
    const std::int64_t day = random_.pick(database_.times.days);
    const std::int64_t end = clock_.startOfDay(day + static_cast<std::int64_t>(random_.below(2)));
    for (const auto& [name, value] : {std::pair("signup", day),
                                      {"last_visit", end + random_.between(-1, 1)},
                                      {"last_order", end + random_.between(-1, 1)}}) {
      ChangesBuilder changes(*batch.schema->find(name));
      changes.add(contact, ChangeOp::set, value);
      batch.fields.push_back(changes.take());
    }
  }

  FieldValue valueOf(const FieldType& type) {
    const bool isSet = type.kind == FieldKind::set;
    const FieldKind kind = isSet ? type.element : type.kind;
    if ((kind != FieldKind::date && kind != FieldKind::timestamp) || random_.chance(20)) {
      return randomValue(type, random_);
    }
    const EdgeTimes& times = database_.times;
    const std::int64_t near = random_.chance(30) ? random_.between(-1, 1) : 0;
    const std::int64_t edge = near + random_.pick(kind == FieldKind::date ? times.days : times.instants);
    if (isSet) return std::to_string(edge);
    return edge;
  }

  ContactId anyContact() {
    const std::uint64_t first = database_.model.untouched();
    return static_cast<ContactId>(first + random_.below(database_.snapshot->nextContact() - first));
  }

  ListCreation list() {
    std::vector<ContactId> members;
    for (int i = 0; i < 60; ++i) members.push_back(anyContact());
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    ListCreation creation{kList, {}};
    for (const ContactId member : members) {
      const ShardIndex shard = shardOf(member);
      if (creation.members.empty() || creation.members.back().first != shard) creation.members.push_back({shard, {}});
      creation.members.back().second.push_back(localOf(member));
    }
    return creation;
  }

  SmallDatabase& database_;
  const WallClock& clock_;
  RandomSource& random_;
};

// Ids given to contacts that are no more.
SnapshotPtr erasedContacts(std::uint64_t count) {
  Snapshot empty;
  static const TimeZone zone = loadTimeZone("Europe/Warsaw").value();
  empty.zone = std::make_shared<const TimeZone>(zone);
  if (count == 0) return std::make_shared<const Snapshot>(empty);
  ChangeBatch batch;
  for (std::uint64_t i = 0; i < count; ++i) {
    batch.newKeys.append(fmt::format("erased-{}", i));
    batch.erased.push_back(static_cast<ContactId>(i));
  }
  return apply(empty, batch, 1).value();
}

}  // namespace

EdgeTimes edgeTimes(const WallClock& clock, RandomSource& random) {
  EdgeTimes times;
  // One now on a day whose clock jumps, at that time.
  const std::vector<CivilDay> jumps = {{2023, 10, 29}, {2024, 3, 31}, {2024, 10, 27}, {2025, 3, 30}, {2025, 10, 26}};
  const std::vector<std::int64_t> jumping = instantsAround(dayOf(random.pick(jumps)), clock);
  times.nows.push_back(random.pick(jumping));
  times.instants = jumping;
  for (int i = 0; i < 2; ++i) {
    const std::int64_t day = dayOf(random.pick(edgeDays())) + (random.chance(30) ? random.between(-1, 1) : 0);
    times.nows.push_back(random.pick(instantsAround(day, clock)) + random.between(-1, 1));
  }
  for (int i = 0; i < 6; ++i) {
    const std::int64_t day = dayOf(random.pick(edgeDays())) + random.between(-1, 1);
    times.days.push_back(day);
    for (const std::int64_t instant : instantsAround(day, clock)) times.instants.push_back(instant);
  }
  for (const int year : {1924, 1996, 2000, 2001}) {
    for (const CivilDay& civil : {CivilDay{year, 2, 28}, {year, 2, 29}, {year, 3, 1}, {year, 12, 31}, {year, 1, 1}}) {
      if (random.chance(30)) times.days.push_back(dayOf(civil));
    }
  }
  const std::vector<ast::TimeUnit> units = {ast::TimeUnit::day, ast::TimeUnit::week, ast::TimeUnit::month,
                                            ast::TimeUnit::year};
  for (const std::int64_t now : times.nows) {
    const std::int64_t today = clock.localDayOf(now);
    for (const std::int64_t amount : {0, 1, 2, 7, 12, 30, 90, 365}) {
      const ast::TimeUnit unit = amount > 12 ? ast::TimeUnit::day : random.pick(units);
      const std::int64_t direction = random.chance(70) ? -1 : 1;
      times.days.push_back(clock.stepDay(today, direction * amount, unit));
      times.instants.push_back(clock.stepInstant(now, direction * amount, unit));
      if (random.chance(40)) times.instants.push_back(clock.startOfDay(times.days.back()));
    }
    times.instants.push_back(now);
    times.instants.push_back(clock.localOf(now));  // as a text in UTC, what the wall clock shows
  }
  return times;
}

SmallDatabase makeSmallDatabase(const WallClock& clock, std::uint64_t erasedBefore, RandomSource& random) {
  SmallDatabase database{erasedContacts(erasedBefore), ModelDatabase(erasedBefore), edgeTimes(clock, random), {}};
  Filler filler(database, clock, random);
  filler.apply(filler.newContacts(300));
  filler.apply(filler.segments(filler.words()));
  for (int i = 0; i < 3; ++i) filler.apply(filler.laterChanges());
  return database;
}

}  // namespace roster::oracle
