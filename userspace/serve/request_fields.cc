// Checks kinds and limits.
#include "userspace/serve/request_fields.h"

#include <cmath>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"
#include "userspace/serve/api_error.h"

namespace pi_ring {
namespace {

using nlohmann::json;

json object_of(std::string_view body) {
  json object;
  try {
    object = parse_json(body, "the request");
  } catch (const BadInput& error) {
    throw ApiError(error.what(), {}, "invalid_json");
  }
  if (!object.is_object()) {
    throw ApiError("the request is not a JSON object", {}, "invalid_json");
  }
  return object;
}

std::string shortest(double number) {
  const json value = number;
  return value.dump();
}

}  // namespace

RequestFields::RequestFields(std::string_view body)
    : object_(object_of(body)) {}

RequestFields::RequestFields(json object, std::string name)
    : object_(std::move(object)), name_(std::move(name)) {
  if (!object_.is_object()) {
    throw ApiError(name_ + " is " + shown(object_) + ", expected an object",
                   name_);
  }
}

std::string RequestFields::full(const std::string& name) const {
  return name_.empty() ? name : name_ + "." + name;
}

void RequestFields::refuse(const std::string& name,
                           const std::string& expected) const {
  const auto found = object_.find(name);
  const std::string value = found == object_.end() ? "missing" : shown(*found);
  throw ApiError(full(name) + " is " + value + ", expected " + expected,
                 full(name));
}

const json* RequestFields::find(const char* name) {
  known_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> RequestFields::text(const char* name) {
  const json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(name, "a text");
  return value->get<std::string>();
}

bool RequestFields::flag(const char* name, bool otherwise) {
  const json* value = find(name);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) refuse(name, "true or false");
  return value->get<bool>();
}

int64_t RequestFields::whole(const char* name, int64_t least, int64_t most,
                             int64_t otherwise) {
  const json* value = find(name);
  if (value == nullptr) return otherwise;
  const bool is_too_large =
      value->is_number_unsigned() &&
      value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (!value->is_number_integer() || is_too_large ||
      value->get<int64_t>() < least || value->get<int64_t>() > most) {
    refuse(name, "a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most));
  }
  return value->get<int64_t>();
}

double RequestFields::number(const char* name, double least, double most,
                             double otherwise) {
  const json* value = find(name);
  if (value == nullptr) return otherwise;
  const double number = value->is_number() ? value->get<double>() : NAN;
  if (!(number >= least && number <= most)) {
    refuse(name, "a number from " + shortest(least) + " to " + shortest(most));
  }
  return number;
}

void RequestFields::only(const char* name, const json& value) {
  const json* given = find(name);
  if (given == nullptr || *given == value) return;
  throw ApiError(full(name) + " is " + shown(*given) +
                     ", which is not supported here, expected " + value.dump(),
                 full(name), "unsupported_parameter");
}

void RequestFields::check_all_known() const {
  for (const auto& [name, value] : object_.items()) {
    if (known_.contains(name)) continue;
    throw ApiError("the request has an unknown field: " + in_quotes(full(name)),
                   on_one_line(full(name), 100), "unknown_parameter");
  }
}

}  // namespace pi_ring
