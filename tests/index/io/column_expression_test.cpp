#include "index/io/column_expression.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

#include "core/query/diagnostic.h"

namespace roster {
namespace {

std::vector<std::string> namesIn(const ColumnExpression& expression) {
  std::vector<std::string> names;
  for (const ColumnExpression::Column& column : expression.columns()) names.push_back(column.name);
  return names;
}

// The number that an expression gives where columns have these values.
std::string computed(const std::string& text, const std::map<std::string, std::string>& cells = {}) {
  const auto expression = ColumnExpression::parse(text);
  if (!expression) return renderDiagnostic(expression.error(), text);
  std::vector<WideDecimal> values;
  for (const std::string& name : namesIn(*expression)) values.push_back(parseWideDecimal(cells.at(name)).value());
  const auto number = expression->evaluate(values);
  return number ? formatWide(number->mantissa, number->scale) : "too wide";
}

TEST(ColumnExpressionTest, BindsAsInArithmetic) {
  EXPECT_EQ(computed("2 + 3 * 4"), "14");
  EXPECT_EQ(computed("(2 + 3) * 4"), "20");
  EXPECT_EQ(computed("10 - 4 - 3"), "3");
  EXPECT_EQ(computed("-2 * -3"), "6");
  EXPECT_EQ(computed("--2"), "2");
  EXPECT_EQ(computed("2 - -3"), "5");
  EXPECT_EQ(computed("-(1.5 + 0.25) * 2"), "-3.50");
  EXPECT_EQ(computed(" 0.1+0.2 "), "0.3");
}

TEST(ColumnExpressionTest, TakesColumnsByName) {
  EXPECT_EQ(computed("Quantity*UnitPrice", {{"Quantity", "6"}, {"UnitPrice", "2.55"}}), "15.30");
  EXPECT_EQ(computed("ilość * \"cena za sztukę\"", {{"ilość", "2"}, {"cena za sztukę", "1.5"}}), "3.0");
  EXPECT_EQ(computed("цена - \"a\"\"b\" - \"1\" - \"in\"", {{"цена", "10"}, {"a\"b", "1"}, {"1", "2"}, {"in", "3"}}),
            "4");
  const auto expression = ColumnExpression::parse("b + a * b - \"a\"");
  EXPECT_EQ(namesIn(*expression), (std::vector<std::string>{"b", "a"})) << "each once, in the order of the text";
  EXPECT_EQ(expression->columns()[1].at, (SourcePosition{1, 5, 1}));
  EXPECT_EQ(computed("z\u0307o\u0301ł\u0107", {{"żółć", "1"}}), "1") << "names are in NFC";
}

TEST(ColumnExpressionTest, RefusesWhatIsNoneWithItsPlace) {
  EXPECT_EQ(computed(""), "1:1: found the end, expected a column or a number\n  \n  ^");
  EXPECT_EQ(computed("a *"), "1:4: found the end, expected a column or a number\n  a *\n     ^");
  EXPECT_EQ(computed("ilość cena"), "1:7: found 'cena', expected '+', '-', '*' or the end\n  ilość cena\n        ^~~~");
  EXPECT_EQ(computed("a / 2"), "1:3: found '/', expected '+', '-', '*' or the end\n  a / 2\n    ^");
  EXPECT_EQ(computed("(a + b"), "1:7: found the end, expected '+', '-', '*' or ')'\n  (a + b\n        ^");
  EXPECT_EQ(computed("a)"), "1:2: found ')', expected '+', '-', '*' or the end\n  a)\n   ^");
  EXPECT_EQ(computed("+a"), "1:1: found '+', expected a column or a number\n  +a\n  ^");
  EXPECT_EQ(computed("2 3.5"), "1:3: found '3.5', expected '+', '-', '*' or the end\n  2 3.5\n    ^~~");
  EXPECT_EQ(computed("1 + \"a"), "1:5: this name has no closing double quote\n  1 + \"a\n      ^");
  EXPECT_EQ(computed("1.2.3"), "1:1: '1.2.3' is not a number\n  1.2.3\n  ^~~~~");
  EXPECT_EQ(computed("a*12b"), "1:3: '12b' is not a number\n  a*12b\n    ^~~");
  EXPECT_EQ(computed("1e3"), "1:1: '1e3' is not a number\n  1e3\n  ^~~");
  EXPECT_EQ(computed(std::string(40, '9')).substr(0, 5), "1:1: ");
  EXPECT_EQ(computed("a\xff"), "the expression is not valid UTF-8");
}

TEST(ColumnExpressionTest, NestsSoFarAndNoFurther) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '(') + "1" +
           std::string(static_cast<std::size_t>(levels), ')');
  };
  EXPECT_EQ(computed(nested(99)), "1");
  EXPECT_NE(computed(nested(100)).find("nested more than 100 levels deep"), std::string::npos);
  EXPECT_NE(computed(std::string(100'000, '-') + "1").find("nested more than 100 levels deep"), std::string::npos);
  std::string sum = "0";
  for (int i = 0; i < 50'000; ++i) sum += "+1";
  EXPECT_EQ(computed(sum), "50000") << "a long one is not a deep one";
}

TEST(ColumnExpressionTest, SaysWhereMoreThan128BitsAreNeeded) {
  const std::string most = "170141183460469231731687303715884105727";
  EXPECT_EQ(computed(most + " + 0"), most);
  EXPECT_EQ(computed(most + " + 1"), "too wide");
  EXPECT_EQ(computed("a * a", {{"a", "20000000000000000000"}}), "too wide");
  EXPECT_EQ(computed("-1 - " + most), "-170141183460469231731687303715884105728");
}

// ---- A model --------------------------------------------------------------------------------------------------------

// A number modulo a prime, where a tenth is a number too, so that no size is too large to be right. Beside it how wide
// a mantissa gets on the way to it.
constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;

std::uint64_t timesModulo(std::uint64_t a, std::uint64_t b) {
  __extension__ using Product = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Product>(a) * b % kPrime);
}

std::uint64_t powerModulo(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t power = 1;
  for (; exponent != 0; exponent /= 2, base = timesModulo(base, base)) {
    if (exponent % 2 == 1) power = timesModulo(power, base);
  }
  return power;
}

std::uint64_t moduloOf(const WideDecimal& number) {
  const auto rest = static_cast<std::int64_t>(number.mantissa % static_cast<WideInteger>(kPrime));
  const std::uint64_t mantissa =
      rest < 0 ? kPrime - static_cast<std::uint64_t>(-rest) : static_cast<std::uint64_t>(rest);
  const std::uint64_t tenth = powerModulo(10, kPrime - 2);
  return timesModulo(mantissa, powerModulo(tenth, static_cast<std::uint64_t>(number.scale)));
}

struct Modelled {
  std::string text;
  std::uint64_t modulo = 0;
  long double size = 0;    // about
  int scale = 0;           // at most
  long double widest = 0;  // the largest mantissa met, about and at most
};

// Whatever the size that RapidCheck has come to.
int below(int end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end)); }

