// Each step cuts the parts that the step before it has left.
#include "model/text/cutter.h"

#include <algorithm>
#include <utility>

#include "model/text/sentencepiece.h"
#include "model/text/splitting_rules.h"

namespace pi_ring {
namespace {

using CutKind = CutStep::Kind;

// A piece of a text between two cuts.
struct Span {
  size_t begin;
  size_t end;
  bool is_match;
};

// The matches, and what is between them.
std::vector<Span> spans_of(const std::vector<PatternMatch>& matches,
                           size_t size, bool invert) {
  std::vector<Span> spans;
  spans.reserve(2 * matches.size() + 1);
  size_t from = 0;
  for (const PatternMatch& match : matches) {
    if (match.begin != from) spans.push_back({from, match.begin, invert});
    spans.push_back({match.begin, match.end, !invert});
    from = match.end;
  }
  if (from != size) spans.push_back({from, size, invert});
  return spans;
}

// Joins each span with the one before it, where `is_joined` says so of both.
template <typename Joined>
std::vector<Span> joined(const std::vector<Span>& spans, Joined is_joined) {
  std::vector<Span> result;
  bool was_match = false;
  for (const Span& span : spans) {
    if (!result.empty() && is_joined(was_match, span.is_match)) {
      result.back().end = span.end;
    } else {
      result.push_back(span);
    }
    was_match = span.is_match;
  }
  return result;
}

std::vector<Span> joined_with_next(const std::vector<Span>& spans) {
  std::vector<Span> result;
  bool was_match = false;
  for (size_t i = spans.size(); i-- > 0;) {
    if (!result.empty() && spans[i].is_match && !was_match) {
      result.back().begin = spans[i].begin;
    } else {
      result.push_back(spans[i]);
    }
    was_match = spans[i].is_match;
  }
  std::ranges::reverse(result);
  return result;
}

std::vector<Span> without_matches(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& span) { return span.is_match; });
  return spans;
}

std::vector<Span> treated(std::vector<Span> spans, CutStep::Match match) {
  switch (match) {
    case CutStep::Match::kRemoved:
      return without_matches(std::move(spans));
    case CutStep::Match::kMergedWithPrevious:
      return joined(spans, [](bool was, bool is) { return is && !was; });
    case CutStep::Match::kMergedWithNext:
      return joined_with_next(spans);
    case CutStep::Match::kContiguous:
      return joined(spans, [](bool was, bool is) { return is == was; });
    default:
      return spans;
  }
}

// What the steps that search for a pattern search for.
std::optional<Pattern> pattern_of(const CutStep& step) {
  switch (step.kind) {
    case CutKind::kPattern:
      return Pattern(step.pattern, is_known_pattern(step.pattern)
                                       ? Pattern::Origin::kOurs
                                       : Pattern::Origin::kFile);
    case CutKind::kText:
      return Pattern(quoted_pattern(step.pattern), Pattern::Origin::kOurs);
    case CutKind::kDigits:
    case CutKind::kDigit:
      return Pattern(kDigitPattern, Pattern::Origin::kOurs);
    case CutKind::kMetaspace:
      return Pattern(std::string(kSpacePiece), Pattern::Origin::kOurs);
    default:
      return std::nullopt;
  }
}

CutStep::Match match_of(const CutStep& step) {
  if (step.kind == CutKind::kDigits) return CutStep::Match::kContiguous;
  if (step.kind == CutKind::kDigit) return CutStep::Match::kIsolated;
  if (step.kind == CutKind::kMetaspace) return CutStep::Match::kMergedWithNext;
  return step.match;
}

// Whether the step cuts between letters as is_known_pattern() says, or never
// changes what others do there.
bool leaves_letters_alone(const CutStep& step) {
  if (step.kind == CutKind::kDigit || step.kind == CutKind::kDigits)
    return true;
  return step.kind == CutKind::kPattern && is_known_pattern(step.pattern) &&
         step.match == CutStep::Match::kIsolated && !step.invert;
}

bool is_word_pattern(const CutStep& step) {
  return step.pattern == kGpt2Pattern || step.pattern == kLlama3Pattern ||
         step.pattern == kQwen2Pattern;
}

std::string with_space_pieces(std::string_view text) {
  std::string changed;
  for (const char c : text) {
    if (c == ' ') {
      changed += kSpacePiece;
    } else {
      changed += c;
    }
  }
  return changed;
}

bool has_prefix(const CutStep& step, Cutter::Place place) {
  if (step.kind == CutKind::kPrefixSpace)
    return place != Cutter::Place::kWithin;
  switch (step.prefix) {
    case CutStep::Prefix::kAlways:
      return place != Cutter::Place::kWithin;
    case CutStep::Prefix::kFirst:
      return place == Cutter::Place::kBeginning;
    default:
      return false;
  }
}

// The part with the step's prefix, and with ▁ for spaces where the step says.
std::string changed_part(std::string_view part, const CutStep& step,
                         bool has_own_prefix) {
  const bool is_metaspace = step.kind == CutKind::kMetaspace;
  const std::string_view prefix = is_metaspace ? kSpacePiece : " ";
  std::string text = is_metaspace ? with_space_pieces(part) : std::string(part);
  if (has_own_prefix && !text.starts_with(prefix)) text.insert(0, prefix);
  return text;
}

void change_parts(TextParts& parts, const CutStep& step, Cutter::Place place) {
  bool is_first = true;
  for (std::string_view& part : parts.views) {
    const bool every = step.kind == CutKind::kPrefixSpace ||
                       step.prefix == CutStep::Prefix::kAlways;
    const bool prefix = is_first ? has_prefix(step, place) : every;
    part = parts.changed.emplace_back(changed_part(part, step, prefix));
    is_first = false;
  }
}

void cut_parts(TextParts& parts, const CutStep& step, const Pattern& pattern) {
  std::vector<std::string_view> views;
  for (const std::string_view part : parts.views) {
    const auto spans =
        treated(spans_of(pattern.find_all(part), part.size(), step.invert),
                match_of(step));
    for (const Span& span : spans) {
      if (span.begin == span.end) continue;
      views.push_back(part.substr(span.begin, span.end - span.begin));
    }
  }
  parts.views = std::move(views);
}

}  // namespace

Cutter::Cutter(const std::vector<CutStep>& steps) {
  cuts_between_letters_ = std::ranges::any_of(steps, is_word_pattern) &&
                          std::ranges::all_of(steps, leaves_letters_alone);
  for (const CutStep& step : steps) {
    steps_.push_back({step, pattern_of(step)});
  }
}

TextParts Cutter::cut(std::string_view text, Place place) const {
  TextParts parts;
  if (!text.empty()) parts.views.push_back(text);
  for (const auto& [step, pattern] : steps_) {
    if (step.kind == CutKind::kPrefixSpace ||
        step.kind == CutKind::kMetaspace) {
      change_parts(parts, step, place);
    }
    if (step.kind == CutKind::kPrefixSpace) continue;
    if (step.kind == CutKind::kMetaspace && !step.cut_at_spaces) continue;
    cut_parts(parts, step, *pattern);
  }
  return parts;
}

}  // namespace pi_ring
