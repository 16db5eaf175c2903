#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/service/json_answers.h"
#include "server/service/json_question.h"

namespace roster::server {
namespace {

using ::testing::HasSubstr;

TEST(JsonQuestion, IsRead) {
  const auto question =
      questionFromJson(R"({"minSequence": 18446744073709551615, "predicate": "city = 'Łódź'", "asOf": "2026-11-01"})");
  ASSERT_TRUE(question) << question.error().message;
  EXPECT_EQ(question->predicate, "city = 'Łódź'");
  EXPECT_EQ(question->asOf, "2026-11-01");
  EXPECT_EQ(question->minSequence, 18446744073709551615ULL);
  EXPECT_EQ(questionFromJson(R"({"predicate": ""})")->predicate, "");
}

TEST(JsonQuestion, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the body is no JSON"},
      {"{", "the body is no JSON"},
      {"\"true\"", "is to be a JSON object"},
      {"{}", "the predicate is missing"},
      {R"({"asOf": "2026-11-01"})", "the predicate is missing"},
      {R"({"predicate": null})", "/predicate: this is to be a string"},
      {R"({"predicate": "true", "asOf": 1})", "/asOf: this is to be a string"},
      {R"({"predicate": "true", "minSequence": 1.5})", "/minSequence: this is to be a whole number"},
      {R"({"predicate": "true", "asof": "x"})", "/asof: unknown member; did you mean 'asOf'?"},
      {R"({"predicate": "true", "limit": 1})", "/limit: unknown member"},
  };
  for (const auto& [json, message] : cases) {
    const auto question = questionFromJson(json);
    ASSERT_FALSE(question) << json;
    EXPECT_EQ(question.error().code, ErrorCode::invalidArgument) << json;
    EXPECT_THAT(question.error().message, HasSubstr(message)) << json;
  }
}

TEST(JsonAnswers, WholeNumbersAreStringsWhereADoubleDoesNotHoldThem) {
  EXPECT_EQ(toJson(Counted{9007199254740992, 1, 0}),
            "{\"count\":9007199254740992,\"sequence\":1,\"asOf\":\"1970-01-01T00:00:00Z\"}\n");
  EXPECT_EQ(
      toJson(Counted{9007199254740993, 18446744073709551615ULL, 1}),
      "{\"count\":\"9007199254740993\",\"sequence\":\"18446744073709551615\",\"asOf\":\"1970-01-01T00:00:00.001Z\"}\n");
}

TEST(JsonAnswers, NodesAreInOrder) {
  const CountedNodes counted{{{"a or \"b\"", {1, 1, 1}, -1, 3}, {"a", {1, 1, 1}, 0, 2}}, 7, 0};
  EXPECT_EQ(toJson(counted),
            "{\"nodes\":[{\"predicate\":\"a or \\\"b\\\"\",\"count\":3,\"parent\":null,\"line\":1,\"column\":1},"
            "{\"predicate\":\"a\",\"count\":2,\"parent\":0,\"line\":1,\"column\":1}],"
            "\"sequence\":7,\"asOf\":\"1970-01-01T00:00:00Z\"}\n");
  EXPECT_EQ(databasesToJson({"a", "ł"}), "{\"databases\":[\"a\",\"ł\"]}\n");
}

TEST(JsonAnswers, EveryErrorIsAProblem) {
  const std::pair<ErrorCode, unsigned> statuses[] = {
      {ErrorCode::invalidArgument, 400}, {ErrorCode::notFound, 404},          {ErrorCode::conflict, 409},
      {ErrorCode::dataLoss, 500},        {ErrorCode::resourceExhausted, 413}, {ErrorCode::unavailable, 429},
      {ErrorCode::unauthenticated, 401}, {ErrorCode::permissionDenied, 403},  {ErrorCode::deadlineExceeded, 504},
      {ErrorCode::cancelled, 500},       {ErrorCode::internal, 500},
  };
  for (const auto& [code, status] : statuses) {
    const Problem problem = problemOf({code, "why", std::nullopt});
    EXPECT_EQ(problem.status, status);
    EXPECT_THAT(problem.body, HasSubstr("\"status\":" + std::to_string(status)));
    EXPECT_THAT(problem.body, HasSubstr("\"detail\":\"why\""));
    EXPECT_THAT(problem.body, HasSubstr("\"code\":\"" + std::string(nameOf(code)) + "\""));
  }
  const Problem placed = problemOf({ErrorCode::notFound, "why", SourcePosition{2, 3, 4}});
  EXPECT_EQ(placed.status, 400U);
  EXPECT_THAT(placed.body, HasSubstr("\"line\":2,\"column\":3,\"length\":4"));
  EXPECT_EQ(methodProblem("GET").status, 405U);
}

}  // namespace
}  // namespace roster::server
