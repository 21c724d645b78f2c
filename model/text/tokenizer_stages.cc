// Reads each stage as a list of steps. A Sequence is the steps in it.
#include "model/text/tokenizer_stages.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/wording.h"
#include "model/text/sentencepiece.h"
#include "model/text/splitting_rules.h"

namespace pi_ring {
namespace {

using nlohmann::json;

// A hostile file would have a text go through any number of slow steps.
constexpr size_t kMostSteps = 32;

// One step of a stage, and how to ask it for its options.
class StageStep {
 public:
  StageStep(const char* stage, const json& step) : stage_(stage), step_(step) {
    if (!step.is_object() || !step.contains("type") ||
        !step["type"].is_string()) {
      throw BadInput(std::string(stage) + " " +
                     (step.is_object() ? "without a type" : shown(step)) +
                     " is not supported");
    }
  }

  const std::string& type() const {
    return step_["type"].get_ref<const std::string&>();
  }
  std::string name() const {
    return std::string(stage_) + " " + in_quotes(type());
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw BadInput(name() + " " + reason);
  }
  [[noreturn]] void refuse_value(const char* key) const {
    refuse("has " + std::string(key) + " " +
           (step_.contains(key) ? shown(step_[key]) : "missing") +
           ", which is not supported");
  }

  bool has(const char* key) const {
    return step_.contains(key) && !step_[key].is_null();
  }
  const json& at(const char* key) const {
    if (!step_.contains(key)) refuse_value(key);
    return step_[key];
  }
  bool flag_or(const char* key, bool fallback) const {
    if (!has(key)) return fallback;
    if (!step_[key].is_boolean()) refuse_value(key);
    return step_[key].get<bool>();
  }
  const std::string& text(const char* key) const {
    if (!at(key).is_string()) refuse_value(key);
    return step_[key].get_ref<const std::string&>();
  }
  // {"String": "..."} or {"Regex": "..."}; the flag is true for the latter.
  std::pair<std::string, bool> pattern() const {
    const json& pattern = at("pattern");
    for (const char* kind : {"String", "Regex"}) {
      if (!pattern.is_object() || pattern.size() != 1) break;
      const auto found = pattern.find(kind);
      if (found == pattern.end() || !found->is_string()) continue;
      if (found->get_ref<const std::string&>().empty()) break;
      return {found->get<std::string>(), kind[0] == 'R'};
    }
    refuse_value("pattern");
  }

