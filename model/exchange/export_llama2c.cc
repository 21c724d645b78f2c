// Writes a .bin, one tensor after the other: the reverse of import_llama2c.
#include "model/exchange/export_llama2c.h"

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/exchange/llama2c_layout.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

// llama2.c computes every model with these.
constexpr float kEpsilon = 1e-5F;
constexpr float kTheta = 10000.0F;

void require_sayable(const ModelConfig& config,
                     const std::filesystem::path& folder) {
  const auto refuse = [&](const char* what, float value, float expected) {
    throw BadInput(folder, std::string(what) + " is " + std::to_string(value) +
                               ", but llama2.c computes with " +
                               std::to_string(expected) + " only");
  };
  if (config.architecture != &kLlama || config.head_width != 0 ||
      config.rope_scaling != RopeScaling{}) {
    throw BadInput(folder, "is a " + std::string(config.architecture->name) +
                               ", but llama2.c computes plain Llamas only");
  }
  if (config.rope_theta != kTheta) {
    refuse("RoPE's theta", config.rope_theta, kTheta);
  }
  if (config.norm_epsilon != kEpsilon) {
    refuse("the norm's epsilon", config.norm_epsilon, kEpsilon);
  }
}

void write_floats(NewFile& out, std::span<const float> values) {
  out.write(std::as_bytes(values));
}

void write_tensor(const ModelConfig& config, const TensorFiles& tensors,
                  const Llama2cTensor& wanted, NewFile& out) {
  const ModelTensor& named = wanted.tensor;
  Tensor tensor = tensors.take(named.name, named.shape);
  if (named.rotated) {
    const auto head_dim = static_cast<size_t>(config.head_dim());
    return write_floats(out,
                        pairs_of_heads(tensor.all(), named.shape[0], head_dim));
  }
  if (named.shape.size() == 1) return write_floats(out, tensor.all());
  // A few rows at a time: the embedding may be most of the memory.
  constexpr int64_t kRowsAtOnce = 256;
  for (int64_t row = 0; row < named.shape[0]; row += kRowsAtOnce) {
    const int64_t count = std::min(kRowsAtOnce, named.shape[0] - row);
    write_floats(out, tensor.rows(row, count));
  }
}

// Writes RoPE's cosines, then its sines, [context, head_dim / 2]. Old programs
// read them; newer ones skip these and compute their own.
void write_rope(const ModelConfig& config, NewFile& out) {
  const int half = config.head_dim() / 2;
  for (const bool cosines : {true, false}) {
    for (int position = 0; position < config.context; ++position) {
      std::vector<float> row;
      for (int i = 0; i < half; ++i) {
        const double angle =
            position * std::pow(double{kTheta}, -i / static_cast<double>(half));
        row.push_back(
            static_cast<float>(cosines ? std::cos(angle) : std::sin(angle)));
      }
      write_floats(out, row);
    }
  }
}

}  // namespace

void export_llama2c_weights(const ModelFolder& model,
                            const std::filesystem::path& bin) {
  const ModelConfig& config = model.config();
  const TensorFiles tensors = model.tensors();
  require_sayable(config, model.path());
  NewFile out(bin);
  const auto header = llama2c_header(config);
  out.write(std::as_bytes(std::span(header)));
  for (const Llama2cTensor& tensor : llama2c_layout(config).tensors) {
    // The tables stand before an untied classifier, and after all else.
    if (tensor.tensor.role == Role::kClassifier) write_rope(config, out);
    write_tensor(config, tensors, tensor, out);
  }
  if (config.tied) write_rope(config, out);
  out.commit();
}

}  // namespace pi_ring
