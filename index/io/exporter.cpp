#include "index/io/exporter.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/decimal.h"
#include "core/base/hash.h"
#include "index/engine/dimension.h"
#include "index/io/export_cursor.h"
#include "index/io/export_filters.h"
#include "index/io/export_order.h"
#include "index/io/export_writer.h"
#include "index/io/output_file.h"

namespace roster {

namespace {

// The steps from an audience to the contacts that are written, with what each took.
class Selection {
 public:
  Selection(const Audience& audience, const ExportOptions& options, const FilterContext& context)
      : audience_(audience), options_(options), context_(context) {}

  Result<void> run(ExportSummary& summary) {
    summary.audience = count_ = audience_.count();
    for (const auto step : {&Selection::suppress, &Selection::holdOut, &Selection::dropDuplicates, &Selection::sample,
                            &Selection::skipToCursor}) {
      if (auto going = context_.checkCancelled(); !going) return going;
      if (auto done = (this->*step)(summary); !done) return done;
    }
    return {};
  }

  const Audience& left() const { return left_ ? *left_ : audience_; }

 private:
  // Goes on with what a step has left, and returns how many it took.
  std::uint64_t goOn(Audience&& next) {
    left_.emplace(std::move(next));
    const std::uint64_t before = count_;
    count_ = left_->count();
    return before - count_;
  }

  Result<void> suppress(ExportSummary& summary) {
    for (const Suppression& suppression : options_.suppressions) {
      if (suppression.audience.snapshot() != audience_.snapshot()) {
        return fail(ErrorCode::internal, fmt::format("the suppression '{}' is of another snapshot", suppression.name));
      }
      summary.suppressed.push_back({suppression.name, goOn(subtract(left(), suppression.audience))});
    }
    return {};
  }

  Result<void> holdOut(ExportSummary& summary) {
    if (!options_.holdout) return {};
    auto next = withoutHoldout(left(), options_.holdout->name, options_.holdout->buckets, context_);
    if (!next) return propagate(next);
    summary.heldOut = goOn(*std::move(next));
    return {};
  }

  Result<void> dropDuplicates(ExportSummary& summary) {
    if (options_.dedupeBy.empty()) return {};
    if (options_.dedupeBy == "key") return refuse("every contact has a key of its own: there are no duplicates by key");
    auto field = fieldNamed(options_.dedupeBy, *audience_.snapshot()->schema);
    if (!field) return propagate(field);
    if (field->type.kind == FieldKind::set) {
      return refuse(fmt::format("'{}' is a set; duplicates are told by a field of single values", field->name));
    }
    auto next = withoutDuplicates(left(), *field, context_);
    if (!next) return propagate(next);
    summary.duplicates = goOn(*std::move(next));
    return {};
  }

  Result<void> sample(ExportSummary& summary) {
    if (!options_.sample) return {};
    auto next = sampleOf(left(), *options_.sample, options_.seed, context_);
    if (!next) return propagate(next);
    summary.notSampled = goOn(*std::move(next));
    return {};
  }

  Result<void> skipToCursor(ExportSummary& summary) {
    if (options_.after.empty()) return {};
    auto cursor = parseCursor(options_.after);
    if (!cursor) return propagate(cursor);
    const std::uint32_t epoch = audience_.snapshot()->epoch;
    if (cursor->epoch != epoch) {
      return fail(ErrorCode::conflict,
                  fmt::format("the cursor is of epoch {}, before the database was rebuilt (epoch {}); "
                              "export from the start",
                              cursor->epoch, epoch));
    }
    auto next = afterContact(left(), cursor->contact, context_);
    if (!next) return propagate(next);
    summary.beforeCursor = goOn(*std::move(next));
    return {};
  }

  const Audience& audience_;
  const ExportOptions& options_;
  const FilterContext& context_;
  std::optional<Audience> left_;
  std::uint64_t count_ = 0;
};

Result<void> checkOptions(const ExportOptions& options) {
  if (options.order && !options.after.empty()) {
    return refuse("a cursor goes on in the order of ids; it cannot be combined with an order by a field");
  }
  const char separator = options.setSeparator;
  if (separator == '"' || separator == '\n' || separator == '\r' || separator == '\0' ||
      static_cast<signed char>(separator) < 0) {
    return refuse("the separator of sets must be one character other than a quote or a line end");
  }
  return {};
}

}  // namespace

Result<Holdout> parseHoldout(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool shaped = colon != std::string_view::npos && colon != 0 && text.ends_with('%');
  if (!shaped) return refuse(fmt::format("'{}' is no hold-out; write it as NAME:5%", text));
  const std::string_view share = text.substr(colon + 1, text.size() - colon - 2);
  constexpr int kPercentDigits = 2;  // a bucket is a hundredth of a per cent
  auto buckets = parseDecimal(share, kPercentDigits);
  if (!buckets) return refuse(fmt::format("the share of the hold-out '{}': {}", text, buckets.error().message));
  if (*buckets < 0 || *buckets > kBucketCount)
    return refuse(fmt::format("the hold-out '{}' is not between 0% and 100%", text));
  return Holdout{std::string(text.substr(0, colon)), static_cast<std::uint32_t>(*buckets)};
}

Result<ExportSummary> exportAudience(const Audience& audience, const ExportOptions& options, const Executor& executor,
                                     const ByteSink& sink) {
  if (auto sound = checkOptions(options); !sound) return propagate(sound);
  auto format = RowFormat::make(audience.snapshot(), options);
  if (!format) return propagate(format);
  const FilterContext context{executor, options.cancelled};
  Selection selection(audience, options, context);
  ExportSummary summary;
  if (auto selected = selection.run(summary); !selected) return propagate(selected);

  const std::uint64_t left = selection.left().count();
  const std::uint64_t total = std::min(left, options.limit.value_or(left));
  summary.beyondLimit = left - total;
  // Before anything is written: what it refuses leaves no half list.
  Result<std::vector<ContactId>> ordered;
  if (options.order) {
    ordered = orderedContacts(selection.left(), options.order->field, options.order->descending, total, context);
    if (!ordered) return propagate(ordered);
  }
  format->makeCells(total);
  ExportWriter writer(*format, context, options.progress, total, sink);
  if (auto begun = writer.begin(); !begun) return propagate(begun);
  if (options.order) {
    if (auto written = writer.writeOrdered(*ordered); !written) return propagate(written);
  } else {
    auto last = writer.write(selection.left());
    if (!last) return propagate(last);
    if (*last != kNoContact) summary.cursor = formatCursor({audience.snapshot()->epoch, *last});
    else if (!options.after.empty()) summary.cursor = options.after;
  }
  summary.written = total;
  return summary;
}

Result<ExportSummary> exportToFile(const Audience& audience, const ExportOptions& options, const Executor& executor,
                                   const std::string& path) {
  auto file = OutputFile::open(path);
  if (!file) return propagate(file);
  auto summary =
      exportAudience(audience, options, executor, [&](std::string_view bytes) { return file->write(bytes); });
  if (!summary) return summary;
  if (auto committed = file->commit(); !committed) return propagate(committed);
  return summary;
}

}  // namespace roster
