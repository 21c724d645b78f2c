// Copies the lists of the metadata.
#include "model/text/gguf_vocabulary.h"

#include <cmath>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"

namespace pi_ring {
namespace {

constexpr int64_t kMostPieces = int64_t{1} << 24;

class GgufTokenizer {
 public:
  explicit GgufTokenizer(const GgufFile& file) : file_(file) {}

  std::string text(const char* key) const {
    const GgufValue* value = find(key);
    return value != nullptr && value->is_text() ? std::string(value->text())
                                                : std::string();
  }
  std::vector<std::string> texts(const char* key) const {
    const GgufValue* value = find(key);
    std::vector<std::string> all;
    if (value == nullptr) return all;
    for (const std::string_view text : value->texts()) all.emplace_back(text);
    return all;
  }
  std::vector<double> numbers(const char* key) const {
    const GgufValue* value = find(key);
    return value == nullptr ? std::vector<double>() : value->numbers();
  }
  int token(const char* key) const {
    const GgufValue* value = find(key);
    if (value == nullptr || !value->is_whole_number()) return -1;
    const int64_t id = value->whole_number();
    return id >= 0 && id < kMostPieces ? static_cast<int>(id) : -1;
  }
  std::optional<bool> flag(const char* key) const {
    const GgufValue* value = find(key);
    if (value == nullptr || !value->is_flag()) return std::nullopt;
    return value->flag();
  }

 private:
  const GgufValue* find(const char* key) const {
    return file_.find_value("tokenizer.ggml." + std::string(key));
  }

  const GgufFile& file_;
};

StoredVocabulary::Kind kind_of(const GgufTokenizer& stored,
                               const GgufFile& file) {
  const std::string model = stored.text("model");
  if (model == "llama") return StoredVocabulary::Kind::kSentencepiece;
  if (model == "gpt2") return StoredVocabulary::Kind::kByteLevel;
  throw BadInput(file.path(), "tokenizer.ggml.model is " + shown(model) +
                                  ", expected llama or gpt2");
}

PieceType piece_type(double number, const GgufFile& file) {
  if (number >= 1.0 && number <= 6.0 && number == std::floor(number)) {
    return static_cast<PieceType>(static_cast<int>(number));
  }
  throw BadInput(file.path(),
                 "tokenizer.ggml.token_type has a number that is not 1 to 6");
}

}  // namespace

bool has_vocabulary(const GgufFile& file) {
  return file.find_value("tokenizer.ggml.tokens") != nullptr;
}

StoredVocabulary vocabulary_of(const GgufFile& file) {
  if (!has_vocabulary(file)) {
    throw BadInput(file.path(), "has no tokenizer");
  }
  const GgufTokenizer stored(file);
  StoredVocabulary vocabulary;
  vocabulary.kind = kind_of(stored, file);
  vocabulary.pieces = stored.texts("tokens");
  for (const double type : stored.numbers("token_type")) {
    vocabulary.types.push_back(piece_type(type, file));
  }
  for (const double score : stored.numbers("scores")) {
    vocabulary.scores.push_back(static_cast<float>(score));
  }
  vocabulary.merges = stored.texts("merges");
  if (const std::string rule = stored.text("pre"); !rule.empty()) {
    vocabulary.splitting_rule = rule;
  }
  vocabulary.begin = stored.token("bos_token_id");
  vocabulary.end = stored.token("eos_token_id");
  vocabulary.unknown = stored.token("unknown_token_id");
  vocabulary.add_begin = stored.flag("add_bos_token");
  vocabulary.add_end = stored.flag("add_eos_token");
  vocabulary.add_space_prefix = stored.flag("add_space_prefix");
  return vocabulary;
}

}  // namespace pi_ring
