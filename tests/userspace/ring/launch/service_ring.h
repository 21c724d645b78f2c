// A ring whose ranks are services, each in a thread of the test, over links in
// memory that outlive them as a driver does.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/model/folder/opened_model.h"
#include "userspace/link/memory.h"
#include "userspace/ring/launch/rank_service.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/text/head.h"

namespace pi_ring {

// An end of a program that may be killed at any time: bytes pass one by one, so
// that it stops in the middle of a message.
class KillableLink : public Link {
 public:
  using Killed = std::shared_ptr<std::atomic<bool>>;

  KillableLink(Link& end, Killed killed)
      : end_(end), killed_(std::move(killed)) {}

  void send(std::span<const std::byte> bytes, Deadline deadline) override {
    for (const std::byte& byte : bytes) {
      insist(deadline, [&](Deadline now) { end_.send({&byte, 1}, now); });
    }
  }
  void receive(std::span<std::byte> bytes, Deadline deadline) override {
    for (std::byte& byte : bytes) {
      insist(deadline, [&](Deadline now) { end_.receive({&byte, 1}, now); });
    }
  }
  void reset_stream() override { end_.reset_stream(); }
  void close() override { *killed_ = true; }
  uint64_t bytes_sent() const override { return end_.bytes_sent(); }
  uint64_t bytes_received() const override { return end_.bytes_received(); }

 private:
  template <typename Work>
  void insist(Deadline deadline, Work work) {
    for (;;) {
      if (*killed_) throw LinkError(LinkError::Kind::kClosed, "killed");
      const auto now = std::chrono::steady_clock::now();
      try {
        return work(std::min(deadline, now + std::chrono::milliseconds(2)));
      } catch (const LinkError& error) {
        if (error.kind() != LinkError::Kind::kTimeout || now >= deadline) throw;
      }
    }
  }

  Link& end_;
  Killed killed_;
};

class ServiceRing {
 public:
  // `models` has one folder for all ranks, or one a rank.
  ServiceRing(const std::vector<std::filesystem::path>& models, int ranks,
              RowFormat format = RowFormat::kF32, PlanFolders folders = {})
      : folders_(std::move(folders)) {
    constexpr size_t kCapacity = 4096;
    for (int i = 0; i < ranks; ++i) {
      auto [down, up] = make_memory_link(kCapacity);
      down_.push_back(std::move(down));
      up_.push_back(std::move(up));
      weights_.push_back(open_weights(
          models[models.size() == 1 ? 0 : static_cast<size_t>(i)], ranks, i));
      options_.push_back({.ranks = ranks,
                          .rank = i,
                          .waiting = Pool::Waiting::kSleep,
                          .patience = std::chrono::minutes(1),
                          .row_format = format});
    }
    lives_.resize(static_cast<size_t>(ranks - 1));
    for (int i = 0; i + 1 < ranks; ++i) {
      threads_.emplace_back([this, i] { serve(i); });
    }
  }

  ~ServiceRing() {
    over_ = true;
    for (int i = 0; i + 1 < ranks(); ++i) restart(i);
    for (std::thread& thread : threads_) thread.join();
  }
  ServiceRing(const ServiceRing&) = delete;
  ServiceRing& operator=(const ServiceRing&) = delete;

  int ranks() const { return static_cast<int>(down_.size()); }
  Head head() {
    return {options_.back(), weights_.back(), &up_of(ranks() - 1),
            down_.back().get()};
  }

  // The head's own end, for a test that is the head itself.
  Link& head_down() { return *down_.back(); }

  // Returns when rank 0 has taken all that the head has sent, or a break of the
  // link has dropped it.
  void wait_until_taken() {
    while (up_of(0).bytes_received() < head_down().bytes_sent()) {
      std::this_thread::yield();
    }
  }

  // Kills the rank at once, and starts it again.
  void restart(int rank) {
    const std::lock_guard lock(mutex_);
    if (const auto& life = lives_[static_cast<size_t>(rank)]) *life = true;
  }

  // Pulls the cable between this rank and the next, and plugs it in again.
  void pull(int rank) { break_memory_link(*down_[static_cast<size_t>(rank)]); }

  std::vector<std::string> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

 private:
  struct Over {};

  Link& up_of(int rank) {
    return *up_[static_cast<size_t>((rank + ranks() - 1) % ranks())];
  }

  void serve(int rank) {
    const auto open = [this, rank]() -> RankService::Links {
      const std::lock_guard lock(mutex_);
      if (over_) throw Over();
      auto& life = lives_[static_cast<size_t>(rank)];
      life = std::make_shared<std::atomic<bool>>(false);
      return {std::make_unique<KillableLink>(up_of(rank), life),
              std::make_unique<KillableLink>(*down_[static_cast<size_t>(rank)],
                                             life)};
    };
    const auto log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_.push_back(line);
    };
    try {
      RankService(options_[static_cast<size_t>(rank)],
                  weights_[static_cast<size_t>(rank)], folders_, open, log)
          .run([] {});
    } catch (const Over&) {
    }
  }

  const PlanFolders folders_;
  std::vector<std::unique_ptr<Link>> down_;
  std::vector<std::unique_ptr<Link>> up_;
  std::vector<RankOptions> options_;
  std::vector<Weights> weights_;
  std::atomic<bool> over_{false};
  mutable std::mutex mutex_;  // protects the two below
  std::vector<KillableLink::Killed> lives_;
  std::vector<std::string> log_;
  std::vector<std::thread> threads_;
};

}  // namespace pi_ring
