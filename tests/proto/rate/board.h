// What a board's accesses cost, from a file that names the source of each
// figure.
#pragma once

#include <string>
#include <vector>

namespace pi_ring {

struct Board {
  std::string name;
  double read_ns;   // one read of the level register
  double write_ns;  // until a written register is seen on the lines
  double post_ns;   // until the processor goes on after a write
  double clock_ghz;
  double memory_gb_per_second;
  bool turns;  // a register turns lines between input and output
};

// Throws std::runtime_error if a figure has no source.
std::vector<Board> read_boards(const std::string& path);

}  // namespace pi_ring
