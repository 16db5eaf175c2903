#include "server/http/http_gateway.h"

#include <fmt/format.h>
#include <kj/encoding.h>
#include <string>
#include <vector>

#include "server/loop/questions.h"
#include "server/service/json_answers.h"
#include "server/service/json_question.h"

namespace roster::server {

namespace {

// What a call comes to: a body of JSON, or why there is none.
using Answered = Result<std::string>;

// The parts of a path, decoded; what follows `?` is left out.
std::vector<std::string> segmentsOf(kj::StringPtr url) {
  const std::string_view whole(url.begin(), url.size());
  const std::string_view path = whole.substr(0, whole.find('?'));
  std::vector<std::string> segments;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto decoded = kj::decodeUriComponent(kj::arrayPtr(path.data() + begin, end - begin));
    segments.emplace_back(decoded.begin(), decoded.size());
    begin = end + 1;
  }
  return segments;
}

template <class T>
kj::Promise<Answered> asJson(kj::Promise<Result<T>> answer) {
  return answer.then([](Result<T>&& answered) -> Answered {
    if (!answered) return propagate(answered);
    return toJson(*answered);
  });
}

class Api final : public kj::HttpService {
 public:
  Api(Service& service, const kj::HttpHeaderTable& table, kj::HttpHeaderId allow, kj::HttpHeaderId retryAfter)
      : service_(service), table_(table), allow_(allow), retryAfter_(retryAfter) {}

  kj::Promise<void> request(kj::HttpMethod method, kj::StringPtr url, const kj::HttpHeaders& /*headers*/,
                            kj::AsyncInputStream& body, Response& response) override {
    const std::vector<std::string> path = segmentsOf(url);
    if (path == std::vector<std::string>{"healthz"} && method == kj::HttpMethod::GET) {
      return send(response, 200, "OK", "text/plain; charset=utf-8", "ok\n");
    }
    if (path == std::vector<std::string>{"v1", "databases"}) {
      if (method != kj::HttpMethod::GET) return sendNotAllowed(response, "GET");
      return sendAnswered(response, askNames(service_).then([](Result<std::vector<std::string>>&& names) -> Answered {
        if (!names) return propagate(names);
        return databasesToJson(*names);
      }));
    }
    const Verb* const verb =
        path.size() == 4 && path[0] == "v1" && path[1] == "databases" ? verbNamed(path[3]) : nullptr;
    if (verb == nullptr) {
      return sendProblem(response,
                         {ErrorCode::notFound, fmt::format("there is nothing at {}", url.cStr()), std::nullopt});
    }
    if (method != kj::HttpMethod::POST) return sendNotAllowed(response, "POST");
    auto answered = readBody(body).then(
        [this, database = path[2], ask = verb->ask](Result<std::string>&& text) -> kj::Promise<Answered> {
          if (!text) return Answered(propagate(text));
          auto question = questionFromJson(*text);
          if (!question) return Answered(propagate(question));
          return ask(service_, database, *question);
        });
    return sendAnswered(response, kj::mv(answered));
  }

  kj::Promise<void> send(Response& response, unsigned status, kj::StringPtr title, kj::StringPtr type, std::string body,
                         kj::Maybe<kj::StringPtr> allow = nullptr) {
    kj::HttpHeaders headers(table_);
    headers.set(kj::HttpHeaderId::CONTENT_TYPE, type);
    if (status == 429) headers.set(retryAfter_, "1");
    KJ_IF_MAYBE (methods, allow) headers.set(allow_, *methods);
    auto stream = response.send(status, title, headers, body.size());
    auto text = kj::heap<std::string>(std::move(body));
    auto written = stream->write(text->data(), text->size());
    // A client that takes nothing any more is let go of.
    return service_.timer.timeoutAfter(kWriteTime, kj::mv(written)).attach(kj::mv(stream), kj::mv(text));
  }

  kj::Promise<void> sendProblem(Response& response, const Error& error) {
    Problem problem = problemOf(error);
    return send(response, problem.status, problem.title, kProblemType, std::move(problem.body));
  }

 private:
  static constexpr auto kWriteTime = 30 * kj::SECONDS;
  static constexpr const char* kProblemType = "application/problem+json";

  struct Verb {
    std::string_view name;
    kj::Promise<Answered> (*ask)(Service& service, const std::string& database, const Question& question);
  };

