// What a server allows, with what suits a machine of a few cores.
#pragma once

#include <chrono>
#include <cstddef>

namespace roster::server {

struct RpcLimits {
  std::size_t connections = 1'024;
  std::size_t messageBytes = std::size_t{16} << 20;     // of one message, by which also what is read of it is bounded
  std::size_t streamBytes = std::size_t{256} << 10;     // of a stream to a client that are under way
  std::size_t unansweredBytes = std::size_t{32} << 20;  // of a connection's calls; what goes beyond waits to be read
};

struct HttpLimits {
  std::size_t connections = 1'024;
  std::size_t bodyBytes = std::size_t{4} << 20;  // of a request
};

struct Limits {
  std::size_t openDatabases = 256;
  unsigned queryThreads = 4;           // questions that are worked on at the same time, on the threads of the host
  std::size_t waitingQueries = 1'024;  // beyond those
  std::chrono::seconds lease{600};     // that an audience is held which nobody asks anything
  std::size_t sessionAudiences = 64;
  std::chrono::seconds drain{10};  // for calls that are under way when the server is told to end
  RpcLimits rpc;
  HttpLimits http;
};

}  // namespace roster::server
