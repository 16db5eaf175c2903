// The words that generated contacts are made of: names, cities, tags in Polish, Russian and English, each in its own
// script. Tables only; contact_generator says how often each is drawn.
//
// The order of every table is part of the generator's output: the front of a table is drawn most often, and moving a
// word changes the bytes that a seed gives.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roster::generator {

enum class Language : std::uint8_t { polish, russian, english };

inline constexpr int kLanguages = 3;

// A family name as men and as women bear it.
struct FamilyName {
  std::string_view male;
  std::string_view female;
};

struct City {
  std::string_view name;
  std::string_view country;  // ISO 3166-1 alpha-2
};

std::string_view codeOf(Language language);  // "pl", "ru", "en"

std::span<const std::string_view> maleNames(Language language);
std::span<const std::string_view> femaleNames(Language language);
std::span<const FamilyName> familyNames(Language language);

// Larger ones first.
std::span<const City> cities(Language language);

std::span<const std::string_view> notes(Language language);

// Where contacts come from when nobody imports them.
std::span<const std::string_view> organicSources();

std::span<const std::string_view> interests();
std::span<const std::string_view> plans();

// Domains that are reserved, so that nobody mails a stranger by mistake.
std::span<const std::string_view> mailDomains(Language language);

// Some two hundred tags, the most frequent first: words of their own, then campaigns put together from two.
std::vector<std::string> tags();

// A name in lower-case ASCII letters, as it stands in an e-mail address: "Łukasz" is "lukasz", "Юлия" is "yuliya".
std::string toAscii(std::string_view name);

}  // namespace roster::generator
