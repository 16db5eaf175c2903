#include "bench/tag_mover.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>
#include <utility>

#include "bench/measure.h"
#include "bench/queries.h"
#include "index/engine/audience.h"

namespace roster::bench {

namespace {

constexpr std::size_t kMostMoved = 500;
constexpr std::uint32_t kTaggedOf = 10;  // one in so many has the tag
constexpr std::uint64_t kRandomSeed = 0x9E3779B97F4A7C15U;

void append(FieldChanges& changes, ContactId contact, ChangeOp op) {
  changes.contacts.push_back(contact);
  changes.ops.push_back(op);
  changes.values.push_back(0);
}

}  // namespace

TagMover::TagMover(Database& database) : database_(database), random_(kRandomSeed) {
  const SnapshotPtr snapshot = database_.snapshot();
  tags_ = snapshot->schema->find("tags")->id;
  const auto contacts = static_cast<ContactId>(snapshot->nextContact());
  for (ContactId contact = 0; contact < contacts; ++contact) {
    (contact % kTaggedOf == 0 ? tagged_ : others_).push_back(contact);
  }
  moved_ = std::min(kMostMoved, tagged_.size() / 2);
}

Result<void> TagMover::begin() {
  ChangeBatch batch;
  FieldChanges& changes = batch.fields.emplace_back();
  changes.field = tags_;
  changes.strings.append(kMovedTag);
  for (const ContactId contact : tagged_) append(changes, contact, ChangeOp::add);
  auto committed = database_.commit(CommitMode::bulk, batch);
  if (!committed) return propagate(committed);
  return {};
}

Result<void> TagMover::run(double changesPerSecond, const std::atomic<bool>& stop) {
  using Clock = std::chrono::steady_clock;
  const auto pace = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(static_cast<double>(changesPerBatch()) / changesPerSecond));
  const Stopwatch watch;
  auto due = Clock::now();
  do {
    const ChangeBatch batch = nextBatch();
    const Stopwatch one;
    auto committed = database_.commit(CommitMode::logged, batch);
    if (!committed) return propagate(committed);
    commitMicros_.push_back(one.seconds() * 1e6);
    changes_ += static_cast<double>(changesPerBatch());
    due += pace;
    std::this_thread::sleep_until(due);
  } while (!stop);
  seconds_ += watch.seconds();
  return {};
}

// Contacts of each half change places with the last ones, so that none is drawn twice in a batch.
ChangeBatch TagMover::nextBatch() {
  ChangeBatch batch;
  FieldChanges& changes = batch.fields.emplace_back();
  changes.field = tags_;
  changes.strings.append(kMovedTag);
  for (std::size_t i = 1; i <= moved_; ++i) {
    std::swap(tagged_[draw(static_cast<std::uint32_t>(tagged_.size() - i + 1))], tagged_[tagged_.size() - i]);
    std::swap(others_[draw(static_cast<std::uint32_t>(others_.size() - i + 1))], others_[others_.size() - i]);
    append(changes, tagged_[tagged_.size() - i], ChangeOp::remove);
    append(changes, others_[others_.size() - i], ChangeOp::add);
    std::swap(tagged_[tagged_.size() - i], others_[others_.size() - i]);
  }
  return batch;
}

// xorshift64*, multiplied into the range.
std::uint32_t TagMover::draw(std::uint32_t below) {
  random_ ^= random_ >> 12U;
  random_ ^= random_ << 25U;
  random_ ^= random_ >> 27U;
  const std::uint64_t high = (random_ * 0x2545F4914F6CDD1DU) >> 32U;
  return static_cast<std::uint32_t>((high * below) >> 32U);
}

Result<bool> TagMover::isWhereItShouldBe(const Database& database) const {
  auto query = Query::compile(fmt::format("tags has '{}'", kMovedTag), database.snapshot(), benchNow());
  if (!query) return propagate(query);
  const auto audience = evaluate(*query, database.host().executor());
  if (!audience) return tl::unexpected(audience.error());
  std::vector<ContactId> found;
  for (ShardIndex shard = 0; shard < audience->shardCount(); ++shard) {
    audience->shard(shard).forEach([&](LocalId local) { found.push_back(contactAt(shard, local)); });
  }
  std::vector<ContactId> expected = tagged_;
  std::sort(expected.begin(), expected.end());
  return found == expected;
}

}  // namespace roster::bench
