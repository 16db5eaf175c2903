#include "core/data/consistency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/hash.h"
#include "core/data/apply.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// A database of 200 contacts with a value of every field, whose parts a test then makes contradict each other.
class Contradiction {
 public:
  Contradiction() {
    ChangeBatch batch;
    batch.schema = sampleSchema();
    for (int i = 0; i < 200; ++i) batch.newKeys.append("k" + std::to_string(i));
    RandomSource random(1);
    for (const Field& field : batch.schema->fields()) {
      ChangesBuilder changes(field);
      const ChangeOp op = field.type.kind == FieldKind::set ? ChangeOp::add : ChangeOp::set;
      for (ContactId contact = 0; contact < 150; ++contact) changes.add(contact, op, randomValue(field.type, random));
      batch.fields.push_back(changes.take());
    }
    batch.erased = {17};
    batch.lists.push_back({3, {{0, {1, 2}}}});
    snapshot = *apply(Snapshot(), batch, 1).value();
    shard = *snapshot.shards[0];
  }

  FieldShard field(const char* name) const { return *shard.field(snapshot.schema->find(name)->id); }
  void replace(const char* name, FieldShard with) {
    shard.fields[snapshot.schema->find(name)->id] = std::make_shared<const FieldShard>(std::move(with));
  }

  // What the check says once the shard is as the test has made it.
  std::string found() {
    snapshot.shards[0] = std::make_shared<const Shard>(shard);
    const auto sound = checkConsistency(snapshot);
    if (sound) return "";
    EXPECT_EQ(sound.error().code, ErrorCode::dataLoss);
    return sound.error().message;
  }

  Snapshot snapshot;
  Shard shard;
};

SlotPtr<Bitmap> flipped(const SlotPtr<Bitmap>& slot, LocalId id) {
  const auto old = load(slot).value();
  const std::vector<MemberEdit> edit{{id, !old->contains(id)}};
  return makeSlot(applyEdits(*old, edit));
}

TEST(Consistency, ASoundDatabaseIsSound) {
  EXPECT_EQ(Contradiction().found(), "");
  EXPECT_TRUE(checkConsistency(Snapshot()));
}

