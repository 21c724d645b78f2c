// Parses JSON from a file that may be damaged or hostile: strictly, and with
// errors of one line.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace pi_ring {

// Throws BadInput, with the name of `file` and the byte, for text that is not
// one JSON value, has a key twice, or nests deeper than any model's file does.
nlohmann::json parse_json(std::string_view text,
                          const std::filesystem::path& file);

// The value as one short line, for an error message.
std::string shown(const nlohmann::json& value);

}  // namespace pi_ring
