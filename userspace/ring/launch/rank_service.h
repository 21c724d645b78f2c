// A rank that runs as a service: it outlives the runs it serves, and its links
// may break and come back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "model/folder/weights.h"
#include "userspace/link/link.h"
#include "userspace/ring/message/rank_options.h"
#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/plan_folders.h"

namespace pi_ring {

class RankService {
 public:
  struct Links {
    std::unique_ptr<Link> up;
    std::unique_ptr<Link> down;
  };

  // Waits for both links and opens them.
  using Open = std::function<Links()>;
  // Receives one line for the administrator of this rank.
  using Log = std::function<void(const std::string&)>;

  // `weights` outlive it. A training may only use `folders`.
  RankService(const RankOptions& options, const Weights& weights,
              PlanFolders folders, Open open, Log log)
      : options_(options),
        weights_(weights),
        folders_(std::move(folders)),
        open_(std::move(open)),
        log_(std::move(log)) {}

  // Serves one head after the other, with texts or trainings. Calls `ready`
  // when the first head may come. Throws BadInput where the shard cannot be
  // used, since no head can help that.
  [[noreturn]] void run(const std::function<void()>& ready);

 private:
  void serve(Links& links, const std::function<void()>& ready);
  std::string train(Links& links, Message plan) const;

  const RankOptions options_;
  const Weights& weights_;
  const PlanFolders folders_;
  const Open open_;
  const Log log_;
};

}  // namespace pi_ring
