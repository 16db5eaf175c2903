#include "index/store/memory_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "index/store/store_checks.h"

namespace roster {

class MemoryStore final : public Store {
 public:
  using Entries = MemoryContents::Entries;

  MemoryStore(std::shared_ptr<MemoryContents> contents, bool readOnly)
      : contents_(std::move(contents)), readOnly_(readOnly) {}

  static std::shared_ptr<MemoryContents> copyOf(const MemoryContents& contents) {
    auto copy = std::make_shared<MemoryContents>();
    const std::lock_guard lock(contents.mutex_);
    copy->families_ = contents.families_;
    return copy;
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const std::lock_guard lock(contents_->mutex_);
    const Entries& entries = entriesOf(family);
    const auto found = entries.find(key);
    if (found == entries.end()) return std::nullopt;
    return found->second;
  }

  Result<std::optional<Buffer>> getAligned(Family family, std::string_view key) const override {
    const std::lock_guard lock(contents_->mutex_);
    const Entries& entries = entriesOf(family);
    const auto found = entries.find(key);
    if (found == entries.end()) return std::nullopt;
    return Buffer::copyOf(found->second);
  }

  Result<void> scan(Family family, const KeyRange& range, ScanOrder order, const ScanVisitor& visitor) const override {
    std::vector<std::pair<std::string, std::string>> seen = copyRange(family, range);
    if (order == ScanOrder::descending) std::reverse(seen.begin(), seen.end());
    for (const auto& [key, value] : seen) {
      auto goOn = visitor(key, value);
      if (!goOn) return propagate(goOn);
      if (!*goOn) break;
    }
    return {};
  }

  Result<void> write(const StoreBatch& batch, Durability) override {
    if (auto allowed = checkWritable(); !allowed) return allowed;
    if (auto fits = checkKeySizes(batch); !fits) return fits;
    const std::lock_guard lock(contents_->mutex_);
    for (std::size_t i = 0; i < batch.size(); ++i) apply(batch[i]);
    return {};
  }

  Result<void> sync() override { return checkWritable(); }
  Result<void> flush() override { return checkWritable(); }
  Result<void> compact() override { return checkWritable(); }
  Result<void> verifyChecksums() const override { return {}; }

  Result<std::unique_ptr<BulkLoad>> beginBulk() override;

  Result<void> checkpointTo(const std::filesystem::path&) const override {
    return fail(ErrorCode::invalidArgument, "a database in memory has no files to copy");
  }

  Result<FamilyBytes> usage() const override {
    const std::lock_guard lock(contents_->mutex_);
    FamilyBytes bytes{};
    for (const Family family : kFamilies) {
      for (const auto& [key, value] : entriesOf(family)) bytes[indexOf(family)] += key.size() + value.size();
    }
    return bytes;
  }

  void merge(Family family, std::vector<std::pair<std::string, std::string>>& added) {
    for (auto& [key, value] : added) entriesOf(family).insert_or_assign(std::move(key), std::move(value));
  }
  std::mutex& mutex() const { return contents_->mutex_; }

 private:
  Entries& entriesOf(Family family) { return contents_->families_[indexOf(family)]; }
  const Entries& entriesOf(Family family) const { return contents_->families_[indexOf(family)]; }

  Result<void> checkWritable() const {
    if (readOnly_) return fail(ErrorCode::invalidArgument, "a database in memory is open for reading only");
    return {};
  }

  std::vector<std::pair<std::string, std::string>> copyRange(Family family, const KeyRange& range) const {
    const std::lock_guard lock(contents_->mutex_);
    if (range.empty()) return {};
    const Entries& entries = entriesOf(family);
    return {entries.lower_bound(range.from), range.to.empty() ? entries.end() : entries.lower_bound(range.to)};
  }

  void apply(const StoreBatch::Operation& operation) {
    Entries& entries = entriesOf(operation.family);
    switch (operation.change) {
      case StoreBatch::Change::put:
        entries.insert_or_assign(std::string(operation.key), std::string(operation.value));
        return;
      case StoreBatch::Change::remove:
        if (const auto found = entries.find(operation.key); found != entries.end()) entries.erase(found);
        return;
      case StoreBatch::Change::removeRange:
        entries.erase(entries.lower_bound(operation.key),
                      operation.value.empty() ? entries.end() : entries.lower_bound(operation.value));
        return;
    }
  }

  std::shared_ptr<MemoryContents> contents_;
  bool readOnly_;
};

namespace {

// What one writer has put so far; kept by the load, filled by the writer.
struct BufferedFamily {
  Family family;
  std::vector<std::pair<std::string, std::string>> entries;
  bool finished = false;
};

class MemorySortedWriter final : public SortedWriter {
 public:
  explicit MemorySortedWriter(BufferedFamily& buffer) : buffer_(buffer) {}

  Result<void> put(std::string_view key, std::string_view value) override {
    if (auto fits = order_.accept(buffer_.family, key, buffer_.finished); !fits) return fits;
    buffer_.entries.emplace_back(key, value);
    return {};
  }

  Result<void> finish() override {
    buffer_.finished = true;
    return {};
  }

 private:
  BufferedFamily& buffer_;
  AscendingKeys order_;
};

class MemoryBulkLoad final : public BulkLoad {
 public:
  explicit MemoryBulkLoad(MemoryStore& store) : store_(store) {}

  Result<std::unique_ptr<SortedWriter>> beginFamily(Family family) override {
    const std::lock_guard lock(mutex_);
    buffers_.push_back(std::make_unique<BufferedFamily>(BufferedFamily{family, {}, false}));
    return std::make_unique<MemorySortedWriter>(*buffers_.back());
  }

  Result<void> commit() override {
    const std::lock_guard lock(store_.mutex());
    for (const auto& buffer : buffers_) {
      if (buffer->finished) store_.merge(buffer->family, buffer->entries);
    }
    buffers_.clear();
    return {};
  }

 private:
  MemoryStore& store_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<BufferedFamily>> buffers_;
};

}  // namespace

Result<std::unique_ptr<BulkLoad>> MemoryStore::beginBulk() {
  if (auto allowed = checkWritable(); !allowed) return propagate(allowed);
  return std::make_unique<MemoryBulkLoad>(*this);
}

std::unique_ptr<Store> makeMemoryStore() { return openMemoryWriter(std::make_shared<MemoryContents>()); }

std::unique_ptr<Store> openMemoryWriter(std::shared_ptr<MemoryContents> contents) {
  return std::make_unique<MemoryStore>(std::move(contents), false);
}

std::unique_ptr<Store> openMemoryReader(const MemoryContents& contents) {
  return std::make_unique<MemoryStore>(MemoryStore::copyOf(contents), true);
}

}  // namespace roster
