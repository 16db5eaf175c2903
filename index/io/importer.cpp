#include "index/io/importer.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

#include "core/base/hash.h"
#include "index/io/converted_feed.h"
#include "index/io/event_batch.h"
#include "index/io/import_batch.h"
#include "index/io/rejects_writer.h"

namespace roster {

namespace {

// Batches that change this many values write their pieces at once instead of a log record.
constexpr std::size_t kBulkValues = 50'000;

constexpr std::size_t kShownRejects = 5;

// The name under which an import's progress is kept; none where the input can be read only once.
Result<std::optional<std::string>> identityOf(const ImportOptions& options) {
  if (options.files.empty()) return std::nullopt;
  std::string text = describeOptions(options);
  for (const std::string& file : options.files) {
    auto fingerprint = fileFingerprint(file);
    if (!fingerprint) return propagate(fingerprint);
    if (!*fingerprint) return std::nullopt;
    text += fmt::format("file={:016x}{:016x}:{}\n", (*fingerprint)->high, (*fingerprint)->low, (*fingerprint)->size);
  }
  return fmt::format("{:016x}{:016x}", hashBytes(text), hashBytes(text + "contacts"));
}

class Import {
 public:
  Import(Database& database, const ImportOptions& options, ImportPlan plan, const ImportHooks& hooks)
      : database_(database), options_(options), plan_(std::move(plan)), hooks_(hooks) {
    for (const PlannedFile& file : plan_.files) {
      summary_.files.push_back(file.reader.sourceName());
      const auto size = file.reader.size();
      if (size && totalBytes_) *totalBytes_ += *size;
      else totalBytes_.reset();
    }
  }

  Result<ImportSummary> run() {
    if (auto begun = begin(); !begun) return propagate(begun);
    if (summary_.alreadyComplete) return summary_;
    if (auto read = readAll(); !read) return propagate(read);
    // An interrupted import keeps the batches it has committed, and what was read since is read again.
    summary_.interrupted = stopped_;
    if (stopped_) return finish();
    progress_.complete = true;
    if (auto done = commitBatch(); !done) return propagate(done);
    return finish();
  }

 private:
  Result<void> begin() {
    auto identity = identityOf(options_);
    if (!identity) return propagate(identity);
    identity_ = *std::move(identity);
    if (auto found = takeUp(); !found) return found;
    if (summary_.alreadyComplete) return {};
    return openRejects();
  }

  // Takes up the progress of an earlier run of the same import, if there is one.
  Result<void> takeUp() {
    const SnapshotPtr snapshot = database_.snapshot();
    const auto found = identity_ ? snapshot->imports->find(*identity_) : snapshot->imports->end();
    const bool known = identity_ && found != snapshot->imports->end();
    if (!known || (options_.again && found->second.complete)) {
      progress_.firstNewContact = static_cast<ContactId>(keyedBy(options_.target, snapshot)->nextContact());
      return {};
    }
    progress_ = found->second;
    summary_.resumedAt = progress_.rowsDone;
    summary_.alreadyComplete = progress_.complete;
    skip_ = progress_.rowsDone;
    auto seen = SeenContacts::fromProgress(progress_);
    if (!seen) return propagate(seen);
    seen_ = *std::move(seen);
    if (summary_.alreadyComplete) (void)finish();
    return {};
  }

  Result<void> openRejects() {
    if (options_.rejectsPath.empty()) return {};
    const bool resumed = summary_.resumedAt != 0;
    std::error_code ignored;
    if (resumed && std::filesystem::file_size(options_.rejectsPath, ignored) > progress_.rejectsBytes && !ignored) {
      // Rejects of rows that were read but not committed are found again.
      std::filesystem::resize_file(options_.rejectsPath, progress_.rejectsBytes, ignored);
    }
    auto writer = RejectsWriter::open(options_.rejectsPath, resumed);
    if (!writer) return propagate(writer);
    rejects_.emplace(*std::move(writer));
    return {};
  }

