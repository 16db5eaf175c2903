#include "server/loop/questions.h"

#include <utility>

namespace roster::server {

namespace {

template <class T>
using Answer = Result<T> (*)(const Question&, const Moment&, const Executor&);

// Asks about the newest snapshot, on a thread of the queue.
template <class T>
kj::Promise<Result<T>> askThreads(Service& service, const std::string& name, const Question& question,
                                  Answer<T> answer) {
  const auto work = [&service, name, question, answer](const Executor& executor) -> Result<T> {
    auto database = service.databases.open(name);
    if (!database) return propagate(database);
    auto moment = momentOf(question, (*database)->snapshot(), service.host.clock());
    if (!moment) return propagate(moment);
    return answer(question, *moment, executor);
  };
  return service.bridge.run<T>(name, work).attach(service.calls.begin());
}

}  // namespace

kj::Promise<Result<Counted>> askCount(Service& service, const std::string& database, const Question& question) {
  if (const auto open = service.databases.find(database)) {
    auto moment = momentOf(question, open->snapshot(), service.host.clock());
    if (!moment) return Result<Counted>(propagate(moment));
    if (auto counted = countIfShort(question, *moment, service.thread)) return *std::move(counted);
  }
  return askThreads<Counted>(service, database, question, count);
}

kj::Promise<Result<CountedNodes>> askCountNodes(Service& service, const std::string& database,
                                                const Question& question) {
  return askThreads<CountedNodes>(service, database, question, countNodes);
}

std::function<Result<std::vector<std::string>>(const Executor&)> namesOf(Service& service) {
  return [&service](const Executor& /*executor*/) -> Result<std::vector<std::string>> {
    return service.databases.names();
  };
}

}  // namespace roster::server
