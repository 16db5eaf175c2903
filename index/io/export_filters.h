// What an export takes away from an audience, step by step. Each gives the audience that is left.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "index/engine/audience.h"

namespace roster {

// What the steps work with. `cancelled` may be null; once it is set they end with the error `cancelled`.
struct FilterContext {
  const Executor& executor;
  const std::atomic<bool>* cancelled = nullptr;

  Result<void> checkCancelled() const;
};

// Without the contacts whose bucket of this name is under `buckets`.
Result<Audience> withoutHoldout(const Audience& audience, std::string_view name, std::uint32_t buckets,
                                const FilterContext& context);

// Without contacts that have the same value of the field as one before them. Those without a value all stay.
Result<Audience> withoutDuplicates(const Audience& audience, const Field& field, const FilterContext& context);

// `size` contacts, or all where there are not so many: those with the least of hashes that seed and id give, which no
// two contacts share.
Result<Audience> sampleOf(const Audience& audience, std::uint64_t size, std::uint64_t seed,
                          const FilterContext& context);

// The contacts with a greater id.
Result<Audience> afterContact(const Audience& audience, ContactId contact, const FilterContext& context);

}  // namespace roster
