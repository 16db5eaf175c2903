// The grammar of the predicate language, from the whole text down. Rules that become nodes of the parse tree, which
// tree_builder.cpp turns into the syntax tree, are listed in tree.h.
//
// Keywords that are not reserved count only inside their construct: each construct is tried before the bare field, and
// its second token tells it from one. No field is ever followed by `(`, a string or a number.
#pragma once

#include "core/query/grammar/tokens.h"

namespace roster::grammar {

using pegtl::list;
using pegtl::opt;
using pegtl::seq;
using pegtl::sor;
using pegtl::star;

struct OrExpression;

// ---- Values ---------------------------------------------------------------------------------------------------------

struct Name : seq<sor<Identifier, QuotedName>, Space> {};
struct FieldName : Expect<"a field", Name> {};
struct String : Expect<"a string", QuotedString, Space> {};
struct WholeNumber : Expect<"a whole number", Digits, Space> {};
struct Number : seq<Decimal, Space> {};
struct TrueLiteral : Keyword<"true"> {};
struct FalseLiteral : Keyword<"false"> {};

struct Plus : Symbol<"+"> {};
struct Minus : Symbol<"-"> {};
struct Unit : Expect<kUnitLabel, UnitWord, Space> {};
struct CalendarUnit : Expect<"a calendar unit (day, week, month, quarter or year)", CalendarWord, Space> {};
struct TimeStep : seq<sor<Plus, Minus>, WholeNumber, Unit> {};
struct TimeExpression : seq<TimeWord, Space, star<TimeStep>> {};

// `= null` is refused with a hint.
struct MisplacedNull : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::size_t length = identifierLength(restOf(in));
    if (!isWord(restOf(in).substr(0, length), "null")) return false;
    throw SyntaxFailure{in.current(), in.current() + length,
                        "null is no value to compare with; write 'is null' or 'is not null'"};
  }
};

// `.price` after a property that refers to a catalog.
struct Attribute : seq<Ahead<&startsAttribute>, Symbol<".">, Expect<"an attribute", Name>> {};
struct Property : seq<Name, opt<Attribute>> {};
struct PropertyName : Expect<"a property", Property> {};

struct Literal
    : Expect<"a value",
             sor<seq<QuotedString, Space>, Number, TrueLiteral, FalseLiteral, TimeExpression, MisplacedNull>> {};
struct Operand : Expect<"a value or a field", sor<Literal, Property>> {};
struct Literals : seq<Symbol<"(">, opt<list<Literal, Symbol<",">>>, Symbol<")">> {};

// ---- Tests ----------------------------------------------------------------------------------------------------------

struct NotMark : Keyword<"not"> {};
struct EqualSign : Symbol<"="> {};
struct NotEqualSign : Symbol<"!="> {};
struct LessSign : Symbol<"<"> {};
struct LessEqualSign : Symbol<"<="> {};
struct GreaterSign : Symbol<">"> {};
struct GreaterEqualSign : Symbol<">="> {};
struct CompareSign : sor<EqualSign, NotEqualSign, LessEqualSign, LessSign, GreaterEqualSign, GreaterSign> {};

struct Comparison : seq<CompareSign, Operand> {};
struct Between : seq<opt<NotMark>, Keyword<"between">, Literal, Keyword<"and">, Literal> {};
struct InList : seq<opt<NotMark>, Keyword<"in">, Literals> {};
struct LikeMark : Keyword<"like"> {};
struct IlikeMark : Keyword<"ilike"> {};
struct Like : seq<opt<NotMark>, sor<LikeMark, IlikeMark>, String> {};
struct IsNull : seq<Keyword<"is">, opt<NotMark>, Keyword<"null">> {};

struct AnyMark : Keyword<"any"> {};
struct AllMark : Keyword<"all"> {};
struct NoneMark : Keyword<"none"> {};
struct HasLike : seq<Keyword<"has">, sor<LikeMark, IlikeMark>, String> {};
struct HasMany : seq<Keyword<"has">, sor<AnyMark, AllMark, NoneMark>, Literals> {};
struct HasOne : seq<Keyword<"has">, Literal> {};

struct LastMark : Keyword<"last"> {};
struct NextMark : Keyword<"next"> {};
struct ThisMark : Keyword<"this"> {};
struct TodayMark : Keyword<"today"> {};
struct YesterdayMark : Keyword<"yesterday"> {};
struct RelativeWindow : seq<opt<NotMark>, Keyword<"in">, sor<LastMark, NextMark>, WholeNumber, Unit> {};
struct CalendarWindow : seq<opt<NotMark>, Keyword<"in">, sor<LastMark, NextMark, ThisMark>, CalendarUnit> {};
struct DayWindow : sor<TodayMark, YesterdayMark> {};
struct SinceWindow : seq<Keyword<"since">, Literal> {};
struct BeforeWindow : seq<Keyword<"before">, Literal> {};

