// The text of the BadInput that an action throws, for tests that expect one.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "model/base/bad_input.h"

namespace pi_ring {

template <typename Action>
std::string bad_input_of(Action action) {
  try {
    action();
  } catch (const BadInput& error) {
    std::string text = error.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << "more than one line";
    return text;
  }
  ADD_FAILURE() << "expected a BadInput";
  return {};
}

}  // namespace pi_ring
