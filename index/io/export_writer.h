// Writes the rows of a list: made on all cores a window at a time, and handed to the sink in order while the next ones
// are made.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "index/io/export_filters.h"
#include "index/io/export_rows.h"

namespace roster {

// Not thread-safe. What it is made of outlives it. The sink and the progress are called by one thread at a time, but
// not always by the same one.
class ExportWriter {
 public:
  ExportWriter(const RowFormat& format, const FilterContext& context,
               const std::function<void(const ExportProgress&)>& progress, std::uint64_t total, const ByteSink& sink)
      : format_(format), context_(context), progress_(progress), sink_(sink), state_{0, total} {}

  // Writes the header.
  Result<void> begin() { return sink_(format_.header()); }

  // Writes the first contacts of an audience, as many as the total says. The last of them, or kNoContact.
  Result<ContactId> write(const Audience& contacts);

  // Writes contacts in the order given.
  Result<void> writeOrdered(std::span<const ContactId> contacts);

 private:
  // Some rows of one chunk.
  struct Page {
    ShardIndex shard = 0;
    ChunkIndex chunk = 0;
    std::vector<std::uint16_t> places;
    std::string text;
    std::vector<std::size_t> ends;  // of each row in `text`, where they are written in another order
  };

  Result<void> makeRows(Page& page, bool withEnds) const;
  // Makes the rows of a window of pages, and hands over those of the window before meanwhile.
  Result<void> makeAndHand(std::vector<Page>& pages);
  Result<void> handMade();
  std::string takeRoom();
  Result<void> writeBlock(std::span<const ContactId> contacts);
  Result<void> hand(std::string_view text, std::uint64_t rows);

  const RowFormat& format_;
  const FilterContext& context_;
  const std::function<void(const ExportProgress&)>& progress_;
  const ByteSink& sink_;
  ExportProgress state_;
  std::vector<Page> made_;          // to be handed over next
  std::vector<std::string> rooms_;  // memory of rows that were handed over
};

}  // namespace roster
