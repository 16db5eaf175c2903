#include "server/service/work_queue.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace roster::server {

WorkQueue::WorkQueue(unsigned threads, std::size_t mostWaiting)
    : mostOfOne_(std::max(1U, threads - 1)), mostWaiting_(mostWaiting) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkQueue::~WorkQueue() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> WorkQueue::add(const std::string& tenant, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= mostWaiting_) {
      return fail(ErrorCode::unavailable,
                  fmt::format("{} questions are waiting already, which is the most; try again in a second", waiting_));
    }
    Tenant& its = tenants_[tenant];
    if (its.waiting.empty()) turns_.push_back(tenant);
    its.waiting.push_back(std::move(work));
    ++waiting_;
  }
  changed_.notify_one();
  return {};
}

std::size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::map<std::string, WorkQueue::Tenant>::iterator WorkQueue::takeTurn() {
  for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
    const auto tenant = tenants_.find(*turn);
    if (tenant->second.running >= mostOfOne_) continue;
    turns_.erase(turn);
    return tenant;
  }
  return tenants_.end();
}

void WorkQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    auto tenant = tenants_.end();
    changed_.wait(lock, [&] { return closing_ || (tenant = takeTurn()) != tenants_.end(); });
    if (closing_) return;
    std::function<void()> next = std::move(tenant->second.waiting.front());
    tenant->second.waiting.pop_front();
    ++tenant->second.running;
    --waiting_;
    if (!tenant->second.waiting.empty()) {
      turns_.push_back(tenant->first);
      changed_.notify_one();
    }
    lock.unlock();
    next();
    next = nullptr;  // what it holds goes before others wait for the lock
    lock.lock();
    --tenant->second.running;
    if (tenant->second.running == 0 && tenant->second.waiting.empty()) tenants_.erase(tenant);
    else changed_.notify_one();
  }
}

}  // namespace roster::server
