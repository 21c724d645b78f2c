// Encodes texts for a comparison with other programs: encode_texts FOLDER FILE.
// The file is a JSON list of texts. Standard output has a JSON object: the
// tokens of each text, whether the texts came back from them, and the speed.
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_folder.h"

namespace pi_ring {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Tokenizer open(const std::filesystem::path& folder) {
  TokenizerFile file = read_tokenizer_folder(folder);
  const auto vocab = static_cast<int>(file.parts.pieces.size());
  return {std::move(file.parts), vocab};
}

std::string decoded(const Tokenizer& tokenizer,
                    const std::vector<int>& tokens) {
  TextStream stream(tokenizer);
  std::string text;
  for (const int token : tokens) text += stream.next(token);
  return text + stream.finish();
}

nlohmann::json encoded(const Tokenizer& tokenizer, const nlohmann::json& texts,
                       size_t& bytes) {
  nlohmann::json all = nlohmann::json::array();
  for (const nlohmann::json& text : texts) {
    const auto& words = text.get_ref<const std::string&>();
    bytes += words.size();
    all.push_back(tokenizer.encode(words, SpecialTokens::kAreFound));
  }
  return all;
}

// Whether each text is what its tokens say, where no name in it is a token.
nlohmann::json came_back(const Tokenizer& tokenizer,
                         const nlohmann::json& texts) {
  nlohmann::json all = nlohmann::json::array();
  for (const nlohmann::json& text : texts) {
    const auto& words = text.get_ref<const std::string&>();
    all.push_back(decoded(tokenizer, tokenizer.encode(words)) == words);
  }
  return all;
}

void run(const std::filesystem::path& folder,
         const std::filesystem::path& file) {
  const nlohmann::json texts = parse_json(MappedFile(file).text(), file);
  const auto opened = Clock::now();
  const Tokenizer tokenizer = open(folder);
  const double open_seconds = seconds_since(opened);
  const auto started = Clock::now();
  size_t bytes = 0;
  nlohmann::json tokens = encoded(tokenizer, texts, bytes);
  const double encode_seconds = seconds_since(started);
  const nlohmann::json result = {
      {"tokens", std::move(tokens)},
      {"came_back", came_back(tokenizer, texts)},
      {"open_seconds", open_seconds},
      {"megabytes_a_second",
       static_cast<double>(bytes) / 1e6 / encode_seconds}};
  std::cout << result.dump() << '\n';
}

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: encode_texts FOLDER FILE\n";
    return 2;
  }
  try {
    pi_ring::run(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "encode_texts: " << error.what() << '\n';
    return 1;
  }
}
