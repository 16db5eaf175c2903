// Between the event loop and the threads that work: a question goes over, its answer comes back as a promise.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <kj/async.h>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "index/engine/executor.h"
#include "server/service/work_queue.h"

namespace roster::server {

// Belongs to an event loop's thread. Queue and executor outlive it, and the loop outlives the queue.
class Bridge {
 public:
  Bridge(WorkQueue& queue, const Executor& executor) : queue_(queue), executor_(executor) {}

  // Has `body` run on a thread of the queue. Where the promise is dropped before, it leaves the queue, or the executor
  // that it is given stops. unavailable where too much waits; resourceExhausted where there is no memory for it.
  template <class T>
  kj::Promise<Result<T>> run(const std::string& tenant, std::function<Result<T>(const Executor&)> body,
                             Admission admission = Admission::ifThereIsRoom) {
    // Shared with the thread, which may come to it when nobody waits any more.
    struct Work {
      kj::Own<kj::CrossThreadPromiseFulfiller<Result<T>>> fulfiller;
      std::atomic<bool> stop = false;
    };
    auto pair = kj::newPromiseAndCrossThreadFulfiller<Result<T>>();
    auto work = std::make_shared<Work>();
    work->fulfiller = kj::mv(pair.fulfiller);
    auto added = queue_.add(
        tenant,
        [work, body = std::move(body), &executor = executor_] {
          if (!work->stop) work->fulfiller->fulfill(caught(body, executor.stoppable(work->stop)));
        },
        admission);
    if (!added) return Result<T>(propagate(added));
    return pair.promise.attach(kj::defer([work, &queue = queue_, tenant, ticket = *added] {
      work->stop = true;
      queue.remove(tenant, ticket);
    }));
  }

 private:
  // Nothing of Roster throws on data, but memory may run out.
  template <class T>
  static Result<T> caught(const std::function<Result<T>(const Executor&)>& body, const Executor& executor) {
    try {
      return body(executor);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::resourceExhausted, "there is not enough memory for this question");
    } catch (const std::exception& defect) {
      return fail(ErrorCode::internal, defect.what());
    }
  }

  WorkQueue& queue_;
  const Executor& executor_;
};

}  // namespace roster::server
