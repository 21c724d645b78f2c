// The fields of a config.json, each asked for by name and refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace pi_ring {

inline constexpr size_t kLongestText = 200;  // bytes of a name or a note

// A view: `file` and `object` must outlive it. A field that is null counts as
// absent, as it does for Hugging Face. Every method may throw BadInput.
class ConfigFields {
 public:
  ConfigFields(const std::filesystem::path& file, const nlohmann::json& object);

  bool has(const char* key) const;
  const nlohmann::json& at(const char* key) const;  // only where has(key)

  int count(const char* key, int64_t most) const;
  int count_or(const char* key, int64_t most, int fallback) const;
  int token_or(const char* key, int fallback) const;  // an id, or the first
  float number_or(const char* key, float fallback) const;
  bool flag_or(const char* key, bool fallback) const;
  std::string text_or(const char* key, const std::string& fallback) const;

  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

 private:
  const std::filesystem::path& file_;
  const nlohmann::json& object_;
};

}  // namespace pi_ring
