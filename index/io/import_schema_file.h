// The options of an import as text, from the command line or from a TOML file that says the same:
//
//     key = "CustomerID"
//     mode = "upsert"
//     null = ["NULL", "-"]
//     [[field]]
//     column = "Country"
//     kind = "category"
//     name = "country"
//     [[field]]
//     name = "amount"
//     kind = "decimal(3)"
//     expression = "Quantity*UnitPrice"
//
// A file has the options' names as the command line has them, without the dashes.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "index/io/import_options.h"

namespace roster {

// Sets one option by its name: key, field, where, mode, set-mode, set-separator, delimiter, encoding, null,
// date-format, decimal-comma, rejects, generate-keys ("true" or "false"); of catalogs: catalog; of events: event,
// contact, time, id, property, create-contacts. `null` adds a text; `field` adds a column or
// a computed field, or replaces what was said of it before. invalidArgument, with what there is, for an unknown name or
// a value it cannot have.
Result<void> setImportOption(ImportOptions& options, std::string_view name, std::string_view value);

// Sets what a file says. notFound where there is no such file; invalidArgument, with the line, for what is no TOML or
// no option.
Result<void> readImportSchema(const std::string& path, ImportOptions& options);

}  // namespace roster
