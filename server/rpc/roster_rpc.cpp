#include "server/rpc/roster_rpc.h"

#include "server/rpc/database_rpc.h"
#include "server/rpc/messages.h"

namespace roster::server {

namespace {

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
    const auto open = [&service = service_, name](const Executor& /*executor*/) -> Result<bool> {
      auto database = service.databases.open(name);
      if (!database) return propagate(database);
      return true;
    };
    return answer(context, askThreads<bool>(service_, name, open),
                  [this, context, name](bool /*open*/) mutable { give(context, std::move(name)); });
  }

  kj::Promise<void> databases(DatabasesContext context) override {
    return answer(context, askNames(service_), [context](const std::vector<std::string>& names) mutable {
      setTexts(context.getResults().initNames(static_cast<unsigned>(names.size())), names);
    });
  }

 private:
  void give(DatabaseContext& context, std::string name) {
    context.getResults().setDatabase(kj::heap<DatabaseRpc>(service_, std::move(name), holdings_));
  }

  Service& service_;
  const std::shared_ptr<SessionHoldings> holdings_ = std::make_shared<SessionHoldings>();
};

class RosterRpc final : public rpc::Roster::Server {
 public:
  explicit RosterRpc(Service& service) : service_(service) {}

 protected:
  kj::Promise<void> login(LoginContext context) override {
    if (context.getParams().getToken().size() != 0) {
      throwError(ErrorCode::unauthenticated, "this server has no tokens: log in with an empty one");
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