 private:
  const char* stage_;
  const json& step_;
};

// Calls `take` with each step of the stage, in order.
template <typename Take>
void for_each_step(const char* stage, const char* list, const json& part,
                   const Take& take) {
  if (part.is_null()) return;
  const StageStep step(stage, part);
  if (step.type() != "Sequence") return take(step);
  if (!step.at(list).is_array()) step.refuse_value(list);
  for (const json& inner : step.at(list)) {
    for_each_step(stage, list, inner, take);
  }
}

template <typename Value>
struct NamedValue {
  std::string_view name;
  Value value;
};

template <typename Value, size_t kCount>
Value named(const NamedValue<Value> (&values)[kCount], const StageStep& step,
            const char* key) {
  const auto* found =
      std::ranges::find(values, step.text(key), &NamedValue<Value>::name);
  if (found == std::end(values)) step.refuse_value(key);
  return found->value;
}

void require_space_piece(const StageStep& step) {
  if (step.text("replacement") != kSpacePiece) step.refuse_value("replacement");
}

NormalizerStep normalizer_step(const StageStep& step) {
  using Kind = NormalizerStep::Kind;
  static constexpr NamedValue<Kind> kForms[] = {{"NFC", Kind::kNfc},
                                                {"NFD", Kind::kNfd},
                                                {"NFKC", Kind::kNfkc},
                                                {"NFKD", Kind::kNfkd}};
  for (const auto& form : kForms) {
    if (step.type() == form.name) return {.kind = form.value};
  }
  if (step.type() == "Prepend") {
    return {.kind = Kind::kPrepend, .content = step.text("prepend")};
  }
  if (step.type() != "Replace") step.refuse("is not supported");
  auto [pattern, is_regex] = step.pattern();
  return {.kind = is_regex ? Kind::kReplacePattern : Kind::kReplace,
          .pattern = std::move(pattern),
          .content = step.text("content")};
}

CutStep::Match match_of(const StageStep& step) {
  using Match = CutStep::Match;
  static constexpr NamedValue<Match> kMatches[] = {
      {"Isolated", Match::kIsolated},
      {"Removed", Match::kRemoved},
      {"MergedWithPrevious", Match::kMergedWithPrevious},
      {"MergedWithNext", Match::kMergedWithNext},
      {"Contiguous", Match::kContiguous}};
  return named(kMatches, step, "behavior");
}

// Older files have a flag instead of the scheme.
CutStep::Prefix prefix_of(const StageStep& step) {
  using Prefix = CutStep::Prefix;
  static constexpr NamedValue<Prefix> kSchemes[] = {{"always", Prefix::kAlways},
                                                    {"first", Prefix::kFirst},
                                                    {"never", Prefix::kNever}};
  if (step.has("prepend_scheme"))
    return named(kSchemes, step, "prepend_scheme");
  return step.flag_or("add_prefix_space", true) ? Prefix::kAlways
                                                : Prefix::kNever;
}

CutStep cut_step(const StageStep& step) {
  using Kind = CutStep::Kind;
  if (step.type() == "Split") {
    auto [pattern, is_regex] = step.pattern();
    return {.kind = is_regex ? Kind::kPattern : Kind::kText,
            .pattern = std::move(pattern),
            .match = match_of(step),
            .invert = step.flag_or("invert", false)};
  }
  if (step.type() == "Digits") {
    return {.kind = step.flag_or("individual_digits", false) ? Kind::kDigit
                                                             : Kind::kDigits};
  }
  if (step.type() != "Metaspace") step.refuse("is not supported");
  require_space_piece(step);
  return {.kind = Kind::kMetaspace,
          .prefix = prefix_of(step),
          .cut_at_spaces = step.flag_or("split", true)};
}

class StagesReader {
 public:
  explicit StagesReader(const json& tokenizer) : tokenizer_(tokenizer) {}

  TokenizerStages read() {
    for_each_step("normalizer", "normalizers", part("normalizer"),
                  [this](const StageStep& step) {
                    stages_.normalizer.push_back(normalizer_step(step));
                  });
    for_each_step("pre_tokenizer", "pretokenizers", part("pre_tokenizer"),
                  [this](const StageStep& step) { take_cut(step); });
    for_each_step("post_processor", "processors", part("post_processor"),
                  [this](const StageStep& step) { take_processor(step); });
    read_decoder();
    require_few("normalizer", stages_.normalizer.size());
    require_few("pre_tokenizer", stages_.cuts.size());
    return std::move(stages_);
  }

 private:
  json part(const char* name) const {
    const auto found = tokenizer_.find(name);
    return found == tokenizer_.end() ? json() : *found;
  }

  static void require_few(const char* stage, size_t steps) {
    if (steps <= kMostSteps) return;
    throw BadInput(std::string(stage) + " has " + grouped(steps) +
                   " steps, expected at most " + grouped(kMostSteps));
  }

  bool is_byte_level() const {
    return stages_.spelling == TokenizerParts::Spelling::kByteLevel;
  }

  // ByteLevel spells the bytes, so that no step after it could read the text.
  void take_cut(const StageStep& step) {
    if (is_byte_level()) step.refuse("after \"ByteLevel\" is not supported");
    if (step.type() == "ByteLevel") return take_byte_level(step);
    stages_.cuts.push_back(cut_step(step));
  }

  void take_byte_level(const StageStep& step) {
    stages_.spelling = TokenizerParts::Spelling::kByteLevel;
    if (step.flag_or("add_prefix_space", true)) {
      stages_.cuts.push_back({.kind = CutStep::Kind::kPrefixSpace});
      stages_.drops_first_space = true;
    }
    if (step.flag_or("use_regex", true)) {
      stages_.cuts.push_back(
          {.kind = CutStep::Kind::kPattern, .pattern = kGpt2Pattern});
    }
  }

