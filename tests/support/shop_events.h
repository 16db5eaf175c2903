// What the events of a small shop are: the schema that tests of events start from.
#pragma once

#include "core/data/event_schema.h"

namespace roster {

// The catalog `products` with department (category), price (decimal(2)) and since (date).
inline EventSchema productCatalog() {
  return EventSchema()
      .withCatalog("products")
      ->withAttribute("products", "department", {FieldKind::category})
      ->withAttribute("products", "price", {FieldKind::decimal, 2})
      ->withAttribute("products", "since", {FieldKind::date})
      .value();
}

// The same, with `purchase`: amount (decimal(2)), promo (bool), paid (timestamp), store (category) and product, a
// reference; and `mail`: campaign (category). A property of every kind that has a form of its own.
inline EventSchema shopEvents() {
  return productCatalog()
      .withType("purchase")
      ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
      ->withProperty("purchase", "promo", {FieldKind::boolean})
      ->withProperty("purchase", "paid", {FieldKind::timestamp})
      ->withProperty("purchase", "store", {FieldKind::category})
      ->withReference("purchase", "product", "products")
      ->withType("mail")
      ->withProperty("mail", "campaign", {FieldKind::category})
      .value();
}

}  // namespace roster
