#include "server/rpc/messages.h"

namespace roster::server {

std::string textOf(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader texts) {
  std::vector<std::string> all;
  all.reserve(texts.size());
  for (const capnp::Text::Reader text : texts) all.push_back(textOf(text));
  return all;
}

Question questionOf(rpc::Predicate::Reader predicate, rpc::QueryOptions::Reader options) {
  Question question;
  switch (predicate.which()) {
    case rpc::Predicate::TEXT: question.predicate = textOf(predicate.getText()); break;
    case rpc::Predicate::EVERYBODY: question.predicate = "true"; break;
    default:
      // Of a client that is newer than this server: to take it for anything would be a wrong answer.
      throwError(ErrorCode::invalidArgument, "this server does not know that form of a predicate; send text");
  }
  question.asOf = textOf(options.getAsOf());
  question.minSequence = options.getMinSequence();
  return question;
}

void setMoment(rpc::Moment::Builder moment, Sequence sequence, Instant asOf) {
  moment.setSequence(sequence);
  moment.setAsOf(asOf);
}

void setTexts(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& texts) {
  for (unsigned i = 0; i < texts.size(); ++i) list.set(i, texts[i]);
}

}  // namespace roster::server
