// `pi-ring tokenize`: shows the tokens of a text, or the text of tokens.
#include <charconv>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "model/text/text_stream.h"
#include "model/text/tokenizer.h"
#include "model/text/tokenizer_folder.h"
#include "userspace/commands/command.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/text_input.h"
#include "userspace/commands/text_output.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

struct TokenizeOptions {
  std::vector<std::string> words;
  fs::path file;
  fs::path model = demo_model();
  bool special = false;
  bool decode = false;
  bool json = false;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

// Without words and without a file the text is what comes in.
std::string input_of(const TokenizeOptions& options) {
  const bool is_dash = options.words == std::vector<std::string>{"-"};
  if (!options.file.empty()) {
    if (!options.words.empty()) {
      throw WrongCall("there is a text as well as --file");
    }
    return read_input_file(options.file);
  }
  if (options.words.empty() || is_dash) return read_standard_input();
  return joined(options.words);
}

// The model's weights are not needed: a folder with a tokenizer is enough.
Tokenizer open_tokenizer(const fs::path& model) {
  const fs::path folder =
      has_tokenizer(model) ? model : open_model(model).tokenizer_folder();
  TokenizerFile file = read_tokenizer_folder(folder);
  const auto vocab = static_cast<int>(file.parts.pieces.size());
  return {std::move(file.parts), vocab};
}

int token_from(std::string_view text, int vocab) {
  int token = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, token);
  if (read.ec == std::errc() && read.ptr == end && token >= 0 &&
      token < vocab) {
    return token;
  }
  throw BadInput(in_quotes(text) + " is not a token, expected 0 to " +
                 grouped(vocab - 1));
}

// Numbers between blanks, commas and brackets, as this command writes them.
std::vector<int> tokens_from(std::string_view text, int vocab) {
  constexpr std::string_view kBetween = " \t\r\n,[]";
  std::vector<int> tokens;
  while (true) {
    const size_t begin = text.find_first_not_of(kBetween);
    if (begin == text.npos) return tokens;
    text.remove_prefix(begin);
    const size_t size = std::min(text.find_first_of(kBetween), text.size());
    tokens.push_back(token_from(text.substr(0, size), vocab));
    text.remove_prefix(size);
  }
}

// A special token is no text; --special shows its name.
std::string text_of(const Tokenizer& tokenizer, const std::vector<int>& tokens,
                    bool special) {
  TextStream stream(tokenizer);
  std::string text;
  for (const int token : tokens) {
    if (special && tokenizer.bytes(token).empty()) {
      text += tokenizer.piece(token);
    } else {
      text += stream.next(token);
    }
  }
  return text + stream.finish();
}

std::string line_of(const std::vector<int>& tokens) {
  std::string line;
  for (const int token : tokens) {
    if (!line.empty()) line += ' ';
    line += std::to_string(token);
  }
  return line + "\n";
}

std::string json_of(const Tokenizer& tokenizer, const std::vector<int>& tokens,
                    const std::string& text) {
  nlohmann::ordered_json pieces = nlohmann::ordered_json::array();
  for (const int token : tokens) pieces.push_back(tokenizer.piece(token));
  const nlohmann::ordered_json object = {{"count", tokens.size()},
                                         {"tokens", tokens},
                                         {"pieces", std::move(pieces)},
                                         {"text", text}};
  return object.dump() + "\n";
}

void tokenize(const TokenizeOptions& options) {
  const Tokenizer tokenizer = open_tokenizer(options.model);
  const std::string input = input_of(options);
  const auto special =
      options.special ? SpecialTokens::kAreFound : SpecialTokens::kAreText;
  const std::vector<int> tokens = options.decode
                                      ? tokens_from(input, tokenizer.vocab())
                                      : tokenizer.encode(input, special);
  const std::string text =
      options.decode ? text_of(tokenizer, tokens, options.special) : input;
  if (options.json) {
    write_output(json_of(tokenizer, tokens, text));
  } else {
    write_output(options.decode ? text + "\n" : line_of(tokens));
  }
}

}  // namespace

void add_tokenize(CLI::App& app) {
  auto options = std::make_shared<TokenizeOptions>();
  CLI::App* command = app.add_subcommand(
      "tokenize", "Shows the tokens of a text, or the text of tokens");
  command->add_option("TEXT", options->words,
                      "The text; without it, or for -, standard input");
  command->add_option("-f,--file", options->file, "Take the text of this file");
  command
      ->add_option("-m,--model", options->model,
                   "A model's folder, or one with a tokenizer alone")
      ->capture_default_str();
  command->add_flag("--special", options->special,
                    "Names of special tokens in the text are the tokens");
  command->add_flag("--decode", options->decode,
                    "The input is tokens; write their text");
  command->add_flag("--json", options->json,
                    "Print tokens, their pieces and the text as one JSON "
                    "object");
  command->footer(
      "Examples:\n"
      "  pi-ring tokenize \"Once upon a time\"\n"
      "  pi-ring tokenize --model llama3 --special --json \"<|eot_id|>\"\n"
      "  pi-ring tokenize --model llama3 -f story.txt | wc -w\n"
      "  pi-ring tokenize \"Once upon a time\" | pi-ring tokenize --decode");
  command->callback([options] { tokenize(*options); });
}

}  // namespace pi_ring
