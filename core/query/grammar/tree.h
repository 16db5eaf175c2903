// The parse tree: which rules of the grammar become its nodes.
#pragma once

#include <memory>
#include <new>
#include <string_view>
#include <tao/pegtl/contrib/parse_tree.hpp>
#include <vector>

#include "core/query/grammar/grammar.h"

namespace roster::grammar {

// A node in memory that is kept for the next one of its thread: every rule that is tried makes one, and most go at
// once.
class Node : public pegtl::parse_tree::basic_node<Node> {
 public:
  static void* operator new(std::size_t bytes) {
    std::vector<void*>& rooms = spare().rooms;
    if (rooms.empty()) return ::operator new(bytes);
    void* room = rooms.back();
    rooms.pop_back();
    return room;
  }
  static void operator delete(void* room) noexcept {
    std::vector<void*>& rooms = spare().rooms;
    if (rooms.size() < kMaxSpare) rooms.push_back(room);
    else ::operator delete(room);
  }

 private:
  static constexpr std::size_t kMaxSpare = 256;
  struct Spare {
    std::vector<void*> rooms;
    Spare() { rooms.reserve(kMaxSpare); }
    Spare(const Spare&) = delete;
    Spare& operator=(const Spare&) = delete;
    ~Spare() {
      for (void* room : rooms) ::operator delete(room);
    }
  };
  static Spare& spare() {
    thread_local Spare spare;
    return spare;
  }
};

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
