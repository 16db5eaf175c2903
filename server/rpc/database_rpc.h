// The capability Database.
#pragma once

#include <roster.capnp.h>

#include "server/rpc/audience_rpc.h"

namespace roster::server {

// A database by its name: it may be closed while nobody asks it anything, and is opened again then.
class DatabaseRpc final : public rpc::Database::Server {
 public:
  DatabaseRpc(Service& service, std::string name, std::shared_ptr<SessionHoldings> holdings)
      : service_(service), name_(std::move(name)), holdings_(std::move(holdings)) {}

 protected:
  kj::Promise<void> count(CountContext context) override;
  kj::Promise<void> countNodes(CountNodesContext context) override;
  kj::Promise<void> audience(AudienceContext context) override;

 private:
  Service& service_;
  const std::string name_;
  std::shared_ptr<SessionHoldings> holdings_;
};

}  // namespace roster::server
