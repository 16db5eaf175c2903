#include "core/data/field_edits.h"

#include <algorithm>

#include "core/data/field_merge.h"

namespace roster {

namespace {

// By contact, keeping the order of what happens to one. Imports come in order already.
void orderByContact(std::vector<FieldEdit>& edits) {
  const auto before = [](const FieldEdit& a, const FieldEdit& b) { return a.contact < b.contact; };
  if (!std::is_sorted(edits.begin(), edits.end(), before)) std::stable_sort(edits.begin(), edits.end(), before);
}

// Calls f with the last edit of each contact: of single values, it alone counts.
template <class F>
void forEachLast(const std::vector<FieldEdit>& edits, F&& f) {
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (i + 1 == edits.size() || edits[i + 1].contact != edits[i].contact) f(edits[i]);
  }
}

Result<FieldShard> mergeSetField(const FieldShard& old, const std::vector<FieldEdit>& edits) {
  std::vector<SetEdit::Step> steps;
  steps.reserve(edits.size());
  std::vector<SetEdit> merged;
  std::vector<std::size_t> ends;
  for (const FieldEdit& edit : edits) {
    if (merged.empty() || merged.back().contact != edit.contact) {
      if (!merged.empty()) ends.push_back(steps.size());
      merged.push_back({edit.contact, false, {}});
    }
    if (edit.op == ChangeOp::clear) {
      // What the batch did to this set before is undone with the rest.
      merged.back().clear = true;
      steps.resize(ends.empty() ? 0 : ends.back());
    } else {
      steps.push_back({static_cast<Code>(edit.value), edit.op != ChangeOp::remove});
    }
  }
  ends.push_back(steps.size());
  for (std::size_t i = 0; i < merged.size(); ++i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    merged[i].steps = std::span(steps).subspan(begin, ends[i] - begin);
  }
  return mergeSets(old, merged);
}

Result<FieldShard> mergeByKind(const FieldType& type, const FieldShard& old, const std::vector<FieldEdit>& edits,
                               const std::vector<std::string_view>& texts) {
  switch (type.kind) {
    case FieldKind::boolean:
    case FieldKind::category: {
      std::vector<CodeEdit> merged;
      merged.reserve(edits.size());
      forEachLast(edits, [&](const FieldEdit& edit) {
        merged.push_back({edit.contact, edit.op == ChangeOp::clear ? kNoCode : static_cast<Code>(edit.value)});
      });
      return mergeCodes(old, merged);
    }
    case FieldKind::set: return mergeSetField(old, edits);
    case FieldKind::integer:
    case FieldKind::decimal:
    case FieldKind::date:
    case FieldKind::timestamp: {
      std::vector<NumberEdit> merged;
      merged.reserve(edits.size());
      forEachLast(edits, [&](const FieldEdit& edit) {
        merged.push_back({edit.contact, edit.op == ChangeOp::clear ? std::nullopt : std::optional(edit.value)});
      });
      return mergeNumbers(old, merged);
    }
    case FieldKind::text: {
      std::vector<TextEdit> merged;
      merged.reserve(edits.size());
      forEachLast(edits, [&](const FieldEdit& edit) {
        const bool clear = edit.op == ChangeOp::clear;
        merged.push_back({edit.contact, clear ? std::string_view() : texts[static_cast<std::size_t>(edit.value)]});
      });
      return mergeTexts(old, merged, type.indexed);
    }
  }
  return fail(ErrorCode::internal, "a field of no known kind");
}

}  // namespace

Result<std::shared_ptr<const FieldShard>> mergeField(const FieldType& type, const FieldShard* old,
                                                     std::vector<FieldEdit>& edits,
                                                     const std::vector<std::string_view>& texts) {
  orderByContact(edits);
  auto merged = mergeByKind(type, old != nullptr ? *old : FieldShard::emptyOf(type), edits, texts);
  if (!merged) return propagate(merged);
  if (merged->presentCount == 0) return nullptr;
  return std::make_shared<const FieldShard>(*std::move(merged));
}

}  // namespace roster
