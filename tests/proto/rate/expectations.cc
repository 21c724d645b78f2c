#include "tests/proto/rate/expectations.h"

#include <functional>
#include <iomanip>
#include <sstream>

#include "tests/proto/rate/timed_link.h"

namespace pi_ring {
namespace {

constexpr int kRanks = 4;
constexpr double kWakeSeconds = 100e-6;  // of the next rank, for each hop

struct Model {
  const char* name;
  double weight_bytes;
  double hop_bytes;  // a message of one token, with its header
};

constexpr Model kModels[] = {
    {"15M, f32", 60.8e6, 1184},
    {"15M, q8", 60.8e6, 338},
    {"42M, f32", 166.6e6, 2080},
    {"42M, q8", 166.6e6, 576},
};

std::string head_of_table(const std::string& first,
                          const std::vector<Board>& boards) {
  std::string names = "| " + first + " |";
  std::string rule = "|---|";
  for (const Board& board : boards) {
    names += " " + board.name + " |";
    rule += "---|";
  }
  return names + "\n" + rule + "\n";
}

std::string row(const std::string& name, const std::vector<Board>& boards,
                int digits, const std::function<double(const Board&)>& value) {
  std::ostringstream out;
  out << "| " << name << " |" << std::fixed << std::setprecision(digits);
  for (const Board& board : boards) out << ' ' << value(board) << " |";
  out << '\n';
  return out.str();
}

double tokens_per_second(const Model& model, const Board& board) {
  const double weights =
      model.weight_bytes / (board.memory_gb_per_second * 1e9);
  const double hop =
      model.hop_bytes / link_rate(board).bytes_per_second + kWakeSeconds;
  return 1 / (weights + kRanks * hop);
}

}  // namespace

std::string link_table(const std::vector<Board>& boards) {
  return head_of_table("", boards) +
         row("one read of the level register, ns", boards, 0,
             [](const Board& board) { return board.read_ns; }) +
         row("reads for each byte", boards, 1,
             [](const Board& board) { return link_rate(board).reads_a_byte; }) +
         row("a link, MB/s", boards, 2, [](const Board& board) {
           return link_rate(board).bytes_per_second / 1e6;
         });
}

std::string token_table(const std::vector<Board>& boards) {
  std::string table = head_of_table("model, row format", boards);
  for (const Model& model : kModels) {
    table += row(model.name, boards, 0, [&](const Board& board) {
      return tokens_per_second(model, board);
    });
  }
  return table;
}

}  // namespace pi_ring
