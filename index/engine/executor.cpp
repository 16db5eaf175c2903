#include "index/engine/executor.h"

#include <algorithm>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <thread>
#include <utility>

namespace roster {

struct Executor::Arena {
  explicit Arena(unsigned threads) : arena(static_cast<int>(threads)) {}
  mutable tbb::task_arena arena;
};

Executor::Executor(unsigned threads)
    : arena_(std::make_shared<Arena>(threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency()))) {}

Executor::Executor(std::shared_ptr<Arena> arena, const std::atomic<bool>* stop)
    : arena_(std::move(arena)), stop_(stop) {}

Executor::~Executor() = default;

Executor Executor::stoppable(const std::atomic<bool>& stop) const { return {arena_, &stop}; }

unsigned Executor::threads() const { return static_cast<unsigned>(arena_->arena.max_concurrency()); }

void Executor::forEach(std::size_t count, std::size_t grain, const std::function<void(std::size_t)>& body) const {
  if (count <= grain || threads() == 1) {
    for (std::size_t i = 0; i < count && !isStopped(); ++i) body(i);
    return;
  }
  const auto runAll = [&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, grain),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (std::size_t i = range.begin(); i != range.end() && !isStopped(); ++i) body(i);
        },
        tbb::simple_partitioner());
  };
  // Who waits for the last of these may hold locks, and takes up nothing else meanwhile that might ask for them.
  arena_->arena.execute([&] { tbb::this_task_arena::isolate(runAll); });
}

ParallelFor Executor::parallelFor() const {
  return [this](std::size_t count, const std::function<void(std::size_t)>& body) { forEach(count, 1, body); };
}

struct Executor::Started::Work {
  explicit Work(tbb::task_arena& of) : arena(of) {}
  tbb::task_arena& arena;
  tbb::task_group tasks;
};

Executor::Started::Started(std::unique_ptr<Work> work) : work_(std::move(work)) {}

Executor::Started::Started(Started&&) noexcept = default;

Executor::Started::~Started() {
  if (work_ == nullptr) return;
  try {
    wait();
  } catch (...) {  // NOLINT(bugprone-empty-catch): nobody asks any more how it went
  }
}

void Executor::Started::wait() {
  work_->arena.execute([&] { work_->tasks.wait(); });
}

Executor::Started Executor::start(std::function<void()> body) const {
  auto work = std::make_unique<Started::Work>(arena_->arena);
  arena_->arena.execute([&] { work->tasks.run(std::move(body)); });
  return Started(std::move(work));
}

}  // namespace roster