  // Takes in all blocks in order, while those that follow are converted.
  Result<void> readAll() {
    const bool resuming = skip_ != 0;
    const auto convert = [this](const ParsedRows& rows, std::size_t file) { return convertBlock(rows, file, 0); };
    ConvertedFeed feed(plan_, convert, resuming, database_.host().executor(), hooks_.stop);
    for (;;) {
      auto block = feed.next();
      if (!block) return propagate(block);
      stopped_ = hooks_.stop != nullptr && hooks_.stop->load();
      if (stopped_ || !*block) return {};
      if (auto taken = absorb(std::move(**block)); !taken) return taken;
    }
  }

  ConvertedRows convertBlock(const ParsedRows& rows, std::size_t file, std::size_t skip) const {
    const bool mayBeUnknown = options_.target.kind == ImportTarget::Kind::events && !options_.target.createContacts;
    const bool keepRaw = options_.mode == ImportMode::insert || mayBeUnknown;
    return convertRows(rows, plan_.files[file], file, options_.setSeparator, skip, keepRaw);
  }

  Result<void> absorb(ConvertedBlock&& block) {
    ConvertedRows rows = std::move(block.rows);
    reportProgress(rows);
    if (skip_ >= rows.records) {
      skip_ -= rows.records;
      return {};
    }
    if (skip_ != 0) rows = convertBlock(*block.parsed, rows.file, static_cast<std::size_t>(std::exchange(skip_, 0)));
    pendingRecords_ += rows.records;
    pendingBytes_ += rows.byteSize();
    pending_.push_back(std::move(rows));
    if (pendingRecords_ < options_.batchRows && pendingBytes_ < options_.batchBytes) return {};
    return commitBatch();
  }

  void reportProgress(const ConvertedRows& rows) {
    if (rows.file != reportedFile_) {
      bytesOfFilesDone_ += lastConsumed_;
      reportedFile_ = rows.file;
    }
    lastConsumed_ = rows.consumed;
    reportedRows_ += rows.records;
    if (hooks_.report) hooks_.report({reportedRows_, bytesOfFilesDone_ + lastConsumed_, totalBytes_});
  }

  Result<void> commitBatch() {
    ImportProgress next = progress_;
    SeenContacts seen = seen_;
    const auto make = [&](const SnapshotPtr& snapshot) -> Result<ChangeBatch> {
      auto made = makeBatch(snapshot, seen);
      if (!made) return propagate(made);
      if (auto added = addFields(*snapshot, made->batch); !added) return propagate(added);
      if (auto written = writeRejects(made->rejects, next); !written) return propagate(written);
      next.rowsDone += pendingRecords_;
      for (const ConvertedRows& rows : pending_) next.leftOut += rows.leftOut;
      next.created += made->created;
      next.updated += made->updated;
      next.recorded += made->recorded;
      next.repeated += made->repeated;
      if (next.complete) next.seen.clear();
      else seen.save(next);
      if (identity_) made->batch.import.emplace(*identity_, next);
      return std::move(made->batch);
    };
    std::size_t values = 0;
    for (const ConvertedRows& rows : pending_) {
      for (const ConvertedColumn& column : rows.columns) values += column.rows.size();
    }
    const CommitMode mode = values + pendingRecords_ >= kBulkValues ? CommitMode::bulk : CommitMode::logged;
    if (auto committed = database_.commit(mode, make); !committed) return propagate(committed);
    fieldsAdded_ = true;
    progress_ = std::move(next);
    seen_ = std::move(seen);
    pending_.clear();
    pendingRecords_ = 0;
    pendingBytes_ = 0;
    return {};
  }

  Result<ImportBatchResult> makeBatch(const SnapshotPtr& snapshot, SeenContacts& seen) {
    const ParallelFor parallelFor = database_.host().executor().parallelFor();
    const ImportTarget& target = options_.target;
    if (target.kind == ImportTarget::Kind::events) {
      return makeEventBatch(pending_, plan_, options_, *snapshot, plan_.events.findType(target.name)->id, parallelFor);
    }
    const SnapshotPtr keyed = keyedBy(target, snapshot);
    auto made = makeImportBatch(pending_, plan_, options_, *keyed, progress_.firstNewContact, seen, parallelFor);
    if (!made || target.kind == ImportTarget::Kind::contacts) return made;
    ChangeBatch items = std::exchange(made->batch, {});
    const CatalogId catalog = plan_.events.findCatalog(target.name)->id;
    if (!items.empty()) made->batch.catalogs.push_back({catalog, std::move(items)});
    return made;
  }

