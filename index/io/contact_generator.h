// Realistic synthetic contacts as CSV, for the demo, the benchmark and the tests: a key and 22 fields, in Polish,
// Russian and English.
//
// What makes them realistic: cities, names and sources follow Zipf's law; 224 tags go from one contact in two to one
// in a hundred thousand; money and orders are log-normal; sign-ups and purchases have seasons; a third of the
// contacts came in import waves, so that neighbours share source and day; language follows country, names follow
// language and gender, and what buyers do follows from their being buyers. Some values are missing, a few notes hold
// commas, quotes and line ends. All mail domains are reserved ones.
//
// The same options give the same bytes, on every machine. A row depends on the seed, on its number and on how many
// rows there are.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

struct GeneratorOptions {
  std::uint64_t contacts = 1'000'000;  // at most kMaxGeneratedContacts
  std::uint64_t seed = 1;
};

inline constexpr std::uint64_t kMaxGeneratedContacts = 0xFFFF'FFFF;

// The header line without its line end. Lines end in LF, sets are separated by '|', dates are ISO 8601, times UTC.
inline constexpr std::string_view kGeneratedColumns =
    "key,email,first_name,last_name,gender,country,city,language,birthday,signup,last_visit,source,tags,interests,"
    "plan,newsletter,sms_consent,ltv,orders,last_order,score,note,store";

namespace generator {
class RowWriter;
}

// The header and the rows, piece by piece, as they are asked for: about a microsecond a row on one core, in memory that
// does not grow with their number. Not thread-safe.
class ContactStream {
 public:
  // invalidArgument above kMaxGeneratedContacts.
  static Result<ContactStream> open(const GeneratorOptions& options);

  ContactStream(ContactStream&&) noexcept;
  ContactStream& operator=(ContactStream&&) noexcept;
  ~ContactStream();

  // Replaces the text by the next piece, some hundred kilobytes of whole lines; by none at the end.
  void next(std::string& text);

 private:
  ContactStream(const GeneratorOptions& options, std::unique_ptr<generator::RowWriter> writer);

  std::uint64_t contacts_;
  std::uint64_t row_ = 0;
  bool hasHeader_ = false;
  std::unique_ptr<generator::RowWriter> writer_;
};

// Takes the next piece of text, some hundred kilobytes of whole lines; an error ends the run.
using GeneratorSink = std::function<Result<void>(std::string_view)>;

// Writes what a ContactStream gives. Fails as its opening does, or as the sink does.
Result<void> generateContacts(const GeneratorOptions& options, const GeneratorSink& sink);

}  // namespace roster
