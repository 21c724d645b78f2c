// The paths of the server, and what each does with a request.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/architecture/config.h"
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
  // The references must outlive it.
  Api(ApiOptions options, const ModelConfig& config, const Tokenizer& tokenizer,
      TextEngine& engine);

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

  void start(CompletionRequest request, Completion::Form form,
             const std::string& path, const std::shared_ptr<Answer>& answer);
  void check_model(const std::string& name) const;
  std::vector<int> tokens_of(const Prompt& prompt) const;
  std::vector<int> encoded(const std::string& text) const;

  ApiOptions options_;
  const ModelConfig& config_;
  const Tokenizer& tokenizer_;
  TextEngine& engine_;
  ServeMetrics metrics_;
  int64_t started_;
};

}  // namespace pi_ring