class ModelGenerator {
 public:
  std::vector<WideDecimal> values;  // of c0, c1 …, as an expression's columns

  Modelled expression(int depth) {
    const int kind = depth == 0 ? below(2) : below(7);
    if (kind < 2) return leaf(kind == 0);
    if (kind == 2) return negation(expression(depth - 1));
    const Modelled left = expression(depth - 1);
    const Modelled right = expression(depth - 1);
    return combination(kind, left, right);
  }

 private:
  Modelled leaf(bool isColumn) {
    const int digits = below(10);
    const auto number = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-1000, 1000),
                                        rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::int64_t>()));
    const std::string text = formatDecimal(isColumn || number >= 0 ? number : -(number + 1), digits);
    const WideDecimal parsed = *parseWideDecimal(text);
    const auto size = std::abs(static_cast<long double>(parsed.mantissa));
    Modelled leaf{text, moduloOf(parsed), static_cast<long double>(parsed.mantissa) / std::pow(10.0L, parsed.scale),
                  parsed.scale, size};
    if (!isColumn) return leaf;
    leaf.text = fmt::format("c{}", values.size());
    values.push_back(parsed);
    return leaf;
  }

  static Modelled negation(Modelled operand) {
    operand.text = "-(" + operand.text + ")";
    operand.modulo = (kPrime - operand.modulo) % kPrime;
    operand.size = -operand.size;
    return operand;
  }

  static Modelled combination(int kind, const Modelled& a, const Modelled& b) {
    Modelled result;
    if (kind <= 4) {
      const bool minus = kind == 4;
      result.text = fmt::format("({} {} {})", a.text, minus ? '-' : '+', b.text);
      result.modulo = (a.modulo + (minus ? kPrime - b.modulo : b.modulo)) % kPrime;
      result.size = minus ? a.size - b.size : a.size + b.size;
      result.scale = std::max(a.scale, b.scale);
    } else {
      result.text = fmt::format("({})*({})", a.text, b.text);
      result.modulo = timesModulo(a.modulo, b.modulo);
      result.size = a.size * b.size;
      result.scale = a.scale + b.scale;
    }
    const long double unit = std::pow(10.0L, result.scale);
    const long double sizes = kind <= 4 ? std::max(std::abs(a.size), std::abs(b.size)) : 0;
    result.widest = std::max({a.widest, b.widest, std::abs(result.size) * unit, sizes * unit});
    return result;
  }
};

RC_GTEST_PROP(ColumnExpressionTest, IsExactOrSaysThatItIsTooWide, ()) {
  ModelGenerator generator;
  const Modelled model = generator.expression(below(5));
  const auto expression = ColumnExpression::parse(model.text);
  RC_ASSERT(expression.has_value());
  RC_ASSERT(expression->columns().size() == generator.values.size());
  const auto number = expression->evaluate(generator.values);
  const long double most = std::pow(2.0L, 127);
  RC_TAG(number.has_value() ? "exact" : "too wide");
  if (number) RC_ASSERT(moduloOf(*number) == model.modulo);
  else RC_ASSERT(model.widest > most * 0.999999L);
}

}  // namespace
}  // namespace roster
