// The parse tree: which rules of the grammar become its nodes, and how PEGTL is made to write them down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/query/grammar/grammar.h"

namespace roster::grammar {

template <class Rule, class... Rules>
inline constexpr bool kIsAnyOf = (std::is_same_v<Rule, Rules> || ...);

template <class Rule>
inline constexpr bool kIsNode =
    kIsAnyOf<Rule, OrExpression, AndExpression, Negation, TrueConstant, FalseConstant, SegmentTest, SizeTest,
             AnniversaryTest, BucketTest, KeyTest, FieldTest, CountOfTest, AtLeastMark, AtMostMark, ExactlyMark,
             Comparison, EqualSign, NotEqualSign, LessSign, LessEqualSign, GreaterSign, GreaterEqualSign, Between,
             InList, Like, LikeMark, IlikeMark, IsNull, NotMark, HasLike, HasMany, HasOne, AnyMark, AllMark, NoneMark,
             RelativeWindow, CalendarWindow, LastMark, NextMark, ThisMark, TodayMark, YesterdayMark, SinceWindow,
             BeforeWindow, Identifier, QuotedName, QuotedString, Digits, Decimal, TrueLiteral, FalseLiteral,
             TimeExpression, TimeWord, TimeStep, Plus, Minus, UnitWord, CalendarWord, Attribute, EventSet, EventFilter,
             ThenStep, DidTest, TallyTest, AggregateTest, EventEndTest, EndProperty, CountMark, DaysMark, DistinctMark,
             SumMark, AvgMark, MinMark, MaxMark, FirstMark>;

// A rule that fitted a part of the text. Nodes lie in the array of a Tree, each before those of its parts.
class Node {
 public:
  // The nodes right below one, in the order of the text.
  class Parts {
   public:
    class Iterator {
     public:
      using iterator_category = std::forward_iterator_tag;
      using value_type = Node;
      using difference_type = std::ptrdiff_t;
      using pointer = const Node*;
      using reference = const Node&;

      Iterator() = default;
      explicit Iterator(const Node* at) : at_(at) {}
      const Node& operator*() const { return *at_; }
      const Node* operator->() const { return at_; }
      Iterator& operator++() {
        at_ += at_->nodes_;
        return *this;
      }
      Iterator operator++(int) {
        const Iterator before = *this;
        ++*this;
        return before;
      }
      friend bool operator==(Iterator, Iterator) = default;

     private:
      const Node* at_ = nullptr;
    };

    Parts(const Node* begin, const Node* end) : begin_(begin), end_(end) {}
    Iterator begin() const { return Iterator(begin_); }
    Iterator end() const { return Iterator(end_); }
    bool empty() const { return begin_ == end_; }
    std::size_t size() const { return static_cast<std::size_t>(std::distance(begin(), end())); }
    const Node& operator[](std::size_t index) const { return *std::next(begin(), static_cast<std::ptrdiff_t>(index)); }
    Parts from(std::size_t index) const {
      return {std::next(begin(), static_cast<std::ptrdiff_t>(index)).operator->(), end_};
    }

   private:
    const Node* begin_;
    const Node* end_;
  };

  template <class Rule>
  bool is() const {
    return rule_ == &kRule<Rule>;
  }
  Parts parts() const { return {this + 1, this + nodes_}; }
  const char* begin() const { return begin_; }
  const char* end() const { return end_; }
  std::string_view text() const { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

 private:
  friend class Tree;

  template <class Rule>
  static constexpr char kRule = 0;  // its address is the rule's name

  const char* rule_ = nullptr;
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  std::uint32_t nodes_ = 1;  // with those below it
};

// Written while a text is parsed: rules are tried, and what one that fails has written is struck out.
class Tree {
 public:
  Tree() { nodes_.reserve(64); }

  const Node& root() const { return nodes_.front(); }

  std::size_t size() const { return nodes_.size(); }
  template <class Rule>
  void open(const char* begin) {
    Node node;
    node.rule_ = &Node::kRule<Rule>;
    node.begin_ = begin;
    nodes_.push_back(node);
  }
  // The node that was opened at this size is complete.
  void close(std::size_t size, const char* end) {
    nodes_[size].end_ = end;
    nodes_[size].nodes_ = static_cast<std::uint32_t>(nodes_.size() - size);
  }
  void strike(std::size_t size) { nodes_.resize(size); }

 private:
  std::vector<Node> nodes_;
};

// What PEGTL does to match a rule. The parse-tree of PEGTL's own contributions makes a node on the heap for every rule
// that it tries; this takes a third of the time, which matters where a predicate is counted while it is being typed.
template <class Rule>
struct TreeControl : pegtl::normal<Rule> {
  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, class Input>
  static bool match(Input& in, Progress& progress, Tree& tree) {
    const std::size_t size = tree.size();
    if constexpr (kIsNode<Rule>) tree.open<Rule>(in.current());
    if (!pegtl::normal<Rule>::template match<A, M, Action, Control>(in, progress, tree)) {
      tree.strike(size);
      return false;
    }
    if constexpr (kIsNode<Rule>) tree.close(size, in.current());
    return true;
  }
};

}  // namespace roster::grammar
