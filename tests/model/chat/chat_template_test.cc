// A model's template is found where models have it.
#include "model/chat/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "model/tensor/gguf_writer.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

class ChatTemplateTest : public testing::Test {
 protected:
  void write(const char* name, const std::string& text) const {
    write_file_text(folder_ / name, text);
  }

  std::string rendered() const {
    const ChatTemplate chat(*find_chat_template(folder_.path()));
    const std::vector<ChatMessage> messages = {
        {.role = "user", .content = "Hi"}};
    return chat.render(messages, /*begins_answer=*/true, std::tm{}).bytes();
  }

  TemporaryFolder folder_;
};

TEST_F(ChatTemplateTest, IsMissingWhereAModelHasNone) {
  EXPECT_FALSE(find_chat_template(folder_.path()));
  write("tokenizer_config.json", R"({"bos_token": "<s>"})");
  EXPECT_FALSE(find_chat_template(folder_.path()));
}

TEST_F(ChatTemplateTest, IsInTheTokenizersSettings) {
  write("tokenizer_config.json",
        R"({"bos_token": "<s>", "eos_token": {"content": "</s>"},
            "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}{{ add_generation_prompt }}"})");
  EXPECT_EQ(rendered(), "<s>Hi</s>True");
}

TEST_F(ChatTemplateTest, OfSeveralIsTheOneNamedDefault) {
  write("tokenizer_config.json",
        R"({"chat_template": [{"name": "tool_use", "template": "no"},
            {"name": "default", "template": "yes"}]})");
  EXPECT_EQ(rendered(), "yes");
}

TEST_F(ChatTemplateTest, AFileOfItsOwnComesFirst) {
  write("tokenizer_config.json",
        R"({"bos_token": "<s>", "chat_template": "no"})");
  write("chat_template.jinja", "{{ bos_token }}yes");
  EXPECT_EQ(rendered(), "<s>yes");
}

TEST_F(ChatTemplateTest, IsInAGgufFile) {
  GgufMetadata metadata;
  metadata.add("general.architecture", "llama");
  metadata.add("tokenizer.ggml.tokens",
               std::vector<std::string>{"<unk>", "<s>", "</s>"});
  metadata.add("tokenizer.ggml.bos_token_id", uint32_t{1});
  metadata.add("tokenizer.ggml.eos_token_id", uint32_t{2});
  metadata.add("tokenizer.ggml.padding_token_id", uint32_t{77});
  metadata.add("tokenizer.chat_template",
               "{{ bos_token }}{{ messages[0].role }}"
               "{{ eos_token }}{{ pad_token }}");
  GgufWriter(folder_ / "model.gguf", metadata, {}).commit();
  EXPECT_EQ(rendered(), "<s>user</s>");
}

TEST_F(ChatTemplateTest, NamesTheFileOfWhatIsWrong) {
  write("tokenizer_config.json", R"({"chat_template": 7})");
  EXPECT_THAT(bad_input_of([&] { find_chat_template(folder_.path()); }),
              HasSubstr("tokenizer_config.json: chat_template is 7"));
  write("tokenizer_config.json", R"({"chat_template": [{"name": "a"}]})");
  EXPECT_THAT(bad_input_of([&] { find_chat_template(folder_.path()); }),
              HasSubstr("has no template named \"default\""));
  write("chat_template.jinja", "\n{% call x %}");
  EXPECT_THAT(bad_input_of([&] { rendered(); }),
              HasSubstr("chat_template.jinja: line 2: {% call %} is not "
                        "supported"));
}

}  // namespace
}  // namespace pi_ring