TEST(Consistency, NamesWhatIsWrongWithContacts) {
  Contradiction live;
  live.shard.live = flipped(live.shard.live, 5);
  EXPECT_EQ(live.found(), "shard 0, live contacts: they are 198, its directory says 199");
  live.shard.liveCount = 198;
  EXPECT_EQ(live.found(), "shard 0, keys of chunk 0: contact 5 is not live and has a key");

  Contradiction noKey;
  noKey.shard.live = flipped(noKey.shard.live, 17);
  noKey.shard.liveCount = 200;
  EXPECT_EQ(noKey.found(), "shard 0, keys of chunk 0: contact 17 is live and has no key");

  Contradiction size;
  size.shard.size = 201;
  EXPECT_EQ(size.found(), "shard 0, keys of chunk 0: they are 200");

  Contradiction beyond;
  beyond.shard.live = flipped(beyond.shard.live, 70'000);
  beyond.shard.liveCount = 200;
  EXPECT_EQ(beyond.found(), "shard 0, live contacts: there are more than ids were given");

  Contradiction shards;
  shards.snapshot.shards.push_back(std::make_shared<const Shard>(shards.shard));
  EXPECT_EQ(shards.found(), "shard 0: it cannot have 200 contacts");
}

TEST(Consistency, NamesWhatIsWrongWithKeys) {
  Contradiction unknown;
  unknown.snapshot.keyIndex = std::make_shared<const KeyIndex>();
  EXPECT_EQ(unknown.found(), "shard 0, keys of chunk 0: the index of keys does not know that of contact 0");

  Contradiction twice;
  const auto keys = load(twice.shard.keys[0]).value();
  std::string bytes;
  std::vector<std::uint32_t> ends;
  for (std::uint32_t i = 0; i < keys->size(); ++i) {
    bytes.append(i == 9 ? (*keys)[3] : (*keys)[i]);
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  twice.shard.keys[0] = makeSlot(StringChunk::encode(ends, bytes));
  twice.snapshot.keyIndex =
      std::make_shared<const KeyIndex>(twice.snapshot.keyIndex->withAppended({{hashBytes("k3"), 9}}).value());
  EXPECT_EQ(twice.found(), "shard 0, keys of chunk 0: contacts 3 and 9 have one key");
}

TEST(Consistency, NamesWhatIsWrongWithListsAndDictionaries) {
  Contradiction list;
  list.snapshot.lists[3][0] = flipped(list.snapshot.lists[3][0], 17);
  EXPECT_EQ(list.found(), "list 3, shard 0: member 17 is not live");

  Contradiction stray;
  stray.snapshot.dictionaries[99] = std::make_shared<const Dictionary>();
  EXPECT_EQ(stray.found(), "there is a dictionary of field 99, which is not there");

  Contradiction twice;
  auto& city = twice.snapshot.dictionaries[twice.snapshot.schema->find("city")->id];
  const std::vector<std::string_view> again{load(city->parts()[0].segment).value()->operator[](0)};
  city = std::make_shared<const Dictionary>(city->withAppended(again).value());
  EXPECT_THAT(twice.found(), MatchesRegex("field 'city', dictionary: code [0-9]+ is not found by its value"));

  Contradiction missing;
  missing.snapshot.dictionaries.erase(missing.snapshot.schema->find("city")->id);
  EXPECT_THAT(missing.found(), MatchesRegex("shard 0, field 'city': column of chunk 0: contact 0 has code 1, .*"));
}

TEST(Consistency, NamesWhatIsWrongWithPresence) {
  for (const char* name : {"city", "tags", "visits", "note"}) {
    Contradiction count;
    FieldShard field = count.field(name);
    ++field.presentCount;
    count.replace(name, field);
    EXPECT_THAT(count.found(), AllOf(HasSubstr(name), HasSubstr("presence: ")));

    Contradiction erased;
    field = erased.field(name);
    field.present = flipped(field.present, 17);
    ++field.presentCount;
    erased.replace(name, field);
    EXPECT_THAT(erased.found(), AllOf(HasSubstr(name), HasSubstr("presence: contact 17 is not live")));

    Contradiction less;
    field = less.field(name);
    field.present = flipped(field.present, 3);
    --field.presentCount;
    less.replace(name, field);
    // A number is there or not by presence alone; the others' columns know better.
    if (std::string_view(name) == "visits") continue;
    EXPECT_THAT(less.found(), HasSubstr("presence of chunk 0 disagrees"));
  }
  Contradiction beyond;
  FieldShard field = beyond.field("visits");
  field.present = flipped(field.present, 180);
  ++field.presentCount;
  beyond.replace("visits", field);
  EXPECT_EQ(beyond.found(), "shard 0, field 'visits': column of chunk 0 lacks contacts that have a value");
}

TEST(Consistency, NamesWhatIsWrongWithValues) {
  Contradiction dense;
  FieldShard field = dense.field("newsletter");
  auto* values = &std::get<CodedColumns>(field.columns).values;
  values->dense.at(0).bitmap = flipped(values->dense.at(0).bitmap, 5);
  dense.replace("newsletter", field);
  EXPECT_EQ(dense.found(), "shard 0, field 'newsletter': value 1 disagrees with the forward columns");

  Contradiction spare;
  field = spare.field("newsletter");
  values = &std::get<CodedColumns>(field.columns).values;
  values->dense.push_back({9, 1, makeSlot(Bitmap::fromSorted(std::vector<LocalId>{1}))});
  spare.replace("newsletter", field);
  EXPECT_EQ(spare.found(), "shard 0, field 'newsletter': values: there is a bitmap of a value that nobody has");

  Contradiction rare;
  field = rare.field("city");
  std::get<CodedColumns>(field.columns).values.packed = nullptr;
  rare.replace("city", field);
  EXPECT_THAT(rare.found(), MatchesRegex("shard 0, field 'city': rare values: value [0-9]+ disagrees .*"));
}

TEST(Consistency, NamesWhatIsWrongWithNumbers) {
  Contradiction range;
  FieldShard field = range.field("birthday");
  --std::get<NumberColumns>(field.columns).ranges[0].least;
  range.replace("birthday", field);
  EXPECT_EQ(range.found(), "shard 0, field 'birthday': range of chunk 0 is not that of its numbers");

  Contradiction base;
  field = base.field("birthday");
  std::get<NumberColumns>(field.columns).slices[0] = nullptr;
  base.replace("birthday", field);
  EXPECT_THAT(base.found(), HasSubstr("field 'birthday': slices of chunk 0 have another base"));

  // The numbers of two contacts between the extremes change places in the slices only.
  Contradiction slices;
  field = slices.field("birthday");
  auto& columns = std::get<NumberColumns>(field.columns);
  std::vector<std::int64_t> numbers(load(columns.numbers[0]).value()->size());
  load(columns.numbers[0]).value()->expandTo(numbers.data());
  ChunkWords present;
  expand(load(field.present).value()->chunk(0), present);
  ASSERT_NE(numbers[1], numbers[2]);
  std::swap(numbers[1], numbers[2]);
  columns.slices[0] = makeSlot(SliceChunk::build(present, numbers));
  slices.replace("birthday", field);
  EXPECT_THAT(slices.found(), MatchesRegex("shard 0, field 'birthday': slices of chunk 0: slice [0-9]+ disagrees .*"));
}

TEST(Consistency, NamesWhatIsWrongWithTexts) {
  Contradiction missing;
  FieldShard field = missing.field("email");
  std::get<TextColumns>(field.columns).index[0] = nullptr;
  missing.replace("email", field);
  EXPECT_EQ(missing.found(), "shard 0, field 'email': index of chunk 0 is missing or too much");

  Contradiction other;
  field = other.field("email");
  std::get<TextColumns>(field.columns).index[0] = makeSlot(TextIndexChunk::build(StringChunk()));
  other.replace("email", field);
  EXPECT_EQ(other.found(), "shard 0, field 'email': index of chunk 0 disagrees with the column");

  Contradiction kind;
  kind.replace("email", kind.field("visits"));
  EXPECT_EQ(kind.found(), "shard 0, field 'email': its columns are not those of a field of kind text(indexed)");
}

}  // namespace
}  // namespace roster
