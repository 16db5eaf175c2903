#include "index/io/export_writer.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "index/engine/audience_runs.h"

namespace roster {

namespace {

// Some hundred kilobytes of rows.
constexpr std::size_t kPageRows = 8192;
// Pages a thread makes between two meetings of all of them.
constexpr std::size_t kWindowPages = 16;
// Every block of an ordered list reads each column once, so it is as large as memory allows without growing.
constexpr std::size_t kBlockRows = std::size_t{1} << 17;

}  // namespace

Result<void> ExportWriter::makeRows(Page& page, bool withEnds) const {
  if (auto going = context_.checkCancelled(); !going) return going;
  return format_.append(page.shard, page.chunk, page.places, page.text, withEnds ? &page.ends : nullptr);
}

Result<void> ExportWriter::hand(std::string_view text, std::uint64_t rows) {
  if (auto taken = sink_(text); !taken) return taken;
  state_.written += rows;
  if (progress_) progress_(state_);
  return {};
}

std::string ExportWriter::takeRoom() {
  if (rooms_.empty()) return {};
  std::string room = std::move(rooms_.back());
  rooms_.pop_back();
  return room;
}

Result<void> ExportWriter::handMade() {
  for (Page& page : made_) {
    if (auto going = context_.checkCancelled(); !going) return going;
    if (auto handed = hand(page.text, page.places.size()); !handed) return handed;
    page.text.clear();
    rooms_.push_back(std::move(page.text));
  }
  made_.clear();
  return {};
}

Result<void> ExportWriter::makeAndHand(std::vector<Page>& pages) {
  auto done = forEachUntilError(pages.size() + 1, context_.executor, [&](std::size_t i) -> Result<void> {
    return i == 0 ? handMade() : makeRows(pages[i - 1], false);
  });
  if (done) made_ = std::exchange(pages, {});
  return done;
}

Result<ContactId> ExportWriter::write(const Audience& contacts) {
  const std::size_t window = kWindowPages * context_.executor.threads();
  std::vector<Page> pages;
  std::vector<std::uint16_t> room;
  std::uint64_t left = state_.total;
  ContactId last = kNoContact;
  for (ShardIndex shard = 0; shard < contacts.shardCount() && left != 0; ++shard) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard && left != 0; ++chunk) {
      auto places = placesOf(contacts.shard(shard).chunk(chunk), room);
      if (places.size() > left) places = places.first(left);
      left -= places.size();
      if (!places.empty()) last = contactAt(shard, LocalId{chunk} << kChunkBits | places.back());
      while (!places.empty()) {
        const auto rows = places.first(std::min(places.size(), kPageRows));
        places = places.subspan(rows.size());
        pages.push_back({shard, chunk, {rows.begin(), rows.end()}, takeRoom(), {}});
        if (pages.size() < window) continue;
        if (auto done = makeAndHand(pages); !done) return propagate(done);
      }
    }
  }
  if (auto done = makeAndHand(pages); !done) return propagate(done);
  if (auto handed = handMade(); !handed) return propagate(handed);
  return last;
}

Result<void> ExportWriter::writeOrdered(std::span<const ContactId> contacts) {
  while (!contacts.empty()) {
    const auto block = contacts.first(std::min(contacts.size(), kBlockRows));
    contacts = contacts.subspan(block.size());
    if (auto written = writeBlock(block); !written) return written;
  }
  return {};
}

// Makes the rows chunk by chunk, as columns are read, and puts them in order after.
Result<void> ExportWriter::writeBlock(std::span<const ContactId> contacts) {
  std::vector<std::uint32_t> byId(contacts.size());
  std::iota(byId.begin(), byId.end(), 0U);
  std::sort(byId.begin(), byId.end(), [&](std::uint32_t a, std::uint32_t b) { return contacts[a] < contacts[b]; });
  struct Place {
    std::uint32_t page = 0;
    std::uint32_t row = 0;
  };
  std::vector<Page> pages;
  std::vector<Place> places(contacts.size());
  for (const std::uint32_t at : byId) {
    const ShardIndex shard = shardOf(contacts[at]);
    const ChunkIndex chunk = chunkOf(localOf(contacts[at]));
    const bool begins = pages.empty() || pages.back().shard != shard || pages.back().chunk != chunk ||
                        pages.back().places.size() == kPageRows;
    if (begins) pages.push_back({shard, chunk, {}, {}, {}});
    Page& page = pages.back();
    places[at] = {static_cast<std::uint32_t>(pages.size() - 1), static_cast<std::uint32_t>(page.places.size())};
    page.places.push_back(static_cast<std::uint16_t>(contacts[at]));
  }
  auto made =
      forEachUntilError(pages.size(), context_.executor, [&](std::size_t i) { return makeRows(pages[i], true); });
  if (!made) return made;
  std::string text;
  for (const Place& place : places) {
    const Page& page = pages[place.page];
    const std::size_t begin = place.row == 0 ? 0 : page.ends[place.row - 1];
    text.append(page.text, begin, page.ends[place.row] - begin);
  }
  return hand(text, contacts.size());
}

}  // namespace roster
