// Gives the texts to SentencePiece's trainer, and reads the model that it made.
#include "model/text/tokenizer_training.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/bpe.h"
#include "model/text/sentencepiece.h"
#include "model/text/text_file.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// The trainer needs several times as much memory as the sample has bytes.
constexpr size_t kSample = size_t{64} << 20;  // bytes
constexpr size_t kLongestSentence = size_t{1} << 14;
constexpr int kFirstPiece = 3 + kByteValues;

// A sentence is a line or a part of a line. Words stay whole, unless they are
// longer than a sentence may be.
std::string_view next_sentence(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() > kLongestSentence) {
    line = line.substr(0, kLongestSentence);
    const size_t space = line.rfind(' ');
    if (space != line.npos && space > 0) line = line.substr(0, space);
  }
  text.remove_prefix(line.size());
  if (text.starts_with('\n')) text.remove_prefix(1);
  return line;
}

// Evenly spread documents, as many as fit into the sample. `bytes` is the size
// of all documents.
std::vector<std::string_view> sample(
    const std::vector<std::string_view>& documents, uint64_t bytes) {
  if (bytes <= kSample) return documents;
  std::vector<std::string_view> chosen;
  uint64_t seen = 0;
  uint64_t taken = 0;
  for (std::string_view document : documents) {
    seen += document.size();
    document = document.substr(0, kSample / 16);
    const auto share = static_cast<double>(seen) / static_cast<double>(bytes);
    if (static_cast<double>(taken) > share * double{kSample}) continue;
    chosen.push_back(document);
    taken += document.size();
  }
  return chosen;
}

class Sentences : public sentencepiece::SentenceIterator {
 public:
  explicit Sentences(std::span<const fs::path> texts) {
    std::vector<std::string_view> all;
    uint64_t bytes = 0;
    for (const fs::path& path : texts) {
      files_.push_back(std::make_unique<TextFile>(path));
      const auto documents = files_.back()->documents();
      all.insert(all.end(), documents.begin(), documents.end());
      bytes += files_.back()->text().size();
    }
    documents_ = sample(all, bytes);
    Next();
  }

  bool done() const override { return done_; }
  const std::string& value() const override { return value_; }
  sentencepiece::util::Status status() const override { return {}; }

  void Next() override {
    StopRequest::check();
    while (rest_.empty() && next_ < documents_.size()) {
      rest_ = documents_[next_++];
    }
    done_ = rest_.empty();
    if (!done_) value_ = next_sentence(rest_);
  }

 private:
  std::vector<std::unique_ptr<TextFile>> files_;
  std::vector<std::string_view> documents_;
  size_t next_ = 0;
  std::string_view rest_;
  std::string value_;
  bool done_ = false;
};

// The same options as llama2.c's tokenizers have: text is not normalised, a
// space is put before the first word, each digit is a piece, and characters
// without a piece become bytes. If the texts have too few pieces, the model
// gets fewer than `vocab`.
std::unordered_map<std::string, std::string> options(int vocab) {
  return {{"model_type", "bpe"},
          {"vocab_size", std::to_string(vocab)},
          {"hard_vocab_limit", "false"},
          {"character_coverage", "1.0"},
          {"max_sentence_length", std::to_string(4 * kLongestSentence)},
          {"normalization_rule_name", "identity"},
          {"add_dummy_prefix", "true"},
          {"remove_extra_whitespaces", "false"},
          {"split_digits", "true"},
          {"byte_fallback", "true"},
          {"unk_id", "0"},
          {"bos_id", "1"},
          {"eos_id", "2"},
          {"pad_id", "-1"},
          {"minloglevel", "3"}};
}

// A vocabulary has a piece for each character, the space among them.
int smallest_vocab(std::span<const fs::path> texts) {
  std::set<std::string, std::less<>> characters = {" "};
  for (Sentences sentences(texts); !sentences.done(); sentences.Next()) {
    std::string_view text = sentences.value();
    while (!text.empty()) {
      const size_t length = first_utf8_sequence(text).length;
      characters.emplace(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return kFirstPiece + static_cast<int>(characters.size());
}

std::string train_model(std::span<const fs::path> texts, int vocab) {
  Sentences sentences(texts);
  std::string proto;
  const auto status = sentencepiece::SentencePieceTrainer::Train(
      options(vocab), &sentences, &proto);
  if (status.ok()) return proto;
  const int smallest = smallest_vocab(texts);
  if (vocab < smallest) {
    throw BadInput(
        "the texts have too many different characters for a "
        "vocabulary of " +
        grouped(vocab) + ": use a larger --vocab, at least " +
        grouped(smallest));
  }
  throw BadInput("SentencePiece cannot make a vocabulary of " + grouped(vocab) +
                 " from the texts: " + status.ToString());
}

TokenizerParts read_model(const std::string& proto, int vocab) {
  sentencepiece::SentencePieceProcessor model;
  const auto status = model.LoadFromSerializedProto(proto);
  if (!status.ok()) throw BadInput(status.ToString());
  if (model.GetPieceSize() < vocab) {
    throw BadInput(
        "the texts have too few different pieces for a vocabulary "
        "of " +
        grouped(vocab) + ": use a smaller --vocab, at most " +
        grouped(model.GetPieceSize()) + ", or more text");
  }
  TokenizerParts tokenizer;
  std::vector<float> scores;
  for (int id = 0; id < vocab; ++id) {
    tokenizer.pieces.push_back(model.IdToPiece(id));
    tokenizer.control.push_back(model.IsControl(id) || model.IsUnknown(id));
    scores.push_back(model.GetScore(id));
  }
  tokenizer.merges = merges_from_scores(tokenizer.pieces, scores, kFirstPiece);
  return tokenizer;
}

}  // namespace

TokenizerParts train_tokenizer(std::span<const fs::path> texts, int vocab) {
  if (vocab < kSmallestTrainedVocab || vocab > kLargestTrainedVocab) {
    throw BadInput("the vocabulary has " + grouped(vocab) +
                   " tokens, expected " + grouped(kSmallestTrainedVocab) +
                   " to " + grouped(kLargestTrainedVocab));
  }
  return read_model(train_model(texts, vocab), vocab);
}

}  // namespace pi_ring
