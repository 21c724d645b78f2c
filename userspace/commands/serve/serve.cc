// `pi-ring serve`: answers requests of OpenAI's API over HTTP.
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/chat/chat_format.h"
#include "model/folder/weights.h"
#include "userspace/commands/command.h"
#include "userspace/commands/limits.h"
#include "userspace/commands/loading_progress.h"
#include "userspace/commands/model_path.h"
#include "userspace/commands/rank/readiness.h"
#include "userspace/commands/ranks.h"
#include "userspace/commands/ring_options.h"
#include "userspace/commands/text_output.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_rank.h"
#include "userspace/serve/access.h"
#include "userspace/serve/api.h"
#include "userspace/serve/http_server.h"
#include "userspace/serve/one_text_engine.h"

namespace pi_ring {
namespace {

constexpr std::chrono::seconds kGrace{60};

struct ServeOptions {
  std::filesystem::path model = demo_model();
  RingOptions ring;
  std::string host = "127.0.0.1";
  uint16_t port = 8080;
  std::filesystem::path api_key_file;
  bool no_auth = false;
  std::vector<std::string> host_names;
  std::string name;
  int queue = 32;
};

// Checks no key where none is given. An address that other machines reach then
// needs --no-auth.
ApiKeys keys_of(const ServeOptions& options) {
  if (!options.api_key_file.empty()) {
    if (options.no_auth) {
      throw WrongCall("--no-auth contradicts --api-key-file");
    }
    return read_api_keys(options.api_key_file);
  }
  if (is_loopback(options.host) || options.no_auth) return {};
  throw WrongCall("--host " + options.host +
                  ": other machines reach it, so give --api-key-file, or "
                  "--no-auth to let everybody ask");
}

std::string model_name(const ServeOptions& options, const ModelConfig& config) {
  return options.name.empty() ? config.name : options.name;
}

std::string place_of(const std::string& host, uint16_t port) {
  const bool is_version_6 = host.find(':') != host.npos;
  return "http://" + (is_version_6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

// Nothing where the model has no template, or one that is not supported.
std::optional<ChatFormat> chat_of(const ModelFolder& model,
                                  const Tokenizer& tokenizer) {
  auto source = find_chat_template(model.tokenizer_folder());
  if (!source) return std::nullopt;
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  try {
    return std::optional<ChatFormat>(std::in_place, *std::move(source),
                                     tokenizer, local);
  } catch (const BadInput& error) {
    tell_user("no chat: " + std::string(error.what()));
    return std::nullopt;
  }
}

// The server of a ring that is complete, with this process as its head.
class Serving {
 public:
  Serving(const ServeOptions& options, ApiKeys keys, const ModelFolder& model,
          Head& head, const RingPlace& ring)
      : host_(options.host),
        name_(model_name(options, model.config())),
        tokenizer_(model.tokenizer_folder(), model.config().vocab),
        chat_(chat_of(model, tokenizer_)),
        server_(options.host, options.port, {},
                [this](const HttpRequest& request,
                       const std::shared_ptr<Answer>& answer) {
                  api_.handle(request, answer);
                }),
        engine_(head, tokenizer_, static_cast<size_t>(options.queue),
                ring.explain),
        api_({.model = name_,
              .keys = std::move(keys),
              .hosts = HostNames(options.host_names)},
             model.config(), tokenizer_, chat_ ? &*chat_ : nullptr, engine_) {}

  // Until a signal asks for the end, or the ring is lost.
  void run() {
    const StopRequest stop;
    stop.finish_first("pi-ring: finishing the answers under way\n");
    notify_manager("READY=1");
    tell_user(name_ + " answers at " + place_of(host_, server_.port()) + "/v1");
    server_.run([this] { return is_to_stop(); }, kGrace);
    if (!engine_.failure().empty()) throw RingError(engine_.failure());
  }

 private:
  bool is_to_stop() {
    if (StopRequest::signal() != 0) engine_.finish();
    return !engine_.is_working();
  }

  std::string host_;
  std::string name_;
  Tokenizer tokenizer_;
  std::optional<ChatFormat> chat_;
  // The engine goes first: its answers need the server.
  HttpServer server_;
  OneTextEngine engine_;
  Api api_;
};

std::vector<Weights> weights_here(const ModelFolder& model, const Cut& cut,
                                  bool is_over_devices) {
  std::vector<Weights> weights;
  for (const Shard& shard : cut) {
    if (shard.is_head() || !is_over_devices) weights.emplace_back(model, shard);
  }
  return weights;
}

void serve(const ServeOptions& options) {
  ApiKeys keys = keys_of(options);
  const ModelFolder model = open_model(options.model);
  const Cut cut = choose_cut(model, options.ring.ranks);
  std::vector<Weights> weights =
      weights_here(model, cut, options.ring.is_over_devices());
  const LoadingCounters counters(weights);
  const int ranks = static_cast<int>(cut.size());
  RankOptions rank = options.ring.head_options(ranks);
  rank.cache_type = options.ring.cache_type(model.config());
  const RingPlace ring = options.ring.join(ranks, [&](int index, Link& up,
                                                      Link& down) {
    rank.rank = index;
    // The head has to time out first: it knows best which rank to name.
    rank.patience *= 2;
    return run_text_rank(rank, weights[static_cast<size_t>(index)], up, down);
  });
  try {
    auto loading = std::make_unique<LoadingProgress>(counters);
    Head head(rank, weights.back(), ring.up, ring.down);
    head.greet();
    loading.reset();
    Serving(options, std::move(keys), model, head, ring).run();
  } catch (const LinkError& error) {
    throw RingError(ring.explain(error));
  }
}

}  // namespace

void add_serve(CLI::App& app) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand(
      "serve", "Answers programs that speak OpenAI's API, over HTTP");
  command
      ->add_option("-m,--model", options->model,
                   "A model's folder, a GGUF file, shards, a checkpoint, or a "
                   "training run")
      ->capture_default_str();
  options->ring.add_to(*command);
  options->ring.add_wire_to(*command);
  options->ring.add_kv_to(*command);
  command
      ->add_option("--host", options->host,
                   "The address to listen at. Other machines reach one that is "
                   "not 127.0.0.1, so it needs --api-key-file or --no-auth")
      ->capture_default_str();
  command->add_option("--port", options->port, "The port; 0: any that is free")
      ->check(between(0, 65535))
      ->capture_default_str();
  command->add_option("--api-key-file", options->api_key_file,
                      "A file with the keys that clients may send, one a line");
  command->add_flag("--no-auth", options->no_auth,
                    "Let everybody ask who reaches the address");
  command->add_option("--allow-host", options->host_names,
                      "A name of this server, beside addresses and localhost, "
                      "as behind a proxy; may be repeated");
  command->add_option("--name", options->name,
                      "The model's name for clients [as its files say]");
  command
      ->add_option("--queue", options->queue,
                   "Texts that may wait for others; more are refused")
      ->check(between(0, 10000))
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  pi-ring serve --ranks 4\n"
      "  curl http://127.0.0.1:8080/v1/completions -H 'Content-Type: "
      "application/json' \\\n"
      "    -d '{\"prompt\": \"Once upon a time\", \"max_tokens\": 100}'\n"
      "  pi-ring serve --host 0.0.0.0 --api-key-file keys --model "
      "stories42M");
  command->callback([options] { serve(*options); });
}

}  // namespace pi_ring
