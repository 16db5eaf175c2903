// A small database made by the real program, for the tests of its commands.
#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_directory.h"
#include "tests/tools/roster_process.h"

namespace roster::testing {

inline constexpr std::string_view kSmallContacts =
    "email,city,age,ltv,signup,newsletter,tags,note\n"
    "anna@example.com,Łódź,34,1200.50,2026-01-15,true,vip|gold,\n"
    "bartek@example.com,Kraków,17,0.00,2026-02-01,false,,\"said \"\"no\"\", twice\"\n"
    "celina@example.com,Łódź,52,87.30,2025-11-20,true,gold,\n"
    "daria@example.com,,41,15.00,2026-02-14,true,,\n"
    "ewa@example.com,Gdańsk,,640.00,2025-06-02,false,vip,\n"
    "filip@example.com,Łódź,29,,2026-01-31,false,new,\n"
    "galina@example.com,Москва,38,310.75,2025-12-24,true,gold|new,\n"
    "henryk@example.com,Kraków,66,42.00,2024-08-09,true,,\n";

class SmallShop : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string shop() const { return path("shop"); }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // The words of an import of the small contacts, with every kind declared.
  std::vector<std::string> importing() const {
    return {"import",  "contacts",      shop(),    path("contacts.csv"), "--key",   "email",
            "--field", "city:category", "--field", "age:integer",        "--field", "ltv:decimal(2)",
            "--field", "signup:date",   "--field", "newsletter:bool",    "--field", "tags:set",
            "--field", "note:text"};
  }

  void makeShop() const {
    write("contacts.csv", kSmallContacts);
    const Ran made = runRoster({"init", shop(), "--timezone", "Europe/Warsaw"});
    ASSERT_EQ(made.exit, 0) << made.notes;
    const Ran imported = runRoster(importing());
    ASSERT_EQ(imported.exit, 0) << imported.notes;
  }

  // A predicate's count as it is printed.
  std::string count(const std::string& predicate) const {
    const Ran ran = runRoster({"count", shop(), predicate, "--as-of", "2026-03-01"});
    EXPECT_EQ(ran.exit, 0) << ran.notes;
    return ran.output;
  }

 private:
  TemporaryDirectory directory_;
};

// The parsed document; a test fails where it is none. Lives until the next call.
inline simdjson::dom::element parsed(const std::string& json) {
  static simdjson::dom::parser parser;
  simdjson::dom::element document;
  EXPECT_EQ(parser.parse(json).get(document), simdjson::SUCCESS) << json;
  return document;
}

inline std::uint64_t numberAt(const std::string& json, const char* pointer) {
  std::uint64_t number = ~std::uint64_t{0};
  EXPECT_EQ(parsed(json).at_pointer(pointer).get(number), simdjson::SUCCESS) << pointer << " in " << json;
  return number;
}

inline std::string textAt(const std::string& json, const char* pointer) {
  std::string_view text;
  EXPECT_EQ(parsed(json).at_pointer(pointer).get(text), simdjson::SUCCESS) << pointer << " in " << json;
  return std::string(text);
}

}  // namespace roster::testing
