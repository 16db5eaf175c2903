#include "index/io/kind_inference.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_set>

#include "core/base/decimal.h"
#include "index/io/bool_words.h"
#include "index/io/cell_parser.h"
#include "index/io/date_inference.h"
#include "index/io/number_text.h"

namespace roster {

namespace {

using Texts = std::vector<std::string_view>;

struct ColumnSample {
  Texts texts;     // of cells with one value
  Texts elements;  // of arrays
  std::size_t arrays = 0;
  std::size_t unusable = 0;
};

ColumnSample takeSample(std::size_t column, std::span<const ParsedRows> blocks, const InferenceOptions& options) {
  ColumnSample sample;
  std::size_t rows = 0;
  for (const ParsedRows& block : blocks) {
    for (std::size_t row = 0; row < block.rowCount() && rows < options.maxRows; ++row, ++rows) {
      const Cell cell = block.cell(column, row);
      sample.arrays += cell.kind == Cell::Kind::array ? 1 : 0;
      sample.unusable += cell.kind == Cell::Kind::unusable ? 1 : 0;
      sample.elements.insert(sample.elements.end(), cell.elements.begin(), cell.elements.end());
      const bool missing =
          std::find(options.nullTexts.begin(), options.nullTexts.end(), cell.text) != options.nullTexts.end();
      if (cell.kind == Cell::Kind::value && !missing) sample.texts.push_back(cell.text);
    }
  }
  return sample;
}

std::size_t countDistinct(const Texts& texts) {
  return std::unordered_set<std::string_view>(texts.begin(), texts.end()).size();
}

bool allBool(const Texts& texts) {
  const auto first = boolWord(texts.front());
  bool both = false;
  for (const std::string_view text : texts) {
    const auto word = boolWord(text);
    if (!word || word->pair != first->pair) return false;
    both = both || word->value != first->value;
  }
  return both || first->plain;
}

// What the numbers of a column have in common when read with one decimal mark.
struct NumberProfile {
  bool possible = true;   // every text is a number
  bool isName = false;    // and yet the digits are a name rather than an amount
  int integerDigits = 0;  // the most there are
  int fractionDigits = 0;
  bool oneZero = true;  // every fraction is ".0": whole numbers, written by a program that keeps floats
};

NumberProfile profileNumbers(const Texts& texts, char mark) {
  constexpr int kTelephoneDigits = 9;
  NumberProfile profile;
  bool allGroupedAlike = true;
  int digitsOfFirst = -1;
  for (const std::string_view text : texts) {
    const auto number = plainNumber(text, mark);
    if (!number) {
      profile.possible = false;
      return profile;
    }
    if (digitsOfFirst < 0) digitsOfFirst = number->integerDigits;
    allGroupedAlike = allGroupedAlike && number->grouped && number->integerDigits == digitsOfFirst;
    profile.isName = profile.isName || number->leadingZero || number->explicitPlus || number->exponent;
    profile.integerDigits = std::max(profile.integerDigits, number->integerDigits);
    profile.fractionDigits = std::max(profile.fractionDigits, number->fractionDigits);
    profile.oneZero = profile.oneZero && (number->fractionDigits == 0 || number->text().ends_with(".0"));
  }
  if (profile.oneZero && profile.fractionDigits <= 1) profile.fractionDigits = 0;
  profile.isName = profile.isName || profile.integerDigits + profile.fractionDigits > kMaxDecimalDigits ||
                   (allGroupedAlike && digitsOfFirst >= kTelephoneDigits);
  return profile;
}

bool anyHas(const Texts& texts, char c) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string_view text) { return text.find(c) != std::string_view::npos; });
}

// Where the user says that the comma is the decimal mark, numbers that make sense with a point alone are asked about:
// taken as they look, they would contradict what was said, and as names they would be lost as numbers.
Result<void> refusePoints(const Texts& texts, const NumberProfile& withPoint, const ProposedColumn& proposal) {
  if (withPoint.possible && withPoint.isName) return {};
  std::string_view example;
  for (const std::string_view text : texts) {
    const bool withComma = plainNumber(text, ',').has_value();
    if (!withComma && !plainNumber(text, '.')) return {};
    if (!withComma && example.empty()) example = text;
  }
  if (example.empty()) return {};
  return fail(
      ErrorCode::invalidArgument,
      fmt::format("column '{}': '{}' is not a number where the comma is the decimal mark; leave --decimal-comma "
                  "out, and how numbers are written is found out for each column, or take the column as text "
                  "with --field '{}:text'",
                  proposal.name, example, proposal.name));
}

