#include "core/query/rewrite/rewrite.h"

#include <array>
#include <vector>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

using Rule = bool (*)(Bound&, const Schema&);

constexpr std::array<Rule, 13> kRules = {&simplifyLeaf,
                                         &foldConstants,
                                         &flatten,
                                         &removeDoubleNegation,
                                         &applyDeMorgan,
                                         &removeDuplicates,
                                         &foldContradictions,
                                         &simplifyCountOf,
                                         &mergeValues,
                                         &mergeIntervals,
                                         &complementPresentNumbers,
                                         &normalizeTotalNumbers,
                                         &removeImpliedPresence};

bool applyOne(Bound& node, const Schema& schema) {
  for (const Rule rule : kRules) {
    if (rule(node, schema)) return true;
  }
  return false;
}

void settle(Bound& node, const Schema& schema) {
  do {
    if (std::vector<Bound>* operands = operandsOf(node)) {
      for (Bound& operand : *operands) settle(operand, schema);
    }
  } while (applyOne(node, schema));
}

}  // namespace

Bound rewrite(Bound predicate, const Schema& schema) {
  settle(predicate, schema);
  return predicate;
}

}  // namespace roster
