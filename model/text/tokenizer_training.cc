// Hands texts to SentencePiece's trainer, and reads what it found.
#include "model/text/tokenizer_training.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/wording.h"
#include "model/text/bpe.h"
#include "model/text/sentencepiece.h"
#include "model/text/text_file.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

// What the trainer holds in memory takes several times as much.
constexpr size_t kSample = size_t{64} << 20;  // bytes
constexpr size_t kLongestSentence = size_t{1} << 14;
constexpr int kFirstPiece = 3 + kByteValues;

// A sentence is a line or a part of one; words stay whole, unless they are
// longer than any sentence.
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

// As many evenly spread documents as a sample of that size has.
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
    Interruptible::check();
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

// As llama2.c's: text stays as it is, a space before the first word, digits
// apart, and bytes for what has no piece.
std::unordered_map<std::string, std::string> options(int vocab) {
  return {{"model_type", "bpe"},
          {"vocab_size", std::to_string(vocab)},
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

TokenizerJson read_model(const std::string& proto, int vocab) {
  sentencepiece::SentencePieceProcessor model;
  const auto status = model.LoadFromSerializedProto(proto);
  if (!status.ok()) throw BadInput(status.ToString());
  TokenizerJson tokenizer;
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

TokenizerJson train_tokenizer(std::span<const fs::path> texts, int vocab) {
  if (vocab < kSmallestTrainedVocab || vocab > kLargestTrainedVocab) {
    throw BadInput("a vocabulary of " + grouped(vocab) + ", expected " +
                   grouped(kSmallestTrainedVocab) + " to " +
                   grouped(kLargestTrainedVocab));
  }
  Sentences sentences(texts);
  std::string proto;
  const auto status = sentencepiece::SentencePieceTrainer::Train(
      options(vocab), &sentences, &proto);
  if (!status.ok()) {
    throw BadInput(texts.front(), "gives no vocabulary of " + grouped(vocab) +
                                      ": " + status.ToString());
  }
  return read_model(proto, vocab);
}

}  // namespace pi_ring
