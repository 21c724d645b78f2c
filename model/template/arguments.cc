#include "model/template/arguments.h"

#include <algorithm>

namespace pi_ring {

const Value* Arguments::next(std::string_view name) {
  asked_.emplace_back(name);
  if (taken_ < plain_.size()) return &plain_[taken_++];
  const auto found =
      std::ranges::find(named_, name, &std::pair<std::string, Value>::first);
  return found == named_.end() ? nullptr : &found->second;
}

const Value& Arguments::required(std::string_view name) {
  if (const Value* value = next(name)) return *value;
  throw TemplateFault("the argument " + std::string(name) + " is missing");
}

const MarkedText& Arguments::required_text(std::string_view name) {
  const Value& value = required(name);
  if (value.text() != nullptr) return *value.text();
  throw TemplateFault("the argument " + std::string(name) + " is a " +
                      value.kind() + ", expected a text");
}

int64_t Arguments::integer(std::string_view name, int64_t otherwise) {
  const Value* value = next(name);
  if (value == nullptr || value->is_none()) return otherwise;
  if (value->is_integer()) return value->integer();
  throw TemplateFault("the argument " + std::string(name) + " is a " +
                      value->kind() + ", expected a whole number");
}

bool Arguments::truth(std::string_view name, bool otherwise) {
  const Value* value = next(name);
  return value == nullptr ? otherwise : value->truth();
}

Arguments Arguments::rest() {
  const auto begin = plain_.begin() + static_cast<ptrdiff_t>(taken_);
  Arguments rest({begin, plain_.end()}, std::move(named_));
  plain_.clear();
  named_.clear();
  taken_ = 0;
  return rest;
}

void Arguments::finish(std::string_view called) const {
  const bool has_unknown = std::ranges::any_of(named_, [this](auto& named) {
    return std::ranges::find(asked_, named.first) == asked_.end();
  });
  if (!has_plain() && !has_unknown) return;
  throw TemplateFault(std::string(called) +
                      " has an argument that is not supported");
}

}  // namespace pi_ring
