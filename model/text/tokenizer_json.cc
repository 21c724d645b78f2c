// Checks every part of a tokenizer.json that is read. Hugging Face's tools can
// read what is written.
#include "model/text/tokenizer_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/new_file.h"
#include "model/base/wording.h"
#include "model/text/normalizer.h"
#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_stages.h"

namespace pi_ring {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

const json& member(const json& object, const char* name, json::value_t type) {
  const auto found = object.find(name);
  if (found == object.end())
    throw BadInput("has no \"" + std::string(name) + "\"");
  if (found->type() != type) {
    throw BadInput(std::string(name) + " is " + shown(*found) +
                   ", expected type " + json(type).type_name());
  }
  return *found;
}

bool flag(const json& object, const char* name) {
  if (!object.contains(name)) return false;
  return member(object, name, json::value_t::boolean).get<bool>();
}

// An id beyond 63 bits becomes the greatest of 63 bits, which is refused later
// like every id that is not less than the number of tokens.
int64_t id_of(const json& value, const std::string& piece) {
  if (value.is_number_unsigned()) {
    return static_cast<int64_t>(
        std::min(value.get<uint64_t>(), uint64_t{INT64_MAX}));
  }
  if (value.is_number_integer()) return value.get<int64_t>();
  throw BadInput("the id of token " + in_quotes(piece) +
                 " is not a whole number");
}

// Each of these options changes how text is cut. They are mostly empty.
void require_plain_bpe(const json& model) {
  const auto& type = member(model, "type", json::value_t::string);
  if (type != "BPE") {
    throw BadInput("model type " + in_quotes(type.get<std::string>()) +
                   " is not supported, only \"BPE\" is");
  }
  for (const char* name :
       {"dropout", "continuing_subword_prefix", "end_of_word_suffix"}) {
    const json value = model.contains(name) && !model[name].is_structured()
                           ? model[name]
                           : json();
    const bool empty = !model.contains(name) || model[name].is_null() ||
                       value == json(json::value_t::string) || value == 0 ||
                       value == false;
    if (!empty) throw BadInput(std::string(name) + " is not supported");
  }
}

class Reader {
 public:
  explicit Reader(const json& root) : root_(root) {}

  TokenizerParts read() {
    if (!root_.is_object()) throw BadInput("is not a JSON object");
    TokenizerStages stages = read_tokenizer_stages(root_);
    const json& model = member(root_, "model", json::value_t::object);
    require_plain_bpe(model);
    read_vocabulary(member(model, "vocab", json::value_t::object));
    read_added_tokens();
    lay_out_pieces();
    take_stages(std::move(stages));
    read_unknown(model);
    read_merges(member(model, "merges", json::value_t::array));
    return std::move(tokenizer_);
  }

 private:
  void read_vocabulary(const json& vocabulary) {
    ids_.reserve(vocabulary.size());
    for (const auto& [piece, id] : vocabulary.items()) {
      ids_.emplace(piece, id_of(id, piece));
    }
  }

  // Added tokens may be in the vocabulary too.
  void read_added_tokens() {
    if (!root_.contains("added_tokens")) return;
    for (const json& added :
         member(root_, "added_tokens", json::value_t::array)) {
      if (!added.is_object()) throw BadInput("an added token is not an object");
      const std::string piece =
          member(added, "content", json::value_t::string).get<std::string>();
      if (!added.contains("id")) throw BadInput("an added token has no id");
      require_one_id(piece, id_of(added["id"], piece));
      tokenizer_.added.push_back({.text = piece,
                                  .special = flag(added, "special"),
                                  .single_word = flag(added, "single_word"),
                                  .lstrip = flag(added, "lstrip"),
                                  .rstrip = flag(added, "rstrip"),
                                  .normalized = flag(added, "normalized")});
    }
  }

  void require_one_id(const std::string& piece, int64_t id) {
    const int64_t known = ids_.emplace(piece, id).first->second;
    if (known == id) return;
    throw BadInput("token " + in_quotes(piece) + " has two ids, " +
                   grouped(known) + " and " + grouped(id));
  }

