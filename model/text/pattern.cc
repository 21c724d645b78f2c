// Compiles a pattern, and searches a text within limits.
#include "model/text/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <optional>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"

namespace pi_ring {

// PCRE2's objects, with their owners. These have a name because a class with
// one in its fields has linkage.
namespace pcre2 {

template <auto Free>
struct Freed {
  template <typename Object>
  void operator()(Object* object) const {
    Free(object);
  }
};

using Code = std::unique_ptr<pcre2_code, Freed<pcre2_code_free>>;
using MatchData =
    std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;
using MatchContext =
    std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using CompileContext =
    std::unique_ptr<pcre2_compile_context, Freed<pcre2_compile_context_free>>;

// Counts the steps of a search, and the bytes that each went over.
struct StepCount {
  uint64_t left = 0;
  size_t last = 0;
};

}  // namespace pcre2

namespace {

using pcre2::Code;
using pcre2::CompileContext;
using pcre2::StepCount;

constexpr size_t kLongestPattern = size_t{1} << 14;  // bytes
// Limits of a pattern from a file. Patterns of real tokenizers take less than
// 60 steps a byte, so a hostile one is given up within seconds.
constexpr uint64_t kStepsAByte = 512;
constexpr uint64_t kStepsAText = uint64_t{1} << 13;
constexpr uint32_t kMostBacktracks = uint32_t{1} << 24;
constexpr uint32_t kMostHeap = uint32_t{1} << 17;  // KiB

const unsigned char* units(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string message_of(int error) {
  std::array<unsigned char, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

int count_step(pcre2_callout_block* block, void* counted) {
  StepCount& count = *static_cast<StepCount*>(counted);
  const size_t at = block->current_position;
  const uint64_t cost = 1 + (at > count.last ? at - count.last : 0);
  count.last = at;
  if (cost > count.left) return PCRE2_ERROR_MATCHLIMIT;
  count.left -= cost;
  return 0;
}

Code compile(const std::string& expression, Pattern::Origin origin) {
  if (expression.size() > kLongestPattern) {
    throw BadInput("a pattern has " + grouped(expression.size()) +
                   " bytes, expected at most " + grouped(kLongestPattern));
  }
  const std::string pattern = translated_pattern(expression);
  const CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  uint32_t options =
      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  if (origin == Pattern::Origin::kFile) options |= PCRE2_AUTO_CALLOUT;
  int error = 0;
  size_t offset = 0;
  Code code(pcre2_compile(units(pattern), pattern.size(), options, &error,
                          &offset, context.get()));
  if (code != nullptr) return code;
  throw BadInput("the pattern " + in_quotes(expression) +
                 " is not supported: " + message_of(error));
}

}  // namespace

struct Pattern::Compiled {
  std::string expression;
  Origin origin;
  pcre2::Code code;
};

class Pattern::Search {
 public:
  Search(const Compiled& pattern, std::string_view text)
      : pattern_(pattern),
        text_(text),
        count_{kStepsAText + kStepsAByte * text.size(), 0},
        data_(
            pcre2_match_data_create_from_pattern(pattern.code.get(), nullptr)),
        context_(pcre2_match_context_create(nullptr)) {
    pcre2_set_match_limit(context_.get(), kMostBacktracks);
    pcre2_set_heap_limit(context_.get(), kMostHeap);
    if (pattern.origin == Origin::kFile) {
      pcre2_set_callout(context_.get(), count_step, &count_);
    }
  }

  std::optional<PatternMatch> next_from(size_t from) {
    count_.last = from;
    int found = run(from, PCRE2_NO_UTF_CHECK);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
      found = run(from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT);
    }
    if (found == PCRE2_ERROR_NOMATCH) return std::nullopt;
    const size_t* ends = pcre2_get_ovector_pointer(data_.get());
    if (found < 0) refuse(found);
    return PatternMatch{ends[0], ends[1]};
  }

 private:
  int run(size_t from, uint32_t options) {
    return pcre2_match(pattern_.code.get(), units(text_), text_.size(), from,
                       options, data_.get(), context_.get());
  }

  [[noreturn]] void refuse(int error) const {
    throw BadInput("the tokenizer's pattern " + in_quotes(pattern_.expression) +
                   " cannot cut this text: " + message_of(error));
  }

  const Compiled& pattern_;
  std::string_view text_;
  pcre2::StepCount count_;
  pcre2::MatchData data_;
  pcre2::MatchContext context_;
};

Pattern::Pattern(const std::string& expression, Origin origin)
    : compiled_(std::make_unique<Compiled>(
          Compiled{expression, origin, compile(expression, origin)})) {
  // Without its compiler PCRE2 is slower, and finds the same.
  if (origin == Origin::kOurs) {
    pcre2_jit_compile(compiled_->code.get(), PCRE2_JIT_COMPLETE);
  }
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

std::vector<PatternMatch> Pattern::find_all(std::string_view text) const {
  std::vector<PatternMatch> matches;
  if (text.empty()) return matches;
  Search search(*compiled_, text);
  size_t from = 0;
  while (from <= text.size()) {
    const std::optional<PatternMatch> match = search.next_from(from);
    if (!match) break;
    const bool is_empty = match->begin == match->end;
    if (is_empty && !matches.empty() && matches.back().end == match->end) {
      if (from == text.size()) break;
      from += first_utf8_sequence(text.substr(from)).length;
      continue;
    }
    matches.push_back(*match);
    from = match->end;
  }
  return matches;
}

}  // namespace pi_ring
