// Finds the handler, and turns errors into replies.
#include "userspace/serve/api.h"

#include <algorithm>
#include <ctime>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/wording.h"
#include "userspace/serve/api_error.h"
#include "userspace/serve/request_fields.h"

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

// A field such as "application/json; charset=utf-8".
bool is_json(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  return content_type.starts_with(kJson) &&
         (content_type.size() == kJson.size() ||
          content_type[kJson.size()] == ';' ||
          content_type[kJson.size()] == ' ');
}

ApiError refused(int status, const std::string& message,
                 const std::string& code) {
  return {status, "invalid_request_error", message, {}, code};
}

HttpReply json_reply(const ordered_json& object) {
  return {.body = object.dump(-1, ' ', false,
                              ordered_json::error_handler_t::replace)};
}

}  // namespace

Api::Api(ApiOptions options, const ModelConfig& config,
         const Tokenizer& tokenizer, const ChatFormat* chat, TextEngine& engine)
    : options_(std::move(options)),
      config_(config),
      tokenizer_(tokenizer),
      chat_(chat),
      engine_(engine),
      started_(std::time(nullptr)) {}

const std::vector<Api::Route>& Api::routes() {
  static const std::vector<Route> all = {
      {"GET", "/v1/models", &Api::tell_models},
      {"POST", "/v1/completions", &Api::complete},
      {"POST", "/v1/chat/completions", &Api::chat},
      {"POST", "/generate/", &Api::generate},
      {"POST", "/tokenize", &Api::tokenize},
      {"GET", "/health", &Api::tell_health, true},
      {"GET", "/metrics", &Api::tell_metrics},
  };
  return all;
}

const Api::Route& Api::route_of(const HttpRequest& request) const {
  const Route* of_path = nullptr;
  for (const Route& route : routes()) {
    if (route.path != request.path) continue;
    if (route.method == request.method) return route;
    of_path = &route;
  }
  if (of_path == nullptr) {
    throw refused(404, "there is nothing at " + in_quotes(request.path),
                  "not_found");
  }
  throw refused(405,
                std::string(of_path->path) + " takes " +
                    std::string(of_path->method) + " only",
                "method_not_allowed");
}

// That a request is JSON keeps pages of other sites out: a browser asks before
// it sends such a request, and is refused.
void Api::check_access(const HttpRequest& request, const Route& route) const {
  if (request.host.empty()) {
    throw refused(400, "the request has no Host, or several", "no_host");
  }
  if (!options_.hosts.accept(request.host)) {
    throw refused(403,
                  "this server is not called " + in_quotes(request.host) +
                      "; --allow-host gives it a name",
                  "wrong_host");
  }
  if (!route.is_open && !options_.keys.accept(request.authorization)) {
    throw ApiError(401, "authentication_error",
                   "a key is needed, as the field \"Authorization: Bearer "
                   "KEY\"; there was none, or another",
                   {}, "invalid_api_key");
  }
  if (request.method == "POST" && !is_json(request.content_type)) {
    throw refused(415, "the request has to be of Content-Type application/json",
                  "unsupported_media_type");
  }
}

void Api::answer_with(const HttpRequest& request, HttpReply reply,
                      Answer& answer) {
  const auto known = std::ranges::find(routes(), request.path, &Route::path);
  metrics_.count_request(known == routes().end() ? "other" : request.path,
                         reply.status);
  if (reply.status == 401) {
    reply.fields.emplace_back("WWW-Authenticate", "Bearer");
  }
  if (reply.status == 405 && known != routes().end()) {
    reply.fields.emplace_back("Allow", known->method);
  }
  answer.send(std::move(reply));
}

void Api::handle(const HttpRequest& request,
                 const std::shared_ptr<Answer>& answer) {
  try {
    const Route& route = route_of(request);
    check_access(request, route);
    (this->*route.work)(request, answer);
  } catch (const ApiError& error) {
    answer_with(request, error.reply(), *answer);
  } catch (const BadInput& error) {
    answer_with(request, ApiError(error.what()).reply(), *answer);
  } catch (const std::exception& error) {
    answer_with(request, ApiError(500, "server_error", error.what()).reply(),
                *answer);
  }
}

void Api::tell_models(const HttpRequest& request,
                      const std::shared_ptr<Answer>& answer) {
  const ordered_json model = {{"id", options_.model},
                              {"object", "model"},
                              {"created", started_},
                              {"owned_by", "pi-ring"},
                              {"max_model_len", config_.context}};
  answer_with(
      request,
      json_reply({{"object", "list"}, {"data", ordered_json::array({model})}}),
      *answer);
}

void Api::check_model(const std::string& name) const {
  if (name.empty() || name == options_.model) return;
  throw ApiError(404, "invalid_request_error",
                 "there is no model " + in_quotes(name) + " here, but " +
                     in_quotes(options_.model),
                 "model", "model_not_found");
}

