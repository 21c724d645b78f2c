#include "tests/proto/rate/board.h"

#include <yaml-cpp/yaml.h>

#include <stdexcept>

namespace pi_ring {
namespace {

double figure(const YAML::Node& board, const char* name) {
  const YAML::Node entry = board[name];
  if (!entry["source"] || entry["source"].as<std::string>().empty()) {
    throw std::runtime_error(board["name"].as<std::string>() + ": " + name +
                             " has no source");
  }
  return entry["value"].as<double>();
}

}  // namespace

std::vector<Board> read_boards(const std::string& path) {
  std::vector<Board> boards;
  for (const YAML::Node& board : YAML::LoadFile(path)) {
    boards.push_back({.name = board["name"].as<std::string>(),
                      .read_ns = figure(board, "read"),
                      .write_ns = figure(board, "write"),
                      .post_ns = figure(board, "post"),
                      .clock_ghz = figure(board, "clock"),
                      .memory_gb_per_second = figure(board, "memory"),
                      .turns = board["turns"].as<bool>(false)});
  }
  return boards;
}

}  // namespace pi_ring
