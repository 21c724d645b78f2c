// Takes a text through the stages: added tokens are found in it, what is
// between them is normalised and cut, and each part is merged to pieces.
#include "model/text/tokenizer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/added_tokens.h"
#include "model/text/bpe.h"
#include "model/text/cutter.h"
#include "model/text/normalizer.h"
#include "model/text/piece_table.h"
#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

using Place = Cutter::Place;
using Spelling = TokenizerParts::Spelling;

// Positions in a text are 32 bits wide while it is merged.
constexpr size_t kLongestText = size_t{1} << 31;

void require_text(std::string_view text) {
  if (text.size() > kLongestText) throw BadInput("the text exceeds 2 GiB");
  const size_t offset = find_invalid_utf8(text);
  if (offset == text.npos) return;
  throw BadInput("the text is not UTF-8 at byte " + std::to_string(offset));
}

// Whether a cut between two parts of a text may lie within the token: before a
// space or a line end that follows another character.
bool may_span_a_cut(const AddedToken& token) {
  if (token.single_word || token.lstrip || token.rstrip) return true;
  const std::string text = with_spaces(token.text);
  for (size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == ' ' || text[i] == '\n') && text[i] != text[i - 1]) {
      return true;
    }
  }
  return false;
}

std::vector<AddedToken> chosen(const std::vector<AddedToken>& all,
                               bool normalized, SpecialTokens special) {
  std::vector<AddedToken> tokens;
  std::ranges::copy_if(all, std::back_inserter(tokens), [&](const auto& token) {
    return token.normalized == normalized &&
           (special == SpecialTokens::kAreFound || !token.special);
  });
  return tokens;
}

std::vector<AddedToken> special_only(std::vector<AddedToken> tokens) {
  std::erase_if(tokens, [](const AddedToken& token) { return !token.special; });
  return tokens;
}

// Special tokens past the vocabulary of the model are for other models of its
// family, such as those that see images.
TokenizerParts fitted(TokenizerParts parts, int vocab) {
  while (std::cmp_greater(parts.pieces.size(), vocab) && parts.control.back()) {
    parts.pieces.pop_back();
    parts.control.pop_back();
  }
  const size_t count = parts.pieces.size();
  if (std::cmp_greater(count, vocab)) {
    throw BadInput("has " + grouped(count) + " tokens, but the model has " +
                   grouped(vocab));
  }
  const auto is_past = [count](int id) {
    return std::cmp_greater_equal(id, count);
  };
  std::erase_if(parts.added,
                [&](const AddedToken& token) { return is_past(token.id); });
  std::erase_if(parts.merges, [&](const Merge& merge) {
    return is_past(std::max(merge.left, merge.right));
  });
  if (std::ranges::any_of(parts.before, is_past) ||
      std::ranges::any_of(parts.after, is_past) || is_past(parts.unknown)) {
    throw BadInput("puts a token in texts that is not one of the model's " +
                   grouped(vocab));
  }
  return parts;
}

}  // namespace

class Tokenizer::Tables {
 public:
  Tables(TokenizerParts parts, int vocab)
      : parts_(fitted(std::move(parts), vocab)),
        vocab_(vocab),
        normalizer_(parts_.normalizer),
        cutter_(parts_.cuts),
        text_tokens_(parts_.added, SpecialTokens::kAreText),
        all_tokens_(parts_.added, SpecialTokens::kAreFound),
        special_tokens_(special_only(parts_.added)),
        pieces_(parts_),
        bpe_(parts_.merges, parts_.priorities) {
    parts_before_space_ = can_part(' ', kSpacePiece);
    parts_before_line_end_ = can_part('\n', "\n");
    parts_between_letters_ = can_part_between_letters();
  }

