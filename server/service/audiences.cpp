#include "server/service/audiences.h"

#include <fmt/format.h>
#include <utility>

#include "index/io/exporter.h"

namespace roster::server {

Result<PinnedAudiencePtr> pinAudience(const Question& question, const Moment& moment,
                                      std::shared_ptr<Database> database, const Executor& executor) {
  auto query = Query::compile(question.predicate, moment.snapshot, moment.now);
  if (!query) return propagate(query);
  auto audience = evaluate(*query, executor);
  if (!audience) return propagate(audience);
  return std::make_shared<const PinnedAudience>(PinnedAudience{std::move(database), *std::move(audience), moment.now});
}

Result<Page> pageOf(const PinnedAudience& pinned, const PageRequest& request, const Executor& executor) {
  if (request.limit == 0) return refuse("a page has at least one row: set a limit from 1 on");
  if (request.limit > kMostRowsOfPage) {
    return fail(ErrorCode::resourceExhausted,
                fmt::format("a page of {} rows is too large; at most {} are given", request.limit, kMostRowsOfPage));
  }
  ExportOptions options;
  options.fields = request.fields;
  options.format = ExportFormat::ndjson;
  options.after = request.after;
  options.limit = request.limit;
  std::string text;
  const ByteSink toText = [&](std::string_view bytes) -> Result<void> {
    if (text.size() + bytes.size() > kMostBytesOfPage) {
      return fail(ErrorCode::resourceExhausted,
                  fmt::format("the page has more than {} bytes; ask for fewer rows or fields", kMostBytesOfPage));
    }
    text += bytes;
    return {};
  };
  auto summary = exportAudience(pinned.audience, options, executor, toText);
  if (!summary) return propagate(summary);
  Page page;
  page.bytes = text.size();
  page.rows.reserve(summary->written);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    page.rows.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (summary->beyondLimit != 0) page.after = summary->cursor.value_or("");
  return page;
}

Result<std::vector<bool>> containsKeys(const PinnedAudience& pinned, const std::vector<std::string>& keys) {
  std::vector<bool> contained;
  contained.reserve(keys.size());
  for (const std::string& key : keys) {
    const auto contact = findContact(*pinned.audience.snapshot(), key);
    if (!contact) return tl::unexpected(contact.error());
    contained.push_back(*contact != kNoContact && pinned.audience.shard(shardOf(*contact)).contains(localOf(*contact)));
  }
  return contained;
}

Result<Breakdown> breakdownOf(const PinnedAudience& pinned, std::string_view by, const Executor& executor) {
  auto dimensions = parseDimensions(by, *pinned.audience.snapshot()->schema);
  if (!dimensions) return propagate(dimensions);
  return breakdown(pinned.audience, *dimensions, executor);
}

}  // namespace roster::server
