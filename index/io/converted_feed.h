// The blocks of an import's files in order, converted ahead of who takes them in.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "index/engine/executor.h"
#include "index/io/import_plan.h"
#include "index/io/row_converter.h"

namespace roster {

struct ConvertedBlock {
  ConvertedRows rows;
  std::optional<ParsedRows> parsed;  // what they were converted from, where it is asked for
};

// Used by one thread, which reads the files: that may take as long as a pipe's other end likes. The executor's threads
// convert what is read, also while the block before is being committed.
class ConvertedFeed {
 public:
  using Convert = std::function<ConvertedRows(const ParsedRows& rows, std::size_t file)>;

  // Takes the samples and readers of the plan's files. Once `stop` is set, nothing more is read.
  ConvertedFeed(ImportPlan& plan, Convert convert, bool keepParsed, const Executor& executor,
                const std::atomic<bool>* stop);
  ~ConvertedFeed();
  ConvertedFeed(const ConvertedFeed&) = delete;
  ConvertedFeed& operator=(const ConvertedFeed&) = delete;

  // The next block; nothing after the last one, or when stopped. An error in a file, which it names, comes after the
  // blocks before it.
  Result<std::optional<ConvertedBlock>> next();

 private:
  struct Ahead;

  void readAhead();
  Result<std::unique_ptr<Ahead>> read();
  void convert(Ahead& block) const;
  bool isStopped() const { return stop_ != nullptr && stop_->load(); }

  ImportPlan& plan_;
  Convert convert_;
  bool keepParsed_;
  const Executor& executor_;
  const std::atomic<bool>* stop_;
  std::size_t blocksAhead_;

  std::size_t file_ = 0;
  std::size_t sample_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
  std::atomic<bool> over_ = false;  // nobody takes what is not yet converted
  std::deque<std::unique_ptr<Ahead>> ahead_;
};

}  // namespace roster
