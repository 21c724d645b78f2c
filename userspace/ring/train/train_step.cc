// Knows for each act where its message comes from and where it goes.
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
                       uint32_t width, MessageQueues* queues)
    : acts_(schedule_of(rank, ranks, micro_batches)),
      rows_(rows),
      width_(width),
      queues_(queues) {}

void StepRunner::run(const StepWork& work, RankTimes& times) {
  for (const ScheduledAct& act : acts_) {
    Message message = take(act, times);
    {
      const Stopwatch watch(times.compute_ns);
      work_of(act.act, work)(act.micro_batch, message.floats.data());
    }
    message.header.position = static_cast<uint32_t>(act.micro_batch);
    pass(act.act, std::move(message));
  }
}

Message StepRunner::take(const ScheduledAct& act, RankTimes& times) {
  if (in_hand_) {
    Message message = std::move(*in_hand_);
    in_hand_.reset();
    return message;
  }
  if (queues_ == nullptr) {
    Message message;
    message.floats = FloatBuffer(size_t{rows_} * width_);
    return message;
  }
  if (act.act == Act::kEmbed) {
    return queues_->blank(Kind::kActivations, rows_, width_, RowFormat::kF32);
  }
  const Stopwatch watch(times.wait_ns);
  const bool down = act.act == Act::kForward || act.act == Act::kLoss;
  Message message =
      queues_->receive(down ? Side::kUpstream : Side::kDownstream);
  check(message.header, down ? Kind::kActivations : Kind::kGradients,
        act.micro_batch);
  return message;
}

void StepRunner::pass(Act act, Message message) {
  if (queues_ == nullptr) {
    in_hand_ = std::move(message);
    return;
  }
  switch (act) {
    case Act::kEmbed:
    case Act::kForward:
      queues_->send(Side::kDownstream, std::move(message));
      break;
    case Act::kLoss:
    case Act::kBackward:
      message.header.kind = Kind::kGradients;
      queues_->send(Side::kUpstream, std::move(message));
      break;
    case Act::kKeep:
      queues_->recycle(std::move(message));
      break;
  }
}

void StepRunner::check(const Header& header, Kind kind, int micro_batch) const {
  if (header.kind != kind || header.format != RowFormat::kF32 ||
      header.position != static_cast<uint32_t>(micro_batch) ||
      header.rows != rows_ || header.width != width_) {
    throw RingError("a message of a training came out of order");
  }
}

}  // namespace pi_ring
