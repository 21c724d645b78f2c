// `pi-ring chat`: a conversation with a model on a ring of ranks.
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "model/base/wording.h"
#include "model/chat/chat_format.h"
#include "model/folder/model_folder.h"
#include "model/text/tokenizer.h"
#include "userspace/commands/chat/chat_loop.h"
#include "userspace/commands/chat/chat_session.h"
#include "userspace/commands/command.h"
#include "userspace/commands/generate/generate_stats.h"
#include "userspace/commands/loading_progress.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/text_ring.h"
#include "userspace/ring/text/head.h"

namespace pi_ring {
namespace {

struct ChatOptions {
  std::filesystem::path model = demo_model();
  std::string system;
  RingOptions ring;
  TextOptions text{.limits = {.tokens = 1024}};
};

std::tm local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm time{};
  localtime_r(&now, &time);
  return time;
}

class Chat {
 public:
  Chat(const ChatOptions& options, const ModelFolder& model,
       const TextRing& ring)
      : options_(options),
        ring_(ring.place()),
        config_(model.config()),
        tokenizer_(model.tokenizer_folder(), config_.vocab),
        loading_(std::make_unique<LoadingProgress>(ring.counters())),
        head_(ring.rank(), ring.weights(), ring_.up, ring_.down) {
    if (auto source = find_chat_template(model.tokenizer_folder())) {
      format_.emplace(std::move(*source), tokenizer_, local_time());
    } else if (!options.system.empty()) {
      throw WrongCall("--system needs a model with a chat template, and " +
                      config_.name + " has none");
    }
  }

  void run() {
    try {
      head_.greet();
      loading_.reset();
      converse();
    } catch (const LinkError& error) {
      const std::string reason = ring_.explain(error);
      end_line();
      throw RingError(reason);
    }
  }

 private:
  void converse() {
    const bool is_terminal = isatty(STDIN_FILENO) == 1;
    ChatSession session(head_, tokenizer_, format_, options_.text,
                        {.answer = [this](auto& piece) { put(piece); },
                         .log = [this](auto& line) { tell(line); }});
    session.set_system(options_.system);
    ChatLoop loop(session, [&] { return figures(session); });
    introduce(is_terminal);
    is_terminal ? loop.talk_at_terminal() : loop.answer_lines();
  }

  void introduce(bool is_terminal) const {
    if (!format_) {
      tell_user(config_.name +
                " is no chat model: it has no chat template. It continues each "
                "line that you write as a text of its own");
    }
    if (is_terminal) {
      tell_user(config_.name +
                " is ready; /help lists the commands, Ctrl-D ends the chat");
    }
  }

  void put(const std::string& piece) {
    write_output(piece);
    if (!piece.empty()) is_within_line_ = piece.back() != '\n';
  }

  // A line on the screen ends before another begins.
  void end_line() const {
    if (is_within_line_ && isatty(STDOUT_FILENO) == 1) std::cerr << '\n';
  }

  void tell(const std::string& line) const {
    end_line();
    tell_user(line);
  }

  std::string figures(const ChatSession& session) {
    const GenerationFigures last = {
        .prompt =
            static_cast<int>(session.prompt_tokens() - session.kept_tokens()),
        .text = session.last_answer(),
        .row_format = options_.ring.row_format};
    return stats_table(last, head_.stats()) + grouped(session.messages()) +
           " messages; " + grouped(session.tokens_in_context()) + " of " +
           grouped(config_.context) + " tokens of the context; " +
           grouped(session.kept_tokens()) +
           " of the last prompt were still there\n";
  }

  const ChatOptions& options_;
  const RingPlace& ring_;
  const ModelConfig& config_;
  Tokenizer tokenizer_;
  std::optional<ChatFormat> format_;
  std::unique_ptr<LoadingProgress> loading_;  // until all ranks have loaded
  Head head_;
  bool is_within_line_ = false;  // of an answer
};

void chat(const ChatOptions& options) {
  const ModelFolder model = open_model(options.model);
  const TextRing ring(model, options.ring);
  Chat(options, model, ring).run();
}

}  // namespace

void add_chat(CLI::App& app) {
  auto options = std::make_shared<ChatOptions>();
  CLI::App* command = app.add_subcommand(
      "chat", "Talks with a model; answers go to standard output");
  command
      ->add_option("-m,--model", options->model,
                   "A model's folder or GGUF file, as for `pi-ring generate`")
      ->capture_default_str();
  command->add_option("--system", options->system,
                      "A text before the conversation, which says how to "
                      "answer");
  options->ring.add_to(*command);
  options->ring.add_wire_to(*command);
  options->ring.add_kv_to(*command);
  options->text.add_to(*command);
  command->footer(
      "At a terminal, /help lists the commands. From a pipe, each line is a\n"
      "message, and standard output has the answers only.\n"
      "Examples:\n"
      "  pi-ring chat --model qwen.gguf --ranks 4\n"
      "  pi-ring chat --model llama3 --system \"Answer in one sentence.\"\n"
      "  echo \"What is a ring?\" | pi-ring chat --model qwen.gguf "
      "--temperature 0");
  command->callback([options] { chat(*options); });
}

}  // namespace pi_ring
