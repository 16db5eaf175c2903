#include "server/service/databases.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/data/schema.h"
#include "index/store/database_directory.h"

namespace roster::server {

namespace fs = std::filesystem;

namespace {

// What could be another place than one right below the folder is no name.
bool isName(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace

Databases::Databases(fs::path folder, Host& host, std::size_t mostOpen)
    : folder_(std::move(folder)), host_(host), mostOpen_(mostOpen) {}

std::vector<std::string> Databases::names() const {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(folder_, failed), end; !failed && entry != end; entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (isName(name) && DatabaseDirectory(entry->path()).isThere()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::shared_ptr<Database> Databases::use(Entry& entry) {
  entry.lastUse = ++uses_;
  return entry.database;
}

std::shared_ptr<Database> Databases::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : use(*found->second);
}

Result<std::shared_ptr<Database>> Databases::open(std::string_view name) {
  if (auto database = find(name)) return database;
  if (!isName(name) || !DatabaseDirectory(folder_ / name).isThere()) return failUnknown(name);
  auto database = openOnce(name);
  if (database) closeIdle();
  return database;
}

Result<std::shared_ptr<Database>> Databases::openOnce(std::string_view name) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& known = entries_[std::string(name)];
    if (known == nullptr) known = std::make_shared<Entry>();
    entry = known;
  }
  const std::lock_guard opening(entry->opening);
  {
    const std::lock_guard lock(mutex_);
    if (auto database = use(*entry)) return database;
  }
  auto opened = Database::open(folder_ / name, Access::write, host_);
  if (!opened) return propagate(opened);
  std::shared_ptr<Database> database = *std::move(opened);
  {
    const std::lock_guard lock(mutex_);
    entry->database = database;
    use(*entry);
  }
  return database;
}

tl::unexpected<Error> Databases::failUnknown(std::string_view name) const {
  const auto nearest = nearestWord(name, names());
  return fail(ErrorCode::notFound, nearest
                                       ? fmt::format("there is no database '{}'; did you mean '{}'?", name, *nearest)
                                       : fmt::format("there is no database '{}'", name));
}

// Closing may write a checkpoint, so it is done without mutex_; whoever opens the same database waits for it.
void Databases::closeIdle() {
  std::vector<std::shared_ptr<Entry>> idle;
  {
    const std::lock_guard lock(mutex_);
    std::size_t open = 0;
    for (const auto& [name, entry] : entries_) {
      open += entry->database != nullptr ? 1 : 0;
      if (entry->database != nullptr && entry->database.use_count() == 1) idle.push_back(entry);
    }
    std::sort(idle.begin(), idle.end(), [](const auto& a, const auto& b) { return a->lastUse < b->lastUse; });
    idle.resize(std::min(idle.size(), open > mostOpen_ ? open - mostOpen_ : 0));
  }
  for (const std::shared_ptr<Entry>& entry : idle) {
    // One that is being opened or closed is not idle; nor is one that somebody has begun to use meanwhile.
    const std::unique_lock opening(entry->opening, std::try_to_lock);
    if (!opening) continue;
    std::shared_ptr<Database> closed;
    const std::lock_guard lock(mutex_);
    if (entry->database.use_count() == 1) closed.swap(entry->database);
  }
}

}  // namespace roster::server