// True where the texts are numbers; then the proposal says which.
Result<bool> takeNumbers(const Texts& texts, const InferenceOptions& options, ProposedColumn& proposal) {
  const NumberProfile withPoint = profileNumbers(texts, '.');
  const NumberProfile withComma = profileNumbers(texts, ',');
  if (options.decimalComma && !withComma.possible) {
    if (auto sensible = refusePoints(texts, withPoint, proposal); !sensible) return propagate(sensible);
    return false;
  }
  if (!withPoint.possible && !withComma.possible) return false;
  const bool marked = anyHas(texts, ',');
  if (withPoint.possible && withComma.possible && marked && !options.decimalComma && !withPoint.isName) {
    const auto example = *std::find_if(texts.begin(), texts.end(),
                                       [](std::string_view t) { return t.find(',') != std::string_view::npos; });
    return fail(ErrorCode::invalidArgument,
                fmt::format("column '{}': whether the comma of '{}' sets thousands apart or is the decimal mark cannot "
                            "be told; say --field '{}:integer', or --decimal-comma",
                            proposal.name, example, proposal.name));
  }
  proposal.decimalComma = options.decimalComma || !withPoint.possible;
  const NumberProfile& profile = proposal.decimalComma ? withComma : withPoint;
  if (profile.isName) {
    proposal.decimalComma = false;
    return false;
  }
  if (profile.fractionDigits == 0) {
    proposal.type = FieldType{FieldKind::integer};
  } else {
    proposal.type = FieldType{FieldKind::decimal, static_cast<std::uint8_t>(profile.fractionDigits)};
  }
  return true;
}

// Whether a separator cuts the cells into tags: it is in use, no element is empty, long or twice in a cell, and
// elements come back from cell to cell.
bool isSeparated(const Texts& texts, char separator, Texts& elements) {
  constexpr std::size_t kLongestTag = 100;
  constexpr std::size_t kFewCells = 20;
  const std::string doubled(2, separator);
  std::size_t separated = 0;
  for (const std::string_view text : texts) {
    const std::size_t before = elements.size();
    bool sound =
        !text.starts_with(separator) && !text.ends_with(separator) && text.find(doubled) == std::string_view::npos;
    forEachElement({Cell::Kind::value, text, {}}, separator, [&](std::string_view element) {
      sound =
          sound && element.size() <= kLongestTag &&
          std::find(elements.begin() + static_cast<std::ptrdiff_t>(before), elements.end(), element) == elements.end();
      elements.push_back(element);
    });
    if (!sound) return false;
    separated += elements.size() > before + 1 ? 1 : 0;
  }
  if (separated * 20 < texts.size() || separated == 0) return false;
  return texts.size() < kFewCells || countDistinct(elements) * 2 < elements.size();
}

FieldType setTypeFor(const Texts& elements, bool decimalComma) {
  FieldType type{FieldKind::set};
  if (elements.empty()) return type;
  const auto all = [&](FieldKind kind) {
    const auto parser = CellParser::create(FieldType{kind}, {});
    return parser && std::all_of(elements.begin(), elements.end(),
                                 [&](std::string_view element) { return parser->number(element).has_value(); });
  };
  const NumberProfile profile = profileNumbers(elements, decimalComma ? ',' : '.');
  if (profile.possible && !profile.isName && profile.fractionDigits == 0) {
    type.element = FieldKind::integer;
  } else if (all(FieldKind::date)) {
    type.element = FieldKind::date;
  }
  return type;
}

void takeSet(const Texts& elements, const InferenceOptions& options, ProposedColumn& proposal) {
  proposal.type = setTypeFor(elements, options.decimalComma);
  proposal.decimalComma = options.decimalComma && proposal.type.element == FieldKind::integer;
}

