// Takes values out of the JSON of a neighbour's message, each within its
// limits: nothing else may compute with what a neighbour sent.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace pi_ring {

// A view: `object` must outlive it. Every method throws RingError, which names
// the field, where it is missing, of another type or outside its limits.
class ReceivedFields {
 public:
  // `name` is the object's for messages, such as "the head's plan".
  ReceivedFields(std::string name, const nlohmann::json& object);

  int number(const char* key, int64_t least, int64_t most) const;
  int64_t step(const char* key) const;
  uint64_t whole(const char* key) const;  // any of 64 bits
  float real(const char* key, float least, float most) const;
  bool flag(const char* key) const;
  std::string text(const char* key) const;  // one short line, for people
  std::string path(const char* key) const;
  std::vector<std::string> texts(const char* key) const;  // as text()
  const nlohmann::json& list(const char* key) const;
  ReceivedFields object(const char* key) const;

  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

 private:
  const nlohmann::json& at(const char* key) const;
  int64_t integer(const char* key, int64_t least, int64_t most) const;

  std::string name_;
  const nlohmann::json& object_;
};

}  // namespace pi_ring
