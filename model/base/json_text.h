// JSON from a file that may be damaged or hostile: strict, one-line errors.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace pi_ring {

// Throws BadInput, naming `file` and the byte, for text that is not one JSON
// value, names a key twice, or nests deeper than any model's file does.
nlohmann::json parse_json(std::string_view text,
                          const std::filesystem::path& file);

// A value as it stands in an error message: one short line.
std::string shown(const nlohmann::json& value);

}  // namespace pi_ring
