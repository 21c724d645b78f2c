// Converts tensor by tensor: from the order and form that the model's file has
// to GGUF's, and to the type.
#include "model/exchange/export_gguf.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/exchange/gguf_tokenizer.h"
#include "model/folder/gguf_config.h"
#include "model/layers/rope.h"
#include "model/math/pool.h"
#include "model/tensor/gguf_writer.h"
#include "model/tensor/quantise.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

namespace fs = std::filesystem;

constexpr float kMostInHalf = 65504.0F;
constexpr uint32_t kQuantisationVersion = 2;
constexpr int64_t kValuesAtOnce = 1 << 20;

// A tensor as the model's file has it and as GGUF has it.
struct Conversion {
  ModelTensor from;
  ModelTensor to;
  DType type;
};

int layer_of(const ModelConfig& config, size_t index, size_t before) {
  if (index < before) return 0;
  size_t a_layer = 0;
  for (const TensorRule& rule : config.architecture->tensors) {
    if (rule.place == TensorRule::Place::kEachLayer) ++a_layer;
  }
  return static_cast<int>((index - before) / std::max<size_t>(a_layer, 1));
}

std::vector<Conversion> conversions_of(const ModelConfig& config,
                                       const GgufTypes& types) {
  ModelConfig gguf = config;
  gguf.format = FileFormat::kGguf;
  const std::vector<ModelTensor> from = tensors_of(config);
  const std::vector<ModelTensor> to = tensors_of(gguf);
  const auto first_of_layers = std::ranges::find_if(
      to, [](const auto& t) { return t.name.starts_with("blk."); });
  const auto before = static_cast<size_t>(first_of_layers - to.begin());
  std::vector<Conversion> all;
  for (size_t i = 0; i < to.size(); ++i) {
    const int layer = layer_of(config, i, before);
    all.push_back({from[i], to[i], type_in_gguf(gguf, types, to[i], layer)});
  }
  return all;
}

// What RoPE's angles are divided by, where GGUF says it so: Llama 3's scaling.
std::vector<float> divisors_of(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  if (scaling.kind != RopeScaling::Kind::kLlama3) return scaling.divisors;
  const auto plain = rope_frequencies(config.head_dim(), config.rope_theta, {});
  std::vector<float> divisors =
      rope_frequencies(config.head_dim(), config.rope_theta, scaling);
  for (size_t i = 0; i < plain.size(); ++i)
    divisors[i] = plain[i] / divisors[i];
  return divisors;
}

// Rows of pairs, from rows of halves; all of whole heads.
void pair_rows(std::span<const float> from, int64_t head, int64_t columns,
               std::vector<float>& to) {
  to.resize(from.size());
  const auto rows = static_cast<int64_t>(from.size()) / columns;
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(from.begin() + row * columns, columns,
                to.begin() + paired_row(row, head) * columns);
  }
}

class GgufExport {
 public:
  GgufExport(const ModelConfig& config, const TensorFiles& tensors,
             GgufWriter& writer, int threads)
      : config_(config), tensors_(tensors), writer_(writer), pool_(threads) {}

  void write(const Conversion& conversion) {
    writer_.begin(conversion.to.name);
    Tensor tensor =
        tensors_.take(conversion.from.name, conversion.from.file_shape());
    if (conversion.from.transposed) return write_transposed(conversion, tensor);
    const bool is_vector = conversion.to.shape.size() == 1;
    const int64_t rows = is_vector ? 1 : conversion.to.shape[0];
    const int64_t step = is_vector ? 1 : rows_at_once(conversion);
    for (int64_t row = 0; row < rows; row += step) {
      write_rows(conversion, tensor.rows(row, std::min(step, rows - row)));
    }
  }

 private:
  bool is_paired(const Conversion& conversion) const {
    return conversion.to.rotated && config_.architecture->gguf_pairs;
  }

