// The fields of a request's JSON object: each is read with its kind and its
// limits, or refused by name, and none is passed over in silence.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace pi_ring {

class RequestFields {
 public:
  // Throws ApiError where the body is not a JSON object.
  explicit RequestFields(std::string_view body);
  // A view of an object within a request; `name` says which.
  RequestFields(nlohmann::json object, std::string name);

  // Null where the field is missing or null.
  const nlohmann::json* find(const char* name);

  std::optional<std::string> text(const char* name);
  bool flag(const char* name, bool otherwise);
  int64_t whole(const char* name, int64_t least, int64_t most,
                int64_t otherwise);
  double number(const char* name, double least, double most, double otherwise);
  // A field that may be there with this value only, or null: what is asked for
  // otherwise is not supported.
  void only(const char* name, const nlohmann::json& value);
  // A field without influence.
  void pass_over(const char* name) { find(name); }

  // Throws ApiError that names a field that none of the above asked for.
  void check_all_known() const;

  [[noreturn]] void refuse(const std::string& name,
                           const std::string& expected) const;

 private:
  std::string full(const std::string& name) const;

  nlohmann::json object_;
  std::string name_;
  std::set<std::string> known_;
};

}  // namespace pi_ring
