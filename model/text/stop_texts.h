// Finds where a text has to end, while it comes in pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

class StopTexts {
 public:
  // Empty texts are passed over.
  explicit StopTexts(std::vector<std::string> texts);

  // The text up to a stop text, or up to what may be the beginning of one.
  std::string next(std::string_view piece);
  // The rest, where no stop text came.
  std::string finish();

  bool has_come() const { return has_come_; }

 private:
  size_t first_stop() const;
  size_t begun_stop() const;

  std::vector<std::string> texts_;
  std::string pending_;
  bool has_come_ = false;
};

}  // namespace pi_ring
