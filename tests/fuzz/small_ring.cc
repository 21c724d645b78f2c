// Keeps the small ring's model while the program runs.
#include "tests/fuzz/small_ring.h"

#include <vector>

#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/temporary_folder.h"
#include "userspace/ring/message/hello.h"

namespace pi_ring {
namespace {

std::vector<Weights> open_all() {
  std::vector<Weights> weights;
  weights.reserve(kSmallRanks);
  for (int i = 0; i < kSmallRanks; ++i) {
    weights.push_back(open_weights(small_model(), kSmallRanks, i));
  }
  return weights;
}

OneMessage first_row() {
  OneMessage message;
  message.header.kind = Kind::kForward;
  message.header.format = RowFormat::kF32;
  message.header.rows = 1;
  message.header.width = static_cast<uint32_t>(small_config().dim);
  message.payload.resize(bytes_of_row(RowFormat::kF32, message.header.width),
                         '\x3f');
  return message;
}

}  // namespace

const std::filesystem::path& small_model() {
  static const TemporaryFolder folder;
  static const bool is_written = [] {
    write_small_model(folder.path());
    return true;
  }();
  static_cast<void>(is_written);
  return folder.path();
}

const Weights& small_weights(int rank) {
  static const std::vector<Weights> all = open_all();
  return all[static_cast<size_t>(rank)];
}

OneMessage greeting_for(int rank) {
  const int above = (rank + kSmallRanks - 1) % kSmallRanks;
  OneMessage message{
      hello_header(),
      string_of(encode(hello_of(small_weights(above), DType::F32)))};
  message.header.sequence = 1;
  return message;
}

std::string honest_text_for(int rank) {
  const OneMessage greeting = greeting_for(rank);
  const OneMessage row = first_row();
  return bytes_of(greeting.header, greeting.payload) +
         bytes_of(row.header, row.payload);
}

}  // namespace pi_ring
