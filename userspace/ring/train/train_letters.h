// The letters of training: texts in JSON, tables of numbers, and the rows of an
// evaluation.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "userspace/ring/train/mail.h"
#include "userspace/ring/train/train_step.h"

namespace pi_ring {

Letter json_letter(Mail& mail, Kind kind, const nlohmann::json& json);
// Throws RingError where it holds none.
nlohmann::json json_of(Letter& letter);

// A sum of squares on its way round, with the ranks' times so far.
struct NormTable {
  double sum = 0.0;
  std::vector<RankTimes> times;
};
Letter norm_letter(Mail& mail, const NormTable& table);
NormTable norm_of(Letter& letter, int ranks);

struct Update {
  float learning_rate = 0.0F;
  float scale = 1.0F;
  int64_t step = 0;  // from 1; 0: nothing is to change
};
Letter update_letter(Mail& mail, const Update& update);
Update update_of(Letter& letter);

// A letter of floats with its rows as they are to travel, and one that came as
// floats [rows, width]; throws RingError where it is no such letter.
Letter packed(Mail& mail, Letter letter, Type type);
Letter unpacked(Mail& mail, Letter letter, uint32_t rows, uint32_t width);

}  // namespace pi_ring
