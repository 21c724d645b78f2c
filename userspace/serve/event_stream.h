// Events as browsers and OpenAI's clients read them (text/event-stream).
#pragma once

#include <string>
#include <string_view>

namespace pi_ring {

// `data` is one line, as JSON is.
inline std::string event_of(std::string_view data) {
  return "data: " + std::string(data) + "\n\n";
}

// By which OpenAI's streams end.
inline constexpr std::string_view kDone = "[DONE]";

}  // namespace pi_ring
