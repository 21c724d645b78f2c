// Prints a table for people, and JSON for programs.
#include "userspace/commands/generate/generate_stats.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "userspace/commands/formatted.h"

namespace pi_ring {
namespace {

constexpr double kMegabyte = 1e6;

double seconds(uint64_t ns) { return static_cast<double>(ns) * 1e-9; }

// Returns the speed after the first token, whose time is mostly the prompt's.
double tokens_per_second(const GeneratedText& text) {
  const double time = (text.all_tokens - text.first_token).count();
  return time > 0.0 && text.tokens > 1 ? (text.tokens - 1) / time : 0.0;
}

const char* name_of(TextEnd end) {
  switch (end) {
    case TextEnd::kEndToken:
      return "end_token";
    case TextEnd::kContextFull:
      return "context_full";
    case TextEnd::kStopText:
      return "stop_text";
    case TextEnd::kTokenLimit:
      break;
  }
  return "token_limit";
}

// Returns a second table where the bytes went over wires.
std::string wire_table(const std::vector<RankStats>& ranks) {
  std::string table =
      "rank     payload  wire bytes  each  turnarounds  repeated frames\n";
  for (size_t i = 0; i < ranks.size(); ++i) {
    const RankStats& rank = ranks[i];
    if (rank.wire_bytes == 0) return "";
    table += formatted("%4zu %11llu %11llu %5.3f %12llu %16llu\n", i,
                       static_cast<unsigned long long>(rank.sent_bytes),
                       static_cast<unsigned long long>(rank.wire_bytes),
                       static_cast<double>(rank.wire_bytes) /
                           static_cast<double>(rank.sent_bytes),
                       static_cast<unsigned long long>(rank.turnarounds),
                       static_cast<unsigned long long>(rank.repeats));
  }
  return table;
}

}  // namespace

std::string stats_table(const GenerationFigures& figures,
                        const std::vector<RankStats>& ranks) {
  const GeneratedText& text = figures.text;
  const std::string format =
      ranks.size() > 1 ? "; activations travel as " + figures.row_format : "";
  std::string table = formatted(
      "%d tokens after a prompt of %d: first after %.1f ms, then %.1f a "
      "second%s\n"
      "rank  compute s    wait s  sent bytes    a token  shard MB  cache MB  "
      "resident MB  peak MB\n",
      text.tokens, figures.prompt, text.first_token.count() * 1e3,
      tokens_per_second(text), format.c_str());
  const double tokens = std::max(1, figures.prompt + text.tokens - 1);
  for (size_t i = 0; i < ranks.size(); ++i) {
    const RankStats& rank = ranks[i];
    table += formatted(
        "%4zu %10.3f %9.3f %11llu %10.1f %9.1f %9.1f %12.1f %8.1f%s\n", i,
        seconds(rank.compute_ns), seconds(rank.wait_ns),
        static_cast<unsigned long long>(rank.sent_bytes),
        static_cast<double>(rank.sent_bytes) / tokens,
        static_cast<double>(rank.shard_bytes) / kMegabyte,
        static_cast<double>(rank.cache_bytes) / kMegabyte,
        static_cast<double>(rank.resident_bytes) / kMegabyte,
        static_cast<double>(rank.peak_bytes) / kMegabyte,
        i + 1 == ranks.size() ? "  head" : "");
  }
  return table + wire_table(ranks);
}

std::string stats_json(const GenerationFigures& figures,
                       const std::vector<RankStats>& ranks,
                       const std::string& text) {
  nlohmann::ordered_json json = {
      {"text", text},
      {"prompt_tokens", figures.prompt},
      {"generated_tokens", figures.text.tokens},
      {"end", name_of(figures.text.end)},
      {"first_token_seconds", figures.text.first_token.count()},
      {"tokens_per_second", tokens_per_second(figures.text)},
      {"wire", figures.row_format},
      {"ranks", nlohmann::ordered_json::array()},
  };
  for (const RankStats& rank : ranks) {
    json["ranks"].push_back({
        {"compute_seconds", seconds(rank.compute_ns)},
        {"wait_seconds", seconds(rank.wait_ns)},
        {"sent_bytes", rank.sent_bytes},
        {"wire_bytes", rank.wire_bytes},
        {"turnarounds", rank.turnarounds},
        {"repeated_frames", rank.repeats},
        {"shard_bytes", rank.shard_bytes},
        {"cache_bytes", rank.cache_bytes},
        {"resident_bytes", rank.resident_bytes},
        {"peak_bytes", rank.peak_bytes},
    });
  }
  return json.dump();
}

}  // namespace pi_ring
