#include "server/rpc/database_rpc.h"

#include <fmt/format.h>

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
  return answer(context, askCount(service_, name_, questionOf(params.getPredicate(), params.getOptions())),
                [context](const Counted& counted) mutable { setCounted(context.getResults(), counted); });
}

kj::Promise<void> DatabaseRpc::countNodes(CountNodesContext context) {
  const auto params = context.getParams();
  return answer(context, askCountNodes(service_, name_, questionOf(params.getPredicate(), params.getOptions())),
                [context](const CountedNodes& counted) mutable { setNodes(context.getResults(), counted); });
}

kj::Promise<void> DatabaseRpc::audience(AudienceContext context) {
  if (holdings_->audiences >= service_.limits.sessionAudiences) {
    throwError(ErrorCode::resourceExhausted,
               fmt::format("the session holds {} audiences, which is the most; drop one", holdings_->audiences));
  }
  AudiencePlace place(holdings_);
  const auto params = context.getParams();
  return answer(context, askAudience(service_, name_, questionOf(params.getPredicate(), params.getOptions())),
                [this, context, place = std::move(place)](PinnedAudiencePtr pinned) mutable {
                  auto results = context.getResults();
                  results.setCount(pinned->audience.count());
                  setMoment(results.initMoment(), pinned->audience.snapshot()->sequence, pinned->asOf);
                  results.setAudience(kj::heap<AudienceRpc>(service_, name_, std::move(pinned), std::move(place)));
                });
}

}  // namespace roster::server
