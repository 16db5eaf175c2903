// roster generate: realistic synthetic contacts.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

#include "index/io/contact_generator.h"
#include "index/io/output_file.h"
#include "tools/commands.h"
#include "tools/progress_bar.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct GenerateOptions {
  std::string file;
  std::string contacts = "1M";
  std::string seed = "1";
};

Outcome<std::uint64_t> parseSeed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size()) return seed;
  return refuse(fmt::format("--seed takes a whole number from 0 to {}, not '{}'",
                            std::numeric_limits<std::uint64_t>::max(), text));
}

// Generates into whatever takes the text, with a bar that counts lines.
Result<void> generateTo(const GeneratorOptions& options, Program& program, const GeneratorSink& sink) {
  program.interrupt.listen();
  ProgressBar bar(program.console, "contacts");
  std::uint64_t lines = 0;
  return generateContacts(options, [&](std::string_view text) -> Result<void> {
    if (program.interrupt.raised()) return fail(ErrorCode::cancelled, "interrupted: no file was made");
    lines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    const std::uint64_t contacts = std::min(lines, options.contacts);
    bar.show(contacts,
             static_cast<double>(contacts) / static_cast<double>(std::max<std::uint64_t>(options.contacts, 1)));
    return sink(text);
  });
}

// A file is there whole or not at all.
Result<void> generateFile(const GeneratorOptions& options, const std::string& path, Program& program) {
  auto file = OutputFile::open(path);
  if (!file) return propagate(file);
  auto made = generateTo(options, program, [&](std::string_view text) { return file->write(text); });
  return made ? file->commit() : made;
}

Outcome<> run(const GenerateOptions& command, Program& program) {
  const auto contacts = parseCount(command.contacts);
  if (!contacts) return passOn(contacts);
  const auto seed = parseSeed(command.seed);
  if (!seed) return passOn(seed);
  const GeneratorOptions options{*contacts, *seed};
  const auto made = generateFile(options, command.file, program);
  if (!made) return failedOnName(made.error());
  if (command.file != "-") {
    program.console.note(fmt::format("wrote {} to {}", counted(*contacts, "contact", "contacts"), command.file));
  }
  return ExitCode::ok;
}

}  // namespace

void addGenerate(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App& command = addCommand(program, "generate", "Make a file of realistic synthetic contacts",
                                 {"roster generate contacts.csv --contacts 1M --seed 1"});
  command.add_option("FILE", options->file, "The CSV file to make, also .gz or .zst; - is standard output")->required();
  command.add_option("--contacts", options->contacts, "How many: 1000, 500k, 1M (default 1M)");
  command.add_option("--seed", options->seed, "The same seed gives the same bytes (default 1)")->type_name("S");
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
