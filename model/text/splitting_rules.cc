// The expressions are those of the tokenizer.json files of these models.
#include "model/text/splitting_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/wording.h"

namespace pi_ring {

const char* const kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))"
    R"(|\s+)";
const char* const kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const char* const kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

namespace {

// llama.cpp's rule for files that name none.
constexpr const char* kDefaultSigns = R"([\p{P}\$\+<=>\^~\|]+)";
constexpr const char* kDefaultNumbers = R"(\p{N}+)";
constexpr const char* kDefaultDigits = "[0-9][0-9][0-9]";

enum class Rule { kDefault, kGpt2, kLlama3, kQwen2, kSmolLm };

struct NamedRule {
  std::string_view name;
  Rule rule;
};

constexpr std::array kRules = {NamedRule{"default", Rule::kDefault},
                               NamedRule{"gpt-2", Rule::kGpt2},
                               NamedRule{"phi-2", Rule::kGpt2},
                               NamedRule{"olmo", Rule::kGpt2},
                               NamedRule{"jais", Rule::kGpt2},
                               NamedRule{"mpt", Rule::kGpt2},
                               NamedRule{"llama-bpe", Rule::kLlama3},
                               NamedRule{"llama3", Rule::kLlama3},
                               NamedRule{"llama-v3", Rule::kLlama3},
                               NamedRule{"smaug-bpe", Rule::kLlama3},
                               NamedRule{"dbrx", Rule::kLlama3},
                               NamedRule{"qwen2", Rule::kQwen2},
                               NamedRule{"deepseek-r1-qwen", Rule::kQwen2},
                               NamedRule{"smollm", Rule::kSmolLm},
                               NamedRule{"starcoder", Rule::kSmolLm},
                               NamedRule{"refact", Rule::kSmolLm},
                               NamedRule{"command-r", Rule::kSmolLm},
                               NamedRule{"codeshell", Rule::kSmolLm}};

CutStep isolate(const char* expression) {
  return {.kind = CutStep::Kind::kPattern, .pattern = expression};
}

std::vector<CutStep> cuts_of(Rule rule) {
  switch (rule) {
    case Rule::kGpt2:
      return {isolate(kGpt2Pattern)};
    case Rule::kLlama3:
      return {isolate(kLlama3Pattern)};
    case Rule::kQwen2:
      return {isolate(kQwen2Pattern)};
    case Rule::kSmolLm:
      return {{.kind = CutStep::Kind::kDigit}, isolate(kGpt2Pattern)};
    default:
      return {isolate(kDefaultSigns), isolate(kGpt2Pattern),
              isolate(kDefaultNumbers), isolate(kDefaultDigits)};
  }
}

std::string known_names() {
  std::string names;
  for (const NamedRule& known : kRules) {
    if (!names.empty()) names += ", ";
    names += known.name;
  }
  return names;
}

}  // namespace

bool is_known_pattern(std::string_view expression) {
  return expression == kGpt2Pattern || expression == kLlama3Pattern ||
         expression == kQwen2Pattern || expression == kDefaultSigns ||
         expression == kDefaultNumbers || expression == kDefaultDigits;
}

SplittingRule splitting_rule(std::string_view name) {
  const auto* found = std::ranges::find(kRules, name, &NamedRule::name);
  if (found == kRules.end()) {
    throw BadInput("the splitting rule " + in_quotes(name) +
                   " is not supported, only " + known_names());
  }
  const bool is_llama3 = found->rule == Rule::kLlama3;
  return {.cuts = cuts_of(found->rule),
          .ignore_merges = is_llama3,
          .has_nfc = found->rule == Rule::kQwen2,
          .adds_begin = is_llama3};
}

}  // namespace pi_ring
