#include "server/rpc/database_rpc.h"

#include <fmt/format.h>

#include "server/rpc/messages.h"

namespace roster::server {

namespace {

// A question to the newest snapshot of a database, which is opened where it is not open.
template <class T>
std::function<Result<T>(const Executor&)> asking(Service& service, const std::string& name, const Question& question,
                                                 Result<T> (*answerTo)(const Question&, const Moment&,
                                                                       const Executor&)) {
  return [&service, name, question, answerTo](const Executor& executor) -> Result<T> {
    auto database = service.databases.open(name);
    if (!database) return propagate(database);
    auto moment = momentOf(question, (*database)->snapshot(), service.host.clock());
    if (!moment) return propagate(moment);
    return answerTo(question, *moment, executor);
  };
}

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
  const Question question = questionOf(params.getPredicate(), params.getOptions());
  if (const auto database = service_.databases.find(name_)) {
    const Moment moment = orThrow(momentOf(question, database->snapshot(), service_.host.clock()));
    if (auto counted = countIfShort(question, moment, service_.thread)) {
      setCounted(context.getResults(), orThrow(*std::move(counted)));
      return kj::READY_NOW;
    }
  }
  return answer<Counted>(service_, context, name_, asking<Counted>(service_, name_, question, server::count),
                         [context](const Counted& counted) mutable { setCounted(context.getResults(), counted); });
}

kj::Promise<void> DatabaseRpc::countNodes(CountNodesContext context) {
  const auto params = context.getParams();
  const Question question = questionOf(params.getPredicate(), params.getOptions());
  return answer<CountedNodes>(
      service_, context, name_, asking<CountedNodes>(service_, name_, question, server::countNodes),
      [context](const CountedNodes& counted) mutable { setNodes(context.getResults(), counted); });
}

kj::Promise<void> DatabaseRpc::audience(AudienceContext context) {
  if (holdings_->audiences >= service_.limits.sessionAudiences) {
    kj::throwFatalException(
        toException({ErrorCode::resourceExhausted,
                     fmt::format("the session holds {} audiences, which is the most; drop one", holdings_->audiences),
                     std::nullopt}));
  }
  const auto params = context.getParams();
  const auto pin = [&service = service_, name = name_,
                    question = questionOf(params.getPredicate(), params.getOptions())](
                       const Executor& executor) -> Result<PinnedAudiencePtr> {
    auto database = service.databases.open(name);
    if (!database) return propagate(database);
    return pinAudience(question, *std::move(database), service.host.clock(), executor);
  };
  return answer<PinnedAudiencePtr>(service_, context, name_, pin, [this, context](PinnedAudiencePtr pinned) mutable {
    auto results = context.getResults();
    results.setCount(pinned->audience.count());
    setMoment(results.initMoment(), pinned->audience.snapshot()->sequence, pinned->asOf);
    results.setAudience(kj::heap<AudienceRpc>(service_, name_, std::move(pinned), holdings_));
  });
}

}  // namespace roster::server