  static const Verb* verbNamed(std::string_view name) {
    static constexpr Verb kVerbs[] = {
        {"count", [](Service& service, const std::string& database,
                     const Question& question) { return asJson(askCount(service, database, question)); }},
        {"countNodes", [](Service& service, const std::string& database,
                          const Question& question) { return asJson(askCountNodes(service, database, question)); }},
    };
    for (const Verb& verb : kVerbs) {
      if (verb.name == name) return &verb;
    }
    return nullptr;
  }

  // The body of a request, unless it is too large.
  kj::Promise<Result<std::string>> readBody(kj::AsyncInputStream& body) {
    const std::size_t most = service_.limits.http.bodyBytes;
    return body.readAllBytes(most + 1).then(
        [](kj::Array<kj::byte>&& bytes) -> Result<std::string> {
          const kj::ArrayPtr<const char> text = bytes.asChars();
          return std::string(text.begin(), text.size());
        },
        [most](kj::Exception&& exception) -> Result<std::string> {
          if (exception.getType() == kj::Exception::Type::DISCONNECTED) kj::throwFatalException(kj::mv(exception));
          return fail(ErrorCode::resourceExhausted, fmt::format("the body has more than {} bytes", most));
        });
  }

  kj::Promise<void> sendAnswered(Response& response, kj::Promise<Answered> answer) {
    return answer.then([this, &response](Answered&& answered) {
      return answered ? send(response, 200, "OK", "application/json", *std::move(answered))
                      : sendProblem(response, answered.error());
    });
  }

  kj::Promise<void> sendNotAllowed(Response& response, kj::StringPtr method) {
    Problem problem = methodProblem(method.cStr());
    return send(response, problem.status, problem.title, kProblemType, std::move(problem.body), method);
  }

  Service& service_;
  const kj::HttpHeaderTable& table_;
  const kj::HttpHeaderId allow_;
  const kj::HttpHeaderId retryAfter_;
};

// What KJ would tell a client of exceptions is nothing for it to read.
class ProtocolErrors final : public kj::HttpServerErrorHandler {
 public:
  explicit ProtocolErrors(Api& api) : api_(api) {}

  kj::Promise<void> handleClientProtocolError(kj::HttpHeaders::ProtocolError error,
                                              kj::HttpService::Response& response) override {
    return api_.sendProblem(response, {ErrorCode::invalidArgument, error.description.cStr(), std::nullopt});
  }

  kj::Promise<void> handleApplicationError(kj::Exception exception,
                                           kj::Maybe<kj::HttpService::Response&> response) override {
    if (exception.getType() == kj::Exception::Type::DISCONNECTED) return kj::READY_NOW;
    KJ_IF_MAYBE (answer, response) {
      return api_.sendProblem(*answer, {ErrorCode::internal, "the request could not be answered", std::nullopt});
    }
    return kj::READY_NOW;
  }

 private:
  Api& api_;
};

kj::HttpServerSettings settingsOf(kj::HttpServerErrorHandler& errors) {
  kj::HttpServerSettings settings;
  settings.errorHandler = errors;
  settings.pipelineTimeout = 60 * kj::SECONDS;
  return settings;
}

}  // namespace

struct HttpGateway::Parts {
  explicit Parts(Service& service)
      : allow(names.add("Allow")),
        retryAfter(names.add("Retry-After")),
        table(names.build()),
        api(service, *table, allow, retryAfter),
        errors(api),
        server(service.timer, *table, api, settingsOf(errors)) {}

  kj::HttpHeaderTable::Builder names;
  kj::HttpHeaderId allow;
  kj::HttpHeaderId retryAfter;
  kj::Own<kj::HttpHeaderTable> table;
  Api api;
  ProtocolErrors errors;
  kj::HttpServer server;
};

HttpGateway::HttpGateway(Service& service) : parts_(kj::heap<Parts>(service)) {}

HttpGateway::~HttpGateway() noexcept(false) = default;

kj::Promise<void> HttpGateway::serve(kj::Own<kj::AsyncIoStream> stream) {
  return parts_->server.listenHttp(kj::mv(stream));
}

kj::Promise<void> HttpGateway::drain() { return parts_->server.drain(); }

}  // namespace roster::server
