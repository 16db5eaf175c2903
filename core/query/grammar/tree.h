// The parse tree: which rules of the grammar become its nodes.
#pragma once

#include <memory>
#include <string_view>
#include <tao/pegtl/contrib/parse_tree.hpp>

#include "core/query/grammar/grammar.h"

namespace roster::grammar {

using Node = pegtl::parse_tree::node;

template <class Rule>
using Selector = pegtl::parse_tree::selector<
    Rule, pegtl::parse_tree::fold_one::on<OrExpression, AndExpression>,
    pegtl::parse_tree::store_content::on<
        Negation, TrueConstant, FalseConstant, SegmentTest, SizeTest, AnniversaryTest, BucketTest, KeyTest, FieldTest,
        CountOfTest, AtLeastMark, AtMostMark, ExactlyMark, Comparison, EqualSign, NotEqualSign, LessSign, LessEqualSign,
        GreaterSign, GreaterEqualSign, Between, InList, Like, LikeMark, IlikeMark, IsNull, NotMark, HasLike, HasMany,
        HasOne, AnyMark, AllMark, NoneMark, RelativeWindow, CalendarWindow, LastMark, NextMark, ThisMark, TodayMark,
        YesterdayMark, SinceWindow, BeforeWindow, Identifier, QuotedName, QuotedString, Digits, Decimal, TrueLiteral,
        FalseLiteral, TimeExpression, TimeWord, TimeStep, Plus, Minus, UnitWord, CalendarWord>>;

}  // namespace roster::grammar
