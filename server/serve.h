// The server as a whole: databases, threads and ways in, wired together. Includes nothing of KJ.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "index/engine/host.h"
#include "server/service/limits.h"

namespace roster::server {

struct ServeOptions {
  std::filesystem::path data;           // the folder that the databases lie in
  std::string rpc = "127.0.0.1:7470";   // where Cap'n Proto RPC listens; a port of 0 is any that is free
  std::string http = "127.0.0.1:7480";  // and HTTP
  Limits limits;
};

// Serves until the process gets SIGTERM or SIGINT, then takes no more connections, lets calls that are under way end,
// and returns. To be called before the process has threads beside its first: `host` is called after signals are
// blocked, and makes those. `say` gets a line once connections are taken, and one at the end.
//
// invalidArgument for an address that is none or is not of this machine alone, notFound where `data` is no folder,
// unavailable where it cannot listen.
Result<void> serve(const ServeOptions& options, const std::function<Host&()>& host,
                   const std::function<void(std::string_view)>& say);

}  // namespace roster::server