  void append(std::string_view text, SpecialTokens special, Place place,
              std::vector<int>& tokens) const {
    const Finders& finders =
        special == SpecialTokens::kAreFound ? all_tokens_ : text_tokens_;
    const auto take_token = [&](int id) {
      tokens.push_back(id);
      place = Place::kAfterAToken;
    };
    const auto take_part = [&](std::string_view part) {
      append_part(part, place, tokens);
      place = Place::kAfterAToken;
    };
    finders.before.split(
        text,
        [&](std::string_view part) {
          if (normalizer_.is_identity()) {
            return finders.after.split(part, take_part, take_token);
          }
          const std::string normal =
              normalizer_.apply(part, place != Place::kWithin);
          finders.after.split(normal, take_part, take_token);
        },
        take_token);
  }

  // The text between two special tokens may come from several parts.
  void append_parts(std::span<const TextPart> parts,
                    std::vector<int>& tokens) const {
    Place place = Place::kBeginning;
    std::string text;
    const auto append_text = [&] {
      if (text.empty()) return;
      append(text, SpecialTokens::kAreText, place, tokens);
      place = Place::kAfterAToken;
      text.clear();
    };
    for (const TextPart& part : parts) {
      if (part.special == SpecialTokens::kAreText) {
        text += part.text;
        continue;
      }
      special_tokens_.split(
          part.text, [&](std::string_view between) { text += between; },
          [&](int id) {
            append_text();
            tokens.push_back(id);
            place = Place::kAfterAToken;
          });
    }
    append_text();
  }

  bool parts_before(char character) const {
    return character == ' ' ? parts_before_space_
                            : character == '\n' && parts_before_line_end_;
  }
  bool parts_between_letters() const { return parts_between_letters_; }

  const TokenizerParts& parts() const { return parts_; }
  int vocab() const { return vocab_; }
  const std::string& bytes(int token) const {
    return of_token(pieces_.bytes(), token);
  }
  const std::string& piece(int token) const {
    return of_token(parts_.pieces, token);
  }

 private:
  // Those that are found in the text as it is, and in the normalised text.
  struct Finders {
    Finders(const std::vector<AddedToken>& added, SpecialTokens special)
        : before(chosen(added, /*normalized=*/false, special)),
          after(chosen(added, /*normalized=*/true, special)) {}

    AddedTokenFinder before;
    AddedTokenFinder after;
  };

  // A model's vocabulary may be padded past the tokenizer's.
  const std::string& of_token(const std::vector<std::string>& list,
                              int token) const {
    static const std::string none;
    const bool is_padding =
        std::cmp_greater_equal(token, list.size()) && token < vocab_;
    return is_padding ? none : list.at(token);
  }

  bool is_byte_level() const { return parts_.spelling == Spelling::kByteLevel; }

  void append_part(std::string_view text, Place place,
                   std::vector<int>& tokens) const {
    std::vector<int> characters;
    for (const std::string_view part : cutter_.cut(text, place).views) {
      const int whole = pieces_.whole_piece(part);
      if (whole != PieceTable::kNone) {
        tokens.push_back(whole);
        continue;
      }
      characters.clear();
      pieces_.append_characters(part, characters);
      bpe_.append_merged(characters, tokens);
    }
  }

  // A token that spans the cut comes from a merge whose right half begins with
  // the character and whose left half ends with another one. The character must
  // be known, because unknown characters may become one token with those before
  // them.
  bool can_part(char character, std::string_view piece) const {
    const std::vector<std::string>& bytes = pieces_.bytes();
    return pieces_.knows(piece) && has_parts_by_merges_only() &&
           std::ranges::none_of(parts_.merges, [&](const Merge& merge) {
             return bytes[merge.right].starts_with(character) &&
                    !bytes[merge.left].ends_with(character);
           });
  }

  bool has_parts_by_merges_only() const {
    if (is_byte_level() || parts_.ignore_merges) return false;
    const bool known_steps =
        std::ranges::all_of(parts_.normalizer, [](const auto& step) {
          return step.kind == NormalizerStep::Kind::kPrepend ||
                 (step.kind == NormalizerStep::Kind::kReplace &&
                  step.pattern == " " && step.content == kSpacePiece);
        });
    const bool known_cuts =
        std::ranges::all_of(parts_.cuts, [](const CutStep& step) {
          return step.kind == CutStep::Kind::kMetaspace;
        });
    return known_steps && known_cuts && !has_spanning_tokens();
  }