  // The new fields come with the first batch: a file that turns out to be none before there is one leaves nothing, and
  // no kind is settled without the data it was read off.
  Result<void> addFields(const Snapshot& snapshot, ChangeBatch& batch) const {
    const auto conflict = [] {
      return fail(ErrorCode::conflict,
                  "the fields of the database were changed after the import was planned; run it again");
    };
    if (fieldsAdded_) return {};
    if (options_.target.kind != ImportTarget::Kind::contacts) {
      if (plan_.events == plan_.eventsBefore) return {};
      if (*snapshot.events != plan_.eventsBefore) return conflict();
      batch.events = plan_.events;
      return {};
    }
    if (plan_.schema == plan_.schemaBefore) return {};
    if (*snapshot.schema != plan_.schemaBefore) return conflict();
    batch.schema = plan_.schema;
    return {};
  }

  // Brings the batch's rejects to the file before it is committed: found twice after a crash, cut off when it resumes.
  Result<void> writeRejects(const std::vector<RejectedRecord>& late, ImportProgress& next) {
    std::vector<const RejectedRecord*> all;
    for (const ConvertedRows& rows : pending_) {
      for (const RejectedRecord& reject : rows.rejects) all.push_back(&reject);
    }
    for (const RejectedRecord& reject : late) all.push_back(&reject);
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
      return std::pair(a->file, a->line) < std::pair(b->file, b->line);
    });
    next.rejected += all.size();
    for (const RejectedRecord* reject : all) {
      if (summary_.firstRejects.size() < kShownRejects) summary_.firstRejects.push_back(*reject);
      if (!rejects_) continue;
      auto written =
          rejects_->write({summary_.files[reject->file], reject->line, reject->column, reject->reason, reject->record});
      if (!written) return written;
    }
    if (!rejects_) return {};
    if (auto flushed = rejects_->flush(); !flushed) return flushed;
    std::error_code missing;
    const auto size = std::filesystem::file_size(options_.rejectsPath, missing);
    next.rejectsBytes = missing ? 0 : size;
    return {};
  }

  Result<ImportSummary> finish() {
    summary_.rows = progress_.rowsDone;
    summary_.created = progress_.created;
    summary_.updated = progress_.updated;
    summary_.rejected = progress_.rejected;
    summary_.recorded = progress_.recorded;
    summary_.repeated = progress_.repeated;
    if (!options_.where.empty()) summary_.leftOut = progress_.leftOut;
    return summary_;
  }

  Database& database_;
  const ImportOptions& options_;
  ImportPlan plan_;
  const ImportHooks& hooks_;
  std::optional<std::string> identity_;
  ImportProgress progress_;
  SeenContacts seen_;
  std::uint64_t skip_ = 0;    // records that an earlier run has done
  bool fieldsAdded_ = false;  // the plan's, with a batch of this run

  std::vector<ConvertedRows> pending_;
  std::size_t pendingRecords_ = 0;
  std::size_t pendingBytes_ = 0;
  std::optional<RejectsWriter> rejects_;
  bool stopped_ = false;

  std::optional<std::uint64_t> totalBytes_ = 0;
  std::size_t reportedFile_ = 0;
  std::uint64_t bytesOfFilesDone_ = 0;
  std::uint64_t lastConsumed_ = 0;
  std::uint64_t reportedRows_ = 0;
  ImportSummary summary_;
};

}  // namespace

Result<ImportSummary> runImport(Database& database, const ImportOptions& options, ImportPlan plan,
                                const ImportHooks& hooks) {
  return Import(database, options, std::move(plan), hooks).run();
}

}  // namespace roster
