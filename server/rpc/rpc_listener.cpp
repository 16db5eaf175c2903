#include "server/rpc/rpc_listener.h"

#include <capnp/rpc-twoparty.h>
#include <sys/socket.h>

namespace roster::server {

namespace {

capnp::ReaderOptions readerOptions(const RpcLimits& limits) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = limits.messageBytes / sizeof(capnp::word);
  return options;
}

}  // namespace

// Its parts end in the opposite order: the protocol before the stream.
struct RpcListener::Connection {
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

RpcListener::RpcListener(rpc::Roster::Client bootstrap, const RpcLimits& limits)
    : bootstrap_(kj::mv(bootstrap)), limits_(limits), connections_(*this) {}

kj::Promise<void> RpcListener::listen(kj::ConnectionReceiver& receiver) {
  return receiver.accept().then([this, &receiver](kj::Own<kj::AsyncIoStream>&& stream) {
    accept(kj::mv(stream));
    return listen(receiver);
  });
}

void RpcListener::accept(kj::Own<kj::AsyncIoStream> stream) {
  if (open_ >= limits_.connections) return;
  auto connection = kj::heap<Connection>(kj::mv(stream), bootstrap_, limits_);
  ++open_;
  auto ended = connection->network.onDisconnect();
  connections_.add(ended.attach(kj::mv(connection), kj::defer([this] { --open_; })));
}

// A connection that breaks is its client's affair.
void RpcListener::taskFailed(kj::Exception&& /*exception*/) {}

}  // namespace roster::server
