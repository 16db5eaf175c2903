#include "bench/naive_store.h"

#include <fmt/format.h>
#include <fstream>

#include "core/base/hash.h"
#include "index/io/contact_generator.h"
#include "index/io/output_file.h"

namespace roster::bench {

namespace {

// Some contacts as this version generates them.
std::string generatedSample() {
  std::string text;
  const auto made = generateContacts({.contacts = 100}, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  });
  return made ? text : std::string();
}

// Of the question, the segments it may refer to, and the data.
std::uint64_t hashOf(const BenchQuery& query) {
  static const std::string sample = generatedSample();
  std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n", nameOf(query.task), query.limit,
                                 fmt::join(query.predicates, "\n"), fmt::join(query.fields, "\n"), sample);
  if (query.task == QueryTask::eventBreakdown) text += fmt::format("{}\n{}\n", query.events, query.summed);
  for (const auto& [name, segment] : benchSegments()) text += fmt::format("{}\n{}\n", name, segment.predicate);
  return hashBytes(text);
}

}  // namespace

NaiveStore NaiveStore::read(const std::filesystem::path& path) {
  NaiveStore store;
  std::ifstream file(path);
  std::uint64_t hash = 0;
  std::size_t lines = 0;
  while (file >> hash >> lines) {
    file.ignore();
    Answer answer;
    for (std::string line; answer.size() < lines && std::getline(file, line);) answer.push_back(std::move(line));
    if (answer.size() == lines) store.answers_[hash] = std::move(answer);
  }
  return store;
}

const Answer* NaiveStore::find(const BenchQuery& query) const {
  const auto found = answers_.find(hashOf(query));
  return found == answers_.end() ? nullptr : &found->second;
}

void NaiveStore::keep(const BenchQuery& query, Answer answer) { answers_[hashOf(query)] = std::move(answer); }

Result<void> NaiveStore::write(const std::filesystem::path& path) const {
  auto file = OutputFile::open(path.string());
  if (!file) return propagate(file);
  for (const auto& [hash, answer] : answers_) {
    std::string text = fmt::format("{} {}\n", hash, answer.size());
    for (const std::string& line : answer) text += line + '\n';
    if (auto written = file->write(text); !written) return written;
  }
  return file->commit();
}

}  // namespace roster::bench
