// Between the event loop and the threads that work: a question goes over, its answer comes back as a promise.
#pragma once

#include <atomic>
#include <functional>
#include <kj/async.h>
#include <memory>
#include <string>
#include <utility>

#include "index/engine/executor.h"
#include "server/service/work_queue.h"

namespace roster::server {

// Belongs to an event loop's thread. Queue and executor outlive it, and the loop outlives the queue.
class Bridge {
 public:
  Bridge(WorkQueue& queue, const Executor& executor) : queue_(queue), executor_(executor) {}

  // Has `body` run on a thread of the queue. Where the promise is dropped before, the executor that it is given stops.
  // unavailable where too many wait.
  template <class T>
  kj::Promise<Result<T>> run(const std::string& tenant, std::function<Result<T>(const Executor&)> body) {
    // Shared with the thread, which may come to it when nobody waits any more.
    struct Work {
      kj::Own<kj::CrossThreadPromiseFulfiller<Result<T>>> fulfiller;
      std::atomic<bool> stop = false;
    };
    auto pair = kj::newPromiseAndCrossThreadFulfiller<Result<T>>();
    auto work = std::make_shared<Work>();
    work->fulfiller = kj::mv(pair.fulfiller);
    auto added = queue_.add(tenant, [work, body = std::move(body), &executor = executor_] {
      if (!work->stop) work->fulfiller->fulfill(body(executor.stoppable(work->stop)));
    });
    if (!added) return Result<T>(propagate(added));
    return pair.promise.attach(kj::defer([work] { work->stop = true; }));
  }

 private:
  WorkQueue& queue_;
  const Executor& executor_;
};

}  // namespace roster::server
