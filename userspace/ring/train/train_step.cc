// Where an act's letter comes from, and where it goes.
#include "userspace/ring/train/train_step.h"

#include <utility>

#include "userspace/ring/message/stats.h"

namespace pi_ring {
namespace {

const StepWork::Work& work_of(Act act, const StepWork& work) {
  switch (act) {
    case Act::kEmbed:
      return work.embed;
    case Act::kForward:
      return work.forward;
    case Act::kLoss:
      return work.loss;
    case Act::kBackward:
      return work.backward;
    case Act::kKeep:
      break;
  }
  return work.keep;
}

}  // namespace

StepRunner::StepRunner(int rank, int ranks, int micro_batches, uint32_t rows,
                       uint32_t width, Mail* mail)
    : acts_(schedule_of(rank, ranks, micro_batches)),
      rows_(rows),
      width_(width),
      mail_(mail) {}

void StepRunner::run(const StepWork& work, RankTimes& times) {
  for (const ScheduledAct& act : acts_) {
    Letter letter = take(act, work, times);
    {
      const Stopwatch watch(times.compute_ns);
      work_of(act.act, work)(act.micro_batch, letter.floats.data());
    }
    letter.header.position = static_cast<uint32_t>(act.micro_batch);
    pass(act.act, std::move(letter));
  }
}

Letter StepRunner::take(const ScheduledAct& act, const StepWork& work,
                        RankTimes& times) {
  if (in_hand_) {
    Letter letter = std::move(*in_hand_);
    in_hand_.reset();
    return letter;
  }
  if (mail_ == nullptr) {
    Letter letter;
    letter.floats = FloatBuffer(size_t{rows_} * width_);
    return letter;
  }
  if (act.act == Act::kEmbed) {
    return mail_->blank(Kind::kActivations, rows_, width_, Type::kF32);
  }
  work.rest();
  const Stopwatch watch(times.wait_ns);
  const bool down = act.act == Act::kForward || act.act == Act::kLoss;
  Letter letter = mail_->receive(down ? Side::kAbove : Side::kBelow);
  check(letter.header, down ? Kind::kActivations : Kind::kGradients,
        act.micro_batch);
  return letter;
}

void StepRunner::pass(Act act, Letter letter) {
  if (mail_ == nullptr) {
    in_hand_ = std::move(letter);
    return;
  }
  switch (act) {
    case Act::kEmbed:
    case Act::kForward:
      mail_->send(Side::kBelow, std::move(letter));
      break;
    case Act::kLoss:
    case Act::kBackward:
      letter.header.kind = Kind::kGradients;
      mail_->send(Side::kAbove, std::move(letter));
      break;
    case Act::kKeep:
      mail_->recycle(std::move(letter));
      break;
  }
}

void StepRunner::check(const Header& header, Kind kind, int micro_batch) const {
  if (header.kind != kind || header.type != Type::kF32 ||
      header.position != static_cast<uint32_t>(micro_batch) ||
      header.rows != rows_ || header.width != width_) {
    throw RingError("a message of training came out of turn");
  }
}

}  // namespace pi_ring
