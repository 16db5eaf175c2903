// A file system that fails on purpose, under a real database: power cuts that lose what was not synced, failing and
// torn writes, a full disk.
//
//   FaultFileSystem disk;
//   { auto store = createRocksStore(path, disk.resources(), {}); disk.cutPowerAtSync(3); … }   // store closed
//   disk.recover(UnsyncedFate::lost);   // what a machine finds when it starts again
//   auto store = openRocksWriter(path, disk.resources());
//
// Bytes go through to real files as they are written, and are taken away again by recover(): what a file got after its
// last sync, files and renames whose directory was not synced. A deletion counts at once. Counting starts anew with
// every plan. Thread-safe, but for recover() and resources(), which want no store open or in use.
#pragma once

#include <cstdint>
#include <memory>

#include "index/store/rocks_store.h"

namespace roster {

enum class UnsyncedFate : std::uint8_t {
  lost,        // nothing unsynced is there
  partlyKept,  // of every file some part of its unsynced bytes is there, and of the directory some first changes, by
               // `seed`
  kept,        // everything is there, as after a mere kill
};

class FaultFileSystem {
 public:
  FaultFileSystem();
  ~FaultFileSystem();
  FaultFileSystem(const FaultFileSystem&) = delete;
  FaultFileSystem& operator=(const FaultFileSystem&) = delete;

  // For stores over this file system; lives as long as it.
  const StoreResources& resources() const;

  // Each replaces the plan before; `number` counts from 1, from now on.
  void cutPowerAtSync(std::uint64_t number);   // that sync does nothing, and nothing after it does anything
  void cutPowerAtWrite(std::uint64_t number);  // that write puts down half its bytes, then the same
  void failWrite(std::uint64_t number);        // that write, and it alone, fails
  void fillDiskAtWrite(std::uint64_t number);  // that write and all later ones find the disk full
  void cutPower();                             // now
  void plainly();                              // no fault

  // Since the plan was made.
  std::uint64_t syncs() const;
  std::uint64_t writes() const;
  // Whether what was planned has happened.
  bool happened() const;

  // Takes away what a machine that lost its power would not find, and works plainly from then on.
  void recover(UnsyncedFate fate, std::uint64_t seed = 0);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace roster
