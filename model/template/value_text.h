// Values as text: as {{ }} prints them, as they stand in a list, and as JSON.
#pragma once

#include "model/template/budget.h"
#include "model/template/value.h"

namespace pi_ring {

// Python's str(). A text stays as it is marked.
MarkedText shown_text(const Value& value, Budget& budget);
// Python's repr().
MarkedText quoted_text(const Value& value, Budget& budget);

struct JsonStyle {
  int indent = -1;  // a line for each item; -1: all on one line
  std::string item_separator = ", ";
  std::string key_separator = ": ";
  bool sorts_keys = false;
};

// Python's json.dumps(), with letters beyond ASCII as they are. All of it
// counts as given, since it may quote what was.
MarkedText json_text(const Value& value, const JsonStyle& style,
                     Budget& budget);

}  // namespace pi_ring
