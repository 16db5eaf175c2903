// roster generate: realistic synthetic contacts, their events, and the products that those are about.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "index/io/contact_generator.h"
#include "index/io/event_generator.h"
#include "index/io/output_file.h"
#include "tools/commands.h"
#include "tools/progress_bar.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct GenerateOptions {
  std::string file;
  std::string contacts = "1M";
  std::optional<std::string> events;
  bool products = false;
  std::string seed = "1";
};

// What is generated: so many rows of a thing, written by a function.
struct GeneratedRows {
  std::uint64_t count = 0;
  std::string_view one;
  std::string_view many;
  std::function<Result<void>(const GeneratorSink&)> write;
};

Outcome<std::uint64_t> parseSeed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size()) return seed;
  return refuse(fmt::format("--seed takes a whole number from 0 to {}, not '{}'",
                            std::numeric_limits<std::uint64_t>::max(), text));
}

GeneratedRows rowsOfContacts(const GeneratorOptions& options) {
  return {options.contacts, "contact", "contacts",
          [options](const GeneratorSink& sink) { return generateContacts(options, sink); }};
}

GeneratedRows rowsOfEvents(const EventGeneratorOptions& options) {
  return {options.events, "event", "events",
          [options](const GeneratorSink& sink) { return generateEvents(options, sink); }};
}

GeneratedRows rowsOfProducts(std::uint64_t seed) {
  return {kGeneratedProducts, "product", "products",
          [seed](const GeneratorSink& sink) { return generateProducts(seed, sink); }};
}

Outcome<GeneratedRows> chooseRows(const GenerateOptions& command) {
  const auto seed = parseSeed(command.seed);
  if (!seed) return passOn(seed);
  if (command.products) return rowsOfProducts(*seed);
  const auto contacts = parseCount(command.contacts);
  if (!contacts) return passOn(contacts);
  if (!command.events) return rowsOfContacts({*contacts, *seed});
  const auto events = parseCount(*command.events);
  if (!events) return passOn(events);
  return rowsOfEvents({*events, *contacts, *seed});
}

// Generates into whatever takes the text, with a bar that counts lines.
Result<void> generateTo(const GeneratedRows& rows, Program& program, const GeneratorSink& sink) {
  program.interrupt.listen();
  ProgressBar bar(program.console, rows.many);
  std::uint64_t lines = 0;
  return rows.write([&](std::string_view text) -> Result<void> {
    if (program.interrupt.raised()) return fail(ErrorCode::cancelled, "interrupted: no file was made");
    lines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    const std::uint64_t done = std::min(lines, rows.count);
    bar.show(done, static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(rows.count, 1)));
    return sink(text);
  });
}

// A file is there whole or not at all.
Result<void> generateFile(const GeneratedRows& rows, const std::string& path, Program& program) {
  auto file = OutputFile::open(path);
  if (!file) return propagate(file);
  auto made = generateTo(rows, program, [&](std::string_view text) { return file->write(text); });
  return made ? file->commit() : made;
}

Outcome<> run(const GenerateOptions& command, Program& program) {
  const auto rows = chooseRows(command);
  if (!rows) return passOn(rows);
  const auto made = generateFile(*rows, command.file, program);
  if (!made) return failedOnName(made.error());
  if (command.file != "-") {
    program.console.note(fmt::format("wrote {} to {}", counted(rows->count, rows->one, rows->many), command.file));
  }
  return ExitCode::ok;
}

}  // namespace

void addGenerate(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App& command = addCommand(program, "generate", "Make a file of realistic synthetic contacts, events or products",
                                 {"roster generate contacts.csv --contacts 1M --seed 1",
                                  "roster generate events.csv --events 10M --contacts 1M --seed 1",
                                  "roster generate products.csv --products --seed 1"});
  command.add_option("FILE", options->file, "The CSV file to make, also .gz or .zst; - is standard output")->required();
  CLI::Option* contacts =
      command.add_option("--contacts", options->contacts, "How many contacts: 1000, 500k, 1M (default 1M)");
  CLI::Option* events = command.add_option("--events", options->events,
                                           "So many events, of the contacts that the same --contacts and --seed make");
  command.add_flag("--products", options->products, "The products that events of the same --seed are about")
      ->excludes(contacts)
      ->excludes(events);
  command.add_option("--seed", options->seed, "The same seed gives the same bytes (default 1)")->type_name("S");
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
