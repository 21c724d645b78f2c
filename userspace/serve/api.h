// The paths of the server, and what each does with a request.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture/config.h"
#include "model/chat/chat_format.h"
#include "model/text/tokenizer.h"
#include "userspace/serve/access.h"
#include "userspace/serve/answer.h"
#include "userspace/serve/completion.h"
#include "userspace/serve/serve_metrics.h"
#include "userspace/serve/text_engine.h"

namespace pi_ring {

struct ApiOptions {
  std::string model;  // the name that clients know it by
  ApiKeys keys;
  HostNames hosts;
};

class Api {
 public:
  // The references must outlive it. `chat` is null where the model has no
  // template.
  Api(ApiOptions options, const ModelConfig& config, const Tokenizer& tokenizer,
      const ChatFormat* chat, TextEngine& engine);

  // Answers now, or once the engine has made the text. One thread calls it.
  void handle(const HttpRequest& request,
              const std::shared_ptr<Answer>& answer);

 private:
  using Work = void (Api::*)(const HttpRequest&,
                             const std::shared_ptr<Answer>&);
  struct Route {
    std::string_view method;
    std::string_view path;
    Work work;
    bool is_open = false;  // needs no key
  };
  static const std::vector<Route>& routes();

  const Route& route_of(const HttpRequest& request) const;
  void check_access(const HttpRequest& request, const Route& route) const;
  void answer_with(const HttpRequest& request, HttpReply reply, Answer& answer);

  void tell_models(const HttpRequest& request,
                   const std::shared_ptr<Answer>& answer);
  void complete(const HttpRequest& request,
                const std::shared_ptr<Answer>& answer);
  void chat(const HttpRequest& request, const std::shared_ptr<Answer>& answer);
  void generate(const HttpRequest& request,
                const std::shared_ptr<Answer>& answer);
  void tokenize(const HttpRequest& request,
                const std::shared_ptr<Answer>& answer);
  void tell_health(const HttpRequest& request,
                   const std::shared_ptr<Answer>& answer);
  void tell_metrics(const HttpRequest& request,
                    const std::shared_ptr<Answer>& answer);

  // What a request asks the engine for.
  struct Order {
    CompletionForm form;
    std::vector<std::vector<int>> prompts;
    std::vector<int> ends = {};  // beside those of the model
  };
  void start(CompletionRequest request, const Order& order,
             const std::string& path, const std::shared_ptr<Answer>& answer);
  void check_model(const std::string& name) const;
  std::vector<std::vector<int>> tokens_of(
      const std::vector<Prompt>& prompts) const;
  std::vector<int> tokens_of(const Prompt& prompt) const;
  std::vector<int> checked(std::vector<int> tokens) const;
  std::vector<int> encoded(const std::string& text) const;

  ApiOptions options_;
  const ModelConfig& config_;
  const Tokenizer& tokenizer_;
  const ChatFormat* chat_;
  TextEngine& engine_;
  ServeMetrics metrics_;
  int64_t started_;
};

}  // namespace pi_ring