bool isFreeText(const Texts& texts) {
  constexpr std::size_t kFewCells = 20;
  const std::size_t distinct = countDistinct(texts);
  const bool addresses = std::all_of(texts.begin(), texts.end(),
                                     [](std::string_view text) { return text.find('@') != std::string_view::npos; });
  if (addresses && distinct == texts.size()) return true;
  return texts.size() >= kFewCells && distinct * 5 >= texts.size() * 4;
}

// How the numbers or dates of a declared type are written.
Result<void> takeNotation(const Texts& texts, const InferenceOptions& options, ProposedColumn& proposal) {
  const FieldKind kind = proposal.type.kind == FieldKind::set ? proposal.type.element : proposal.type.kind;
  if (kind == FieldKind::date || kind == FieldKind::timestamp) {
    proposal.dateFormat = options.dateFormat;
    auto dates = inferDates(proposal.name, texts, options.dateFormat, true);
    if (!dates) return propagate(dates);
    if (*dates) proposal.dateFormat = (*dates)->format;
  } else if (kind == FieldKind::integer || kind == FieldKind::decimal) {
    const auto readable = [&](bool comma) {
      CellOptions cellOptions;
      cellOptions.decimalComma = comma;
      const auto parser = CellParser::create(proposal.type, cellOptions);
      return std::count_if(texts.begin(), texts.end(),
                           [&](std::string_view text) { return parser->number(text).has_value(); });
    };
    proposal.decimalComma = options.decimalComma || readable(true) > readable(false);
  }
  return {};
}

Result<void> takeUndeclared(const ColumnSample& sample, const InferenceOptions& options, ProposedColumn& proposal) {
  const Texts& texts = sample.texts;
  Texts elements = sample.elements;
  if (sample.arrays > 0) {
    elements.insert(elements.end(), texts.begin(), texts.end());
    takeSet(elements, options, proposal);
    return {};
  }
  if (texts.empty()) return {};
  if (isSeparated(texts, options.setSeparator, elements)) {
    takeSet(elements, options, proposal);
    return {};
  }
  if (boolWord(texts.front()) && allBool(texts)) {
    proposal.type = FieldType{FieldKind::boolean};
    return {};
  }
  auto numbers = takeNumbers(texts, options, proposal);
  if (!numbers) return propagate(numbers);
  if (*numbers) return {};
  auto dates = inferDates(proposal.name, texts, options.dateFormat, false);
  if (!dates) return propagate(dates);
  if (*dates) {
    proposal.type = FieldType{(*dates)->hasTime ? FieldKind::timestamp : FieldKind::date};
    proposal.dateFormat = (*dates)->format;
  } else if (isFreeText(texts)) {
    proposal.type = FieldType{FieldKind::text};
  }
  return {};
}

}  // namespace

Result<ProposedColumn> inferColumn(const std::string& name, std::size_t column, std::span<const ParsedRows> sample,
                                   const std::optional<FieldType>& declared, const InferenceOptions& options) {
  const ColumnSample taken = takeSample(column, sample, options);
  ProposedColumn proposal;
  proposal.name = name;
  proposal.filled = taken.texts.size() + taken.arrays;
  if (!taken.texts.empty()) proposal.example = taken.texts.front();
  if (taken.texts.empty() && !taken.elements.empty()) proposal.example = taken.elements.front();
  if (proposal.filled == 0 && taken.unusable > 0) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("column '{}' holds nested JSON, which no field can hold; name the columns to take with "
                            "--field",
                            name));
  }
  if (!declared) {
    if (auto done = takeUndeclared(taken, options, proposal); !done) return propagate(done);
    return proposal;
  }
  proposal.type = *declared;
  Texts texts = taken.elements;
  for (const std::string_view text : taken.texts) {
    if (declared->kind != FieldKind::set) {
      texts.push_back(text);
    } else {
      forEachElement({Cell::Kind::value, text, {}}, options.setSeparator,
                     [&](std::string_view element) { texts.push_back(element); });
    }
  }
  if (auto done = takeNotation(texts, options, proposal); !done) return propagate(done);
  return proposal;
}

}  // namespace roster
