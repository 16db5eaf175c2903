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

  const ImportProgress progress{1, 2, 3, 4, true, 5, {{{0, 0}, "abc"}, {{2, 3}, ""}}, 77, 8};
  EXPECT_EQ(decodeImportProgress(encode(progress)).value(), progress);
  expectDamageHarmless(encode(progress), decodeImportProgress);

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
