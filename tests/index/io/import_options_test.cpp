#include "index/io/import_options.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/io/import_schema_file.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

using ::testing::HasSubstr;

std::string whyNoSpec(std::string_view text) {
  const auto spec = parseColumnSpec(text);
  return spec ? std::string() : spec.error().message;
}

TEST(ImportOptionsTest, ASpecIsAColumnOrAnExpression) {
  const auto plain = parseColumnSpec("a\\:b=c:integer:d=e").value();
  EXPECT_EQ(plain.column, "a:b=c");
  EXPECT_EQ(plain.name, "d=e");
  EXPECT_FALSE(plain.expression);
  const auto bare = parseColumnSpec("a=b").value();
  EXPECT_EQ(bare.column, "a=b");
  EXPECT_FALSE(bare.expression);
  const auto unnamed = parseColumnSpec("a::b=c").value();
  EXPECT_EQ(unnamed.name, "b=c");
  EXPECT_FALSE(unnamed.expression);
  const auto computed = parseColumnSpec("net\\:amount:decimal(3)=\"a:b\" * c").value();
  EXPECT_EQ(computed.column, "");
  EXPECT_EQ(computed.name, "net:amount");
  EXPECT_EQ(computed.type, (FieldType{FieldKind::decimal, 3}));
  ASSERT_TRUE(computed.expression);
  EXPECT_EQ(computed.expression->text(), "\"a:b\" * c");
  EXPECT_EQ(computed.expression->columns()[0].name, "a:b");
}

TEST(ImportOptionsTest, AComputedFieldHasANameAndAKindOfNumber) {
  EXPECT_EQ(whyNoSpec("amount:decimal(3)=a*"),
            "amount: 1:3: found the end, expected a column or a number\n  a*\n    ^");
  EXPECT_THAT(whyNoSpec("amount:date=a"), HasSubstr("its kind is integer or decimal(n), not date"));
  EXPECT_THAT(whyNoSpec("amount:number=a"), HasSubstr("integer"));
  EXPECT_THAT(whyNoSpec("amount:=a"), HasSubstr("integer"));
  EXPECT_THAT(whyNoSpec(":integer=a"), HasSubstr("has no name"));
  EXPECT_THAT(whyNoSpec("key:integer=a"), HasSubstr("'key' cannot be a field's name"));
}

TEST(ImportOptionsTest, WhatIsComputedAndWhatIsLeftOutArePartOfTheIdentity) {
  ImportOptions options;
  options.fields = {parseColumnSpec("x:integer=a").value()};
  ImportOptions other = options;
  EXPECT_EQ(describeOptions(options), describeOptions(other));
  other.fields = {parseColumnSpec("x:integer=a+1").value()};
  EXPECT_NE(describeOptions(options), describeOptions(other));
  other = options;
  other.where = "a > 1";
  EXPECT_NE(describeOptions(options), describeOptions(other));
}

class SchemaFileTest : public ::testing::Test {
 protected:
  Result<ImportOptions> read(std::string_view text) {
    const std::string path = (directory_.path() / "schema.toml").string();
    std::ofstream(path) << text;
    ImportOptions options;
    auto done = readImportSchema(path, options);
    if (!done) return propagate(done);
    return options;
  }
  std::string refusal(std::string_view text) {
    const auto options = read(text);
    return options ? std::string() : options.error().message;
  }

  TemporaryDirectory directory_;
};

TEST_F(SchemaFileTest, HasComputedFieldsAndAFilter) {
  auto options = read(
      "where = \"InvoiceNo not like 'C%'\"\n"
      "[[field]]\nexpression = \"Quantity*UnitPrice\"\nkind = \"decimal(3)\"\nname = \"amount\"\n"
      "[[field]]\ncolumn = \"amount\"\nname = \"other\"\n");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->where, "InvoiceNo not like 'C%'");
  ASSERT_EQ(options->fields.size(), 2U);
  EXPECT_EQ(options->fields[0].name, "amount");
  EXPECT_EQ(options->fields[0].expression->text(), "Quantity*UnitPrice");
  ASSERT_TRUE(setImportOption(*options, "field", "amount:integer=Quantity"));
  ASSERT_EQ(options->fields.size(), 2U) << "what was said of a computed field before is replaced";
  EXPECT_EQ(options->fields[0].expression->text(), "Quantity");
  ASSERT_TRUE(setImportOption(*options, "field", "total:integer=Quantity"));
  EXPECT_EQ(options->fields.size(), 3U);
}

TEST_F(SchemaFileTest, SaysWhereAFieldIsWrong) {
  EXPECT_THAT(refusal("[[field]]\nexpression = \"a +\"\nkind = \"integer\"\nname = \"x\"\n"),
              HasSubstr("schema.toml:1: x: 1:4: found the end"));
  EXPECT_THAT(refusal("[[field]]\nexpression = \"a\"\nname = \"x\"\n"), HasSubstr("its kind is integer or decimal(n)"));
  EXPECT_THAT(refusal("[[field]]\nexpression = \"a\"\nkind = \"integer\"\n"), HasSubstr("has no name"));
  EXPECT_THAT(refusal("[[field]]\ncolumn = \"b\"\nexpression = \"a\"\nkind = \"integer\"\nname = \"x\"\n"),
              HasSubstr("either its column or the expression"));
  EXPECT_THAT(refusal("[[field]]\nname = \"x\"\n"), HasSubstr("either its column or the expression"));
  EXPECT_THAT(refusal("where = \"a = \"\n"), HasSubstr("schema.toml:1: 1:5: found the end"));
}

}  // namespace
}  // namespace roster