  void take_processor(const StageStep& step) {
    if (step.type() == "ByteLevel") return;  // it changes offsets only
    if (step.type() != "TemplateProcessing") step.refuse("is not supported");
    const json& single = step.at("single");
    if (!single.is_array()) step.refuse_value("single");
    std::vector<PlacedToken> before;
    std::vector<PlacedToken> after;
    int texts = 0;
    for (const json& piece : single) {
      if (is_text(step, piece)) {
        ++texts;
      } else {
        (texts == 0 ? before : after).push_back(placed_token(step, piece));
      }
    }
    if (texts != 1) step.refuse_value("single");
    stages_.before.insert(stages_.before.begin(), before.begin(), before.end());
    stages_.after.insert(stages_.after.end(), after.begin(), after.end());
  }

  static bool is_text(const StageStep& step, const json& piece) {
    if (!piece.is_object() || piece.size() != 1) step.refuse_value("single");
    const auto text = piece.find("Sequence");
    if (text == piece.end()) return false;
    if (!text->is_object() || text->value("id", json()) != "A") {
      step.refuse_value("single");
    }
    return true;
  }

  static PlacedToken placed_token(const StageStep& step, const json& piece) {
    const json id = piece.value(json::json_pointer("/SpecialToken/id"), json());
    if (!id.is_string()) step.refuse_value("single");
    const json& tokens = step.at("special_tokens");
    const auto name = id.get<std::string>();
    const auto found = tokens.is_object() ? tokens.find(name) : tokens.end();
    if (found == tokens.end() || !found->is_object()) {
      step.refuse_value("special_tokens");
    }
    const json ids = found->value("ids", json());
    if (!ids.is_array() || ids.size() != 1 || !ids[0].is_number_integer()) {
      step.refuse_value("special_tokens");
    }
    return {name, ids[0].get<int64_t>()};
  }

  // The decoder has to undo what the other stages do.
  void read_decoder() {
    const json decoder = part("decoder");
    if (decoder.is_null()) {
      throw BadInput("decoder null is not supported");
    }
    bool is_decoder_of_bytes = false;
    for_each_step("decoder", "decoders", decoder, [&](const StageStep& step) {
      if (step.type() == "ByteLevel") {
        is_decoder_of_bytes = true;
      } else {
        take_decoder(step);
      }
    });
    if (is_decoder_of_bytes == is_byte_level()) return;
    throw BadInput(StageStep("decoder", decoder).name() +
                   " does not undo the pre_tokenizer" +
                   (is_byte_level() ? " \"ByteLevel\"" : ""));
  }

  void take_decoder(const StageStep& step) {
    if (step.type() == "ByteFallback" || step.type() == "Fuse") return;
    if (step.type() == "Replace") {
      const auto [pattern, is_regex] = step.pattern();
      if (is_regex || pattern != kSpacePiece) step.refuse_value("pattern");
      if (step.text("content") != " ") step.refuse_value("content");
    } else if (step.type() == "Strip") {
      take_strip(step);
    } else if (step.type() == "Metaspace") {
      require_space_piece(step);
      if (prefix_of(step) != CutStep::Prefix::kNever) {
        stages_.drops_first_space = true;
      }
    } else {
      step.refuse("is not supported");
    }
  }

  void take_strip(const StageStep& step) {
    if (step.text("content") != " ") step.refuse_value("content");
    if (step.at("stop") != 0) step.refuse_value("stop");
    if (step.at("start") != 0 && step.at("start") != 1) {
      step.refuse_value("start");
    }
    if (step.at("start") == 1) stages_.drops_first_space = true;
  }

  const json& tokenizer_;
  TokenizerStages stages_;
};

}  // namespace

TokenizerStages read_tokenizer_stages(const json& tokenizer) {
  return StagesReader(tokenizer).read();
}

}  // namespace pi_ring