  // After a token that is found in a text, the rest may begin with a prefix
  // that a part of a text does not have.
  bool has_spanning_tokens() const {
    const bool has_prefix =
        std::ranges::any_of(parts_.normalizer,
                            [](const auto& step) {
                              return step.kind ==
                                     NormalizerStep::Kind::kPrepend;
                            }) ||
        std::ranges::any_of(parts_.cuts, [](const CutStep& step) {
          return step.prefix == CutStep::Prefix::kAlways;
        });
    return std::ranges::any_of(parts_.added, [&](const AddedToken& token) {
      return !token.special && (has_prefix || may_span_a_cut(token));
    });
  }

  bool can_part_between_letters() const {
    return is_byte_level() && cutter_.cuts_between_letters() &&
           normalizer_.has_forms_only() &&
           std::ranges::none_of(parts_.added, [](const AddedToken& token) {
             return !token.special && may_span_a_cut(token);
           });
  }

  TokenizerParts parts_;
  int vocab_;
  Normalizer normalizer_;
  Cutter cutter_;
  Finders text_tokens_;
  Finders all_tokens_;
  AddedTokenFinder special_tokens_;
  PieceTable pieces_;
  Bpe bpe_;
  bool parts_before_space_ = false;
  bool parts_before_line_end_ = false;
  bool parts_between_letters_ = false;
};

Tokenizer::Tokenizer(const std::filesystem::path& folder, int vocab) {
  TokenizerFile file = read_tokenizer_folder(folder);
  try {
    tables_ = std::make_unique<Tables>(std::move(file.parts), vocab);
  } catch (const BadInput& error) {
    throw BadInput(file.path, error.what());
  }
}

Tokenizer::Tokenizer(TokenizerParts parts, int vocab)
    : tables_(std::make_unique<Tables>(std::move(parts), vocab)) {}

Tokenizer::~Tokenizer() = default;

std::vector<int> Tokenizer::encode(std::string_view text,
                                   SpecialTokens special) const {
  require_text(text);
  std::vector<int> tokens = tables_->parts().before;
  tables_->append(text, special, Place::kBeginning, tokens);
  tokens.insert(tokens.end(), after().begin(), after().end());
  return tokens;
}

std::vector<int> Tokenizer::encode_beginning(std::string_view text) const {
  require_text(text);
  std::vector<int> tokens = tables_->parts().before;
  tables_->append(text, SpecialTokens::kAreText, Place::kBeginning, tokens);
  return tokens;
}

std::vector<int> Tokenizer::encode_within(std::string_view text) const {
  require_text(text);
  std::vector<int> tokens;
  tables_->append(text, SpecialTokens::kAreText, Place::kWithin, tokens);
  return tokens;
}

std::vector<int> Tokenizer::encode_parts(
    std::span<const TextPart> parts) const {
  for (const TextPart& part : parts) require_text(part.text);
  std::vector<int> tokens;
  tables_->append_parts(parts, tokens);
  return tokens;
}

std::span<const int> Tokenizer::after() const { return tables_->parts().after; }

bool Tokenizer::parts_before(char character) const {
  return tables_->parts_before(character);
}

bool Tokenizer::parts_between_letters() const {
  return tables_->parts_between_letters();
}

uint64_t Tokenizer::fingerprint() const { return tables_->parts().fingerprint; }

std::string_view Tokenizer::bytes(int token) const {
  return tables_->bytes(token);
}

const std::string& Tokenizer::piece(int token) const {
  return tables_->piece(token);
}

bool Tokenizer::drops_first_space() const {
  return tables_->parts().drops_first_space;
}

int Tokenizer::vocab() const { return tables_->vocab(); }

}  // namespace pi_ring
