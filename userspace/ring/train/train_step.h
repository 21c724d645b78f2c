// One step of training as one rank goes through it: act by act as the schedule
// says, with letters from and to the neighbours.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "userspace/ring/train/mail.h"
#include "userspace/ring/train/schedule.h"

namespace pi_ring {

struct RankTimes {
  uint64_t compute_ns = 0;
  uint64_t wait_ns = 0;  // for a letter

  bool operator==(const RankTimes&) const = default;
};

// What each act does with a micro-batch's activations or gradients
// [rows, width], in place. A rank's own acts must be there.
struct StepWork {
  using Work = std::function<void(int micro_batch, float* x)>;
  Work embed;                          // writes the embedded tokens
  Work forward;                        // on through the layers
  Work loss;                           // turns them into their gradient
  Work backward;                       // back through the layers
  Work keep;                           // takes note of the gradient
  std::function<void()> rest = [] {};  // called before a wait
};

class StepRunner {
 public:
  // `mail` outlives it; none where the head is alone.
  StepRunner(int rank, int ranks, int micro_batches, uint32_t rows,
             uint32_t width, Mail* mail);

  // Throws as Mail::receive does.
  void run(const StepWork& work, RankTimes& times);

 private:
  Letter take(const ScheduledAct& act, const StepWork& work, RankTimes& times);
  void pass(Act act, Letter letter);
  void check(const Header& header, Kind kind, int micro_batch) const;

  std::vector<ScheduledAct> acts_;
  uint32_t rows_;
  uint32_t width_;
  Mail* mail_;
  std::optional<Letter> in_hand_;  // where the head is alone
};

}  // namespace pi_ring
