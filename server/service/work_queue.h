// What takes longer than an event loop may wait: done by a few threads, first come, first served within a tenant, and
// in turns between tenants.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace roster::server {

// Whether work is refused where too much waits already; what continues something long is not.
enum class Admission : std::uint8_t { ifThereIsRoom, always };

// Thread-safe. Who has much to do keeps nobody else waiting for more than one piece of it: of several threads a tenant
// has all but one at most, and of the places to wait in at most half.
class WorkQueue {
 public:
  using Ticket = std::uint64_t;

  WorkQueue(unsigned threads, std::size_t mostWaiting);
  // Waits for what is being done; what has not begun is dropped.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // Has the work done, which must not throw. unavailable where too much waits, of all or of the tenant's own.
  Result<Ticket> add(const std::string& tenant, std::function<void()> work,
                     Admission admission = Admission::ifThereIsRoom);

  // Takes back work that has not begun.
  void remove(const std::string& tenant, Ticket ticket);

  // From now on, work is refused, and what has not begun is dropped.
  void close();

  std::size_t waiting() const;

 private:
  struct Tenant {
    std::deque<std::pair<Ticket, std::function<void()>>> waiting;
    unsigned running = 0;
  };

  void work();
  // Takes the tenant out of turns_ whose turn it is; the end where all that wait have to go on waiting.
  std::map<std::string, Tenant>::iterator takeTurn();

  const unsigned mostOfOne_;  // threads that work for the same tenant
  const std::size_t mostWaiting_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::string, Tenant> tenants_;  // those with work that waits or runs
  std::deque<std::string> turns_;          // tenants with work that waits, whoever is next first
  std::size_t waiting_ = 0;
  Ticket lastTicket_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace roster::server
