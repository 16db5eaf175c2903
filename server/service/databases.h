// The databases of a server: those in one folder, each by its folder's name, opened when somebody asks for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "index/engine/database.h"

namespace roster::server {

// Thread-safe. Databases are open for writing. More than `mostOpen` are open only as far as they are being used; those
// that were used longest ago are closed.
class Databases {
 public:
  Databases(std::filesystem::path folder, Host& host, std::size_t mostOpen);
  Databases(const Databases&) = delete;
  Databases& operator=(const Databases&) = delete;

  // The names of those that are there, ascending.
  std::vector<std::string> names() const;

  // A database that is open; null where it is not, or is not there. Takes no longer than a look-up.
  std::shared_ptr<Database> find(std::string_view name);

  // Opens it where it is not open. notFound with the nearest name there is; conflict where another process has it.
  Result<std::shared_ptr<Database>> open(std::string_view name);

 private:
  struct Entry {
    std::mutex opening;                  // held while it is opened or closed; taken before mutex_
    std::shared_ptr<Database> database;  // guarded by mutex_
    std::uint64_t lastUse = 0;           // guarded by mutex_
  };

  std::shared_ptr<Database> use(Entry& entry);
  Result<std::shared_ptr<Database>> openOnce(std::string_view name);
  tl::unexpected<Error> failUnknown(std::string_view name) const;
  void closeIdle();

  const std::filesystem::path folder_;
  Host& host_;
  const std::size_t mostOpen_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_;  // of databases that were asked for
  std::uint64_t uses_ = 0;
};

}  // namespace roster::server
