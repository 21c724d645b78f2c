// Calls `pi-ring train` on a small shape and a text, and reads its checkpoints.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "model/train/checkpoint.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {

inline void join(std::vector<std::string>& call,
                 const std::vector<std::string>& more) {
  call.insert(call.end(), more.begin(), more.end());
}

class TrainTest : public CommandTest {
 protected:
  TrainTest() {
    ModelConfig config = shape_of("260K");
    config.dim = 16;
    config.hidden_dim = 24;
    config.heads = 4;
    config.kv_heads = 2;
    config.context = 32;
    shape_ = folder_ / "tiny";
    std::filesystem::create_directories(shape_);
    write_config(config, shape_);
    write_plain_tokenizer(config.vocab, shape_);
    std::ofstream text(folder_ / "text");
    for (int i = 0; i < 300; ++i) {
      text << "One day " << i * 37 % 101 << " little dogs ran to the big tree "
           << "and saw " << i * 53 % 89 << " red birds.\n";
      if (i % 10 == 9) text << "<|endoftext|>\n";
    }
  }

  std::vector<std::string> call(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"train",   "--data",    folder_ / "text",
                                    "--shape", shape_,      "--tokenizer",
                                    shape_,    "--threads", "1",
                                    "--batch", "4",         "--micro-batches",
                                    "4",       "--seq",     "16",
                                    "--seed",  "3"};
    join(all, more);
    return all;
  }

  std::filesystem::path shape_;
};

// Returns all tensor files of a checkpoint, in the order of their names.
inline std::string values_in(const std::filesystem::path& step) {
  const Checkpoint checkpoint = open_checkpoint(step);
  std::string bytes;
  for (const ModelTensor& named : tensors_of(checkpoint.model.config())) {
    Buffers buffers;
    Parameter parameter(named, buffers);
    Parameter* one = &parameter;
    load_checkpoint(checkpoint.model, {&one, 1});
    for (const FloatBuffer* buffer : {&parameter.value, &parameter.first_moment,
                                      &parameter.second_moment}) {
      bytes.append(reinterpret_cast<const char*>(buffer->data()),
                   buffer->size() * sizeof(float));
    }
  }
  return bytes;
}

}  // namespace pi_ring