  // There are as many ids as tokens. If each is in range and none is there
  // twice, no id is missing.
  void lay_out_pieces() {
    const size_t count = ids_.size();
    tokenizer_.pieces.resize(count);
    tokenizer_.control.resize(count);
    std::vector<bool> taken(count);
    for (const auto& [piece, id] : ids_) {
      require_in_range(piece, id);
      if (taken[id]) {
        throw BadInput("id " + grouped(id) + " belongs to both " +
                       in_quotes(tokenizer_.pieces[id]) + " and " +
                       in_quotes(piece));
      }
      taken[id] = true;
      tokenizer_.pieces[id] = piece;
    }
    for (AddedToken& added : tokenizer_.added) {
      added.id = static_cast<int>(ids_.at(added.text));
      tokenizer_.control[added.id] = added.special;
    }
  }

  void require_in_range(const std::string& piece, int64_t id) const {
    if (id >= 0 && id < static_cast<int64_t>(ids_.size())) return;
    throw BadInput("token " + in_quotes(piece) + " has the id " + grouped(id) +
                   ", but there are only " + grouped(ids_.size()) + " tokens");
  }

  void take_stages(TokenizerStages stages) {
    tokenizer_.spelling = stages.spelling;
    tokenizer_.normalizer = std::move(stages.normalizer);
    tokenizer_.cuts = std::move(stages.cuts);
    tokenizer_.drops_first_space = stages.drops_first_space;
    tokenizer_.before = ids_of(stages.before);
    tokenizer_.after = ids_of(stages.after);
    normalize_added_tokens();
  }

  void normalize_added_tokens() {
    const Normalizer normalizer(tokenizer_.normalizer);
    for (AddedToken& added : tokenizer_.added) {
      if (!added.normalized) continue;
      added.text = normalizer.apply(added.text, /*is_first=*/true);
    }
    std::erase_if(tokenizer_.added,
                  [](const AddedToken& added) { return added.text.empty(); });
  }

  std::vector<int> ids_of(const std::vector<PlacedToken>& tokens) const {
    std::vector<int> ids;
    for (const PlacedToken& token : tokens) {
      ids.push_back(id_of_piece(token.piece, "post_processor"));
      if (ids.back() == token.id) continue;
      throw BadInput("post_processor gives " + in_quotes(token.piece) +
                     " the id " + grouped(token.id) +
                     ", but the vocabulary gives it " + grouped(ids.back()));
    }
    return ids;
  }

  void read_unknown(const json& model) {
    tokenizer_.byte_fallback = flag(model, "byte_fallback");
    tokenizer_.fuse_unknown = flag(model, "fuse_unk");
    tokenizer_.ignore_merges = flag(model, "ignore_merges");
    const bool none =
        !model.contains("unk_token") || model["unk_token"] == nullptr;
    tokenizer_.unknown =
        none ? -1
             : id_of_piece(member(model, "unk_token", json::value_t::string)
                               .get<std::string>(),
                           "unk_token");
    // A tokenizer of bytes that lacks one refuses the texts that have it.
    const bool is_of_bytes =
        tokenizer_.spelling == TokenizerParts::Spelling::kByteLevel;
    if (none && !is_of_bytes && !has_every_byte()) {
      throw BadInput("has neither an unk_token nor a token for every byte");
    }
  }

  bool has_every_byte() const {
    if (!tokenizer_.byte_fallback) return false;
    for (int byte = 0; byte < kByteValues; ++byte) {
      if (!ids_.contains(byte_piece(byte))) {
        return false;
      }
    }
    return true;
  }

  void read_merges(const json& merges) {
    tokenizer_.merges.reserve(merges.size());
    for (size_t i = 0; i < merges.size(); ++i) {
      const std::string name = "merge " + grouped(i);
      const auto [left, right] = halves_of(merges[i], name);
      const Merge merge{id_of_piece(left, name), id_of_piece(right, name),
                        id_of_piece(left + right, name)};
      // Text must never become a control token or a lone byte.
      if (is_text(merge.product)) tokenizer_.merges.push_back(merge);
    }
  }

