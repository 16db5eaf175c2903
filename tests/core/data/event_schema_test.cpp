#include "core/data/event_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/registry_codec.h"

namespace roster {
namespace {

using ::testing::HasSubstr;

EventSchema purchases() {
  auto schema = EventSchema()
                    .withCatalog("products")
                    ->withAttribute("products", "department", {FieldKind::category})
                    ->withType("purchase")
                    ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                    ->withReference("purchase", "product", "products");
  EXPECT_TRUE(schema) << schema.error().message;
  return *schema;
}

TEST(EventSchema, HoldsTypesWithPropertiesAndCatalogs) {
  const EventSchema schema = purchases();
  const EventType* purchase = schema.findType("purchase");
  ASSERT_NE(purchase, nullptr);
  EXPECT_EQ(schema.findType(purchase->id), purchase);
  EXPECT_EQ(purchase->properties.find("amount")->type, (FieldType{FieldKind::decimal, 2}));
  EXPECT_EQ(purchase->catalogOf(purchase->properties.find("product")->id), schema.findCatalog("products")->id);
  EXPECT_EQ(purchase->catalogOf(purchase->properties.find("amount")->id), 0U);
  EXPECT_EQ(schema.findType("purchases"), nullptr);
  EXPECT_EQ(schema.nearestType("purchas"), "purchase");
}

TEST(EventSchema, RefusesWithAReason) {
  const EventSchema schema = purchases();
  const std::pair<Result<EventSchema>, const char*> refused[] = {
      {schema.withType("purchase"), "there is an event 'purchase' already"},
      {schema.withType(""), "must not be empty"},
      {schema.withCatalog("products"), "there is a catalog 'products' already"},
      {schema.withProperty("purchse", "x", {}), "unknown event 'purchse'; did you mean 'purchase'?"},
      {schema.withProperty("purchase", "amount", {}), "there is a field 'amount' already"},
      {schema.withProperty("purchase", "tags", {FieldKind::set}), "cannot be a set"},
      {schema.withProperty("purchase", "day", {FieldKind::date}), "cannot be a date"},
      {schema.withProperty("purchase", "hour", {FieldKind::integer}), "which every event has"},
      {schema.withProperty("purchase", "product.price", {FieldKind::integer}), "cannot have a dot"},
      {schema.withReference("purchase", "item", "product"), "unknown catalog 'product'; did you mean 'products'?"},
      {schema.withAttribute("products", "tags", {FieldKind::set}), "cannot be a set"},
      {schema.withoutType("visit"), "unknown event 'visit'"},
  };
  for (const auto& [result, message] : refused) {
    ASSERT_FALSE(result) << message;
    EXPECT_THAT(result.error().message, HasSubstr(message));
  }
}

TEST(EventSchema, NumbersAreNotUsedAgain) {
  const EventId first = purchases().findType("purchase")->id;
  const auto again = purchases().withoutType("purchase")->withType("purchase");
  ASSERT_TRUE(again);
  EXPECT_NE(again->findType("purchase")->id, first);
}

TEST(EventSchema, PartsThatContradictEachOtherAreDamage) {
  const EventSchema schema = purchases();
  const auto rebuilt =
      EventSchema::fromParts(schema.types(), schema.catalogs(), schema.nextType(), schema.nextCatalog());
  ASSERT_TRUE(rebuilt) << rebuilt.error().message;
  EXPECT_EQ(*rebuilt, schema);
  EXPECT_FALSE(EventSchema::fromParts(schema.types(), schema.catalogs(), 1, schema.nextCatalog()));
  EXPECT_FALSE(EventSchema::fromParts(schema.types(), {}, schema.nextType(), schema.nextCatalog()));
  std::vector<EventType> twice = schema.types();
  twice.push_back(twice.front());
  EXPECT_FALSE(EventSchema::fromParts(twice, schema.catalogs(), schema.nextType(), schema.nextCatalog()));
}

TEST(EventSchema, IsStoredAndReadBack) {
  for (const EventSchema& schema : {EventSchema(), purchases(), *purchases().withoutType("purchase")}) {
    const std::string bytes = encode(schema);
    const auto decoded = decodeEventSchema(bytes);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, schema);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decodeEventSchema(std::string_view(bytes).substr(0, size))) << size;
    }
  }
}

TEST(EventSchema, DamageIsRefusedOrASchema) {
  const std::string bytes = encode(purchases());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const auto decoded = decodeEventSchema(damaged);
      if (!decoded) EXPECT_EQ(decoded.error().code, ErrorCode::dataLoss);
      else EXPECT_EQ(*decodeEventSchema(encode(*decoded)), *decoded);
    }
  }
}

TEST(EventSchema, TellsWhoseNameIsNone) {
  EXPECT_EQ(EventSchema().withType("").error().message, "the name of an event must not be empty");
  EXPECT_EQ(EventSchema().withCatalog("key").error().message,
            "a catalog cannot be called 'key', which stands for each contact's key");
}

}  // namespace
}  // namespace roster
