#include "bench/behaviour_data.h"

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "index/engine/event_changes.h"
#include "index/io/event_generator.h"
#include "index/io/output_file.h"

namespace roster::bench {

namespace {

struct Property {
  std::string_view name;
  std::string_view kind;
};

// What the generator gives events of each type.
std::vector<Property> propertiesOf(std::string_view type) {
  const Property channel = {"channel", "category"};
  const Property product = {"product", "ref(products)"};
  if (type == "visit") return {channel, product};
  if (type == "open" || type == "click") return {channel, {"campaign", "category"}};
  if (type == "consent") return {channel};
  std::vector<Property> properties = {
      channel, product, {"price", "decimal(2)"}, {"quantity", "integer"}, {"promo", "bool"}};
  if (type == "purchase") properties.push_back({"amount", "decimal(2)"});
  return properties;
}

std::filesystem::path fileOf(std::string_view type, const std::filesystem::path& folder) {
  return folder / fmt::format("{}.csv", type);
}

// Whole lines of the generator, each told apart by its type, which is the second cell.
std::map<std::string_view, std::string> splitByType(std::string_view text) {
  std::map<std::string_view, std::string> byType;
  for (const std::string_view type : kEventTypes) byType[type];
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n') + 1);
    const std::size_t begin = line.find(',') + 1;
    const auto own = byType.find(line.substr(begin, line.find(',', begin) - begin));
    if (own != byType.end()) own->second += line;  // the header is of none
    text.remove_prefix(line.size());
  }
  return byType;
}

Result<EventStream> openStream(std::uint64_t contacts) {
  return EventStream::open({.events = contacts * kEventsPerContact, .contacts = contacts, .seed = kBenchSeed});
}

Result<void> writeEvents(std::uint64_t contacts, const std::filesystem::path& folder) {
  auto stream = openStream(contacts);
  if (!stream) return propagate(stream);
  std::map<std::string_view, OutputFile> files;
  for (const std::string_view type : kEventTypes) {
    auto file = OutputFile::open(fileOf(type, folder).string());
    if (!file) return propagate(file);
    if (auto written = file->write(fmt::format("{}\n", kGeneratedEventColumns)); !written) return written;
    files.emplace(type, *std::move(file));
  }
  std::string text;
  for (stream->next(text); !text.empty(); stream->next(text)) {
    for (const auto& [type, lines] : splitByType(text)) {
      if (auto written = files.at(type).write(lines); !written) return written;
    }
  }
  for (auto& [type, file] : files) {
    if (auto committed = file.commit(); !committed) return committed;
  }
  return {};
}

Result<void> writeProducts(const std::filesystem::path& folder) {
  auto file = OutputFile::open(fileOf("products", folder).string());
  if (!file) return propagate(file);
  auto made = generateProducts(kBenchSeed, [&](std::string_view text) { return file->write(text); });
  return made ? file->commit() : made;
}

// conflict where a file does not begin as this version would write it.
Result<void> requireSame(std::uint64_t contacts, const std::filesystem::path& folder) {
  auto stream = openStream(contacts);
  if (!stream) return propagate(stream);
  std::string text;
  stream->next(text);
  for (const auto& [type, lines] : splitByType(text)) {
    if (beginsWith(fileOf(type, folder), fmt::format("{}\n{}", kGeneratedEventColumns, lines))) continue;
    return fail(ErrorCode::conflict, fmt::format("{} does not hold the events that this version generates; remove {}",
                                                 fileOf(type, folder).string(), folder.string()));
  }
  return {};
}

// The folder is there whole or not at all.
Result<void> prepareFolder(std::uint64_t contacts, const std::filesystem::path& folder, const Note& note) {
  if (std::filesystem::exists(folder)) return requireSame(contacts, folder);
  note(fmt::format("generating the events in {}", folder.string()));
  std::filesystem::path begun = folder;
  begun += ".part";
  if (auto made = makeDirectory(begun); !made) return made;
  if (auto written = writeProducts(begun); !written) return written;
  if (auto written = writeEvents(contacts, begun); !written) return written;
  std::error_code error;
  std::filesystem::rename(begun, folder, error);
  if (!error) return {};
  return fail(ErrorCode::invalidArgument, fmt::format("cannot make {}: {}", folder.string(), error.message()));
}

std::uint64_t eventsIn(const Snapshot& snapshot) {
  std::uint64_t events = 0;
  for (const EventFigures& figures : eventFigures(snapshot)) events += figures.events;
  return events;
}

// The seconds that importing the events took. Imports that are complete add nothing.
Result<double> fillDatabase(std::uint64_t contacts, const BehaviourData& data, Host& host, const Note& note) {
  auto database = openOrCreate(data.database, host);
  if (!database) return propagate(database);
  if (eventsIn(*(*database)->snapshot()) == contacts * kEventsPerContact) return 0.0;
  note(fmt::format("importing {} contacts and {} events into {}", contacts, contacts * kEventsPerContact,
                   data.database.string()));
  if (auto imported = importGenerated(**database, data.contacts); !imported) return propagate(imported);
  if (auto imported = importFiles(**database, importOfProducts(data.folder)); !imported) return propagate(imported);
  const Stopwatch watch;
  for (const std::string_view type : kEventTypes) {
    if (auto imported = importFiles(**database, importOfEvents(type, data.folder)); !imported) {
      return propagate(imported);
    }
  }
  const double seconds = watch.seconds();
  if (eventsIn(*(*database)->snapshot()) == contacts * kEventsPerContact) return seconds;
  return fail(ErrorCode::conflict, fmt::format("{} does not hold the events that this version generates; remove it",
                                               data.database.string()));
}

}  // namespace

ImportOptions importOfEvents(std::string_view type, const std::filesystem::path& folder) {
  ImportOptions options;
  options.target.kind = ImportTarget::Kind::events;
  options.target.name = type;
  options.target.timeColumn = "time";
  options.files = {fileOf(type, folder).string()};
  options.keyColumn = "key";
  for (const Property& property : propertiesOf(type)) {
    ColumnSpec spec;
    spec.column = spec.name = property.name;
    (void)setKind(spec, property.kind);  // which are all valid
    options.fields.push_back(std::move(spec));
  }
  return options;
}

ImportOptions importOfProducts(const std::filesystem::path& folder) {
  ImportOptions options;
  options.target.kind = ImportTarget::Kind::catalog;
  options.target.name = "products";
  options.files = {fileOf("products", folder).string()};
  options.keyColumn = "product_id";
  for (const std::string_view column : {"department", "category", "brand"}) {
    options.fields.push_back({std::string(column), FieldType{FieldKind::category}, std::string(column)});
  }
  options.fields.push_back({"price", *parseFieldType("decimal(2)"), "price"});
  return options;
}

Result<BehaviourData> prepareBehaviour(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                       const Note& note) {
  auto csv = prepareFile(contacts, directory, note);
  if (!csv) return propagate(csv);
  BehaviourData data{*std::move(csv), directory / fmt::format("behaviour-{}", contacts),
                     directory / fmt::format("behaviour-{}.roster", contacts),
                     directory / fmt::format("behaviour-{}.answers", contacts)};
  if (auto prepared = prepareFolder(contacts, data.folder, note); !prepared) return propagate(prepared);
  auto seconds = fillDatabase(contacts, data, host, note);
  if (!seconds) return propagate(seconds);
  data.eventSeconds = *seconds;
  return data;
}

}  // namespace roster::bench
