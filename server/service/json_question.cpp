#include "server/service/json_question.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "core/data/schema.h"

namespace roster::server {

namespace {

using simdjson::dom::element;

Result<void> readText(element value, std::string_view name, std::string& text) {
  std::string_view read;
  if (value.get(read) != simdjson::SUCCESS) return refuse(fmt::format("/{}: this is to be a string", name));
  text = read;
  return {};
}

Result<void> readMember(std::string_view name, element value, Question& question) {
  if (name == "predicate") return readText(value, name, question.predicate);
  if (name == "asOf") return readText(value, name, question.asOf);
  if (name == "minSequence") {
    if (value.get(question.minSequence) == simdjson::SUCCESS) return {};
    return refuse("/minSequence: this is to be a whole number that is not negative");
  }
  const auto nearest = nearestWord(name, {"predicate", "asOf", "minSequence"});
  return refuse(nearest ? fmt::format("/{}: unknown member; did you mean '{}'?", name, *nearest)
                        : fmt::format("/{}: unknown member; there are predicate, asOf and minSequence", name));
}

}  // namespace

Result<Question> questionFromJson(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  if (const auto failed = parser.parse(json.data(), json.size()).get(document); failed != simdjson::SUCCESS) {
    return refuse(fmt::format("the body is no JSON: {}", simdjson::error_message(failed)));
  }
  simdjson::dom::object members;
  if (document.get(members) != simdjson::SUCCESS) {
    return refuse(R"(the body is to be a JSON object such as {"predicate": "city = 'Łódź'"})");
  }
  Question question;
  bool asked = false;
  for (const auto& [name, value] : members) {
    if (auto read = readMember(name, value, question); !read) return propagate(read);
    asked = asked || name == "predicate";
  }
  if (!asked) return refuse(R"(the predicate is missing: write {"predicate": "true"} for every contact)");
  return question;
}

}  // namespace roster::server
