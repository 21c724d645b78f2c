// Applies the steps in turn.
#include "model/text/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include "model/base/bad_input.h"

namespace pi_ring {
namespace {

using ChangeKind = NormalizerStep::Kind;

// No normal form makes a text longer than this; a hostile file could.
constexpr size_t kMostBytesAByte = 64;
constexpr size_t kMostBytesMore = 4096;

void refuse_longer(size_t size, std::string_view text) {
  if (size <= kMostBytesAByte * text.size() + kMostBytesMore) return;
  throw BadInput("the tokenizer's normalizer makes the text too long");
}

bool is_form(ChangeKind kind) { return kind <= ChangeKind::kNfkd; }

int form_options(ChangeKind kind) {
  const bool composed = kind == ChangeKind::kNfc || kind == ChangeKind::kNfkc;
  const bool compatible =
      kind == ChangeKind::kNfkc || kind == ChangeKind::kNfkd;
  return UTF8PROC_STABLE | (composed ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) |
         (compatible ? UTF8PROC_COMPAT : 0);
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; });
}

std::string normal_form(std::string_view text, ChangeKind kind) {
  if (is_ascii(text)) return std::string(text);
  utf8proc_uint8_t* result = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &result,
                   static_cast<utf8proc_option_t>(form_options(kind)));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(
      result, &std::free);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) throw BadInput(utf8proc_errmsg(size));
  return {reinterpret_cast<const char*>(result), static_cast<size_t>(size)};
}

std::string with_replaced(std::string_view text, std::string_view pattern,
                          std::string_view content) {
  std::string changed;
  changed.reserve(text.size() + text.size() / 2);
  size_t from = 0;
  for (size_t at; (at = text.find(pattern, from)) != text.npos;
       from = at + pattern.size()) {
    changed.append(text.substr(from, at - from)).append(content);
    refuse_longer(changed.size(), text);
  }
  return changed.append(text.substr(from));
}

std::string with_replaced(std::string_view text, const Pattern& pattern,
                          std::string_view content) {
  std::string changed;
  size_t from = 0;
  for (const PatternMatch& match : pattern.find_all(text)) {
    changed.append(text.substr(from, match.begin - from)).append(content);
    refuse_longer(changed.size(), text);
    from = match.end;
  }
  return changed.append(text.substr(from));
}

}  // namespace

Normalizer::Normalizer(const std::vector<NormalizerStep>& steps) {
  for (const NormalizerStep& step : steps) {
    Step& added = steps_.emplace_back(Step{step, std::nullopt});
    if (step.kind == ChangeKind::kReplacePattern) {
      added.pattern.emplace(step.pattern, Pattern::Origin::kFile);
    }
  }
}

bool Normalizer::has_forms_only() const {
  return std::ranges::all_of(
      steps_, [](const Step& step) { return is_form(step.step.kind); });
}

std::string Normalizer::apply(std::string_view text, bool is_first) const {
  std::string result(text);
  for (const auto& [step, pattern] : steps_) {
    if (is_form(step.kind)) {
      result = normal_form(result, step.kind);
    } else if (step.kind == ChangeKind::kPrepend) {
      if (is_first && !result.empty()) result.insert(0, step.content);
    } else if (step.kind == ChangeKind::kReplace) {
      result = with_replaced(result, step.pattern, step.content);
    } else {
      result = with_replaced(result, *pattern, step.content);
    }
    refuse_longer(result.size(), text);
  }
  return result;
}

}  // namespace pi_ring
