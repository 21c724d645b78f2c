#include "model/template/comparison.h"

#include "model/template/characters.h"

namespace pi_ring {
namespace {

bool equal_lists(const List& left, const List& right, Budget& budget) {
  if (left.is_tuple != right.is_tuple ||
      left.items.size() != right.items.size()) {
    return false;
  }
  for (size_t i = 0; i < left.items.size(); ++i) {
    if (!equal(left.items[i], right.items[i], budget)) return false;
  }
  return true;
}

bool equal_dicts(const Dict& left, const Dict& right, Budget& budget) {
  if (left.items.size() != right.items.size()) return false;
  for (const auto& [key, value] : left.items) {
    const Value* other = find(right, key.text()->bytes());
    if (other == nullptr || !equal(value, *other, budget)) return false;
  }
  return true;
}

bool contains(const Value& container, const Value& value, Budget& budget) {
  if (const MarkedText* text = container.text()) {
    if (value.text() == nullptr) refuse_kinds("in", value, container);
    return find_text(text->bytes(), value.text()->bytes(), 0, budget) !=
           std::string::npos;
  }
  if (const Dict* dict = container.dict()) {
    return value.text() != nullptr &&
           find(*dict, value.text()->bytes()) != nullptr;
  }
  if (container.is_undefined()) return false;
  if (container.list() == nullptr) refuse_kinds("in", value, container);
  for (const Value& item : container.list()->items) {
    if (equal(item, value, budget)) return true;
  }
  return false;
}

}  // namespace

bool equal(const Value& left, const Value& right, Budget& budget) {
  budget.work(1);
  if (left.is_number() && right.is_number()) {
    return left.is_integer() && right.is_integer()
               ? left.integer() == right.integer()
               : left.number() == right.number();
  }
  if (left.text() != nullptr && right.text() != nullptr) {
    budget.work(left.text()->size());
    return left.text()->bytes() == right.text()->bytes();
  }
  if (left.list() != nullptr && right.list() != nullptr) {
    return equal_lists(*left.list(), *right.list(), budget);
  }
  if (left.dict() != nullptr && right.dict() != nullptr) {
    return equal_dicts(*left.dict(), *right.dict(), budget);
  }
  return (left.is_none() && right.is_none()) ||
         (left.is_undefined() && right.is_undefined());
}

bool less(const Value& left, const Value& right, Budget& budget) {
  budget.work(1);
  if (left.is_integer() && right.is_integer()) {
    return left.integer() < right.integer();
  }
  if (left.is_number() && right.is_number()) {
    return left.number() < right.number();
  }
  if (left.text() != nullptr && right.text() != nullptr) {
    budget.work(left.text()->size());
    return left.text()->bytes() < right.text()->bytes();
  }
  refuse_kinds("<", left, right);
}

bool compare(const std::string& which, const Value& left, const Value& right,
             Budget& budget) {
  if (which == "==") return equal(left, right, budget);
  if (which == "!=") return !equal(left, right, budget);
  if (which == "<") return less(left, right, budget);
  if (which == ">") return less(right, left, budget);
  if (which == "<=") {
    return less(left, right, budget) || equal(left, right, budget);
  }
  if (which == ">=") {
    return less(right, left, budget) || equal(left, right, budget);
  }
  return contains(right, left, budget) == (which == "in");
}

}  // namespace pi_ring
