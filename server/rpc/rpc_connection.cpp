#include "server/rpc/rpc_connection.h"

#include <capnp/rpc-twoparty.h>
#include <sys/socket.h>

namespace roster::server {

namespace {

capnp::ReaderOptions readerOptions(const RpcLimits& limits) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = limits.messageBytes / sizeof(capnp::word);
  return options;
}

// Its parts end in the opposite order: the protocol before the stream.
struct Connection {
  Connection(kj::Own<kj::AsyncIoStream> of, rpc::Roster::Client bootstrap, const RpcLimits& limits)
      : stream(kj::mv(of)),
        network(*stream, capnp::rpc::twoparty::Side::SERVER, readerOptions(limits)),
        // A capability of any kind is what its base class holds.
        system(capnp::makeRpcServer(network, kj::mv(bootstrap))) {  // NOLINT(cppcoreguidelines-slicing)
    // Streams have as much under way as the socket buffers, which grows to megabytes where nobody says.
    const int bytes = static_cast<int>(limits.streamBytes);
    stream->setsockopt(SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    system.setFlowLimit(limits.unansweredBytes / sizeof(capnp::word));
  }

  kj::Own<kj::AsyncIoStream> stream;
  capnp::TwoPartyVatNetwork network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> system;
};

}  // namespace

kj::Promise<void> serveRpc(kj::Own<kj::AsyncIoStream> stream, rpc::Roster::Client bootstrap, const RpcLimits& limits) {
  auto connection = kj::heap<Connection>(kj::mv(stream), kj::mv(bootstrap), limits);
  auto ended = connection->network.onDisconnect();
  return ended.attach(kj::mv(connection));
}

}  // namespace roster::server
