#include "tests/oracle/oracle.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <rapidcheck.h>
#include <stdexcept>

#include "core/eval/query.h"
#include "core/query/printer.h"
#include "tests/oracle/sql_translator.h"
#include "tests/support/evaluate.h"

namespace roster::oracle {

namespace {

constexpr int kReportedFailures = 3;
constexpr std::size_t kReportedKeys = 5;

const std::vector<ast::Predicate>& operandsOf(const ast::Predicate& predicate) {
  static const std::vector<ast::Predicate> none;
  if (const auto* both = std::get_if<ast::And>(&predicate.node)) return both->operands;
  if (const auto* either = std::get_if<ast::Or>(&predicate.node)) return either->operands;
  if (const auto* negation = std::get_if<ast::Not>(&predicate.node)) return negation->operand;
  if (const auto* count = std::get_if<ast::CountOf>(&predicate.node)) return count->operands;
  return none;
}

std::vector<std::int64_t> missingFrom(const std::vector<std::int64_t>& some, const std::vector<std::int64_t>& others) {
  std::vector<std::int64_t> missing;
  std::set_difference(others.begin(), others.end(), some.begin(), some.end(), std::back_inserter(missing));
  return missing;
}

}  // namespace

Oracle::Oracle(SnapshotPtr snapshot, ContactTable& table, const WallClock& clock)
    : snapshot_(std::move(snapshot)), table_(table), clock_(clock), tableIds_(snapshot_->nextContact()) {
  std::uint64_t live = 0;
  for (std::size_t id = 0; id < tableIds_.size(); ++id) {
    const std::string key = roster::keyOf(*snapshot_, static_cast<ContactId>(id)).value();
    if (key.empty()) continue;
    ++live;
    tableIds_[id] = table.idOf(key);
    if (tableIds_[id] == 0) throw std::runtime_error("the oracle has no contact " + key);
  }
  if (live != snapshot_->liveCount() || static_cast<std::int64_t>(live) != table.size()) {
    throw std::runtime_error(
        fmt::format("{} keys, {} live contacts, the oracle has {}", live, snapshot_->liveCount(), table.size()));
  }
}

std::vector<std::int64_t> Oracle::selectedByEngine(const std::string& text, std::int64_t now) const {
  const auto query = Query::compile(text, snapshot_, now);
  if (!query) throw std::runtime_error("refused: " + query.error().message);
  const auto evaluation = evaluate(query->bound(), *snapshot_);
  if (!evaluation) throw std::runtime_error("not evaluated: " + evaluation.error().message);
  std::vector<std::int64_t> ids;
  for (const ContactId contact : evaluation->contacts) ids.push_back(tableIds_.at(contact));
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::optional<std::string> Oracle::difference(const ast::Predicate& predicate, std::int64_t now) {
  const std::string text = print(predicate);
  std::string sql;
  try {
    sql = SqlTranslator(*snapshot_->schema, *snapshot_->segments, clock_, now).condition(predicate);
    const std::vector<std::int64_t> ours = selectedByEngine(text, now);
    const std::vector<std::int64_t> theirs = table_.matching(sql);
    lastSize_ = theirs.size();
    if (ours == theirs) return std::nullopt;
    return fmt::format("{}\n  now {} ({} ms)\n  {}\n{}{}", text, formatInstant(now), now, sql,
                       describe(missingFrom(ours, theirs), "SQLite"), describe(missingFrom(theirs, ours), "Roster"));
  } catch (const std::exception& error) {
    return fmt::format("{}\n  now {} ({} ms)\n  {}\n  {}\n", text, formatInstant(now), now, sql, error.what());
  }
}

std::string Oracle::describe(const std::vector<std::int64_t>& ids, std::string_view who) {
  if (ids.empty()) return "";
  std::string text = fmt::format("  {} contacts only for {}:", ids.size(), who);
  for (std::size_t i = 0; i < std::min(ids.size(), kReportedKeys); ++i) text += " '" + table_.keyOf(ids[i]) + "'";
  return text + "\n";
}

ast::Predicate Oracle::smallestDifferent(const ast::Predicate& predicate, std::int64_t now) {
  for (const ast::Predicate& operand : operandsOf(predicate)) {
    if (difference(operand, now)) return smallestDifferent(operand, now);
  }
  return predicate;
}

RunResult Oracle::run(const RandomRun& run) {
  constexpr int kMostRounds = 20;
  RunResult result;
  const auto isEnough = [&] { return result.compared >= run.predicates && result.telling >= run.telling; };
  int failures = 0;
  for (; !isEnough() && result.compared < kMostRounds * run.predicates && failures < kReportedFailures;
       ++result.compared) {
    RandomSource random(run.seed + static_cast<std::uint64_t>(result.compared));
    const std::int64_t now = random.pick(run.nows);
    const auto generator = testing::arbitraryPredicate(run.words, run.depth);
    const ast::Predicate predicate = generator(rc::Random(random.bits()), 100).value();
    const auto differs = difference(predicate, now);
    if (lastSize_ != 0 && static_cast<std::int64_t>(lastSize_) != table_.size()) ++result.telling;
    if (!differs) continue;
    ++failures;
    const std::string part = difference(smallestDifferent(predicate, now), now).value_or("");
    result.failures += fmt::format("seed {}, predicate {}:\n{}", run.seed, result.compared, part);
    if (part != *differs) result.failures += fmt::format("found in: {}", print(predicate)) + "\n";
  }
  return result;
}

}  // namespace roster::oracle
