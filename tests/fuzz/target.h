// A fuzz target: what is done with bytes that may be hostile, and valid bytes
// to begin from. libFuzzer runs one target (fuzzer.cc); the ordinary tests run
// all of them on what is known (fuzz_test.cc).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/bad_input.h"

namespace pi_ring {

struct FuzzTarget {
  const char* name;
  // Returns whether the bytes are valid. It returns for all others too: what
  // ends the process otherwise is a finding.
  bool (*accepts)(std::string_view bytes);
  // Returns valid inputs, which fuzzing begins from.
  std::vector<std::string> (*seeds)();
};

// Adds a target at the start of the program.
struct AddedTarget {
  explicit AddedTarget(const FuzzTarget& target);
};

// Returns the targets that are linked into this program.
const std::vector<FuzzTarget>& fuzz_targets();

// Ends the process with this finding unless `holds`.
void require(bool holds, const std::string& finding);

// A reason that a person reads must be one line that is safe on a terminal.
void require_one_line(std::string_view text);

// Does the action, and returns whether it throws no BadInput.
template <typename Action>
bool is_accepted(Action action) {
  try {
    action();
    return true;
  } catch (const BadInput& error) {
    require_one_line(error.what());
    return false;
  }
}

}  // namespace pi_ring