  // Rotated tensors are read in whole heads.
  int64_t rows_at_once(const Conversion& conversion) const {
    const int64_t many =
        std::max<int64_t>(1, kValuesAtOnce / conversion.to.shape.back());
    if (!is_paired(conversion)) return many;
    const int64_t head = config_.head_dim();
    return std::max<int64_t>(1, many / head) * head;
  }

  void write_transposed(const Conversion& conversion, Tensor& tensor) {
    const std::span<const float> all = tensor.all();
    const int64_t outputs = conversion.to.shape[0];
    const int64_t inputs = conversion.to.shape[1];
    const int64_t step = rows_at_once(conversion);
    std::vector<float> rows;
    for (int64_t first = 0; first < outputs; first += step) {
      const int64_t count = std::min(step, outputs - first);
      rows.resize(static_cast<size_t>(count * inputs));
      for (int64_t i = 0; i < count * inputs; ++i) {
        rows[static_cast<size_t>(i)] =
            all[static_cast<size_t>(i % inputs * outputs + first + i / inputs)];
      }
      write_rows(conversion, rows);
    }
  }

  void write_rows(const Conversion& conversion, std::span<const float> values) {
    const bool is_vector = conversion.to.shape.size() == 1;
    if (is_paired(conversion)) {
      pair_rows(values, config_.head_dim(),
                is_vector ? 1 : conversion.to.shape.back(), changed_);
      values = changed_;
    } else if (conversion.from.less_one) {
      changed_.assign(values.begin(), values.end());
      for (float& value : changed_) value += 1.0F;
      values = changed_;
    }
    require_fits(conversion, values);
    const auto columns = static_cast<size_t>(conversion.to.shape.back());
    const uint64_t bytes = bytes_of(conversion.type, columns);
    stored_.resize(values.size() / columns * bytes);
    pool_.each(values.size() / columns, [&](size_t row) {
      quantise(conversion.type, values.subspan(row * columns, columns),
               std::span(stored_).subspan(row * bytes, bytes));
    });
    writer_.write(stored_);
  }

  // A scale is an f16, and may not become infinite.
  void require_fits(const Conversion& conversion,
                    std::span<const float> values) const {
    if (conversion.type == DType::F32 || conversion.type == DType::BF16) return;
    for (const float value : values) {
      if (std::abs(value) <= kMostInHalf) continue;
      throw BadInput("tensor " + conversion.from.name + " holds " +
                     std::to_string(value) + ", more than " +
                     std::string(name_of(conversion.type)) + " can");
    }
  }

  const ModelConfig& config_;
  const TensorFiles& tensors_;
  GgufWriter& writer_;
  Pool pool_;
  std::vector<float> changed_;
  std::vector<std::byte> stored_;
};

}  // namespace

void export_gguf(const ModelFolder& model, const GgufTypes& types, int threads,
                 const fs::path& out) {
  const ModelConfig& config = model.config();
  const TensorFiles tensors = model.tensors();
  const std::vector<Conversion> conversions = conversions_of(config, types);
  const std::vector<float> divisors = divisors_of(config);
  GgufMetadata metadata;
  add_gguf_config(config, model.path(), metadata);
  metadata.add("general.file_type", types.number);
  metadata.add("general.quantization_version", kQuantisationVersion);
  if (model.has_tokenizer()) {
    add_gguf_tokenizer(model.tokenizer_folder(), config, metadata);
  }
  std::vector<TensorHeader> headers;
  if (!divisors.empty()) {
    headers.push_back(
        {kRopeDivisors, DType::F32, {static_cast<int64_t>(divisors.size())}});
  }
  for (const Conversion& conversion : conversions) {
    headers.push_back(
        {conversion.to.name, conversion.type, conversion.to.shape});
  }
  GgufWriter writer(out, metadata, headers);
  if (!divisors.empty()) {
    writer.begin(kRopeDivisors);
    writer.write(std::as_bytes(std::span(divisors)));
  }
  GgufExport work(config, tensors, writer, threads);
  for (const Conversion& conversion : conversions) work.write(conversion);
  writer.commit();
}

}  // namespace pi_ring
