#include "index/io/contact_generator.h"

#include <string>

#include "index/io/generator_row.h"

namespace roster {

Result<void> generateContacts(const GeneratorOptions& options, const GeneratorSink& sink) {
  if (options.contacts > kMaxGeneratedContacts) {
    return fail(ErrorCode::invalidArgument, "cannot generate " + std::to_string(options.contacts) +
                                                " contacts; the most is " + std::to_string(kMaxGeneratedContacts));
  }
  constexpr std::size_t kPiece = 256 * 1024;
  constexpr std::size_t kLongestRow = 4 * 1024;
  std::string text;
  text.reserve(kPiece + kLongestRow);
  text += kGeneratedColumns;
  text += '\n';
  generator::RowWriter writer(options.contacts, options.seed);
  for (std::uint64_t row = 0; row < options.contacts; ++row) {
    writer.append(row, text);
    if (text.size() < kPiece) continue;
    if (auto taken = sink(text); !taken) return propagate(taken);
    text.clear();
  }
  if (text.empty()) return {};
  return sink(text);
}

}  // namespace roster
