#include "server/serve.h"

#include <csignal>
#include <fmt/format.h>
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <sys/resource.h>

#include "server/http/http_gateway.h"
#include "server/loop/listener.h"
#include "server/rpc/roster_rpc.h"
#include "server/rpc/rpc_connection.h"

namespace roster::server {

namespace {

// Whether an address, HOST:PORT, is reached from this machine alone.
bool isLoopback(std::string_view address) {
  const std::string_view host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

// Of "bind(…): Address already in use; toString() = …", as KJ describes a system call that failed, the system's part.
std::string reasonOf(const kj::Exception& exception) {
  const std::string_view text = exception.getDescription().cStr();
  const std::size_t call = text.find("): ");
  const std::string_view reason = call == text.npos ? text : text.substr(call + 3);
  return std::string(reason.substr(0, reason.find(';')));
}

// What `body` returns; what KJ throws in it is an error of this code.
template <class F>
auto caught(ErrorCode code, const std::string& doing, F&& body) -> Result<decltype(body())> {
  try {
    return body();
  } catch (const kj::Exception& exception) {
    return fail(code, fmt::format("{}: {}", doing, reasonOf(exception)));
  }
}

Result<kj::Own<kj::ConnectionReceiver>> listenOn(const std::string& address, kj::AsyncIoContext& io) {
  if (!isLoopback(address)) {
    return refuse(
        fmt::format("'{}' can be reached from other machines; as long as there is neither TLS nor tokens, "
                    "listen on 127.0.0.1:PORT",
                    address));
  }
  auto parsed = caught(ErrorCode::invalidArgument, fmt::format("'{}' is no address", address),
                       [&] { return io.provider->getNetwork().parseAddress(address).wait(io.waitScope); });
  if (!parsed) return propagate(parsed);
  return caught(ErrorCode::unavailable, fmt::format("cannot listen on {}", address),
                [&] { return (*parsed)->listen(); });
}

// Every connection takes a descriptor and every database some: as many as the system allows, rather than the usual
// 1,024.
void allowManyFiles() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

kj::Promise<void> endSignal(kj::UnixEventPort& port) {
  return port.onSignal(SIGTERM).ignoreResult().exclusiveJoin(port.onSignal(SIGINT).ignoreResult());
}

}  // namespace

Result<void> serve(const ServeOptions& options, const std::function<Host&()>& host,
                   const std::function<void(std::string_view)>& say) {
  std::error_code failed;
  if (!std::filesystem::is_directory(options.data, failed)) {
    return fail(ErrorCode::notFound, fmt::format("{} is no folder", options.data.string()));
  }
  allowManyFiles();
  // Threads that are made from here on have the signals blocked, as this one, so that its event loop gets them.
  for (const int signal : {SIGTERM, SIGINT}) kj::UnixEventPort::captureSignal(signal);
  auto io = kj::setupAsyncIo();
  auto rpcPort = listenOn(options.rpc, io);
  if (!rpcPort) return propagate(rpcPort);
  auto httpPort = listenOn(options.http, io);
  if (!httpPort) return propagate(httpPort);

  Host& shared = host();
  Databases databases(options.data, shared, options.limits.openDatabases);
  WorkQueue queue(options.limits.queryThreads, options.limits.waitingQueries);
  const Executor thread(1);
  Bridge bridge(queue, shared.executor());
  CallCounter calls;
  kj::Timer& timer = io.provider->getTimer();
  Service service{shared, databases, thread, bridge, calls, timer, options.limits};
  const RpcLimits& rpcLimits = options.limits.rpc;
  auto rpc = kj::heap<Listener>(rpcLimits.connections, timer,
                                [&, roster = makeRosterCapability(service)](auto stream) mutable {
                                  return serveRpc(kj::mv(stream), roster, rpcLimits);
                                });
  HttpGateway gateway(service);
  auto http = kj::heap<Listener>(options.limits.http.connections, timer,
                                 [&](auto stream) { return gateway.serve(kj::mv(stream)); });
  {
    auto listening = rpc->listen(**rpcPort).exclusiveJoin(http->listen(**httpPort));
    say(fmt::format("serving the databases in {}; RPC on port {}, HTTP on port {}", options.data.string(),
                    (*rpcPort)->getPort(), (*httpPort)->getPort()));
    endSignal(io.unixEventPort).exclusiveJoin(kj::mv(listening)).wait(io.waitScope);
  }

  *rpcPort = nullptr;
  *httpPort = nullptr;
  const auto patience = options.limits.drain.count() * kj::SECONDS;
  auto answered = calls.whenNone().then([&] { return gateway.drain(); });
  answered.exclusiveJoin(timer.afterDelay(patience)).wait(io.waitScope);
  // Answers that have been given are still to be written.
  timer.afterDelay(100 * kj::MILLISECONDS).wait(io.waitScope);

  // Calls outlive their connections by a turn of the loop. That turn has to come while there is what they use.
  rpc = nullptr;
  http = nullptr;
  io.waitScope.poll();
  queue.close();
  say("ended");
  return {};
}

}  // namespace roster::server
