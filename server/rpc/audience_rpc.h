// The capability Audience: a pinned audience under a lease.
#pragma once

#include <optional>
#include <roster.capnp.h>

#include "server/loop/lease.h"
#include "server/loop/service.h"
#include "server/service/audiences.h"

namespace roster::server {

// What a session holds at the moment, over all of its databases, and asks for.
struct SessionHoldings {
  std::size_t audiences = 0;
};

// One of the audiences that a session may hold, from when it is asked for until it goes.
class AudiencePlace {
 public:
  explicit AudiencePlace(std::shared_ptr<SessionHoldings> holdings) : holdings_(std::move(holdings)) {
    ++holdings_->audiences;
  }
  AudiencePlace(AudiencePlace&&) noexcept = default;
  AudiencePlace& operator=(AudiencePlace&&) = delete;
  ~AudiencePlace() {
    if (holdings_ != nullptr) --holdings_->audiences;
  }

 private:
  std::shared_ptr<SessionHoldings> holdings_;
};

// Belongs to an event loop's thread.
class AudienceRpc final : public rpc::Audience::Server {
 public:
  // `tenant` is in whose turn the threads work for it.
  AudienceRpc(Service& service, std::string tenant, PinnedAudiencePtr pinned, AudiencePlace place);

 protected:
  kj::Promise<void> count(CountContext context) override;
  kj::Promise<void> breakdown(BreakdownContext context) override;
  kj::Promise<void> stats(StatsContext context) override;
  kj::Promise<void> page(PageContext context) override;
  kj::Promise<void> contains(ContainsContext context) override;
  kj::Promise<void> members(MembersContext context) override;

 private:
  // The audience, whose lease is renewed. Throws when it has expired.
  PinnedAudiencePtr use();
  void expire();

  // A list on its way to a client. Holds the audience, however long the client takes.
  struct Streaming {
    PinnedAudiencePtr pinned;
    rpc::RowSink::Client sink;
    PageRequest next;
    std::uint64_t sent = 0;
  };
  // Sends what is left of it; resolves to how many rows it has.
  kj::Promise<std::uint64_t> send(Streaming list);
  kj::Promise<std::uint64_t> sendPage(Streaming list, const Page& page);

  Service& service_;
  const std::string tenant_;
  PinnedAudiencePtr pinned_;  // null once it has expired
  std::optional<AudiencePlace> place_;
  Lease lease_;
};

}  // namespace roster::server
