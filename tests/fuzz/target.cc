// Keeps the list of targets, and ends the process at a finding.
#include "tests/fuzz/target.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace pi_ring {
namespace {

std::vector<FuzzTarget>& known_targets() {
  static std::vector<FuzzTarget> targets;
  return targets;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

AddedTarget::AddedTarget(const FuzzTarget& target) {
  known_targets().push_back(target);
}

const std::vector<FuzzTarget>& fuzz_targets() { return known_targets(); }

void require(bool holds, const std::string& finding) {
  if (holds) return;
  std::cerr << "finding: " << finding << std::endl;
  std::abort();
}

void require_one_line(std::string_view text) {
  require(std::ranges::none_of(text, is_control),
          "a control character in " + std::string(text));
}

}  // namespace pi_ring
