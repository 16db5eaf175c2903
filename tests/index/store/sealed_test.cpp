#include "index/store/sealed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace roster {
namespace {

using ::testing::HasSubstr;

constexpr std::uint8_t kKind = 7;
constexpr std::uint8_t kVersion = 2;
const std::string kName = "the bitmap of city = Gdynia in shard 3";

void expectDamaged(const std::string& bytes) {
  const auto piece = unseal(kKind, kVersion, bytes, kName);
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code, ErrorCode::dataLoss);
  EXPECT_THAT(piece.error().message, HasSubstr(kName + " is damaged"));
}

TEST(Sealed, GivesThePayloadWhereItLies) {
  const std::string bytes = seal(kKind, 1, "payload");
  const auto piece = unseal(kKind, kVersion, bytes, kName);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->payload, "payload");
  EXPECT_EQ(piece->version, 1);
  EXPECT_EQ(piece->payload.data(), bytes.data());
  EXPECT_EQ(bytes.size(), 7 + kSealBytes);
}

TEST(Sealed, HasOneFormForEver) { EXPECT_EQ(seal(1, 2, "Roster"), "Roster\x01\x02\x51\xec\x55\x69\xd5\x8c\x08\x68"); }

TEST(Sealed, SealsInPlaceTheSame) {
  std::string bytes = "payload";
  sealInPlace(bytes, kKind, kVersion);
  EXPECT_EQ(bytes, seal(kKind, kVersion, "payload"));
  EXPECT_EQ(unseal(kKind, kVersion, seal(kKind, kVersion, ""), kName)->payload, "");
}

TEST(Sealed, NoticesEveryFlippedBit) {
  const std::string intact = seal(kKind, kVersion, "a small piece of a database");
  for (std::size_t bit = 0; bit < intact.size() * 8; ++bit) {
    std::string bytes = intact;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    expectDamaged(bytes);
  }
}

TEST(Sealed, NoticesWhatIsCutOffOrAdded) {
  const std::string intact = seal(kKind, kVersion, "a small piece of a database");
  for (std::size_t size = 0; size < intact.size(); ++size) {
    expectDamaged(intact.substr(0, size));
    expectDamaged(intact.substr(intact.size() - size));
  }
  expectDamaged(intact + '\0');
  expectDamaged(intact + intact);
}

TEST(Sealed, TellsKindsAndVersionsApart) {
  expectDamaged(seal(kKind + 1, kVersion, "payload"));
  const auto newer = unseal(kKind, kVersion, seal(kKind, kVersion + 1, "payload"), kName);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, ErrorCode::invalidArgument);
  EXPECT_THAT(newer.error().message, HasSubstr("newer Roster"));
}

RC_GTEST_PROP(Sealed, NoBytesAtAllPassByChance, (const std::string& bytes)) {
  RC_ASSERT(!unseal(kKind, kVersion, bytes, kName));
}

}  // namespace
}  // namespace roster