std::vector<int> Api::encoded(const std::string& text) const {
  try {
    return tokenizer_.encode(text);
  } catch (const BadInput& error) {
    throw ApiError(error.what(), "prompt");
  }
}

std::vector<int> Api::checked(std::vector<int> tokens) const {
  if (tokens.empty() && config_.bos != kNoToken) tokens.push_back(config_.bos);
  if (tokens.empty()) throw ApiError("the prompt is empty", "prompt");
  if (std::ranges::max(tokens) >= config_.vocab) {
    throw ApiError("the prompt has token " +
                       std::to_string(std::ranges::max(tokens)) +
                       ", expected 0 to " + std::to_string(config_.vocab - 1),
                   "prompt");
  }
  if (tokens.size() > static_cast<size_t>(config_.context)) {
    throw ApiError("the prompt is " + std::to_string(tokens.size()) +
                       " tokens long, " + options_.model + " can hold " +
                       std::to_string(config_.context),
                   "prompt", "context_length_exceeded");
  }
  return tokens;
}

std::vector<int> Api::tokens_of(const Prompt& prompt) const {
  const auto* text = std::get_if<std::string>(&prompt);
  return checked(text != nullptr ? encoded(*text)
                                 : std::get<std::vector<int>>(prompt));
}

std::vector<std::vector<int>> Api::tokens_of(
    const std::vector<Prompt>& prompts) const {
  std::vector<std::vector<int>> all;
  all.reserve(prompts.size());
  for (const Prompt& prompt : prompts) all.push_back(tokens_of(prompt));
  return all;
}

void Api::start(CompletionRequest request, const Order& order,
                const std::string& path,
                const std::shared_ptr<Answer>& answer) {
  if (!engine_.is_working()) {
    throw ApiError(503, "server_error", "the server is stopping", {},
                   "stopping");
  }
  const auto completion = std::make_shared<Completion>(
      std::move(request), order.form,
      new_completion_id(order.form, options_.model), answer, metrics_);
  if (!engine_.accept(completion->jobs(order.prompts, order.ends))) {
    metrics_.count_request(path, 429);
    return answer->send(queue_full_reply());
  }
  metrics_.count_request(path, 200);
  for (const auto& prompt : order.prompts) {
    metrics_.count_prompt(static_cast<int>(prompt.size()));
  }
}

void Api::complete(const HttpRequest& request,
                   const std::shared_ptr<Answer>& answer) {
  CompletionRequest asked = read_completion(RequestFields(request.body));
  check_model(asked.model);
  const Order order{CompletionForm::kText, tokens_of(asked.prompts)};
  start(std::move(asked), order, request.path, answer);
}

void Api::chat(const HttpRequest& request,
               const std::shared_ptr<Answer>& answer) {
  ChatRequest asked = read_chat(RequestFields(request.body));
  check_model(asked.texts.model);
  if (chat_ == nullptr) {
    throw ApiError(options_.model +
                       " has no chat template; /v1/completions continues a "
                       "text",
                   "model", "no_chat_template");
  }
  const Order order{CompletionForm::kChat,
                    {checked(chat_->tokens(asked.messages))},
                    chat_->ends_of_answer()};
  start(std::move(asked.texts), order, request.path, answer);
}

void Api::generate(const HttpRequest& request,
                   const std::shared_ptr<Answer>& answer) {
  CompletionRequest asked = read_generate(RequestFields(request.body));
  const Order order{CompletionForm::kGenerate, tokens_of(asked.prompts)};
  start(std::move(asked), order, request.path, answer);
}

void Api::tokenize(const HttpRequest& request,
                   const std::shared_ptr<Answer>& answer) {
  RequestFields fields(request.body);
  check_model(fields.text("model").value_or(""));
  const auto prompt = fields.text("prompt");
  if (!prompt) fields.refuse("prompt", "a text");
  fields.check_all_known();
  const std::vector<int> tokens = encoded(*prompt);
  answer_with(request,
              json_reply({{"count", tokens.size()},
                          {"max_model_len", config_.context},
                          {"tokens", tokens}}),
              *answer);
}

void Api::tell_health(const HttpRequest& request,
                      const std::shared_ptr<Answer>& answer) {
  const bool works = engine_.is_working();
  HttpReply reply = json_reply({{"status", works ? "ok" : "stopping"}});
  if (!works) reply.status = 503;
  answer_with(request, std::move(reply), *answer);
}

void Api::tell_metrics(const HttpRequest& request,
                       const std::shared_ptr<Answer>& answer) {
  answer_with(request,
              {.body = metrics_.text(engine_.load()),
               .content_type = "text/plain; version=0.0.4; charset=utf-8"},
              *answer);
}

}  // namespace pi_ring
