// A ring on this machine, each rank under a memory limit of its own: writes a
// greedy text and prints, as one JSON object, the speed, the text, and what
// each rank took. The limit is a control group's, so that it counts what the
// kernel keeps of the rank's files too.
//
//   limited_ring MODEL RANKS TOKENS MEGABYTES [GROUPS]
//
// GROUPS is a folder of control groups, of version 1 or 2, in which this
// program may make others. Without it there is no limit.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/folder/weights.h"
#include "model/text/sampler.h"
#include "model/text/tokenizer.h"
#include "userspace/ring/launch/process_ring.h"
#include "userspace/ring/text/head.h"
#include "userspace/ring/text/text_generator.h"
#include "userspace/ring/text/text_rank.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void write_line(const fs::path& file, const std::string& line) {
  std::ofstream out(file);
  out << line << std::endl;
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

// One control group a rank, which go when this does.
class MemoryLimits {
 public:
  MemoryLimits(fs::path parent, int ranks, uint64_t bytes)
      : parent_(std::move(parent)) {
    if (parent_.empty()) return;
    is_second_version_ = fs::exists(parent_ / "cgroup.controllers");
    if (is_second_version_) {
      write_line(parent_ / "cgroup.subtree_control", "+memory");
    }
    for (int rank = 0; rank < ranks; ++rank) {
      fs::create_directory(group(rank));
      write_line(group(rank) / (is_second_version_ ? "memory.max"
                                                   : "memory.limit_in_bytes"),
                 std::to_string(bytes));
      groups_.push_back(group(rank));
    }
  }
  ~MemoryLimits() {
    for (const fs::path& each : groups_) ::rmdir(each.c_str());
  }
  MemoryLimits(const MemoryLimits&) = delete;
  MemoryLimits& operator=(const MemoryLimits&) = delete;

  // This process takes its memory from the rank's limit from here on.
  void enter(int rank) const {
    if (!parent_.empty()) write_line(group(rank) / "cgroup.procs", "0");
  }
  // A process that ends in a group would keep it from being removed.
  void leave() const {
    if (!parent_.empty())
      write_line(parent_.parent_path() / "cgroup.procs", "0");
  }

  uint64_t number(int rank, const char* first, const char* second) const {
    if (parent_.empty()) return 0;
    std::ifstream in(group(rank) / (is_second_version_ ? second : first));
    uint64_t value = 0;
    in >> value;
    return value;
  }
  uint64_t most(int rank) const {
    return number(rank, "memory.max_usage_in_bytes", "memory.peak");
  }

 private:
  fs::path group(int rank) const {
    return parent_ / ("rank-" + std::to_string(rank));
  }

  fs::path parent_;
  bool is_second_version_ = false;
  std::vector<fs::path> groups_;
};

// What this process has read of the file counts for it, and not for the rank
// that needs it, until the kernel forgets it.
void forget_file(const ModelFolder& model) {
  const fs::path& path = model.path();
  for (const ModelPart& part : model.parts()) {
    for (const auto& [name, view] : part.tensors->tensors()) {
      part.tensors->give_back(view.bytes);
    }
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot open " + path.string());
  ::fsync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

std::vector<Weights> weights_of(const ModelFolder& model, const Cut& cut) {
  std::vector<Weights> weights;
  for (const Shard& shard : cut) weights.emplace_back(model, shard);
  return weights;
}

json figures(const GeneratedText& text, const std::string& said,
             const std::vector<RankStats>& ranks, const MemoryLimits& limits) {
  json object = {{"text", said}, {"ranks", json::array()}};
  const double seconds = (text.all_tokens - text.first_token).count();
  object["first_token_seconds"] = text.first_token.count();
  object["tokens_per_second"] = (text.tokens - 1) / seconds;
  for (size_t i = 0; i < ranks.size(); ++i) {
    object["ranks"].push_back(
        {{"peak_bytes", ranks[i].peak_bytes},
         {"group_peak_bytes", limits.most(static_cast<int>(i))}});
  }
  return object;
}

int run(const fs::path& path, int ranks, int tokens, uint64_t limit,
        const fs::path& groups) {
  const ModelFolder model(path);
  const Cut cut = model.cut_for(ranks);
  const std::vector<Weights> weights = weights_of(model, cut);
  const MemoryLimits limits(groups, ranks, limit);
  forget_file(model);
  RankOptions rank;
  rank.ranks = ranks;
  rank.rank = ranks - 1;
  rank.patience = std::chrono::minutes(30);
  rank.waiting = Pool::Waiting::kSleep;
  const RingPlace ring = fork_ring(ranks, [&](int index, Link& up, Link& down) {
    rank.rank = index;
    limits.enter(index);
    const int status =
        run_text_rank(rank, weights[static_cast<size_t>(index)], up, down);
    return status;
  });
  limits.enter(rank.rank);
  Head head(rank, weights.back(), ring.up, ring.down);
  head.greet();
  const Tokenizer tokenizer(model.tokenizer_folder(), model.config().vocab);
  Sampler sampler({.temperature = 0});
  std::string said;
  const GeneratedText text = generate_text(
      head, tokenizer, tokenizer.encode("Once upon a time"), sampler,
      {.tokens = tokens, .ignores_end = true},
      [&said](const std::string& piece) { said += piece; },
      [](const std::string& what) { std::cerr << what << '\n'; });
  std::cout << figures(text, said, head.stats(), limits)
                   .dump(-1, ' ', false, json::error_handler_t::replace)
            << '\n';
  limits.leave();
  return 0;
}

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::cerr << "usage: limited_ring MODEL RANKS TOKENS MEGABYTES [GROUPS]\n";
    return 2;
  }
  try {
    return pi_ring::run(argv[1], std::stoi(argv[2]), std::stoi(argv[3]),
                        std::stoull(argv[4]) * 1'000'000,
                        argc == 6 ? argv[5] : "");
  } catch (const std::exception& error) {
    std::cerr << "limited_ring: " << error.what() << '\n';
    return 1;
  }
}
