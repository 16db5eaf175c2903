// Writes JSON: for people indented by two, one member a line; for machines in as few bytes as there can be.
//
//     JsonWriter json;
//     json.beginObject();
//     json.key("count").number(count);
//     json.endObject();
//     console.print(json.text());
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roster {

// The calls must nest as JSON does: a key before each value of an object, every begin with its end.
class JsonWriter {
 public:
  enum class Layout : std::uint8_t { indented, compact };

  explicit JsonWriter(Layout layout = Layout::indented) : layout_(layout) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  JsonWriter& key(std::string_view name);

  // Bytes that are no UTF-8 become U+FFFD.
  JsonWriter& string(std::string_view text);
  JsonWriter& number(std::uint64_t value) { return raw(std::to_string(value)); }
  JsonWriter& number(std::int64_t value) { return raw(std::to_string(value)); }
  JsonWriter& number(int value) { return raw(std::to_string(value)); }
  JsonWriter& number(double value);  // null where it is not finite
  // A value that is JSON already.
  JsonWriter& json(std::string_view text) { return raw(text); }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }

  // The document and a line feed.
  std::string text() const { return out_ + '\n'; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view text);
  void beginValue();
  void newLine();

  Layout layout_;
  std::string out_;
  std::vector<bool> hasMembers_;  // of each bracket that is open
  bool afterKey_ = false;
};

}  // namespace roster
