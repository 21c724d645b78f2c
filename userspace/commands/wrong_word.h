// Explains a call that has a word or an option that pi-ring does not know.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

// The words that call it, such as "pi-ring checkpoint verify".
std::string full_name(const CLI::App& command);

// The known word that `word` most likely stands for; empty where none is near.
std::string nearest(std::string_view word,
                    const std::vector<std::string>& known);

// "generat is not a command; did you mean generate?", for a command of `app`.
std::string unknown_command(const CLI::App& app, std::string_view word);

// Says what is wrong with a call that `app` could not parse.
std::string explain_parse_error(const CLI::App& app, const CLI::Error& error);

}  // namespace pi_ring
