#include "server/rpc/database_rpc.h"

#include <fmt/format.h>

#include "server/loop/questions.h"
#include "server/rpc/messages.h"

namespace roster::server {

namespace {

void setCounted(rpc::Database::CountResults::Builder results, const Counted& counted) {
  results.setCount(counted.count);
  setMoment(results.initMoment(), counted.sequence, counted.asOf);
}

void setNodes(rpc::Database::CountNodesResults::Builder results, const CountedNodes& counted) {
  setMoment(results.initMoment(), counted.sequence, counted.asOf);
  auto nodes = results.initNodes(static_cast<unsigned>(counted.nodes.size()));
  for (unsigned i = 0; i < nodes.size(); ++i) {
    const NodeCount& node = counted.nodes[i];
    nodes[i].setPredicate(node.predicate);
    nodes[i].setCount(node.count);
    nodes[i].setParent(node.parent);
    nodes[i].setLine(node.position.line);
    nodes[i].setColumn(node.position.column);
  }
}

}  // namespace

kj::Promise<void> DatabaseRpc::count(CountContext context) {
  const auto params = context.getParams();
  context.allowCancellation();
  return askCount(service_, name_, questionOf(params.getPredicate(), params.getOptions()))
      .then(
          [context](Result<Counted>&& counted) mutable { setCounted(context.getResults(), orThrow(kj::mv(counted))); });
}

kj::Promise<void> DatabaseRpc::countNodes(CountNodesContext context) {
  const auto params = context.getParams();
  context.allowCancellation();
  return askCountNodes(service_, name_, questionOf(params.getPredicate(), params.getOptions()))
      .then([context](Result<CountedNodes>&& counted) mutable {
        setNodes(context.getResults(), orThrow(kj::mv(counted)));
      });
}

kj::Promise<void> DatabaseRpc::audience(AudienceContext context) {
  if (holdings_->audiences >= service_.limits.sessionAudiences) {
    kj::throwFatalException(
        toException({ErrorCode::resourceExhausted,
                     fmt::format("the session holds {} audiences, which is the most; drop one", holdings_->audiences),
                     std::nullopt}));
  }
  AudiencePlace place(holdings_);
  const auto params = context.getParams();
  const auto pin = [&service = service_, name = name_,
                    question = questionOf(params.getPredicate(), params.getOptions())](
                       const Executor& executor) -> Result<PinnedAudiencePtr> {
    auto database = service.databases.open(name);
    if (!database) return propagate(database);
    return pinAudience(question, *std::move(database), service.host.clock(), executor);
  };
  return answer<PinnedAudiencePtr>(
      service_, context, name_, pin, [this, context, place = std::move(place)](PinnedAudiencePtr pinned) mutable {
        auto results = context.getResults();
        results.setCount(pinned->audience.count());
        setMoment(results.initMoment(), pinned->audience.snapshot()->sequence, pinned->asOf);
        results.setAudience(kj::heap<AudienceRpc>(service_, name_, std::move(pinned), std::move(place)));
      });
}

}  // namespace roster::server
