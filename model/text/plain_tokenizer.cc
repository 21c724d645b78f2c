// Builds the plain vocabulary in the order of its ids.
#include "model/text/plain_tokenizer.h"

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/text/bpe.h"
#include "model/text/sentencepiece.h"
#include "model/text/tokenizer_json.h"

namespace pi_ring {
namespace {

// Pieces in the order of their merges, "left right". Each half is a character
// or an earlier piece; ▁ is a space. They have ids from 354 to
// kSmallestPlainVocab - 1 at most.
constexpr const char* kEnglish[] = {
    // pairs of letters, the commonest first
    "▁ t", "h e", "▁ a", "i n", "▁ s", "e r", "▁ w", "n d", "o u", "▁ h", "r e",
    "▁ b", "o n", "e d", "▁ f", "i t", "▁ c", "▁ m", "a t", "▁ o", "i s", "a n",
    "▁ p", "l l", "e s", "o r", "▁ d", "▁ l", "e n", "a r", "▁ n", "▁ g", "l e",
    "▁ y", "▁ i", "o m", "a s", "v e", "s t", "o w", "l y", "r o", "▁ e", "a y",
    "u t", "a l", "▁ r", "i c", "▁ u", "▁ k", "l d", "o o", "g h", "i l", "e t",
    "a d", "k e", "o t", "s e", "c h", "i m", "▁ v", "▁ j", "u r", "e l", "c e",
    "a m", "i d", "t h", "u n",
    // capitals at the beginning of sentences
    "▁ T", "▁ I", "▁ H", "▁ S", "▁ A", "▁ O", "▁ W", "▁ B", "▁ M",
    // words and endings
    "▁t he", "in g", "▁a nd", "▁t o", "▁w as", "▁ he", "▁s he", "▁o f", "▁h is",
    "▁he r", "▁ it", "▁ in", "▁ is", "▁b e", "▁y ou", "▁ on", "▁w it", "▁wit h",
    "▁f or", "▁s a", "▁sa id", "▁h ad", "▁d ay", "▁n ot", "▁b ut", "▁w e",
    "▁d o", "▁g o", "▁m e", "▁m y", "▁T he", "▁H e", "▁S he", "▁I t", "▁O n",
    "▁On ce", "▁t h", "▁th at", "▁th is", "▁the y", "▁the re", "▁a re", "▁a s",
    "▁a t", "▁a ll", "▁s o", "▁n o", "▁u p", "▁on e", "▁ ou", "▁ou t", "▁l it",
    "▁lit t", "▁litt le", "ou ld", "gh t", "en t", "er y", "▁v ery", "er s",
    "i on", "at ion", "▁t im", "▁tim e", "▁f r", "▁fr om", "▁l o", "▁c an",
    "a ve", "▁h ave", "▁k n", "▁kn ow", "▁w an", "▁wan t", "▁m an", "a ke",
    "▁m ake", "▁l i", "▁li ke"};

constexpr int kControlTokens = 3;
constexpr int kCharacters = 1 + '~' - '!' + 1;  // ▁ and printable ASCII
static_assert(kControlTokens + kByteValues + kCharacters +
                  std::size(kEnglish) <=
              kSmallestPlainVocab);

class PlainBuilder {
 public:
  PlainBuilder() {
    for (const char* piece : {"<unk>", "<s>", "</s>"}) {
      add(piece);
      json_.control.push_back(true);
    }
    for (int byte = 0; byte < kByteValues; ++byte) {
      add(byte_piece(byte));
    }
    add(std::string(kSpacePiece));
    for (char letter = '!'; letter <= '~'; ++letter) add({letter});
    for (const std::string_view merge : kEnglish) add_merge(merge);
  }

  // Pieces that came earlier are merged first. Each way to merge a piece
  // counts, as formats that hold a score a piece cannot say that one does not.
  TokenizerParts fill(size_t vocab) {
    while (json_.pieces.size() < vocab) {
      add("<filler_" + std::to_string(json_.pieces.size()) + ">");
    }
    std::vector<float> scores(vocab);
    for (size_t id = 0; id < vocab; ++id) scores[id] = -static_cast<float>(id);
    json_.merges =
        merges_from_scores(json_.pieces, scores, kControlTokens + kByteValues);
    json_.control.resize(vocab);
    return std::move(json_);
  }

 private:
  void add(const std::string& piece) { json_.pieces.push_back(piece); }

  void add_merge(std::string_view merge) {
    const size_t space = merge.find(' ');
    add(std::string(merge.substr(0, space)) +
        std::string(merge.substr(space + 1)));
  }

  TokenizerParts json_;
};

}  // namespace

void write_plain_tokenizer(int vocab, const std::filesystem::path& folder) {
  if (vocab < kSmallestPlainVocab) {
    throw BadInput("a plain tokenizer needs " + grouped(kSmallestPlainVocab) +
                   " tokens or more, not " + grouped(vocab));
  }
  write_tokenizer_json(PlainBuilder().fill(vocab), folder / "tokenizer.json");
}

}  // namespace pi_ring
