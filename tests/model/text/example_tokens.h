// A text, the example tokenizer, and the token file made from them, for tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/text/token_file.h"
#include "tests/file_text.h"
#include "tests/model/text/example_tokenizer.h"
#include "tests/temporary_folder.h"

namespace pi_ring {

class ExampleTokens {
 public:
  explicit ExampleTokens(const std::string& text) {
    write_tokenizer_json(example_tokenizer(), folder_ / "tokenizer.json");
    write_file_text(this->text(), text);
    TokenFile::write(texts(), tokenizer(), file());
  }

  Tokenizer tokenizer() const { return {folder_.path(), kCount}; }
  std::filesystem::path text() const { return folder_ / "text.txt"; }
  std::vector<std::filesystem::path> texts() const { return {text()}; }
  std::filesystem::path file() const { return folder_ / "tokens"; }
  std::vector<int> tokens() const {
    const TokenFile tokens(file());
    std::vector<int> all(tokens.size());
    tokens.copy(0, all);
    return all;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace pi_ring
