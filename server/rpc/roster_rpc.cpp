#include "server/rpc/roster_rpc.h"

#include <fmt/format.h>

#include "server/loop/failure.h"
#include "server/service/counting.h"

namespace roster::server {

namespace {

std::string textOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

Question questionOf(rpc::Predicate::Reader predicate, rpc::QueryOptions::Reader options) {
  Question question;
  question.predicate = predicate.isText() ? textOf(predicate.getText()) : "true";
  question.asOf = textOf(options.getAsOf());
  question.minSequence = options.getMinSequence();
  return question;
}

void setMoment(rpc::Moment::Builder moment, Sequence sequence, Instant asOf) {
  moment.setSequence(sequence);
  moment.setAsOf(asOf);
}

// A database by its name: it may be closed while nobody asks it anything, and is opened again then.
class DatabaseRpc final : public rpc::Database::Server {
 public:
  DatabaseRpc(Service& service, std::string name) : service_(service), name_(std::move(name)) {}

 protected:
  kj::Promise<void> count(CountContext context) override {
    const auto params = context.getParams();
    const Question question = questionOf(params.getPredicate(), params.getOptions());
    if (const auto database = service_.databases.find(name_)) {
      const Moment moment = orThrow(momentOf(question, database->snapshot(), service_.host.clock()));
      if (auto counted = countIfShort(question, moment, service_.thread)) {
        setCounted(context, orThrow(*std::move(counted)));
        return kj::READY_NOW;
      }
    }
    return ask<Counted>(context, question, server::count,
                        [context](const Counted& counted) mutable { setCounted(context, counted); });
  }

  kj::Promise<void> countNodes(CountNodesContext context) override {
    const auto params = context.getParams();
    const Question question = questionOf(params.getPredicate(), params.getOptions());
    return ask<CountedNodes>(context, question, server::countNodes, [context](const CountedNodes& counted) mutable {
      auto results = context.getResults();
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
    });
  }

 private:
  template <class T>
  using Answer = Result<T> (*)(const Question&, const Moment&, const Executor&);

  static void setCounted(CountContext& context, const Counted& counted) {
    auto results = context.getResults();
    results.setCount(counted.count);
    setMoment(results.initMoment(), counted.sequence, counted.asOf);
  }

  // Has a question answered by the threads that work.
  template <class T, class Context, class Give>
  kj::Promise<void> ask(Context& context, const Question& question, Answer<T> answer, Give&& give) {
    context.allowCancellation();
    const auto work = [&service = service_, name = name_, question, answer](const Executor& executor) -> Result<T> {
      auto database = service.databases.open(name);
      if (!database) return propagate(database);
      auto moment = momentOf(question, (*database)->snapshot(), service.host.clock());
      if (!moment) return propagate(moment);
      return answer(question, *moment, executor);
    };
    return service_.bridge.run<T>(name_, work)
        .then([give = kj::fwd<Give>(give)](Result<T>&& answered) mutable { give(orThrow(kj::mv(answered))); })
        .attach(service_.calls.begin());
  }

  Service& service_;
  const std::string name_;
};

class SessionRpc final : public rpc::Session::Server {
 public:
  explicit SessionRpc(Service& service) : service_(service) {}

 protected:
  kj::Promise<void> database(DatabaseContext context) override {
    std::string name = textOf(context.getParams().getName());
    if (service_.databases.find(name) != nullptr) {
      give(context, std::move(name));
      return kj::READY_NOW;
    }
    context.allowCancellation();
    const auto open = [&service = service_, name](const Executor& /*executor*/) -> Result<bool> {
      auto database = service.databases.open(name);
      if (!database) return propagate(database);
      return true;
    };
    return service_.bridge.run<bool>(name, open)
        .then([this, context, name](Result<bool>&& opened) mutable {
          orThrow(kj::mv(opened));
          give(context, std::move(name));
        })
        .attach(service_.calls.begin());
  }

  kj::Promise<void> databases(DatabasesContext context) override {
    const std::vector<std::string> names = service_.databases.names();
    auto list = context.getResults().initNames(static_cast<unsigned>(names.size()));
    for (unsigned i = 0; i < names.size(); ++i) list.set(i, names[i]);
    return kj::READY_NOW;
  }

 private:
  void give(DatabaseContext& context, std::string name) {
    context.getResults().setDatabase(kj::heap<DatabaseRpc>(service_, std::move(name)));
  }

  Service& service_;
};

class RosterRpc final : public rpc::Roster::Server {
 public:
  explicit RosterRpc(Service& service) : service_(service) {}

 protected:
  kj::Promise<void> login(LoginContext context) override {
    if (context.getParams().getToken().size() != 0) {
      kj::throwFatalException(toException(
          {ErrorCode::unauthenticated, "this server has no tokens: log in with an empty one", std::nullopt}));
    }
    context.getResults().setSession(kj::heap<SessionRpc>(service_));
    return kj::READY_NOW;
  }

 private:
  Service& service_;
};

}  // namespace

rpc::Roster::Client makeRosterCapability(Service& service) { return kj::heap<RosterRpc>(service); }

}  // namespace roster::server
