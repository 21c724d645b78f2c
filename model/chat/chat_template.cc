// Finds the template, and gives it what Hugging Face's library gives.
#include "model/chat/chat_template.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/base/wording.h"
#include "model/template/given_value.h"
#include "model/tensor/gguf_file.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kTokenNames[] = {"bos_token", "eos_token", "unk_token",
                                       "pad_token"};

// The text, or the one named "default" of a list of names and texts.
std::optional<std::string> template_in(const json& value,
                                       const fs::path& file) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return std::nullopt;
  if (!value.is_array()) {
    throw BadInput(file, "chat_template is " + shown(value) +
                             ", expected a text or a list of templates");
  }
  for (const json& each : value) {
    if (!each.is_object() || each.value("name", json()) != "default") continue;
    const json text = each.value("template", json());
    if (text.is_string()) return text.get<std::string>();
  }
  throw BadInput(file, "chat_template has no template named \"default\"");
}

// A token's name is a text, or an object with the text as its content.
void add_token_names(const json& settings, ChatTemplateSource& source) {
  for (const char* name : kTokenNames) {
    json token = settings.value(name, json());
    if (token.is_object()) token = token.value("content", json());
    if (!token.is_string()) continue;
    source.token_names.emplace_back(name, token.get<std::string>());
  }
}

json settings_in(const fs::path& file) {
  if (!fs::exists(file)) return json::object();
  json settings = parse_json(MappedFile(file).text(), file);
  if (!settings.is_object()) throw BadInput(file, "is not a JSON object");
  return settings;
}

std::optional<ChatTemplateSource> template_of_folder(const fs::path& folder) {
  ChatTemplateSource source;
  source.file = folder / "tokenizer_config.json";
  const json settings = settings_in(source.file);
  add_token_names(settings, source);
  if (fs::exists(folder / kChatTemplateFile)) {
    source.file = folder / kChatTemplateFile;
    source.text = MappedFile(source.file).text();
    return source;
  }
  auto text = template_in(settings.value("chat_template", json()), source.file);
  if (!text) return std::nullopt;
  source.text = std::move(*text);
  return source;
}

// The vocabulary's names of the tokens that GGUF gives by number.
void add_token_names(const GgufFile& file, ChatTemplateSource& source) {
  constexpr std::pair<const char*, const char*> kKeys[] = {
      {"bos_token", "bos_token_id"},
      {"eos_token", "eos_token_id"},
      {"unk_token", "unknown_token_id"},
      {"pad_token", "padding_token_id"}};
  const GgufValue* pieces = file.find_value("tokenizer.ggml.tokens");
  if (pieces == nullptr) return;
  const auto texts = pieces->texts();
  for (const auto& [name, key] : kKeys) {
    const GgufValue* id = file.find_value("tokenizer.ggml." + std::string(key));
    if (id == nullptr || !id->is_whole_number()) continue;
    const int64_t number = id->whole_number();
    if (number < 0 || std::cmp_greater_equal(number, texts.size())) continue;
    source.token_names.emplace_back(name, texts[static_cast<size_t>(number)]);
  }
}

std::optional<ChatTemplateSource> template_of_gguf(const fs::path& path) {
  const GgufFile file(path);
  const GgufValue* text = file.find_value("tokenizer.chat_template");
  if (text == nullptr || !text->is_text()) return std::nullopt;
  ChatTemplateSource source{.file = path, .text = std::string(text->text())};
  add_token_names(file, source);
  return source;
}

nlohmann::ordered_json json_of(std::span<const ChatMessage> messages) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ChatMessage& message : messages) {
    list.push_back({{"role", message.role}, {"content", message.content}});
  }
  return list;
}

size_t size_of(std::span<const ChatMessage> messages) {
  constexpr size_t kAroundContent = 64;
  size_t size = 0;
  for (const ChatMessage& message : messages) {
    size += kAroundContent + message.role.size() + message.content.size();
  }
  return size;
}

}  // namespace

std::optional<ChatTemplateSource> find_chat_template(const fs::path& folder) {
  if (const auto gguf = find_gguf(folder)) return template_of_gguf(*gguf);
  return template_of_folder(folder);
}

ChatTemplate::ChatTemplate(ChatTemplateSource source)
    : source_(std::move(source)),
      template_(source_.text, source_.file.string()) {}

MarkedText ChatTemplate::render(std::span<const ChatMessage> messages,
                                bool begins_answer, const std::tm& now) const {
  const size_t given = size_of(messages);
  Budget budget(given);
  DictMaker variables(budget);
  variables.set(Value::text("messages"), given_value(json_of(messages)));
  variables.set(Value::text("add_generation_prompt"), Value(begins_answer));
  for (const auto& [name, text] : source_.token_names) {
    variables.set(Value::text(name), Value::text(text));
  }
  return template_.render(*variables.made().dict(), given, now);
}

}  // namespace pi_ring
