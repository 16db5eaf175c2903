// From messages to what the service takes, and back.
#pragma once

#include <roster.capnp.h>
#include <string>
#include <utility>
#include <vector>

#include "server/loop/failure.h"
#include "server/loop/questions.h"

namespace roster::server {

std::string textOf(capnp::Text::Reader text);
std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader texts);
Question questionOf(rpc::Predicate::Reader predicate, rpc::QueryOptions::Reader options);

void setMoment(rpc::Moment::Builder moment, Sequence sequence, Instant asOf);

// Sets a list of texts, `list` being what the results' init… gave.
void setTexts(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts);

// Gives what is answered to `give`, on the loop, or throws its error. Where the caller goes away, its work stops.
template <class T, class Context, class Give>
kj::Promise<void> answer(Context& context, kj::Promise<Result<T>> answered, Give&& give) {
  context.allowCancellation();
  return answered.then([give = kj::fwd<Give>(give)](Result<T>&& done) mutable { give(orThrow(kj::mv(done))); });
}

}  // namespace roster::server
