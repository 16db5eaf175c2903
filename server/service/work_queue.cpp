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
  close();
  for (std::thread& thread : threads_) thread.join();
}

void WorkQueue::close() {
  std::vector<std::function<void()>> dropped;  // outside the lock
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (auto& [name, tenant] : tenants_) {
      for (auto& [ticket, work] : tenant.waiting) dropped.push_back(std::move(work));
      tenant.waiting.clear();
    }
    turns_.clear();
    waiting_ = 0;
  }
  changed_.notify_all();
}

Result<WorkQueue::Ticket> WorkQueue::add(const std::string& tenant, std::function<void()> work, Admission admission) {
  Ticket ticket = 0;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return fail(ErrorCode::unavailable, "the server is ending");
    const auto known = tenants_.find(tenant);
    const std::size_t own = known == tenants_.end() ? 0 : known->second.waiting.size();
    if (admission == Admission::ifThereIsRoom &&
        (waiting_ >= mostWaiting_ || own >= std::max<std::size_t>(1, mostWaiting_ / 2))) {
      return fail(
          ErrorCode::unavailable,
          fmt::format("{} questions are waiting already, {} of them of the same database; try again in a second",
                      waiting_, own));
    }
    Tenant& its = known == tenants_.end() ? tenants_[tenant] : known->second;
    if (its.waiting.empty()) turns_.push_back(tenant);
    ticket = ++lastTicket_;
    its.waiting.emplace_back(ticket, std::move(work));
    ++waiting_;
  }
  changed_.notify_one();
  return ticket;
}

void WorkQueue::remove(const std::string& tenant, Ticket ticket) {
  std::function<void()> removed;  // outside the lock
  const std::lock_guard lock(mutex_);
  const auto its = tenants_.find(tenant);
  if (its == tenants_.end()) return;
  auto& waiting = its->second.waiting;
  const auto found =
      std::find_if(waiting.begin(), waiting.end(), [&](const auto& work) { return work.first == ticket; });
  if (found == waiting.end()) return;
  removed = std::move(found->second);
  waiting.erase(found);
  --waiting_;
  if (!waiting.empty()) return;
  turns_.erase(std::find(turns_.begin(), turns_.end(), tenant));
  if (its->second.running == 0) tenants_.erase(its);
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
    std::function<void()> next = std::move(tenant->second.waiting.front().second);
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
