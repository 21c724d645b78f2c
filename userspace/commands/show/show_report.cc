// Prints a list and a table for people, and JSON for programs.
#include "userspace/commands/show/show_report.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "model/base/wording.h"
#include "userspace/commands/formatted.h"

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

constexpr double kBytesOfAMegabyte = 1e6;
constexpr size_t kMostOfALine = 400;  // bytes that a file may fill

std::string fact(std::string_view name, const std::string& value) {
  return formatted("%-12.*s  %s\n", static_cast<int>(name.size()), name.data(),
                   on_one_line(value, kMostOfALine).c_str());
}

std::string types_text(const std::vector<TypeFacts>& types) {
  std::string text;
  for (const TypeFacts& facts : types) {
    if (!text.empty()) text += "; ";
    text += std::to_string(facts.tensors) + " of " + facts.type + ", " +
            grouped(facts.bytes) + " bytes";
  }
  return text;
}

std::string tokens_text(const std::vector<NamedToken>& tokens) {
  std::string text;
  for (const NamedToken& token : tokens) {
    if (!text.empty()) text += ", ";
    text += std::to_string(token.id);
    if (!token.piece.empty()) text += " " + in_quotes(token.piece);
  }
  return text.empty() ? "none" : text;
}

std::string layers_text(const ModelConfig& config) {
  return formatted(
      "%d of width %d, feed-forward %d, %d heads of width %d, %d of keys and "
      "values",
      config.layers, config.dim, config.hidden_dim, config.heads,
      config.head_dim(), config.kv_heads);
}

std::string positions_text(const ModelConfig& config) {
  if (config.architecture->positions == Positions::kLearned) return "learned";
  return formatted("rotary, theta %g; scaling: ",
                   static_cast<double>(config.rope_theta)) +
         scaling_text(config.rope_scaling);
}

std::string windows_text(const ShowReport& report) {
  if (report.facts.windowed_layers == 0) return "none";
  return grouped(report.config.window) + " tokens in " +
         std::to_string(report.facts.windowed_layers) + " of " +
         std::to_string(report.config.layers) + " layers";
}

std::string facts_text(const ShowReport& report) {
  const ModelConfig& config = report.config;
  const ModelFacts& facts = report.facts;
  const std::string tokenizer =
      facts.tokenizer.empty()
          ? "none"
          : facts.tokenizer + "; before a text: " + tokens_text(facts.begin);
  return fact("model",
              config.name + (config.note.empty() ? "" : ": " + config.note)) +
         fact("files", facts.files) +
         fact("family", std::string(config.architecture->model_type)) +
         fact("parameters", grouped(facts.parameters)) +
         fact("tensors", types_text(facts.types)) +
         fact("layers", layers_text(config)) +
         fact("context", grouped(config.context) + " tokens") +
         fact("positions", positions_text(config)) +
         fact("windows", windows_text(report)) +
         fact("vocabulary", grouped(config.vocab) + " tokens") +
         fact("tokenizer", tokenizer) +
         fact("ends a text", tokens_text(facts.end)) +
         fact("chat",
              facts.has_chat_template ? "has a template" : "has no template");
}

std::string layers_text(const Shard& shard) {
  if (shard.begin == shard.end) return "-";
  return formatted("[%d,%d)", shard.begin, shard.end);
}

std::string row_text(const RankMemory& rank) {
  const auto megabytes = [](uint64_t bytes) {
    return static_cast<double>(bytes) / kBytesOfAMegabyte;
  };
  return formatted(
      "%5d %5d  %-9s %9.1f %9.1f %9.1f %9.1f %9.1f%s\n", rank.shard.ranks,
      rank.shard.rank, layers_text(rank.shard).c_str(),
      megabytes(rank.text.weights), megabytes(rank.text.cache),
      megabytes(rank.text.buffers), megabytes(rank.program),
      megabytes(rank.total()), rank.shard.is_head() ? "  head" : "");
}

ordered_json tokens_json(const std::vector<NamedToken>& tokens) {
  ordered_json list = ordered_json::array();
  for (const NamedToken& token : tokens) {
    list.push_back({{"id", token.id}, {"piece", token.piece}});
  }
  return list;
}

ordered_json types_json(const std::vector<TypeFacts>& types) {
  ordered_json list = ordered_json::array();
  for (const TypeFacts& facts : types) {
    list.push_back({{"type", facts.type},
                    {"tensors", facts.tensors},
                    {"bytes", facts.bytes}});
  }
  return list;
}

ordered_json rank_json(const RankMemory& rank) {
  return {
      {"rank", rank.shard.rank},           {"first_layer", rank.shard.begin},
      {"end_layer", rank.shard.end},       {"head", rank.shard.is_head()},
      {"weight_bytes", rank.text.weights}, {"cache_bytes", rank.text.cache},
      {"buffer_bytes", rank.text.buffers}, {"program_bytes", rank.program},
      {"total_bytes", rank.total()}};
}

ordered_json rings_json(const ShowReport& report) {
  ordered_json rings = ordered_json::array();
  for (const auto& ring : report.rings) {
    ordered_json ranks = ordered_json::array();
    for (const RankMemory& rank : ring) ranks.push_back(rank_json(rank));
    rings.push_back(
        {{"ranks", ring.front().shard.ranks}, {"memory", std::move(ranks)}});
  }
  return rings;
}

}  // namespace

std::string report_text(const ShowReport& report) {
  std::string text = facts_text(report) + "\nMB of each rank, when " +
                     grouped(report.positions) +
                     " tokens are in the cache:\n"
                     "ranks  rank  layers      weights     cache   buffers   "
                     "program     total\n";
  for (const auto& ring : report.rings) {
    for (const RankMemory& rank : ring) text += row_text(rank);
  }
  return text;
}

std::string report_json(const ShowReport& report) {
  const ModelConfig& config = report.config;
  const ModelFacts& facts = report.facts;
  const ordered_json json = {
      {"name", config.name},
      {"note", config.note},
      {"files", facts.files},
      {"family", config.architecture->model_type},
      {"parameters", facts.parameters},
      {"tensors", types_json(facts.types)},
      {"layers", config.layers},
      {"width", config.dim},
      {"feed_forward_width", config.hidden_dim},
      {"heads", config.heads},
      {"head_width", config.head_dim()},
      {"kv_heads", config.kv_heads},
      {"context", config.context},
      {"positions", positions_text(config)},
      {"window", config.window},
      {"windowed_layers", facts.windowed_layers},
      {"vocabulary", config.vocab},
      {"tokenizer", facts.tokenizer},
      {"begin_tokens", tokens_json(facts.begin)},
      {"end_tokens", tokens_json(facts.end)},
      {"chat_template", facts.has_chat_template},
      {"cached_tokens", report.positions},
      {"rings", rings_json(report)},
  };
  // A name may hold what is not UTF-8.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace pi_ring
