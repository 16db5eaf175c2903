#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

#include "core/data/apply.h"
#include "core/data/change_batch.h"
#include "core/data/registry_codec.h"
#include "tests/support/damage.h"
#include "tests/support/model_database.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

TEST(ChangeCodec, AnEmptyBatchTakesAFewBytes) {
  EXPECT_TRUE(ChangeBatch().empty());
  EXPECT_LE(encode(ChangeBatch()).size(), 8U);
  EXPECT_EQ(decodeChangeBatch(encode(ChangeBatch())).value(), ChangeBatch());
}

RC_GTEST_PROP(ChangeCodec, RoundTripsWhatADatabaseTakes, (std::uint32_t seed)) {
  RandomSource random(seed);
  ModelDatabase model(random.chance(50) ? 0 : kShardSize - 10);
  for (int i = 0; i < 5; ++i) {
    const ChangeBatch batch = randomBatch(model, random);
    model.apply(batch);
    const auto decoded = decodeChangeBatch(encode(batch));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == batch);
  }
}

TEST(ChangeCodec, KeepsTheExtremes) {
  ChangeBatch batch;
  FieldChanges changes;
  changes.field = 0xFFFFFFFF;
  changes.contacts = {kNoContact - 1, 0, kNoContact - 1};
  changes.values = {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 0};
  batch.fields.push_back(changes);
  batch.erased = {0, kNoContact - 1};
  EXPECT_EQ(decodeChangeBatch(encode(batch)).value(), batch);
}

// A batch with all that is about events.
ChangeBatch eventBatch() {
  ChangeBatch batch;
  batch.events = EventSchema()
                     .withCatalog("products")
                     ->withAttribute("products", "price", {FieldKind::decimal, 2})
                     ->withType("purchase")
                     ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                     ->withReference("purchase", "product", "products")
                     .value();
  batch.newKeys.append("anna");
  CatalogChanges items{1, {}};
  items.changes.newKeys.append("ball");
  items.changes.fields.push_back({1, {0}, {}, {8'000}, {}});
  batch.catalogs.push_back(items);
  EventChanges changes;
  changes.event = 1;
  changes.contacts = {0, 0, 0};
  changes.times = {std::numeric_limits<std::int32_t>::max(), -5, 1'700'000'000'000};
  changes.identities = {{~std::uint64_t{0}, 7}, {0, ~std::uint32_t{0}}, {5, 5}};
  PropertyValues amounts{1, {0, 2}, {std::numeric_limits<std::int64_t>::min(), 5}, {}};
  PropertyValues products{2, {1, 2}, {1, 0}, {}};
  products.strings.append("ball");
  products.strings.append("unheard of");
  changes.properties = {amounts, products};
  batch.recorded.push_back(changes);
  batch.retained.push_back({1, -3});
  return batch;
}

TEST(ChangeCodec, KeepsWhatIsAboutEvents) {
  const ChangeBatch batch = eventBatch();
  EXPECT_FALSE(batch.empty());
  EXPECT_EQ(decodeChangeBatch(encode(batch)).value(), batch);
  ASSERT_TRUE(apply(Snapshot(), batch, 1));
}

TEST(ChangeCodec, DamageToWhatIsAboutEventsIsRefusedOrHarmless) {
  forEachDamage(encode(eventBatch()), [&](const std::string& damaged) {
    const auto decoded = decodeChangeBatch(damaged);
    if (decoded) (void)apply(Snapshot(), *decoded, 1);
    else EXPECT_EQ(decoded.error().code, ErrorCode::dataLoss);
  });
}

TEST(ChangeCodec, ACatalogHasNoEventsOfItsOwn) {
  ChangeBatch batch;
  batch.catalogs.push_back({1, eventBatch()});
  EXPECT_FALSE(decodeChangeBatch(encode(batch)));
}

TEST(ChangeCodec, DamageIsRefusedOrHarmless) {
  RandomSource random(11);
  ModelDatabase model;
  SnapshotPtr snapshot = std::make_shared<const Snapshot>();
  for (int i = 0; i < 3; ++i) {
    const ChangeBatch batch = randomBatch(model, random);
    forEachDamage(encode(batch), [&](const std::string& damaged) {
      const auto decoded = decodeChangeBatch(damaged);
      // What decodes applies, or is refused: a record that a checksum vouches for never brings a database down.
      if (decoded) (void)apply(*snapshot, *decoded, 1);
      else EXPECT_EQ(decoded.error().code, ErrorCode::dataLoss);
    });
    model.apply(batch);
    snapshot = apply(*snapshot, batch, static_cast<Sequence>(i + 1)).value();
  }
}

TEST(ChangeCodec, AnotherVersionIsRefused) {
  std::string bytes = encode(ChangeBatch());
  bytes[0] = 2;
  EXPECT_FALSE(decodeChangeBatch(bytes));
}

template <class Decode>
void expectDamageHarmless(const std::string& bytes, const Decode& decode) {
  forEachDamage(bytes, [&](const std::string& damaged) {
    const auto decoded = decode(damaged);
    if (!decoded) {
      EXPECT_EQ(decoded.error().code, ErrorCode::dataLoss);
    }
  });
}

TEST(RegistryCodec, RoundTripsAndRefusesDamage) {
  const Schema schema = sampleSchema().without("city").value();
  EXPECT_EQ(decodeSchema(encode(schema)).value(), schema);
  EXPECT_EQ(decodeSchema(encode(schema)).value().nextId(), schema.nextId());
  expectDamageHarmless(encode(schema), decodeSchema);

  const SegmentCatalog segments{{"Łódź", {"city = 'Łódź'", 0, -5, ""}}, {"frozen", {"", 7, 1'700'000'000'000, "true"}}};
  EXPECT_EQ(decodeSegments(encode(segments)).value(), segments);
  expectDamageHarmless(encode(segments), decodeSegments);

  const ImportProgress progress{1, 2, 3, 4, true, 5, {{{0, 0}, "abc"}, {{2, 3}, ""}}, 77, 8, 9, 10};
  EXPECT_EQ(decodeImportProgress(encode(progress)).value(), progress);
  expectDamageHarmless(encode(progress), decodeImportProgress);
  // A record of before there were filters and events, which says nothing of the last three.
  const std::string bytes = encode(progress);
  const ImportProgress older = decodeImportProgress(bytes.substr(0, bytes.size() - 3)).value();
  EXPECT_EQ(older.rejectsBytes, 77U);
  EXPECT_EQ(older.leftOut + older.recorded + older.repeated, 0U);

  const TimeZone zone("Somewhere", {{-1000, 3'600'000}, {5000, -3'600'000}});
  const TimeZone decoded = decodeTimeZone(encode(zone)).value();
  EXPECT_EQ(decoded.name(), zone.name());
  EXPECT_EQ(decoded.periods(), zone.periods());
  expectDamageHarmless(encode(zone), decodeTimeZone);
}

TEST(RegistryCodec, AnOffsetOfADayOrMoreIsNoTimeZone) {
  EXPECT_FALSE(decodeTimeZone(encode(TimeZone("x", {{0, kMillisecondsPerDay}}))));
  EXPECT_FALSE(decodeTimeZone(encode(TimeZone("x", {{0, std::numeric_limits<std::int64_t>::min()}}))));
}

}  // namespace
}  // namespace roster
