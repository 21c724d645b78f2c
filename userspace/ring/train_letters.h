// The small letters of training: texts in JSON, and tables of numbers.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "userspace/ring/mail.h"
#include "userspace/ring/train_step.h"

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

}  // namespace pi_ring
