// From messages to what the service takes, and back.
#pragma once

#include <roster.capnp.h>
#include <string>
#include <utility>
#include <vector>

#include "server/loop/failure.h"
#include "server/loop/service.h"
#include "server/service/counting.h"

namespace roster::server {

std::string textOf(capnp::Text::Reader text);
std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader texts);
Question questionOf(rpc::Predicate::Reader predicate, rpc::QueryOptions::Reader options);

void setMoment(rpc::Moment::Builder moment, Sequence sequence, Instant asOf);

// Sets a list of texts, `list` being what the results' init… gave.
void setTexts(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts);

// Has a call's work done by the threads, in turn with a tenant's other work; what comes of it is given to `give`, on
// the loop. Where the caller goes away, the work stops.
template <class T, class Context, class Give>
kj::Promise<void> answer(Service& service, Context& context, const std::string& tenant,
                         std::function<Result<T>(const Executor&)> work, Give&& give) {
  context.allowCancellation();
  return service.bridge.run<T>(tenant, std::move(work))
      .then([give = kj::fwd<Give>(give)](Result<T>&& done) mutable { give(orThrow(kj::mv(done))); })
      .attach(service.calls.begin());
}

}  // namespace roster::server
