// Makes the merges, the added tokens and the cuts of a stored vocabulary.
#include "model/text/stored_vocabulary.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/wording.h"
#include "model/text/sentencepiece.h"
#include "model/text/splitting_rules.h"

namespace pi_ring {
namespace {

using VocabularyKind = StoredVocabulary::Kind;

// Makes the parts from a vocabulary whose lists fit each other.
class PartsMaker {
 public:
  explicit PartsMaker(const StoredVocabulary& vocabulary)
      : vocabulary_(vocabulary) {}

  TokenizerParts make() {
    parts_.pieces = vocabulary_.pieces;
    parts_.unknown = vocabulary_.unknown;
    for (size_t id = 0; id < vocabulary_.pieces.size(); ++id) {
      take_type(static_cast<int>(id));
    }
    if (vocabulary_.kind == VocabularyKind::kByteLevel) {
      make_byte_level();
    } else {
      make_sentencepiece();
    }
    parts_.fingerprint = fingerprint();
    return std::move(parts_);
  }

 private:
  PieceType type_of(int id) const {
    return vocabulary_.types.empty() ? PieceType::kNormal
                                     : vocabulary_.types[id];
  }

  // A user's symbol is found in SentencePiece's normalised text, as its piece
  // is spelled; the other added tokens in the text as it is.
  void take_type(int id) {
    const PieceType type = type_of(id);
    const std::string& piece = vocabulary_.pieces[id];
    parts_.control.push_back(type == PieceType::kControl ||
                             type == PieceType::kUnknown ||
                             type == PieceType::kUnused);
    if (type == PieceType::kUnknown && parts_.unknown < 0) parts_.unknown = id;
    const bool is_users = type == PieceType::kUserDefined;
    if ((!is_users && type != PieceType::kControl) || piece.empty()) return;
    parts_.added.push_back(
        {.id = id,
         .text = piece,
         .special = !is_users,
         .normalized =
             is_users && vocabulary_.kind == VocabularyKind::kSentencepiece});
  }

  void make_byte_level() {
    SplittingRule rule = splitting_rule(vocabulary_.splitting_rule);
    parts_.spelling = TokenizerParts::Spelling::kByteLevel;
    parts_.byte_fallback = false;
    parts_.fuse_unknown = false;
    parts_.drops_first_space = false;
    parts_.normalizer.clear();
    if (rule.has_nfc) {
      parts_.normalizer = {{.kind = NormalizerStep::Kind::kNfc}};
    }
    parts_.cuts = std::move(rule.cuts);
    parts_.ignore_merges = rule.ignore_merges;
    put_around(rule.adds_begin);
    read_merges();
  }

  void make_sentencepiece() {
    const bool prefix = vocabulary_.add_space_prefix.value_or(true);
    parts_.normalizer = sentencepiece_normalizer(prefix);
    parts_.drops_first_space = prefix;
    put_around(/*adds_begin=*/true);
    std::vector<bool> mergeable;
    for (size_t id = 0; id < vocabulary_.pieces.size(); ++id) {
      mergeable.push_back(type_of(static_cast<int>(id)) == PieceType::kNormal &&
                          !byte_of_piece(vocabulary_.pieces[id]));
    }
    parts_.merges =
        merges_from_scores(vocabulary_.pieces, vocabulary_.scores, mergeable);
    parts_.priorities =
        priorities_from_scores(parts_.merges, vocabulary_.scores);
    require_unknown();
  }

  void require_unknown() const {
    if (parts_.unknown >= 0) return;
    std::vector<bool> found(kByteValues);
    for (const std::string& piece : vocabulary_.pieces) {
      if (const auto byte = byte_of_piece(piece)) found[*byte] = true;
    }
    if (std::find(found.begin(), found.end(), false) == found.end()) return;
    throw BadInput("has neither an unknown token nor a token for every byte");
  }

  void put_around(bool adds_begin) {
    parts_.before.clear();
    if (vocabulary_.add_begin.value_or(adds_begin) && vocabulary_.begin >= 0) {
      parts_.before.push_back(vocabulary_.begin);
    }
    if (vocabulary_.add_end.value_or(false) && vocabulary_.end >= 0) {
      parts_.after.push_back(vocabulary_.end);
    }
  }

  void read_merges() {
    std::unordered_map<std::string_view, int> ids;
    for (size_t id = 0; id < vocabulary_.pieces.size(); ++id) {
      ids.emplace(vocabulary_.pieces[id], static_cast<int>(id));
    }
    for (size_t rank = 0; rank < vocabulary_.merges.size(); ++rank) {
      const std::string& merge = vocabulary_.merges[rank];
      const size_t space = merge.find(' ', 1);
      if (merge.empty() || space == merge.npos) {
        throw BadInput("merge " + grouped(rank) + " is not two pieces");
      }
      const std::string left = merge.substr(0, space);
      const std::string right = merge.substr(space + 1);
      const auto id_of = [&](const std::string& piece) {
        const auto found = ids.find(piece);
        if (found != ids.end()) return found->second;
        throw BadInput("merge " + grouped(rank) + " names " + in_quotes(piece) +
                       ", which is not in the vocabulary");
      };
      const Merge made{id_of(left), id_of(right), id_of(left + right)};
      // Text must never become a control token.
      if (!parts_.control[made.product]) parts_.merges.push_back(made);
    }
  }

  uint64_t fingerprint() const {
    Hash hash;
    hash.add(uint64_t{vocabulary_.kind == VocabularyKind::kByteLevel});
    for (const std::string& piece : vocabulary_.pieces) hash.add(piece);
    for (const PieceType type : vocabulary_.types) {
      hash.add(static_cast<uint64_t>(type));
    }
    for (const float score : vocabulary_.scores) {
      hash.add(uint64_t{std::bit_cast<uint32_t>(score)});
    }
    for (const std::string& merge : vocabulary_.merges) hash.add(merge);
    hash.add(vocabulary_.splitting_rule);
    for (const int id : parts_.before) hash.add(static_cast<uint64_t>(id));
    for (const int id : parts_.after) hash.add(static_cast<uint64_t>(id));
    hash.add(uint64_t{parts_.drops_first_space});
    return hash.value();
  }

  const StoredVocabulary& vocabulary_;
  TokenizerParts parts_;
};

void require_id(const char* what, int id, size_t count) {
  if (id >= -1 && std::cmp_less(id, count)) return;
  throw BadInput(std::string(what) + " is " + std::to_string(id) +
                 ", but there are only " + grouped(count) + " tokens");
}

void require_size(const char* what, size_t size, size_t count, bool is_needed) {
  if (size == count || (size == 0 && !is_needed)) return;
  throw BadInput("has " + grouped(size) + " " + what + " for " +
                 grouped(count) + " tokens");
}

}  // namespace

TokenizerParts parts_of(const StoredVocabulary& vocabulary) {
  const size_t count = vocabulary.pieces.size();
  require_size("types", vocabulary.types.size(), count, /*is_needed=*/false);
  require_size("scores", vocabulary.scores.size(), count,
               vocabulary.kind == VocabularyKind::kSentencepiece);
  require_id("the begin token", vocabulary.begin, count);
  require_id("the end token", vocabulary.end, count);
  require_id("the unknown token", vocabulary.unknown, count);
  return PartsMaker(vocabulary).make();
}

}  // namespace pi_ring
