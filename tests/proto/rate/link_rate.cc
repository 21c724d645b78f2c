// Prints the tables of docs/hardware.md, computed from a file such as
// boards.yaml.
#include <exception>
#include <iostream>

#include "tests/proto/rate/expectations.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: link_rate BOARDS.yaml\n";
    return 2;
  }
  try {
    const auto boards = pi_ring::read_boards(argv[1]);
    std::cout << pi_ring::link_table(boards) << '\n'
              << pi_ring::token_table(boards);
  } catch (const std::exception& error) {
    std::cerr << "link_rate: " << error.what() << '\n';
    return 1;
  }
}
