#include "index/io/event_generator.h"

#include <fmt/format.h>
#include <utility>

#include "index/io/csv_writer.h"
#include "index/io/generator_calendar.h"
#include "index/io/generator_catalog.h"
#include "index/io/generator_events.h"
#include "index/io/generator_text.h"

namespace roster {
namespace generator {

static_assert(Catalog::kListed == kGeneratedProducts);

// Events as lines of CSV.
class EventRows {
 public:
  EventRows(std::uint64_t events, std::uint32_t contacts, std::uint64_t seed)
      : catalog_(seed), sequence_(events, contacts, seed, catalog_) {}

  // Appends the line of the next event.
  void append(std::string& out) {
    const Event event = sequence_.next();
    appendKey(event.actor.contact, out);
    out += ',';
    out += nameOf(event.type);
    out += ',';
    appendTime(event, out);
    out += ',';
    if (event.product != kNone) out += catalog_.products()[event.product].id;
    out += ',';
    appendTerms(event, out);
    out += nameOf(event.channel);
    out += ',';
    if (event.campaign != kNone) out += sequence_.campaigns().nameOf(event.campaign);
    out += '\n';
  }

 private:
  void appendTime(const Event& event, std::string& out) const {
    const auto millisecond = static_cast<std::uint32_t>(timeWithinDay(event.time));
    appendSecond(calendar_, dayOfLocal(event.time), millisecond / 1000, out);
    if (event.channel == Channel::app) {
      out += '.';
      out += static_cast<char>('0' + millisecond / 100 % 10);
      appendTwoDigits(millisecond % 100, out);
    }
    out += 'Z';
  }

  // Price, quantity, amount and promo.
  static void appendTerms(const Event& event, std::string& out) {
    if (event.quantity == 0) {
      out += ",,,,";
      return;
    }
    appendCents(event.cents, out);
    out += ',';
    appendNumber(event.quantity, out);
    out += ',';
    if (event.type == EventType::purchase) appendCents(std::uint64_t{event.cents} * event.quantity, out);
    out += event.isPromo ? ",true," : ",false,";
  }

  Calendar calendar_;
  Catalog catalog_;
  EventSequence sequence_;
};

}  // namespace generator

namespace {

Result<void> checkAtMost(std::uint64_t count, std::uint64_t most, std::string_view of) {
  if (count <= most) return {};
  return refuse(fmt::format("cannot generate {} {}; the most is {}", count, of, most));
}

}  // namespace

Result<EventStream> EventStream::open(const EventGeneratorOptions& options) {
  if (auto few = checkAtMost(options.events, kMaxGeneratedEvents, "events"); !few) return propagate(few);
  if (auto few = checkAtMost(options.contacts, kMaxGeneratedContacts, "contacts"); !few) return propagate(few);
  if (options.contacts == 0) return refuse("events are of contacts: at least one");
  return EventStream(options.events, std::make_unique<generator::EventRows>(
                                         options.events, static_cast<std::uint32_t>(options.contacts), options.seed));
}

EventStream::EventStream(std::uint64_t events, std::unique_ptr<generator::EventRows> rows)
    : left_(events), rows_(std::move(rows)) {}
EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

void EventStream::next(std::string& text) {
  constexpr std::size_t kPiece = 256 * 1024;
  constexpr std::size_t kLongestRow = 256;
  text.clear();
  text.reserve(kPiece + kLongestRow);
  if (!std::exchange(hasHeader_, true)) {
    text += kGeneratedEventColumns;
    text += '\n';
  }
  for (; left_ > 0 && text.size() < kPiece; --left_) rows_->append(text);
}

Result<void> generateEvents(const EventGeneratorOptions& options, const GeneratorSink& sink) {
  auto stream = EventStream::open(options);
  if (!stream) return propagate(stream);
  std::string text;
  for (stream->next(text); !text.empty(); stream->next(text)) {
    if (auto taken = sink(text); !taken) return propagate(taken);
  }
  return {};
}

Result<void> generateProducts(std::uint64_t seed, const GeneratorSink& sink) {
  std::string text(kGeneratedProductColumns);
  text += '\n';
  const generator::Catalog catalog(seed);
  for (const generator::Product& product : catalog.products()) {
    if (!product.isListed) continue;
    std::string price;
    generator::appendCents(product.cents, price);
    const std::string launched = formatDay(product.launched);
    const std::string_view fields[] = {product.id, product.name, product.department, product.category, product.brand,
                                       price,      launched};
    appendCsvRecord(text, fields);
  }
  return sink(text);
}

}  // namespace roster
