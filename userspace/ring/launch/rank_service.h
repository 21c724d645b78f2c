// A rank that outlives the runs it serves: on its own machine, joined to its
// neighbours by links that may break and come back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "userspace/link/link.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {

class RankService {
 public:
  struct Links {
    std::unique_ptr<Link> up;
    std::unique_ptr<Link> down;
  };

  // Waits for both links and opens them.
  using Open = std::function<Links()>;
  // Is told what somebody who looks after this rank wants to know, in a line.
  using Log = std::function<void(const std::string&)>;

  RankService(RankOptions options, Open open, Log log)
      : options_(std::move(options)),
        open_(std::move(open)),
        log_(std::move(log)) {}

  // Serves one head after the other, texts or training. `ready` is called when
  // the first could come. Throws what no head can do anything about: BadInput
  // where the shard cannot be used.
  [[noreturn]] void run(const std::function<void()>& ready);

 private:
  void serve(Links& links, const std::function<void()>& ready);

  const RankOptions options_;
  const Open open_;
  const Log log_;
};

}  // namespace pi_ring
