// The two stores in a form that one test can be run over.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "index/store/memory_store.h"
#include "index/store/rocks_store.h"
#include "tests/support/temporary_directory.h"

namespace roster {

// The store of a result, or a failed test.
inline std::unique_ptr<Store> required(Result<std::unique_ptr<Store>> opened) {
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

class MemoryStoreUnderTest {
 public:
  Store& store() { return *store_; }
  void reopen() { store_ = openMemoryWriter(contents_); }
  std::unique_ptr<Store> openReader() const { return openMemoryReader(*contents_); }

 private:
  std::shared_ptr<MemoryContents> contents_ = std::make_shared<MemoryContents>();
  std::unique_ptr<Store> store_ = openMemoryWriter(contents_);
};

class RocksStoreUnderTest {
 public:
  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = required(openRocksWriter(path(), resources_));
  }
  std::unique_ptr<Store> openReader() const { return required(openRocksReader(path(), resources_)); }

 private:
  std::filesystem::path path() const { return directory_.path() / "db"; }

  TemporaryDirectory directory_;
  StoreResources resources_;
  std::unique_ptr<Store> store_ = required(createRocksStore(path(), resources_, StoreBatch()));
};

}  // namespace roster
