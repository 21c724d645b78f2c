#include "model/template/value.h"

#include <algorithm>

namespace pi_ring {
namespace {

// Names that Python gives to kinds, in the order of the variant.
constexpr const char* kKindNames[] = {
    "Undefined", "NoneType", "bool",      "int",         "float",   "str",
    "list",      "dict",     "Namespace", "LoopContext", "function"};

int depth_of(const Value& value) {
  if (const List* list = value.list()) return list->depth;
  if (const Dict* dict = value.dict()) return dict->depth;
  return 0;
}

int depth_around(int depth, const Value& value) {
  const int around = std::max(depth, depth_of(value) + 1);
  if (around > kDeepestTemplate) {
    throw TemplateFault("lists and dicts nest deeper than " +
                        std::to_string(kDeepestTemplate));
  }
  return around;
}

}  // namespace

Value Value::text(std::string_view bytes) {
  return Value(MarkedText(std::string(bytes), Origin::kTemplate));
}

Value Value::undefined(std::string_view name) {
  return Value(Undefined{std::make_shared<const std::string>(name)});
}

const MarkedText* Value::text() const {
  const auto* held = as<TextPointer>();
  return held == nullptr ? nullptr : held->get();
}

const List* Value::list() const {
  const auto* held = as<ListPointer>();
  return held == nullptr ? nullptr : held->get();
}

const Dict* Value::dict() const {
  const auto* held = as<DictPointer>();
  return held == nullptr ? nullptr : held->get();
}

int64_t Value::integer() const {
  if (const auto* truth = as<bool>()) return *truth ? 1 : 0;
  return std::get<int64_t>(held_);
}

double Value::number() const {
  if (const auto* number = as<double>()) return *number;
  return static_cast<double>(integer());
}

bool Value::truth() const {
  if (is_number()) return number() != 0.0;
  if (text() != nullptr) return text()->size() > 0;
  if (list() != nullptr) return !list()->items.empty();
  if (dict() != nullptr) return !dict()->items.empty();
  return !is_undefined() && !is_none();
}

std::string Value::kind() const {
  if (list() != nullptr && list()->is_tuple) return "tuple";
  return kKindNames[held_.index()];
}

void require_storable(const Value& value) {
  if (value.is<std::shared_ptr<Namespace>>() ||
      value.is<std::shared_ptr<Loop>>() ||
      value.is<std::shared_ptr<const Callable>>()) {
    throw TemplateFault("a " + value.kind() +
                        " in a list, a dict or a namespace is not supported");
  }
}

Value text_of(MarkedText text, Budget& budget) {
  budget.memory(text.footprint() + sizeof(MarkedText));
  return Value(std::move(text));
}

Value list_of(std::vector<Value> items, Budget& budget, bool is_tuple) {
  budget.values(items.size() + 2);
  List list{.items = std::move(items), .is_tuple = is_tuple};
  for (const Value& item : list.items) {
    require_storable(item);
    list.depth = depth_around(list.depth, item);
  }
  return Value(std::make_shared<const List>(std::move(list)));
}

void DictMaker::set(Value key, Value value) {
  const std::string& name = dict_key(key);
  require_storable(value);
  dict_.depth = depth_around(dict_.depth, value);
  budget_.memory(name.size() + 5 * sizeof(Value));
  const auto [place, is_new] =
      dict_.places.try_emplace(name, dict_.items.size());
  if (is_new) {
    dict_.items.emplace_back(std::move(key), std::move(value));
  } else {
    dict_.items[place->second].second = std::move(value);
  }
}

Value DictMaker::made() {
  return Value(std::make_shared<const Dict>(std::move(dict_)));
}

void refuse_kinds(const std::string& which, const Value& left,
                  const Value& right) {
  if (left.is_undefined() && left.as<Undefined>()->name != nullptr) {
    throw TemplateFault("'" + *left.as<Undefined>()->name + "' is undefined");
  }
  throw TemplateFault(which + " does not work between " + left.kind() +
                      " and " + right.kind());
}

const std::string& dict_key(const Value& key) {
  if (key.text() == nullptr) {
    throw TemplateFault("a key of kind " + key.kind() +
                        " in a dict is not supported, only texts are");
  }
  return key.text()->bytes();
}

const Value* find(const Dict& dict, std::string_view key) {
  const auto place = dict.places.find(key);
  return place == dict.places.end() ? nullptr
                                    : &dict.items[place->second].second;
}

}  // namespace pi_ring
