#include "model/template/items.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "model/template/characters.h"

namespace pi_ring {
namespace {

// The place of an index that may count from the end; npos: there is none.
size_t place_of(int64_t index, size_t size) {
  const auto count = static_cast<int64_t>(size);
  if (index < 0) index += count;
  return index < 0 || index >= count ? std::string::npos
                                     : static_cast<size_t>(index);
}

Value character_at(const MarkedText& text, int64_t index, Budget& budget) {
  budget.work(text.size());
  const std::vector<size_t> places = character_places(text.bytes());
  const size_t at = place_of(index, places.size() - 1);
  if (at == std::string::npos) return Value();
  return text_of(text.part(places[at], places[at + 1] - places[at]), budget);
}

// The indices that a slice takes, as Python counts them.
class SliceIndices {
 public:
  SliceIndices(const Value& begin, const Value& end, const Value& step,
               size_t size)
      : size_(static_cast<int64_t>(size)), step_(bound(step, 1)) {
    if (step_ == 0) throw TemplateFault("a slice with a step of 0");
    const bool is_down = step_ < 0;
    at_ = clamped(bound(begin, is_down ? kMost : 0), is_down);
    end_ = end.is_none() ? (is_down ? -1 : size_)
                         : clamped(bound(end, 0), is_down);
  }

  // Where the slice is one part of the whole: its begin and its end.
  bool is_plain() const { return step_ == 1; }
  size_t begin() const { return static_cast<size_t>(std::min(at_, end_)); }
  size_t end() const { return static_cast<size_t>(end_); }

  bool is_done() const { return step_ > 0 ? at_ >= end_ : at_ <= end_; }
  size_t next() {
    const auto index = static_cast<size_t>(at_);
    // Past either end is far enough, and no sum overflows.
    const int64_t step = std::clamp(step_, -size_ - 1, size_ + 1);
    at_ += step;
    return index;
  }

 private:
  static constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

  static int64_t bound(const Value& value, int64_t otherwise) {
    if (value.is_none()) return otherwise;
    if (value.is_integer()) return value.integer();
    throw TemplateFault("a slice with a " + value.kind() + " as its bound");
  }

  int64_t clamped(int64_t index, bool is_down) const {
    if (index < 0) index = index < -size_ ? -1 : index + size_;
    if (index < 0) return is_down ? -1 : 0;
    return std::min(index, is_down ? size_ - 1 : size_);
  }

  int64_t size_;
  int64_t step_;
  int64_t at_ = 0;
  int64_t end_ = 0;
};

}  // namespace

Value item_of(const Value& value, const Value& key, Budget& budget) {
  budget.work(1);
  if (const Dict* dict = value.dict()) {
    const Value* item = find(*dict, dict_key(key));
    return item == nullptr ? Value::undefined(dict_key(key)) : *item;
  }
  if (value.is_undefined()) refuse_kinds("[]", value, key);
  if (!key.is_integer()) return Value();
  if (const List* list = value.list()) {
    const size_t at = place_of(key.integer(), list->items.size());
    return at == std::string::npos ? Value() : list->items[at];
  }
  if (const MarkedText* text = value.text()) {
    return character_at(*text, key.integer(), budget);
  }
  return Value();
}

Value slice_of(const Value& value, const Value& begin, const Value& end,
               const Value& step, Budget& budget) {
  if (const List* list = value.list()) {
    budget.values(list->items.size());
    std::vector<Value> items;
    for (SliceIndices at(begin, end, step, list->items.size());
         !at.is_done();) {
      items.push_back(list->items[at.next()]);
    }
    return list_of(std::move(items), budget, list->is_tuple);
  }
  if (value.text() == nullptr) {
    if (value.is_undefined()) refuse_kinds("[:]", value, value);
    throw TemplateFault("a slice of a " + value.kind());
  }
  const MarkedText& text = *value.text();
  budget.work(text.size());
  const std::vector<size_t> places = character_places(text.bytes());
  SliceIndices at(begin, end, step, places.size() - 1);
  if (at.is_plain()) {
    const size_t first = places[at.begin()];
    return text_of(text.part(first, places[at.end()] - first), budget);
  }
  MarkedText result;
  while (!at.is_done()) {
    const size_t index = at.next();
    budget.work(1);
    result.append(text.part(places[index], places[index + 1] - places[index]));
  }
  return text_of(std::move(result), budget);
}

ListPointer items_to_iterate(const Value& value, Budget& budget) {
  if (value.list() != nullptr) return *value.as<ListPointer>();
  std::vector<Value> items;
  if (const Dict* dict = value.dict()) {
    for (const auto& [key, item] : dict->items) items.push_back(key);
  } else if (const MarkedText* text = value.text()) {
    budget.memory(text->size() * (sizeof(size_t) + sizeof(MarkedText)));
    const std::vector<size_t> places = character_places(text->bytes());
    for (size_t i = 0; i + 1 < places.size(); ++i) {
      items.emplace_back(text->part(places[i], places[i + 1] - places[i]));
    }
  } else if (!value.is_undefined()) {
    throw TemplateFault("a " + value.kind() + " has no items to go over");
  }
  return *list_of(std::move(items), budget).as<ListPointer>();
}

}  // namespace pi_ring
