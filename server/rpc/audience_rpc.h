// The capability Audience: a pinned audience under a lease.
#pragma once

#include <roster.capnp.h>

#include "server/loop/lease.h"
#include "server/loop/service.h"
#include "server/service/audiences.h"

namespace roster::server {

// What a session holds at the moment, over all of its databases.
struct SessionHoldings {
  std::size_t audiences = 0;
};

// Belongs to an event loop's thread.
class AudienceRpc final : public rpc::Audience::Server {
 public:
  // `tenant` is in whose turn the threads work for it.
  AudienceRpc(Service& service, std::string tenant, PinnedAudiencePtr pinned,
              std::shared_ptr<SessionHoldings> holdings);
  ~AudienceRpc() noexcept(false);

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

  // Sends the page and all that follow it; resolves to how many rows have been sent then.
  kj::Promise<std::uint64_t> send(rpc::RowSink::Client sink, PageRequest request, std::uint64_t sent);

  Service& service_;
  const std::string tenant_;
  PinnedAudiencePtr pinned_;  // null once it has expired
  std::shared_ptr<SessionHoldings> holdings_;
  Lease lease_;
};

}  // namespace roster::server
