#include "index/io/converted_feed.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace roster {

namespace {

// Blocks of 2 MiB that are converted while a batch is committed, at least: about as many as a batch has.
constexpr std::size_t kBlocksAhead = 32;

}  // namespace

struct ConvertedFeed::Ahead {
  std::size_t file = 0;
  std::optional<RecordBlock> block;  // until it is parsed
  std::optional<ParsedRows> parsed;  // of a sample from the first
  ConvertedBlock converted;
  std::optional<Executor::Started> conversion;  // goes first, since it uses the rest
};

ConvertedFeed::ConvertedFeed(ImportPlan& plan, Convert convert, bool keepParsed, const Executor& executor,
                             const std::atomic<bool>* stop)
    : plan_(plan),
      convert_(std::move(convert)),
      keepParsed_(keepParsed),
      executor_(executor),
      stop_(stop),
      blocksAhead_(std::max(kBlocksAhead, std::size_t{executor.threads()} * 2)) {}

ConvertedFeed::~ConvertedFeed() { over_ = true; }

Result<std::optional<ConvertedBlock>> ConvertedFeed::next() {
  readAhead();
  if (isStopped()) return std::nullopt;
  if (ahead_.empty()) {
    if (error_) return tl::unexpected(*error_);
    return std::nullopt;
  }
  const std::unique_ptr<Ahead> block = std::move(ahead_.front());
  ahead_.pop_front();
  block->conversion->wait();
  return std::move(block->converted);
}

// A few more at each call, so that the first blocks of a slow pipe need not wait for those after them.
void ConvertedFeed::readAhead() {
  constexpr std::size_t kMoreAtOnce = 3;
  const std::size_t wanted = std::min(ahead_.size() + kMoreAtOnce, blocksAhead_);
  while (!ended_ && ahead_.size() < wanted && !isStopped()) {
    auto block = read();
    if (!block) error_ = std::move(block.error());
    ended_ = !block || *block == nullptr;
    if (ended_) return;
    Ahead& added = *ahead_.emplace_back(*std::move(block));
    added.conversion.emplace(executor_.start([this, &added] { convert(added); }));
  }
}

// The next block as it is read; none at the end.
Result<std::unique_ptr<ConvertedFeed::Ahead>> ConvertedFeed::read() {
  for (; file_ < plan_.files.size(); ++file_, sample_ = 0) {
    PlannedFile& file = plan_.files[file_];
    auto next = std::make_unique<Ahead>();
    next->file = file_;
    if (sample_ < file.sample.size()) {
      next->parsed = std::move(file.sample[sample_++]);
      return next;
    }
    auto block = file.reader.next();
    if (!block) {
      const std::string& name = file.reader.sourceName();
      std::string& message = block.error().message;
      if (message.find(name) == std::string::npos) message = fmt::format("{}: {}", name, message);
      return propagate(block);
    }
    if (!*block) continue;
    next->block = std::move(*block);
    return next;
  }
  return nullptr;
}

void ConvertedFeed::convert(Ahead& block) const {
  if (over_) return;
  std::optional<ParsedRows> parsed = std::exchange(block.parsed, std::nullopt);
  if (!parsed) parsed = plan_.files[block.file].reader.parse(*std::exchange(block.block, std::nullopt));
  block.converted.rows = convert_(*parsed, block.file);
  if (keepParsed_) block.converted.parsed = std::move(parsed);
}

}  // namespace roster
