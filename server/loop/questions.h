// Questions put from the event loop: answered there where they are short, and by the threads otherwise.
#pragma once

#include <functional>
#include <kj/async.h>
#include <string>
#include <vector>

#include "server/loop/service.h"
#include "server/service/audiences.h"
#include "server/service/counting.h"

namespace roster::server {

// Has work done by the threads, in turn with a tenant's other work, as a call that is under way. Where the promise is
// dropped, the work stops.
template <class T>
kj::Promise<Result<T>> askThreads(Service& service, const std::string& tenant,
                                  std::function<Result<T>(const Executor&)> work) {
  return service.bridge.run<T>(tenant, std::move(work)).attach(service.calls.begin());
}

// A database that is asked is opened where it is not open.
kj::Promise<Result<Counted>> askCount(Service& service, const std::string& database, const Question& question);
kj::Promise<Result<CountedNodes>> askCountNodes(Service& service, const std::string& database,
                                                const Question& question);
kj::Promise<Result<PinnedAudiencePtr>> askAudience(Service& service, const std::string& database,
                                                   const Question& question);

// The names of all databases, ascending.
kj::Promise<Result<std::vector<std::string>>> askNames(Service& service);

}  // namespace roster::server
