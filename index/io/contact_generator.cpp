#include "index/io/contact_generator.h"

#include <utility>

#include "index/io/generator_row.h"

namespace roster {

Result<ContactStream> ContactStream::open(const GeneratorOptions& options) {
  if (options.contacts > kMaxGeneratedContacts) {
    return fail(ErrorCode::invalidArgument, "cannot generate " + std::to_string(options.contacts) +
                                                " contacts; the most is " + std::to_string(kMaxGeneratedContacts));
  }
  return ContactStream(options, std::make_unique<generator::RowWriter>(options.contacts, options.seed));
}

ContactStream::ContactStream(const GeneratorOptions& options, std::unique_ptr<generator::RowWriter> writer)
    : contacts_(options.contacts), writer_(std::move(writer)) {}
ContactStream::ContactStream(ContactStream&&) noexcept = default;
ContactStream& ContactStream::operator=(ContactStream&&) noexcept = default;
ContactStream::~ContactStream() = default;

void ContactStream::next(std::string& text) {
  constexpr std::size_t kPiece = 256 * 1024;
  constexpr std::size_t kLongestRow = 4 * 1024;
  text.clear();
  text.reserve(kPiece + kLongestRow);
  if (!std::exchange(hasHeader_, true)) {
    text += kGeneratedColumns;
    text += '\n';
  }
  while (row_ < contacts_ && text.size() < kPiece) writer_->append(row_++, text);
}

Result<void> generateContacts(const GeneratorOptions& options, const GeneratorSink& sink) {
  auto stream = ContactStream::open(options);
  if (!stream) return propagate(stream);
  std::string text;
  for (stream->next(text); !text.empty(); stream->next(text)) {
    if (auto taken = sink(text); !taken) return propagate(taken);
  }
  return {};
}

}  // namespace roster
