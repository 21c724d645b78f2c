// What a filter, a method, a test or a function is called with.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/template/value.h"

namespace pi_ring {

class Arguments {
 public:
  Arguments() = default;
  Arguments(std::vector<Value> plain,
            std::vector<std::pair<std::string, Value>> named)
      : plain_(std::move(plain)), named_(std::move(named)) {}

  // The next argument, or the one of this name; null where there is neither.
  const Value* next(std::string_view name);
  // The same; throw TemplateFault where it is missing or of another kind.
  const Value& required(std::string_view name);
  const MarkedText& required_text(std::string_view name);
  // The same with a value where it is not given.
  int64_t integer(std::string_view name, int64_t otherwise);
  bool truth(std::string_view name, bool otherwise);

  // The arguments that are left, which are a further filter's or test's.
  Arguments rest();
  const std::vector<std::pair<std::string, Value>>& named() const {
    return named_;
  }
  bool has_plain() const { return taken_ < plain_.size(); }

  // Throws TemplateFault, with the name of what is called, where an argument
  // was not asked for.
  void finish(std::string_view called) const;

 private:
  std::vector<Value> plain_;
  std::vector<std::pair<std::string, Value>> named_;
  std::vector<std::string> asked_;
  size_t taken_ = 0;
};

}  // namespace pi_ring
