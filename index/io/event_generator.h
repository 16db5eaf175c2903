// Realistic synthetic events of the contacts that contact_generator.h makes, and the catalog of the products they are
// about, as CSV: for the benchmark of behaviour, the demo and the tests.
//
// Events of several types share a file; cells that make no sense for a type are empty.
//
//   event     share  product   price, quantity, promo  amount  channel                 campaign
//   visit      35 %  of most                                   web app
//   open       30 %                                            email push              yes
//   click      10 %                                            email push              yes
//   basket     13 %  yes       yes                             web app
//   purchase   10 %  yes       yes                     yes     web app store
//   consent     2 %                                            email-given sms-withdrawn and the like
//
// What makes them realistic: they take up the 365 days that end with the contacts' last day, busy in evenings and in
// November and December, as sign-ups are. Half of the contacts do little and one in a thousand some 25 times the mean;
// a fifth never buys, and with ten events a contact about four of ten have bought nothing. Nobody does anything before
// the day after signing up. Visits come in sessions, and lead to baskets of the same product; a third of the baskets is
// bought by the same contact, all in a basket at one instant, after five minutes to three and a half days; a third of
// the opens is clicked. Other purchases come on their own, most of them in stores. Products follow Zipf's law, their
// prices are log-normal, and none is named before its launch. One event in a hundred is in the file up to two days
// late, for what a session began late is late as well; the others are in the order of their seconds, and only the app
// tells milliseconds.
//
// What contacts did is drawn apart from their fields: `orders` and `last_visit` of a contact do not follow from its
// events. Of the products that events name one in two hundred is not in the catalog, and none of these is popular.
//
// The same options give the same bytes, on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "index/io/contact_generator.h"

namespace roster {

struct EventGeneratorOptions {
  std::uint64_t events = 10'000'000;  // at most kMaxGeneratedEvents
  std::uint64_t contacts = 1'000'000;
  std::uint64_t seed = 1;
};

inline constexpr std::uint64_t kMaxGeneratedEvents = 0xFFFF'FFFF;
inline constexpr std::uint64_t kGeneratedProducts = 5'000;

// The header lines without their line ends. Lines end in LF, times are UTC, decimals have two digits.
inline constexpr std::string_view kGeneratedEventColumns =
    "key,event,time,product,price,quantity,amount,promo,channel,campaign";
inline constexpr std::string_view kGeneratedProductColumns = "product_id,name,department,category,brand,price,launched";

namespace generator {
class EventRows;
}

// The header and the rows, piece by piece, as they are asked for: a quarter of a microsecond a row on one core, in
// memory that does not grow with what has been made. Not thread-safe.
class EventStream {
 public:
  // invalidArgument above the greatest numbers, and where there are events but no contacts.
  static Result<EventStream> open(const EventGeneratorOptions& options);

  EventStream(EventStream&&) noexcept;
  EventStream& operator=(EventStream&&) noexcept;
  ~EventStream();

  // Replaces the text by the next piece, some hundred kilobytes of whole lines; by none at the end.
  void next(std::string& text);

 private:
  EventStream(std::uint64_t events, std::unique_ptr<generator::EventRows> rows);

  std::uint64_t left_;
  bool hasHeader_ = false;
  std::unique_ptr<generator::EventRows> rows_;
};

// Writes what an EventStream gives. Fails as its opening does, or as the sink does.
Result<void> generateEvents(const EventGeneratorOptions& options, const GeneratorSink& sink);

// Writes the catalog that the events of a seed refer to, of kGeneratedProducts in the order of their ids. Fails as the
// sink does.
Result<void> generateProducts(std::uint64_t seed, const GeneratorSink& sink);

}  // namespace roster
