// The messages of a training: JSON, tables of numbers, and the rows of an
// evaluation.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "userspace/ring/train/message_queues.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {

Message json_message(MessageQueues& queues, Kind kind,
                     const nlohmann::json& json);
// Throws RingError where the payload is not JSON.
nlohmann::json json_of(Message& message);

// kSave. Each rank adds its error to the second of two.
struct Saving {
  int64_t step = 0;
  bool write = false;
  std::vector<std::string> errors;
};

Message saving_message(MessageQueues& queues, const Saving& saving);
Saving saving_of(Message& message);

// A sum of squares that goes round the ring, with the ranks' times.
struct NormTable {
  double sum = 0.0;
  std::vector<RankTimes> times;
};
Message norm_message(MessageQueues& queues, const NormTable& table);
// Throws RingError where the message has another length, or its sum is below 0.
// A NaN or an infinity is valid: it comes from gradients that are not finite.
NormTable norm_of(Message& message, int ranks);

struct Update {
  float learning_rate = 0.0F;
  float scale = 1.0F;
  int64_t step = 0;  // from 1; 0: change nothing
};
Message update_message(MessageQueues& queues, const Update& update);
Update update_of(Message& message);

// Packs the rows of a message of floats for a link. Unpacks a message that
// arrived into floats [rows, width]; throws RingError where it has another
// shape.
Message packed(MessageQueues& queues, Message message, RowFormat format);
Message unpacked(MessageQueues& queues, Message message, uint32_t rows,
                 uint32_t width);

}  // namespace pi_ring
