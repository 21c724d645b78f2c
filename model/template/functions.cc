#include "model/template/functions.h"

#include <algorithm>
#include <array>
#include <map>

#include "model/base/wording.h"
#include "model/template/items.h"
#include "model/template/list_filters.h"
#include "model/template/text_methods.h"
#include "model/template/value_text.h"

namespace pi_ring {
namespace {

Value range(Arguments& arguments, const std::tm& /*now*/, Budget& budget) {
  int64_t begin = 0;
  int64_t end = arguments.integer("start", 0);
  if (arguments.has_plain()) {
    begin = end;
    end = arguments.integer("stop", 0);
  }
  const int64_t step = arguments.integer("step", 1);
  if (step == 0) throw TemplateFault("range with a step of 0");
  std::vector<Value> items;
  for (int64_t at = begin; step > 0 ? at < end : at > end;) {
    budget.values(1);
    items.emplace_back(at);
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return list_of(std::move(items), budget);
}

Value make_namespace(Arguments& arguments, const std::tm& /*now*/,
                     Budget& budget) {
  auto names = std::make_shared<Namespace>();
  if (const Value* dict = arguments.next("")) {
    if (dict->dict() == nullptr) {
      throw TemplateFault("namespace of a " + dict->kind());
    }
    for (const auto& [key, value] : dict->dict()->items) {
      names->values.insert_or_assign(key.text()->bytes(), value);
    }
  }
  const Arguments rest = arguments.rest();
  for (const auto& [name, value] : rest.named()) {
    require_storable(value);
    names->values.insert_or_assign(name, value);
  }
  budget.values(4 * names->values.size() + 4);
  return Value(std::move(names));
}

Value make_dict(Arguments& arguments, const std::tm& /*now*/, Budget& budget) {
  DictMaker maker(budget);
  if (arguments.has_plain()) {
    const Value& from = arguments.required("");
    const Value pairs = from.list() == nullptr ? pairs_of(from, budget) : from;
    for (const Value& pair : pairs.list()->items) {
      if (pair.list() == nullptr || pair.list()->items.size() != 2) {
        throw TemplateFault("dict of what is no pair of key and value");
      }
      maker.set(pair.list()->items[0], pair.list()->items[1]);
    }
  }
  const Arguments rest = arguments.rest();
  for (const auto& [name, value] : rest.named()) {
    maker.set(Value::text(name), value);
  }
  return maker.made();
}

[[noreturn]] Value raise_exception(Arguments& arguments, const std::tm& /*now*/,
                                   Budget& budget) {
  const MarkedText why = shown_text(arguments.required("message"), budget);
  throw TemplateFault("the template says: " + why.bytes());
}

Value write_time(Arguments& arguments, const std::tm& now, Budget& budget) {
  std::array<char, 256> text{};
  const std::string& format = arguments.required_text("format").bytes();
  budget.work(format.size());
  if (format.empty()) return Value::text("");
  const size_t size =
      std::strftime(text.data(), text.size(), format.c_str(), &now);
  if (size == 0) throw TemplateFault("strftime_now writes too long a text");
  return Value::text({text.data(), size});
}

using Function = Value (*)(Arguments&, const std::tm&, Budget&);

const std::map<std::string_view, Function>& functions() {
  static const std::map<std::string_view, Function> all = {
      {"dict", make_dict},
      {"namespace", make_namespace},
      {"raise_exception", raise_exception},
      {"range", range},
      {"strftime_now", write_time},
  };
  return all;
}

constexpr std::array kDictMethods = {"copy", "get", "items", "keys", "values"};

Value call_dict_method(const Value& receiver, std::string_view name,
                       Arguments& arguments, Budget& budget) {
  const Dict& dict = *receiver.dict();
  if (name == "copy") return receiver;
  if (name == "items") return pairs_of(receiver, budget);
  if (name == "keys") return Value(items_to_iterate(receiver, budget));
  if (name == "get") {
    const Value& key = arguments.required("key");
    const Value* otherwise = arguments.next("default");
    const Value* found =
        key.text() == nullptr ? nullptr : find(dict, key.text()->bytes());
    if (found != nullptr) return *found;
    return otherwise == nullptr ? Value(None{}) : *otherwise;
  }
  std::vector<Value> values;
  for (const auto& [key, value] : dict.items) values.push_back(value);
  return list_of(std::move(values), budget);
}

// loop.cycle(a, b): each in turn.
Value cycle(const Loop& loop, Arguments& arguments) {
  std::vector<Value> values;
  while (arguments.has_plain()) values.push_back(arguments.required(""));
  if (values.empty()) throw TemplateFault("cycle has nothing to choose from");
  return values[loop.at % values.size()];
}

}  // namespace

bool is_function(std::string_view name) { return functions().contains(name); }

Value call_function(std::string_view name, const Arguments& given,
                    const std::tm& now, Budget& budget) {
  Arguments arguments = given;
  const auto function = functions().find(name);
  if (function == functions().end()) {
    throw TemplateFault("the function " + in_quotes(name) +
                        " is not supported");
  }
  Value result = function->second(arguments, now, budget);
  arguments.finish(name);
  return result;
}

bool is_method(const Value& receiver, std::string_view name) {
  if (receiver.text() != nullptr) return is_text_method(name);
  if (receiver.dict() != nullptr) {
    return std::ranges::find(kDictMethods, name) != kDictMethods.end();
  }
  return receiver.is<std::shared_ptr<Loop>>() && name == "cycle";
}

Value call_method(const Value& receiver, std::string_view name,
                  const Arguments& given, Budget& budget) {
  if (const MarkedText* text = receiver.text()) {
    return call_text_method(*text, name, given, budget);
  }
  Arguments arguments = given;
  Value result = receiver.dict() != nullptr
                     ? call_dict_method(receiver, name, arguments, budget)
                     : cycle(**receiver.as<std::shared_ptr<Loop>>(), arguments);
  arguments.finish(name);
  return result;
}

Value loop_attribute(const Loop& loop, std::string_view name) {
  const auto& items = loop.items->items;
  const auto at = static_cast<int64_t>(loop.at);
  const auto size = static_cast<int64_t>(items.size());
  if (name == "index") return Value(at + 1);
  if (name == "index0") return Value(at);
  if (name == "revindex") return Value(size - at);
  if (name == "revindex0") return Value(size - at - 1);
  if (name == "first") return Value(at == 0);
  if (name == "last") return Value(at == size - 1);
  if (name == "length") return Value(size);
  if (name == "previtem") return at == 0 ? Value() : items[loop.at - 1];
  if (name == "nextitem") {
    return at == size - 1 ? Value() : items[loop.at + 1];
  }
  throw TemplateFault("loop." + std::string(name) + " is not supported");
}

}  // namespace pi_ring
