#include "server/service/json_answers.h"

#include <fmt/format.h>

#include "index/io/json_writer.h"
#include "index/io/value_format.h"

namespace roster::server {

namespace {

constexpr std::uint64_t kMostExactInDouble = std::uint64_t{1} << 53;

JsonWriter writer() { return JsonWriter(JsonWriter::Layout::compact); }

void write(JsonWriter& json, std::uint64_t number) {
  if (number <= kMostExactInDouble) json.number(number);
  else json.string(std::to_string(number));
}

void writePlace(JsonWriter& json, const SourcePosition& position) {
  write(json.key("line"), position.line);
  write(json.key("column"), position.column);
}

void writeMoment(JsonWriter& json, Sequence sequence, Instant asOf) {
  write(json.key("sequence"), sequence);
  json.key("asOf").string(plainText(asOf, {FieldKind::timestamp}));
}

struct Status {
  unsigned code;
  const char* title;
};

Status statusOf(const Error& error) {
  // What is wrong in a predicate's text is the request's own fault, also where a field is not found.
  if (error.position) return {400, "Bad Request"};
  switch (error.code) {
    case ErrorCode::invalidArgument: return {400, "Bad Request"};
    case ErrorCode::notFound: return {404, "Not Found"};
    case ErrorCode::conflict: return {409, "Conflict"};
    case ErrorCode::resourceExhausted: return {413, "Content Too Large"};
    case ErrorCode::unavailable: return {429, "Too Many Requests"};
    case ErrorCode::unauthenticated: return {401, "Unauthorized"};
    case ErrorCode::permissionDenied: return {403, "Forbidden"};
    case ErrorCode::deadlineExceeded: return {504, "Gateway Timeout"};
    case ErrorCode::cancelled:
    case ErrorCode::dataLoss:
    case ErrorCode::internal: break;
  }
  return {500, "Internal Server Error"};
}

Problem asProblem(const Error& error, const Status& status) {
  JsonWriter json = writer();
  json.beginObject().key("type").string("about:blank").key("title").string(status.title);
  write(json.key("status"), status.code);
  json.key("detail").string(error.message);
  json.key("code").string(nameOf(error.code));
  if (error.position) {
    writePlace(json, *error.position);
    write(json.key("length"), error.position->length);
  }
  return {status.code, status.title, json.endObject().text()};
}

}  // namespace

std::string toJson(const Counted& counted) {
  JsonWriter json = writer();
  write(json.beginObject().key("count"), counted.count);
  writeMoment(json, counted.sequence, counted.asOf);
  return json.endObject().text();
}

std::string toJson(const CountedNodes& counted) {
  JsonWriter json = writer();
  json.beginObject().key("nodes").beginArray();
  for (const NodeCount& node : counted.nodes) {
    json.beginObject().key("predicate").string(node.predicate);
    write(json.key("count"), node.count);
    json.key("parent");
    if (node.parent < 0) json.null();
    else json.number(node.parent);
    writePlace(json, node.position);
    json.endObject();
  }
  json.endArray();
  writeMoment(json, counted.sequence, counted.asOf);
  return json.endObject().text();
}

std::string databasesToJson(const std::vector<std::string>& names) {
  JsonWriter json = writer();
  json.beginObject().key("databases").beginArray();
  for (const std::string& name : names) json.string(name);
  return json.endArray().endObject().text();
}

Problem problemOf(const Error& error) { return asProblem(error, statusOf(error)); }

Problem methodProblem(const std::string& allowed) {
  return asProblem({ErrorCode::invalidArgument, fmt::format("only {} is answered here", allowed), std::nullopt},
                   {405, "Method Not Allowed"});
}

}  // namespace roster::server