  // Older files have "a b", newer ones ["a", "b"].
  static std::pair<std::string, std::string> halves_of(
      const json& merge, const std::string& name) {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() &&
        merge[1].is_string()) {
      return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    }
    if (merge.is_string()) {
      const auto& both = merge.get_ref<const std::string&>();
      const size_t space = both.find(' ');
      if (space != both.npos && space == both.rfind(' ')) {
        return {both.substr(0, space), both.substr(space + 1)};
      }
    }
    throw BadInput(name + " is not two pieces");
  }

  int id_of_piece(const std::string& piece, const std::string& place) const {
    const auto found = ids_.find(piece);
    if (found != ids_.end()) return static_cast<int>(found->second);
    throw BadInput(place + " names " + in_quotes(piece) +
                   ", which is not in the vocabulary");
  }

  bool is_text(int id) const {
    if (tokenizer_.control[id]) return false;
    return tokenizer_.spelling == TokenizerParts::Spelling::kByteLevel ||
           !byte_of_piece(tokenizer_.pieces[id]);
  }

  const json& root_;
  TokenizerParts tokenizer_;
  std::unordered_map<std::string, int64_t> ids_;
};

ordered_json added_tokens(const TokenizerParts& tokenizer) {
  auto tokens = ordered_json::array();
  for (size_t id = 0; id < tokenizer.pieces.size(); ++id) {
    if (!tokenizer.control[id]) continue;
    tokens.push_back({{"id", id},
                      {"content", tokenizer.pieces[id]},
                      {"single_word", false},
                      {"lstrip", false},
                      {"rstrip", false},
                      {"normalized", false},
                      {"special", true}});
  }
  return tokens;
}

// Ordered by id, as people expect it. Inserting into an ordered_json would
// search the whole list for each piece.
ordered_json vocabulary(const TokenizerParts& tokenizer) {
  ordered_json::object_t pieces;
  pieces.reserve(tokenizer.pieces.size());
  for (size_t id = 0; id < tokenizer.pieces.size(); ++id) {
    pieces.push_back({tokenizer.pieces[id], id});
  }
  return pieces;
}

ordered_json merges(const TokenizerParts& tokenizer) {
  auto list = ordered_json::array();
  for (const Merge& merge : tokenizer.merges) {
    list.push_back(tokenizer.pieces[merge.left] + " " +
                   tokenizer.pieces[merge.right]);
  }
  return list;
}

ordered_json model(const TokenizerParts& tokenizer) {
  return {
      {"type", "BPE"},
      {"dropout", nullptr},
      {"unk_token", tokenizer.unknown < 0
                        ? ordered_json()
                        : ordered_json(tokenizer.pieces[tokenizer.unknown])},
      {"continuing_subword_prefix", nullptr},
      {"end_of_word_suffix", nullptr},
      {"fuse_unk", tokenizer.fuse_unknown},
      {"byte_fallback", tokenizer.byte_fallback},
      {"vocab", vocabulary(tokenizer)},
      {"merges", merges(tokenizer)}};
}
}  // namespace

TokenizerParts parts_of_tokenizer_json(const json& root) {
  return Reader(root).read();
}

TokenizerParts read_tokenizer_json(const std::filesystem::path& file) {
  const MappedFile map(file);
  const json root = parse_json(map.text(), file);
  try {
    TokenizerParts parts = parts_of_tokenizer_json(root);
    Hash hash;
    hash.add(map.text());
    parts.fingerprint = hash.value();
    return parts;
  } catch (const BadInput& error) {
    throw BadInput(file, error.what());
  }
}

void write_tokenizer_json(const TokenizerParts& tokenizer,
                          const std::filesystem::path& file) {
  const int first = tokenizer.before.at(0);
  const PlacedToken begin{tokenizer.pieces[first], first};
  const ordered_json content = {
      {"version", "1.0"},
      {"truncation", nullptr},
      {"padding", nullptr},
      {"added_tokens", added_tokens(tokenizer)},
      {"normalizer", ordered_json::parse(kSentencepieceNormalizer)},
      {"pre_tokenizer", nullptr},
      {"post_processor", sentencepiece_post_processor(begin)},
      {"decoder", ordered_json::parse(kSentencepieceDecoder)},
      {"model", model(tokenizer)}};
  NewFile out(file);
  out.write(content.dump(2) + "\n");
  out.commit();
}

}  // namespace pi_ring
