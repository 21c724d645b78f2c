// Checks each value's type before its limits: JSON would convert any number to
// any other.
#include "userspace/ring/train/received_fields.h"

#include <limits>
#include <utility>

#include "model/base/json_text.h"
#include "userspace/ring/message/message.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr int64_t kMostInt64 = std::numeric_limits<int64_t>::max();
constexpr size_t kLongestPath = 4096;  // bytes, as the kernel takes

// A number above the largest int64_t is not one.
bool is_int64(const json& value) {
  if (value.is_number_unsigned()) return value.get<uint64_t>() <= kMostInt64;
  return value.is_number_integer();
}

}  // namespace

ReceivedFields::ReceivedFields(std::string name, const json& object)
    : name_(std::move(name)), object_(object) {
  if (object.is_object()) return;
  throw RingError(name_ + " is not valid: found " + shown(object) +
                  ", expected an object");
}

void ReceivedFields::refuse(const char* key,
                            const std::string& expected) const {
  const auto found = object_.find(key);
  throw RingError(name_ + " is not valid: " + key + " is " +
                  (found == object_.end() ? "missing" : shown(*found)) +
                  ", expected " + expected);
}

const json& ReceivedFields::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) refuse(key, "a value");
  return *found;
}

int64_t ReceivedFields::integer(const char* key, int64_t least,
                                int64_t most) const {
  const json& value = at(key);
  if (is_int64(value)) {
    const auto found = value.get<int64_t>();
    if (found >= least && found <= most) return found;
  }
  refuse(key, std::to_string(least) + " to " + std::to_string(most));
}

int ReceivedFields::number(const char* key, int64_t least, int64_t most) const {
  return static_cast<int>(integer(key, least, most));
}

int64_t ReceivedFields::step(const char* key) const {
  return integer(key, 0, kMostInt64);
}

uint64_t ReceivedFields::whole(const char* key) const {
  const json& value = at(key);
  const bool is_whole =
      value.is_number_unsigned() ||
      (value.is_number_integer() && value.get<int64_t>() >= 0);
  if (!is_whole) refuse(key, "a whole number of 64 bits");
  return value.get<uint64_t>();
}

float ReceivedFields::real(const char* key, float least, float most) const {
  const json& value = at(key);
  if (value.is_number()) {
    const auto found = value.get<double>();
    if (found >= least && found <= most) return static_cast<float>(found);
  }
  refuse(key, std::to_string(least) + " to " + std::to_string(most));
}

bool ReceivedFields::flag(const char* key) const {
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

std::string ReceivedFields::text(const char* key) const {
  if (!at(key).is_string()) refuse(key, "a text");
  return neighbours_text(at(key).get_ref<const std::string&>());
}

std::string ReceivedFields::path(const char* key) const {
  if (!at(key).is_string()) refuse(key, "a path");
  auto path = at(key).get<std::string>();
  if (path.size() > kLongestPath || path.find('\0') != std::string::npos) {
    refuse(key, "a path");
  }
  return path;
}

std::vector<std::string> ReceivedFields::texts(const char* key) const {
  std::vector<std::string> texts;
  for (const json& text : list(key)) {
    if (!text.is_string()) refuse(key, "a list of texts");
    texts.push_back(neighbours_text(text.get_ref<const std::string&>()));
  }
  return texts;
}

const json& ReceivedFields::list(const char* key) const {
  if (!at(key).is_array()) refuse(key, "a list");
  return at(key);
}

ReceivedFields ReceivedFields::object(const char* key) const {
  if (!at(key).is_object()) refuse(key, "an object");
  return {name_, at(key)};
}

}  // namespace pi_ring
