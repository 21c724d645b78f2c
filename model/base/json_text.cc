// Parses JSON and turns the parser's exceptions into BadInput.
#include "model/base/json_text.h"

#include <unordered_set>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr size_t kDeepest = 32;
constexpr size_t kLongestShown = 80;

// Follows the parser and keeps the keys of every object that is still open.
class Watch {
 public:
  explicit Watch(const std::filesystem::path& file) : file_(file) {}

  void see(json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        enter();
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        keys_.pop_back();
        break;
      case json::parse_event_t::key:
        note_key(parsed);
        break;
      default:
        break;
    }
  }

 private:
  void enter() {
    if (keys_.size() == kDeepest) {
      throw BadInput(file_, "is nested deeper than " +
                                std::to_string(kDeepest) + " levels");
    }
    keys_.emplace_back();
  }

  // The parser would silently keep the last of two, and another program might
  // keep the first.
  void note_key(const json& key) {
    if (!keys_.back().insert(key.get<std::string>()).second) {
      throw BadInput(file_, "has " + shown(key) + " twice");
    }
  }

  const std::filesystem::path& file_;
  std::vector<std::unordered_set<std::string>> keys_;
};

}  // namespace

json parse_json(std::string_view text, const std::filesystem::path& file) {
  if (text.empty()) throw BadInput(file, "is empty, not JSON");
  Watch watch(file);
  try {
    return json::parse(
        text.begin(), text.end(),
        [&](int /*depth*/, json::parse_event_t event, json& parsed) {
          watch.see(event, parsed);
          return true;
        });
  } catch (const json::parse_error& error) {
    throw BadInput(file, "is not JSON: the text is wrong at byte " +
                             std::to_string(error.byte));
  } catch (const json::exception&) {
    throw BadInput(file, "has a number that is out of range");
  }
}

std::string shown(const json& value) {
  std::string text = value.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/true,
                                json::error_handler_t::replace);
  if (text.size() <= kLongestShown) return text;
  return text.substr(0, kLongestShown) + "...";
}

}  // namespace pi_ring
