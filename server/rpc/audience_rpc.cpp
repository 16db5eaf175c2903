#include "server/rpc/audience_rpc.h"

#include <algorithm>
#include <fmt/format.h>

#include "index/io/value_format.h"
#include "server/rpc/messages.h"

namespace roster::server {

namespace {

// Messages of a list are about so large, whatever its rows are; the first one has few, and shows how large rows are.
constexpr std::size_t kBytesOfMessage = std::size_t{256} << 10;
constexpr std::uint64_t kFirstRows = 64;

// How many rows a message is to have, as large as those of a page.
std::uint64_t rowsThatFit(const Page& page) {
  const std::size_t each = std::max<std::size_t>(1, page.bytes / std::max<std::size_t>(1, page.rows.size()));
  return std::clamp<std::uint64_t>(kBytesOfMessage / each, 1, kMostRowsOfPage);
}

// Lines that an answer has at most: nobody reads more, and a message must end somewhere.
constexpr std::size_t kMostLines = 100'000;

void setBreakdown(rpc::Audience::BreakdownResults::Builder results, const Breakdown& breakdown, std::size_t top) {
  const std::size_t shown = top == 0 ? breakdown.lines.size() : std::min(top, breakdown.lines.size());
  if (shown > kMostLines) {
    throwError(ErrorCode::resourceExhausted,
               fmt::format("there are {} lines; at most {} are given: set top", shown, kMostLines));
  }
  auto lines = results.initLines(static_cast<unsigned>(shown));
  for (unsigned i = 0; i < shown; ++i) {
    const BreakdownLine& line = breakdown.lines[i];
    auto groups = lines[i].initGroups(static_cast<unsigned>(line.groups.size()));
    for (unsigned d = 0; d < groups.size(); ++d) groups.set(d, groupText(line.groups[d], breakdown.dimensions[d]));
    lines[i].setCount(line.count);
  }
  results.setLineCount(breakdown.lines.size());
  results.setCount(breakdown.audience);
}

void setStatistics(rpc::Statistics::Builder results, const Statistics& figures) {
  const FieldType& type = figures.field.type;
  results.setCount(figures.count);
  results.setMissing(figures.missing);
  if (figures.sum) {
    results.setSum(formatFigure(*figures.sum, type));
    if (figures.count != 0) results.setMean(formatMean(*figures.sum, figures.count, type.digits));
  }
  if (figures.minimum) results.setMinimum(formatFigure(*figures.minimum, type));
  if (figures.maximum) results.setMaximum(formatFigure(*figures.maximum, type));
  if (!figures.percentiles) return;
  auto percentiles = results.initPercentiles(kPercentiles.size());
  for (unsigned i = 0; i < kPercentiles.size(); ++i) {
    percentiles[i].setPercent(kPercentiles[i]);
    percentiles[i].setValue(formatFigure((*figures.percentiles)[i], type));
  }
}

}  // namespace

AudienceRpc::AudienceRpc(Service& service, std::string tenant, PinnedAudiencePtr pinned, AudiencePlace place)
    : service_(service),
      tenant_(std::move(tenant)),
      pinned_(std::move(pinned)),
      place_(std::move(place)),
      lease_(service.timer, service.limits.lease.count() * kj::SECONDS, [this] { expire(); }) {}

void AudienceRpc::expire() {
  pinned_ = nullptr;
  place_.reset();
}

PinnedAudiencePtr AudienceRpc::use() {
  if (pinned_ == nullptr) {
    throwError(ErrorCode::notFound,
               "snapshot expired: nobody asked this audience anything for too long; ask for it again");
  }
  lease_.renew();
  return pinned_;
}

kj::Promise<void> AudienceRpc::count(CountContext context) {
  const PinnedAudiencePtr pinned = use();
  auto results = context.getResults();
  results.setCount(pinned->audience.count());
  setMoment(results.initMoment(), pinned->audience.snapshot()->sequence, pinned->asOf);
  return kj::READY_NOW;
}

kj::Promise<void> AudienceRpc::breakdown(BreakdownContext context) {
  const auto params = context.getParams();
  const auto work = [pinned = use(), by = textOf(params.getBy())](const Executor& executor) {
    return breakdownOf(*pinned, by, executor);
  };
  return answer(context, askThreads<Breakdown>(service_, tenant_, work),
                [context, top = params.getTop()](const Breakdown& breakdown) mutable {
                  setBreakdown(context.getResults(), breakdown, top);
                });
}

kj::Promise<void> AudienceRpc::stats(StatsContext context) {
  const auto work = [pinned = use(), field = textOf(context.getParams().getField())](const Executor& executor) {
    return statistics(pinned->audience, field, executor);
  };
  return answer(context, askThreads<Statistics>(service_, tenant_, work), [context](const Statistics& figures) mutable {
    setStatistics(context.getResults().initStatistics(), figures);
  });
}

kj::Promise<void> AudienceRpc::page(PageContext context) {
  const auto params = context.getParams();
  PageRequest request{textsOf(params.getFields()), params.getLimit(), textOf(params.getAfter())};
  const auto work = [pinned = use(), request = std::move(request)](const Executor& executor) {
    return pageOf(*pinned, request, executor);
  };
  return answer(context, askThreads<Page>(service_, tenant_, work), [context](const Page& page) mutable {
    auto results = context.getResults();
    setTexts(results.initRows(static_cast<unsigned>(page.rows.size())), page.rows);
    results.setAfter(page.after);
  });
}

kj::Promise<void> AudienceRpc::contains(ContainsContext context) {
  const auto work = [pinned = use(), keys = textsOf(context.getParams().getKeys())](const Executor& /*executor*/) {
    return containsKeys(*pinned, keys);
  };
  return answer(context, askThreads<std::vector<bool>>(service_, tenant_, work),
                [context](const std::vector<bool>& found) mutable {
                  auto contained = context.getResults().initContained(static_cast<unsigned>(found.size()));
                  for (unsigned i = 0; i < contained.size(); ++i) contained.set(i, found[i]);
                });
}

kj::Promise<void> AudienceRpc::members(MembersContext context) {
  context.allowCancellation();
  const auto params = context.getParams();
  return send({use(), params.getSink(), {textsOf(params.getFields()), kFirstRows, ""}, 0})
      .then([context](std::uint64_t sent) mutable { context.getResults().setCount(sent); })
      .attach(service_.calls.begin());
}

kj::Promise<std::uint64_t> AudienceRpc::send(Streaming list) {
  lease_.renew();
  const auto work = [pinned = list.pinned, request = list.next](const Executor& executor) {
    return pageOf(*pinned, request, executor);
  };
  // A list that has begun is not refused half-way.
  const Admission admission = list.sent == 0 ? Admission::ifThereIsRoom : Admission::always;
  return service_.bridge.run<Page>(tenant_, work, admission)
      .then([this, list = kj::mv(list)](Result<Page>&& page) mutable {
        return sendPage(kj::mv(list), orThrow(kj::mv(page)));
      });
}

kj::Promise<std::uint64_t> AudienceRpc::sendPage(Streaming list, const Page& page) {
  list.sent += page.rows.size();
  auto writing = list.sink.writeRequest();
  setTexts(writing.initRows(static_cast<unsigned>(page.rows.size())), page.rows);
  auto written = writing.send();
  if (page.after.empty()) {
    // Its answer comes when the sink has taken what is under way, too.
    auto ending = list.sink.endRequest();
    ending.setCount(list.sent);
    return written.then([ending = kj::mv(ending)]() mutable { return ending.send().ignoreResult(); })
        .then([sent = list.sent] { return sent; });
  }
  list.next.after = page.after;
  list.next.limit = rowsThatFit(page);
  return written.then([this, list = kj::mv(list)]() mutable { return send(kj::mv(list)); });
}

}  // namespace roster::server
