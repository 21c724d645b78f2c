// The values that a template computes with. They behave as Python's do.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/template/budget.h"
#include "model/template/marked_text.h"

namespace pi_ring {

class Value;
struct Macro;

// A name or an attribute that is not there.
struct Undefined {
  std::shared_ptr<const std::string> name;
};
struct None {};

// Lists, tuples and dicts never change once they are made.
struct List {
  std::vector<Value> items;
  bool is_tuple = false;
  int depth = 1;  // of lists and dicts in it
};

struct Dict {
  std::vector<std::pair<Value, Value>> items;  // the keys are texts
  std::map<std::string, size_t, std::less<>> places;
  int depth = 1;
};

// namespace(...): the only value that changes.
struct Namespace {
  std::map<std::string, Value, std::less<>> values;
};

// What `loop` is within a {% for %}.
struct Loop {
  std::shared_ptr<const List> items;
  size_t at = 0;
};

// What can be called: a macro, a method of a value, or a function by its name.
struct Callable {
  std::string name;
  const Macro* macro = nullptr;
  std::shared_ptr<const Value> receiver = nullptr;
};

using TextPointer = std::shared_ptr<const MarkedText>;
using ListPointer = std::shared_ptr<const List>;
using DictPointer = std::shared_ptr<const Dict>;

class Value {
 public:
  Value() : held_(Undefined{}) {}
  explicit Value(Undefined undefined) : held_(std::move(undefined)) {}
  explicit Value(None none) : held_(none) {}
  explicit Value(bool truth) : held_(truth) {}
  explicit Value(int64_t number) : held_(number) {}
  explicit Value(double number) : held_(number) {}
  explicit Value(MarkedText text)
      : held_(std::make_shared<const MarkedText>(std::move(text))) {}
  explicit Value(ListPointer list) : held_(std::move(list)) {}
  explicit Value(DictPointer dict) : held_(std::move(dict)) {}
  explicit Value(std::shared_ptr<Namespace> names) : held_(std::move(names)) {}
  explicit Value(std::shared_ptr<Loop> loop) : held_(std::move(loop)) {}
  explicit Value(std::shared_ptr<const Callable> callable)
      : held_(std::move(callable)) {}

  // A text of the template's own.
  static Value text(std::string_view bytes);
  // What is called `name` and is not there.
  static Value undefined(std::string_view name);

  template <typename Held>
  const Held* as() const {
    return std::get_if<Held>(&held_);
  }
  template <typename Held>
  bool is() const {
    return std::holds_alternative<Held>(held_);
  }

  bool is_undefined() const { return is<Undefined>(); }
  bool is_none() const { return is<None>(); }
  bool is_integer() const { return is<int64_t>() || is<bool>(); }
  bool is_number() const { return is_integer() || is<double>(); }
  const MarkedText* text() const;
  const List* list() const;
  const Dict* dict() const;

  // Are called for numbers only; true and false are 1 and 0.
  int64_t integer() const;
  double number() const;

  // What `if` finds.
  bool truth() const;
  // "str", "int", as Python calls it.
  std::string kind() const;

 private:
  std::variant<Undefined, None, bool, int64_t, double, TextPointer, ListPointer,
               DictPointer, std::shared_ptr<Namespace>, std::shared_ptr<Loop>,
               std::shared_ptr<const Callable>>
      held_;
};

// Throw TemplateFault where lists nest too deeply, or hold what can only be a
// variable, such as a namespace.
Value list_of(std::vector<Value> items, Budget& budget, bool is_tuple = false);
Value text_of(MarkedText text, Budget& budget);

// A dict that grows until it is made.
class DictMaker {
 public:
  explicit DictMaker(Budget& budget) : budget_(budget) {}
  // A key that is there already gets the other value.
  void set(Value key, Value value);
  Value made();

 private:
  Budget& budget_;
  Dict dict_;
};

// Throws TemplateFault where the value cannot be in a list, dict or namespace.
void require_storable(const Value& value);

// Throws TemplateFault: the operator `which` does not work on such values.
[[noreturn]] void refuse_kinds(const std::string& which, const Value& left,
                               const Value& right);

// The name that a dict has for the key. Throws TemplateFault where it is no
// text.
const std::string& dict_key(const Value& key);
// The value of the key, or null.
const Value* find(const Dict& dict, std::string_view key);

}  // namespace pi_ring
