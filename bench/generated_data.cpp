#include "bench/generated_data.h"

#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <system_error>

#include "bench/measure.h"
#include "index/io/contact_generator.h"
#include "index/io/importer.h"
#include "index/io/output_file.h"

namespace roster::bench {

namespace {

constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
    {"email", "text"},       {"first_name", "category"},  {"last_name", "category"}, {"gender", "category"},
    {"country", "category"}, {"city", "category"},        {"language", "category"},  {"birthday", "date"},
    {"signup", "timestamp"}, {"last_visit", "timestamp"}, {"source", "category"},    {"tags", "set"},
    {"interests", "set"},    {"plan", "category"},        {"newsletter", "bool"},    {"sms_consent", "bool"},
    {"ltv", "decimal(2)"},   {"orders", "integer"},       {"last_order", "date"},    {"score", "integer"},
    {"note", "text"},        {"store", "category"}};

tl::unexpected<Error> otherData(const std::filesystem::path& path) {
  return fail(ErrorCode::conflict,
              fmt::format("{} does not hold the contacts that this version generates; remove it", path.string()));
}

Result<void> generateFile(std::uint64_t contacts, const std::filesystem::path& path) {
  auto file = OutputFile::open(path.string());
  if (!file) return propagate(file);
  auto made = generateContacts({.contacts = contacts, .seed = kBenchSeed},
                               [&](std::string_view text) { return file->write(text); });
  return made ? file->commit() : made;
}

// What the file of so many contacts begins with.
std::string startOfFile(std::uint64_t contacts) {
  std::string start;
  const auto ended =
      generateContacts({.contacts = contacts, .seed = kBenchSeed}, [&](std::string_view text) -> Result<void> {
        start = text;
        return fail(ErrorCode::cancelled, "the first piece is enough");
      });
  return ended ? std::string() : start;
}

// The seconds that importing took.
Result<double> fillDatabase(std::uint64_t contacts, const GeneratedData& data, Host& host, const Note& note) {
  auto database = openOrCreate(data.database, host);
  if (!database) return propagate(database);
  if ((*database)->snapshot()->liveCount() == contacts) {
    if ((*database)->snapshot()->schema->find("store") == nullptr) return otherData(data.database);
    return 0.0;
  }
  note(fmt::format("importing {} contacts into {}", contacts, data.database.string()));
  const Stopwatch watch;
  const auto imported =
      data.csv.empty() ? importGenerated(**database, contacts) : importGenerated(**database, data.csv);
  if (!imported) return tl::unexpected(imported.error());
  if ((*database)->snapshot()->liveCount() != contacts) return otherData(data.database);
  return watch.seconds();
}

Result<GeneratedData> prepareBelow(std::filesystem::path csv, std::uint64_t contacts,
                                   const std::filesystem::path& directory, Host& host, const Note& note) {
  GeneratedData data{std::move(csv), directory / fmt::format("contacts-{}.roster", contacts),
                     directory / fmt::format("contacts-{}.answers", contacts)};
  auto seconds = fillDatabase(contacts, data, host, note);
  if (!seconds) return propagate(seconds);
  data.importSeconds = *seconds;
  return data;
}

Result<void> carryOut(Database& database, const ImportOptions& options, Result<ImportPlan> plan) {
  if (!plan) return propagate(plan);
  auto summary = runImport(database, options, *std::move(plan));
  if (!summary) return propagate(summary);
  if (summary->rejected > 0) return fail(ErrorCode::internal, "the import rejected generated rows");
  return {};
}

// What a generator makes, byte by byte as it is asked for.
ByteSource sourceOf(ContactStream stream) {
  struct State {
    ContactStream stream;
    std::string text;
    std::size_t at = 0;
  };
  auto state = std::make_shared<State>(State{std::move(stream), {}, 0});
  const auto read = [state](char* into, std::size_t capacity) -> Result<std::size_t> {
    if (state->at == state->text.size()) {
      state->stream.next(state->text);
      state->at = 0;
    }
    const std::size_t count = state->text.copy(into, capacity, state->at);
    state->at += count;
    return count;
  };
  return ByteSource::fromFunction(read, "generated contacts");
}

}  // namespace

Result<std::unique_ptr<Database>> openOrCreate(const std::filesystem::path& path, Host& host) {
  if (!std::filesystem::exists(path)) return Database::create(path, TimeZone(), host);
  return Database::open(path, Access::write, host);
}

bool beginsWith(const std::filesystem::path& path, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  std::string found(text.size(), ' ');
  file.read(found.data(), static_cast<std::streamsize>(found.size()));
  return file && found == text;
}

Result<void> makeDirectory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) return {};
  return fail(ErrorCode::invalidArgument, fmt::format("cannot make {}: {}", directory.string(), error.message()));
}

Result<void> importFiles(Database& database, const ImportOptions& options) {
  const SnapshotPtr snapshot = database.snapshot();
  return carryOut(database, options, planImport(options, *snapshot, database.host().clock().now()));
}

ImportOptions importOfGenerated(const std::filesystem::path& csv) {
  ImportOptions options;
  options.files = {csv.string()};
  options.keyColumn = "key";
  for (const auto& [column, kind] : kKinds) {
    options.fields.push_back({std::string(column), *parseFieldType(kind), std::string(column)});
  }
  return options;
}

Result<void> importGenerated(Database& database, const std::filesystem::path& csv) {
  return importFiles(database, importOfGenerated(csv));
}

Result<void> importGenerated(Database& database, std::uint64_t contacts) {
  auto stream = ContactStream::open({.contacts = contacts, .seed = kBenchSeed});
  if (!stream) return propagate(stream);
  ImportOptions options = importOfGenerated({});
  options.files.clear();
  const SnapshotPtr snapshot = database.snapshot();
  return carryOut(database, options,
                  planImport(options, sourceOf(*std::move(stream)), *snapshot, database.host().clock().now()));
}

Result<std::filesystem::path> prepareFile(std::uint64_t contacts, const std::filesystem::path& directory,
                                          const Note& note) {
  if (auto made = makeDirectory(directory); !made) return propagate(made);
  const std::filesystem::path path = directory / fmt::format("contacts-{}.csv", contacts);
  if (!std::filesystem::exists(path)) {
    note(fmt::format("generating {}", path.string()));
    if (auto made = generateFile(contacts, path); !made) return propagate(made);
  } else if (!beginsWith(path, startOfFile(contacts))) {
    return otherData(path);
  }
  return path;
}

Result<GeneratedData> prepareData(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                  const Note& note) {
  auto csv = prepareFile(contacts, directory, note);
  if (!csv) return propagate(csv);
  return prepareBelow(*std::move(csv), contacts, directory, host, note);
}

Result<GeneratedData> prepareDatabase(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                      const Note& note) {
  if (auto made = makeDirectory(directory); !made) return propagate(made);
  return prepareBelow({}, contacts, directory, host, note);
}

}  // namespace roster::bench
