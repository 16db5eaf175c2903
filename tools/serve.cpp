// roster serve: the databases of a folder, over the network.
#include "server/serve.h"

#include "tools/commands.h"

namespace roster::tools {

namespace {

Outcome<> run(const server::ServeOptions& options, Program& program) {
  const auto served =
      server::serve(options, program.host, [&](std::string_view line) { program.console.note(std::string(line)); });
  if (!served) return failed(served.error());
  return ExitCode::ok;
}

}  // namespace

void addServe(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<server::ServeOptions>();
  CLI::App& command = addCommand(
      program, "serve", "Answer over Cap'n Proto RPC and HTTP, until SIGTERM or Ctrl-C",
      {"roster serve --data /var/lib/roster", "roster serve --data . --rpc 127.0.0.1:7470 --http 127.0.0.1:7480"});
  command.add_option("--data", options->data, "The folder that holds the databases")->required();
  command.add_option("--rpc", options->rpc, "Where RPC listens, on this machine alone; port 0 is any that is free")
      ->capture_default_str();
  command.add_option("--http", options->http, "Where HTTP listens, likewise")->capture_default_str();
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
