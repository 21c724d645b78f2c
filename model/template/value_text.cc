#include "model/template/value_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "model/template/characters.h"

namespace pi_ring {
namespace {

// The shortest digits that give the number again, as Python writes them.
std::string float_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const double size = std::fabs(number);
  const bool is_plain = size == 0.0 || (size >= 1e-4 && size < 1e16);
  const auto written = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), number,
      is_plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), written.ptr);
  if (is_plain && text.find('.') == text.npos) text += ".0";
  return text;
}

std::string two_hex_digits(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[byte >> 4], kDigits[byte & 0xF]};
}

// Writes what nests, and gives up where that costs too much.
class ValueWriter {
 public:
  explicit ValueWriter(Budget& budget) : budget_(budget) {}

  MarkedText take() { return std::move(out_); }

 protected:
  void put(std::string_view bytes, Origin origin) {
    budget_.memory(bytes.size() + 1);
    out_.append(bytes, origin);
  }
  void put(const MarkedText& text) {
    budget_.memory(text.footprint() + 1);
    out_.append(text);
  }

 private:
  Budget& budget_;
  MarkedText out_;
};

class QuotedWriter : public ValueWriter {
 public:
  using ValueWriter::ValueWriter;

  void write(const Value& value) {
    if (const MarkedText* text = value.text()) return quote(*text);
    if (const List* list = value.list()) return write(*list);
    if (const Dict* dict = value.dict()) return write(*dict);
    put(plain(value), Origin::kTemplate);
  }

 private:
  static std::string plain(const Value& value) {
    if (const auto* truth = value.as<bool>()) return *truth ? "True" : "False";
    if (value.is_none()) return "None";
    if (value.is<int64_t>()) return std::to_string(value.integer());
    if (value.is<double>()) return float_text(value.number());
    if (value.is_undefined()) return "Undefined";
    throw TemplateFault("a " + value.kind() + " as text is not supported");
  }

  void write(const List& list) {
    put(list.is_tuple ? "(" : "[", Origin::kTemplate);
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) put(", ", Origin::kTemplate);
      write(list.items[i]);
    }
    if (list.is_tuple && list.items.size() == 1) put(",", Origin::kTemplate);
    put(list.is_tuple ? ")" : "]", Origin::kTemplate);
  }

  void write(const Dict& dict) {
    put("{", Origin::kTemplate);
    for (size_t i = 0; i < dict.items.size(); ++i) {
      if (i > 0) put(", ", Origin::kTemplate);
      write(dict.items[i].first);
      put(": ", Origin::kTemplate);
      write(dict.items[i].second);
    }
    put("}", Origin::kTemplate);
  }

  // A text in quotes counts as given where any of it was.
  void quote(const MarkedText& text) {
    const std::string& bytes = text.bytes();
    const bool is_given = std::ranges::any_of(text.runs(), [](const auto& run) {
      return run.origin == Origin::kGiven;
    });
    const bool has_single = bytes.find('\'') != bytes.npos;
    const bool has_double = bytes.find('"') != bytes.npos;
    const char mark = has_single && !has_double ? '"' : '\'';
    std::string quoted(1, mark);
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::string_view character = first_character_of(rest);
      quoted += escaped(character, mark);
      rest.remove_prefix(character.size());
    }
    put(quoted + mark, is_given ? Origin::kGiven : Origin::kTemplate);
  }

  static std::string escaped(std::string_view character, char mark) {
    const auto byte = static_cast<unsigned char>(character.back());
    if (character.size() == 2 && character.front() == '\xC2' &&
        (byte <= 0xA0 || byte == 0xAD)) {
      return "\\x" + two_hex_digits(byte);
    }
    if (character.size() > 1) return std::string(character);
    if (character[0] == mark || byte == '\\') return {'\\', character[0]};
    if (byte == '\n') return "\\n";
    if (byte == '\r') return "\\r";
    if (byte == '\t') return "\\t";
    if (byte < 0x20 || byte == 0x7F) return "\\x" + two_hex_digits(byte);
    return std::string(character);
  }
};

class JsonWriter : public ValueWriter {
 public:
  JsonWriter(const JsonStyle& style, Budget& budget)
      : ValueWriter(budget), style_(style) {}

  void write(const Value& value) {
    if (const MarkedText* text = value.text()) return quote(text->bytes());
    if (const List* list = value.list()) return write(*list);
    if (const Dict* dict = value.dict()) return write(*dict);
    put(plain(value), Origin::kGiven);
  }

 private:
  static std::string plain(const Value& value) {
    if (const auto* truth = value.as<bool>()) return *truth ? "true" : "false";
    if (value.is_none()) return "null";
    if (value.is<int64_t>()) return std::to_string(value.integer());
    if (value.is<double>() && std::isfinite(value.number())) {
      return float_text(value.number());
    }
    throw TemplateFault("a value of kind " + value.kind() +
                        " cannot be written as JSON");
  }

  void write(const List& list) {
    if (list.items.empty()) return put("[]", Origin::kGiven);
    open("[");
    for (size_t i = 0; i < list.items.size(); ++i) {
      begin_item(i);
      write(list.items[i]);
    }
    close("]");
  }

  void write(const Dict& dict) {
    if (dict.items.empty()) return put("{}", Origin::kGiven);
    open("{");
    size_t i = 0;
    const auto write_item = [&](size_t place) {
      begin_item(i++);
      quote(dict.items[place].first.text()->bytes());
      put(style_.key_separator, Origin::kGiven);
      write(dict.items[place].second);
    };
    if (style_.sorts_keys) {
      for (const auto& [key, place] : dict.places) write_item(place);
    } else {
      for (size_t place = 0; place < dict.items.size(); ++place) {
        write_item(place);
      }
    }
    close("}");
  }

  void open(const char* bracket) {
    put(bracket, Origin::kGiven);
    ++depth_;
  }
  void close(const char* bracket) {
    --depth_;
    begin_line();
    put(bracket, Origin::kGiven);
  }
  void begin_item(size_t index) {
    if (index > 0) put(style_.item_separator, Origin::kGiven);
    begin_line();
  }
  void begin_line() {
    if (style_.indent < 0) return;
    put("\n" + std::string(static_cast<size_t>(style_.indent * depth_), ' '),
        Origin::kGiven);
  }

  void quote(const std::string& bytes) {
    std::string quoted = "\"";
    for (const char byte : bytes) quoted += escaped(byte);
    put(quoted + '"', Origin::kGiven);
  }

  static std::string escaped(char byte) {
    constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
    const size_t at = kEscaped.find(byte);
    if (at != kEscaped.npos) return {'\\', "\"\\bfnrt"[at]};
    if (static_cast<unsigned char>(byte) >= 0x20) return {byte};
    return "\\u00" + two_hex_digits(static_cast<unsigned char>(byte));
  }

  const JsonStyle& style_;
  int depth_ = 0;
};

}  // namespace

MarkedText shown_text(const Value& value, Budget& budget) {
  if (const MarkedText* text = value.text()) return *text;
  if (value.is_undefined()) return {};
  return quoted_text(value, budget);
}

MarkedText quoted_text(const Value& value, Budget& budget) {
  QuotedWriter writer(budget);
  writer.write(value);
  return writer.take();
}

MarkedText json_text(const Value& value, const JsonStyle& style,
                     Budget& budget) {
  JsonWriter writer(style, budget);
  writer.write(value);
  return writer.take();
}

}  // namespace pi_ring
