// The service over HTTP with JSON: what Cap'n Proto RPC offers, under /v1.
#pragma once

#include <kj/compat/http.h>

#include "server/loop/service.h"

namespace roster::server {

// Belongs to an event loop's thread. The service outlives it.
class HttpGateway {
 public:
  explicit HttpGateway(Service& service);
  ~HttpGateway() noexcept(false);

  // Serves requests, one after the other, until the client goes or drain() is called.
  kj::Promise<void> serve(kj::Own<kj::AsyncIoStream> stream);

  // Takes no more requests; resolves when those that are under way have been answered.
  kj::Promise<void> drain();

 private:
  struct Parts;
  kj::Own<Parts> parts_;
};

}  // namespace roster::server
