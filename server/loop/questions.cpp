#include "server/loop/questions.h"

#include <utility>

namespace roster::server {

namespace {

using DatabasePtr = std::shared_ptr<Database>;

// What `answerTo` makes of the newest snapshot, on a thread of the queue.
template <class T, class AnswerTo>
kj::Promise<Result<T>> askDatabase(Service& service, const std::string& name, const Question& question,
                                   AnswerTo answerTo) {
  return askThreads<T>(service, name, [&service, name, question, answerTo](const Executor& executor) -> Result<T> {
    auto database = service.databases.open(name);
    if (!database) return propagate(database);
    auto moment = momentOf(question, (*database)->snapshot(), service.host.clock());
    if (!moment) return propagate(moment);
    return answerTo(question, *moment, *std::move(database), executor);
  });
}

}  // namespace

kj::Promise<Result<Counted>> askCount(Service& service, const std::string& database, const Question& question) {
  if (const auto open = service.databases.find(database)) {
    auto moment = momentOf(question, open->snapshot(), service.host.clock());
    if (!moment) return Result<Counted>(propagate(moment));
    if (auto counted = countIfShort(question, *moment, service.thread)) return *std::move(counted);
  }
  const auto answerTo = [](const Question& asked, const Moment& moment, const DatabasePtr&, const Executor& executor) {
    return count(asked, moment, executor);
  };
  return askDatabase<Counted>(service, database, question, answerTo);
}

kj::Promise<Result<CountedNodes>> askCountNodes(Service& service, const std::string& database,
                                                const Question& question) {
  const auto answerTo = [](const Question& asked, const Moment& moment, const DatabasePtr&, const Executor& executor) {
    return countNodes(asked, moment, executor);
  };
  return askDatabase<CountedNodes>(service, database, question, answerTo);
}

kj::Promise<Result<PinnedAudiencePtr>> askAudience(Service& service, const std::string& database,
                                                   const Question& question) {
  return askDatabase<PinnedAudiencePtr>(service, database, question, pinAudience);
}

kj::Promise<Result<std::vector<std::string>>> askNames(Service& service) {
  return askThreads<std::vector<std::string>>(
      service, "",
      [&service](const Executor&) -> Result<std::vector<std::string>> { return service.databases.names(); });
}

}  // namespace roster::server
