// Whatever the text: what parses prints as text that parses to the same tree and prints the same; what binds selects
// the same contacts chunk by chunk, after rewriting, as one by one.
#include <cstdint>

#include "core/query/diagnostic.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "tests/fuzz/sample_snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using roster::require;
  static const roster::SnapshotPtr snapshot = roster::makeFuzzSnapshot();
  static const std::vector<roster::ContactRecord> contacts = roster::contactsOf(*snapshot);
  static const roster::EventFacts facts = roster::factsOf(*snapshot);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = roster::parse(text);
  if (!parsed) {
    require(!roster::renderDiagnostic(parsed.error(), text).empty(), "a refusal says nothing");
    return 0;
  }
  const std::string printed = roster::print(*parsed);
  const auto again = roster::parse(printed);
  require(again.has_value(), "what was printed does not parse");
  require(*again == *parsed, "what was printed parses to another tree");
  require(roster::print(*again) == printed, "what was printed prints otherwise");

  const auto bound = roster::bind(*parsed, roster::fuzzContext(*snapshot));
  if (bound) roster::requireSameAsNaive(*bound, *snapshot, contacts, facts);
  else require(!roster::renderDiagnostic(bound.error(), text).empty(), "a refusal says nothing");
  return 0;
}
