// The variables of a template: each block that has its own sees those around
// it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "model/template/value.h"

namespace pi_ring {

class Scope {
 public:
  explicit Scope(const Scope* around) : around_(around) {}

  void set(const std::string& name, Value value) {
    values_.insert_or_assign(name, std::move(value));
  }

  // The innermost value of the name, or null.
  const Value* find(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->around_) {
      const auto found = scope->values_.find(name);
      if (found != scope->values_.end()) return &found->second;
    }
    return nullptr;
  }

 private:
  const Scope* around_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace pi_ring
