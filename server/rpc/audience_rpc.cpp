#include "server/rpc/audience_rpc.h"

#include "index/io/value_format.h"
#include "server/rpc/messages.h"

namespace roster::server {

namespace {

// Of a list that is streamed: a message of some hundred kilobytes.
constexpr std::uint64_t kRowsOfMessage = 4'096;

void setBreakdown(rpc::Audience::BreakdownResults::Builder results, const Breakdown& breakdown, std::size_t top) {
  const std::size_t shown = top == 0 ? breakdown.lines.size() : std::min(top, breakdown.lines.size());
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

AudienceRpc::AudienceRpc(Service& service, std::string tenant, PinnedAudiencePtr pinned,
                         std::shared_ptr<SessionHoldings> holdings)
    : service_(service),
      tenant_(std::move(tenant)),
      pinned_(std::move(pinned)),
      holdings_(std::move(holdings)),
      lease_(service.timer, service.limits.lease.count() * kj::SECONDS, [this] { expire(); }) {
  ++holdings_->audiences;
}

AudienceRpc::~AudienceRpc() noexcept(false) {
  if (pinned_ != nullptr) --holdings_->audiences;
}

void AudienceRpc::expire() {
  pinned_ = nullptr;
  --holdings_->audiences;
}

PinnedAudiencePtr AudienceRpc::use() {
  if (pinned_ == nullptr) {
    kj::throwFatalException(toException(
        {ErrorCode::notFound, "snapshot expired: nobody asked this audience anything for too long; ask for it again",
         std::nullopt}));
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
  return answer<Breakdown>(service_, context, tenant_, work,
                           [context, top = params.getTop()](const Breakdown& breakdown) mutable {
                             setBreakdown(context.getResults(), breakdown, top);
                           });
}

kj::Promise<void> AudienceRpc::stats(StatsContext context) {
  const auto work = [pinned = use(), field = textOf(context.getParams().getField())](const Executor& executor) {
    return statistics(pinned->audience, field, executor);
  };
  return answer<Statistics>(service_, context, tenant_, work, [context](const Statistics& figures) mutable {
    setStatistics(context.getResults().initStatistics(), figures);
  });
}

kj::Promise<void> AudienceRpc::page(PageContext context) {
  const auto params = context.getParams();
  PageRequest request{textsOf(params.getFields()), params.getLimit(), textOf(params.getAfter())};
  const auto work = [pinned = use(), request = std::move(request)](const Executor& executor) {
    return pageOf(*pinned, request, executor);
  };
  return answer<Page>(service_, context, tenant_, work, [context](const Page& page) mutable {
    auto results = context.getResults();
    setTexts(results.initRows(static_cast<unsigned>(page.rows.size())), page.rows);
    results.setAfter(page.after);
  });
}

kj::Promise<void> AudienceRpc::contains(ContainsContext context) {
  const auto work = [pinned = use(), keys = textsOf(context.getParams().getKeys())](const Executor& /*executor*/) {
    return containsKeys(*pinned, keys);
  };
  return answer<std::vector<bool>>(service_, context, tenant_, work, [context](const std::vector<bool>& found) mutable {
    auto contained = context.getResults().initContained(static_cast<unsigned>(found.size()));
    for (unsigned i = 0; i < contained.size(); ++i) contained.set(i, found[i]);
  });
}

kj::Promise<void> AudienceRpc::members(MembersContext context) {
  context.allowCancellation();
  const auto params = context.getParams();
  return send(params.getSink(), {textsOf(params.getFields()), kRowsOfMessage, ""}, 0)
      .then([context](std::uint64_t sent) mutable { context.getResults().setCount(sent); })
      .attach(service_.calls.begin());
}

kj::Promise<std::uint64_t> AudienceRpc::send(rpc::RowSink::Client sink, PageRequest request, std::uint64_t sent) {
  const auto work = [pinned = use(), request](const Executor& executor) { return pageOf(*pinned, request, executor); };
  return service_.bridge.run<Page>(tenant_, work)
      .then([this, sink = kj::mv(sink), request, sent](Result<Page>&& made) mutable -> kj::Promise<std::uint64_t> {
        Page page = orThrow(kj::mv(made));
        sent += page.rows.size();
        auto writing = sink.writeRequest();
        setTexts(writing.initRows(static_cast<unsigned>(page.rows.size())), page.rows);
        auto written = writing.send();
        if (page.after.empty()) {
          // Also waits until the sink has taken what is under way.
          auto ending = sink.endRequest();
          ending.setCount(sent);
          return written.then([ending = kj::mv(ending)]() mutable { return ending.send().ignoreResult(); })
              .then([sent] { return sent; });
        }
        request.after = std::move(page.after);
        return written.then([this, sink = kj::mv(sink), request = std::move(request), sent]() mutable {
          return send(kj::mv(sink), std::move(request), sent);
        });
      });
}

}  // namespace roster::server