struct NumberTest : Expect<kComparisonLabel, sor<Comparison, Between, InList>> {};
struct KeyOperation : Expect<"'=', '!=', 'in' or 'like'", sor<Comparison, InList, Like>> {};
struct AnniversaryWindow : Expect<"a window ('today', 'in next 7 days')", sor<RelativeWindow, DayWindow>> {};
struct Test
    : Expect<
          kComparisonLabel, Ahead<&startsTest>,
          sor<seq<Ahead<&startsComparison>, Comparison>, seq<Ahead<&startsWith<"has">>, sor<HasLike, HasMany, HasOne>>,
              IsNull, InList, RelativeWindow, CalendarWindow, DayWindow, SinceWindow, BeforeWindow, Between, Like>> {};

// ---- Leaves ---------------------------------------------------------------------------------------------------------

struct TrueConstant : Keyword<"true"> {};
struct FalseConstant : Keyword<"false"> {};
struct SegmentTest : seq<Keyword<"segment">, String> {};
struct SizeTest : seq<Keyword<"size">, Symbol<"(">, FieldName, Symbol<")">, NumberTest> {};
struct AnniversaryTest
    : seq<Keyword<"anniversary">, Symbol<"(">, FieldName, opt<Attribute>, Symbol<")">, AnniversaryWindow> {};
struct BucketTest : seq<Keyword<"bucket">, Symbol<"(">, String, Symbol<")">, NumberTest> {};
struct KeyTest : seq<Keyword<"key">, KeyOperation> {};
struct FieldTest : seq<Property, opt<Test>> {};

struct AtLeastMark : seq<Keyword<"at">, Keyword<"least">> {};
struct AtMostMark : seq<Keyword<"at">, Keyword<"most">> {};
struct ExactlyMark : Keyword<"exactly"> {};
struct CountOfTest : seq<sor<AtLeastMark, AtMostMark, ExactlyMark>, WholeNumber, Keyword<"of">, Symbol<"(">,
                         list<Nested<OrExpression>, Symbol<",">>, Symbol<")">> {};

// ---- Events ---------------------------------------------------------------------------------------------------------

struct EventName : Expect<"an event", Name> {};
struct EventWindow
    : Expect<"a window", sor<RelativeWindow, CalendarWindow, DayWindow, SinceWindow, BeforeWindow, Between>> {};
// It takes every `and` and `or` that follows; what it must not hold, the tree's builder refuses.
struct EventFilter : seq<Keyword<"where">, Nested<OrExpression>> {};
struct EventSet : seq<EventName, opt<EventWindow>, opt<EventFilter, opt<EventWindow>>> {};

struct ThenStep : seq<Keyword<"then">, opt<NotMark>, EventSet, Keyword<"within">, WholeNumber, Unit> {};
struct DidTest : seq<Keyword<"did">, EventSet, star<ThenStep>> {};

struct CountMark : Keyword<"count"> {};
struct DaysMark : Keyword<"days"> {};
struct DistinctMark : Keyword<"distinct"> {};
struct SumMark : Keyword<"sum"> {};
struct AvgMark : Keyword<"avg"> {};
struct MinMark : Keyword<"min"> {};
struct MaxMark : Keyword<"max"> {};
struct FirstMark : Keyword<"first"> {};
struct TallyTest : seq<sor<CountMark, DaysMark>, Symbol<"(">, EventSet, Symbol<")">, NumberTest> {};
struct AggregateTest : seq<sor<DistinctMark, SumMark, AvgMark, MinMark, MaxMark>, Symbol<"(">, PropertyName,
                           Keyword<"of">, EventSet, Symbol<")">, NumberTest> {};
struct EndProperty : seq<Ahead<&startsAttribute>, Symbol<".">, PropertyName> {};
struct EventEndTest
    : seq<sor<FirstMark, LastMark>, Symbol<"(">, EventSet, Symbol<")">, sor<seq<EndProperty, opt<Test>>, Test>> {};
struct BehaviourTest : seq<Ahead<&startsBehaviour>, sor<DidTest, TallyTest, AggregateTest, EventEndTest>> {};

// ---- Connectives ----------------------------------------------------------------------------------------------------

struct Group : seq<Symbol<"(">, Nested<OrExpression>, Symbol<")">> {};
struct Construct : sor<TrueConstant, FalseConstant, SegmentTest, CountOfTest, SizeTest, AnniversaryTest, BucketTest,
                       KeyTest, BehaviourTest> {};
struct Leaf : sor<seq<Ahead<&startsConstruct>, Construct>, FieldTest> {};
struct Term;
struct Negation : seq<Keyword<"not">, Nested<Term>> {};
struct Term : Expect<"a predicate", sor<Negation, Group, Leaf>> {};
struct AndExpression : list<Term, Keyword<"and">> {};
struct OrExpression : list<AndExpression, Keyword<"or">> {};
struct Text : seq<Space, OrExpression, Expect<"the end", pegtl::eof>> {};
struct EventSetText : seq<Space, EventSet, Expect<"the end", pegtl::eof>> {};

}  // namespace roster::grammar
