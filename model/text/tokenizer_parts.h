// What a tokenizer is made of, whatever file it comes from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/text/bpe.h"

namespace pi_ring {

// A token that is found in a text before the text is cut and merged.
struct AddedToken {
  int id = 0;
  std::string text;
  bool special = false;      // is found only where special tokens are asked for
  bool single_word = false;  // only where no letter or digit is beside it
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space after it
  bool normalized = false;   // `text` is found in the normalised text

  bool operator==(const AddedToken&) const = default;
};

// One step by which a text is changed before it is cut.
struct NormalizerStep {
  enum class Kind {
    kNfc,
    kNfd,
    kNfkc,
    kNfkd,
    kPrepend,         // `content` before a text that is not empty
    kReplace,         // `content` for each `pattern`
    kReplacePattern,  // the same, and `pattern` is a regular expression
  };

  Kind kind = Kind::kNfc;
  std::string pattern = {};
  std::string content = {};

  bool operator==(const NormalizerStep&) const = default;
};

// One step by which a text is cut. Tokens never span a cut. Each step cuts the
// parts that the step before it has made.
struct CutStep {
  enum class Kind {
    kPattern,      // at the matches of a regular expression
    kText,         // at the places of a text
    kDigits,       // at runs of digits
    kDigit,        // at each digit
    kPrefixSpace,  // puts a space before each part that begins with none
    kMetaspace,    // puts ▁ in the place of spaces
  };
  // What becomes of a match.
  enum class Match {
    kIsolated,
    kRemoved,
    kMergedWithPrevious,
    kMergedWithNext,
    kContiguous,  // isolated, together with the matches that follow at once
  };
  // Where kMetaspace puts a further ▁.
  enum class Prefix { kNever, kFirst, kAlways };

  Kind kind = Kind::kPattern;
  std::string pattern = {};
  Match match = Match::kIsolated;
  bool invert = false;  // cut at what does not match
  Prefix prefix = Prefix::kNever;
  bool cut_at_spaces = false;  // kMetaspace: before each ▁

  bool operator==(const CutStep&) const = default;
};

// The steps of a SentencePiece tokenizer: ▁ before the text and for each space.
std::vector<NormalizerStep> sentencepiece_normalizer(bool prefix);

// What is not said is as in Llama 2's tokenizer.
struct TokenizerParts {
  // How a piece spells its bytes.
  enum class Spelling {
    kSentencepiece,  // ▁ is a space, and <0x0A> a byte
    kByteLevel,      // each character is a byte, as in GPT-2's vocabulary
  };

  Spelling spelling = Spelling::kSentencepiece;
  std::vector<std::string> pieces;  // by id, as they are spelled
  std::vector<bool> control;        // by id; true for what is not text: <s>
  std::vector<Merge> merges;        // by rank
  // By merge, the lowest first, leftmost first among equals. Empty: the order
  // of the merges.
  std::vector<uint32_t> priorities;
  std::vector<int> before = {1};  // the tokens before a text
  std::vector<int> after;         // and those after it
  int unknown = 0;                // -1 if there is no such token
  bool byte_fallback = true;
  bool fuse_unknown = true;
  bool ignore_merges = false;  // a part that is a piece is not merged
  // The decoder leaves out a space at the beginning of a text.
  bool drops_first_space = true;
  std::vector<AddedToken> added;
  std::vector<NormalizerStep> normalizer =
      sentencepiece_normalizer(/*prefix=*/true);
  std::vector<CutStep> cuts;
  uint64_t fingerprint = 0;  // of the files
};

// Whether the tokenizer has no parts but a SentencePiece tokenizer's, with one
// token before a text, as write_tokenizer_json() writes them.
bool is_plain_sentencepiece(const TokenizerParts& parts);

}  // namespace pi_ring
