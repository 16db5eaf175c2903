// The rewrite rules. Each looks at one node, whose operands are rewritten already, changes it where it can and says
// whether it did. Every rule holds in two-valued logic for any assignment of its leaves, given only that a leaf is
// false where its field has no value, and makes the predicate smaller or moves it towards one fixed form, so that
// applying them ends.
#pragma once

#include "core/data/schema.h"
#include "core/query/bound.h"

namespace roster {

// true and false vanish from connectives; a connective of one operand is that operand.
bool foldConstants(Bound& node, const Schema& schema);

// A leaf that can never hold is false, one that always holds where there is a value is `present`, and so on.
bool simplifyLeaf(Bound& node, const Schema& schema);

// and(a, and(b, c)) is and(a, b, c); the same for or.
bool flatten(Bound& node, const Schema& schema);

// not(not(a)) is a.
bool removeDoubleNegation(Bound& node, const Schema& schema);

// not(or(a, b)) is and(not(a), not(b)), as evaluation subtracts operands one by one; or(not(a), not(b)) is
// not(and(a, b)), which needs one complement for two.
bool applyDeMorgan(Bound& node, const Schema& schema);

// and(a, a) is a; the same for or.
bool removeDuplicates(Bound& node, const Schema& schema);

// and(a, not(a)) is false; or(a, not(a)) is true.
bool foldContradictions(Bound& node, const Schema& schema);

// count[min..max](…) that is an and, an or, or the complement of one.
bool simplifyCountOf(Bound& node, const Schema& schema);

// Leaves that list strings of one field, or keys, become one.
bool mergeValues(Bound& node, const Schema& schema);

// Leaves that give intervals of one number, or days of the year of one date, become one.
bool mergeIntervals(Bound& node, const Schema& schema);

// and(present(f), not(f in X)) is f in the complement of X, for a field of one number.
bool complementPresentNumbers(Bound& node, const Schema& schema);

// Every contact has a size of each set and a bucket of each name, so that their complements are leaves, and present(f)
// beside size(f) is one more condition on the size.
bool normalizeTotalNumbers(Bound& node, const Schema& schema);

// and(present(f), leaf on f) is the leaf, or(present(f), leaf on f) is present(f), and so for their complements.
bool removeImpliedPresence(Bound& node, const Schema& schema);

}  // namespace roster
