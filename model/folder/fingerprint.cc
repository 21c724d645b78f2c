// Hashes a model cheaply: FNV-1a over what identifies it.
#include "model/folder/fingerprint.h"

#include <bit>
#include <charconv>

#include "model/base/hash.h"

namespace pi_ring {
namespace {

constexpr size_t kDigits = 16;

void add_scaling(const RopeScaling& scaling, Hash& hash) {
  hash.add(static_cast<uint64_t>(scaling.kind));
  hash.add(static_cast<uint64_t>(scaling.original_context));
  hash.add(uint64_t{scaling.whole_channels ? 1U : 0U});
  for (const float number :
       {scaling.factor, scaling.slow, scaling.fast, scaling.attention_factor}) {
    hash.add(uint64_t{std::bit_cast<uint32_t>(number)});
  }
}

// What a plain Llama has nothing of: its fingerprint has only the numbers
// below.
void add_family(const ModelConfig& config, Hash& hash) {
  hash.add(config.architecture->name);
  for (const int number : {config.head_width, config.window}) {
    hash.add(static_cast<uint64_t>(number));
  }
  for (const bool windowed : config.windowed) {
    hash.add(uint64_t{windowed ? 1U : 0U});
  }
  for (const float number : {config.query_scalar, config.window_theta}) {
    hash.add(uint64_t{std::bit_cast<uint32_t>(number)});
  }
  add_scaling(config.rope_scaling, hash);
}

bool is_plain_llama(const ModelConfig& config) {
  return config.architecture == &kLlama && config.head_width == 0 &&
         config.rope_scaling == RopeScaling{};
}

void add_config(const ModelConfig& config, Hash& hash) {
  if (!is_plain_llama(config)) add_family(config, hash);
  for (const int number : {config.dim, config.hidden_dim, config.layers,
                           config.heads, config.kv_heads, config.vocab,
                           config.context, config.tied ? 1 : 0, config.bos}) {
    hash.add(static_cast<uint64_t>(number));
  }
  for (const int token : config.eos) hash.add(static_cast<uint64_t>(token));
  hash.add(uint64_t{std::bit_cast<uint32_t>(config.norm_epsilon)});
  hash.add(uint64_t{std::bit_cast<uint32_t>(config.rope_theta)});
}

void add_tensor(const TensorView& view, Hash& hash) {
  hash.add(view.name);
  hash.add(name_of(view.dtype));
  for (const int64_t extent : view.shape) {
    hash.add(static_cast<uint64_t>(extent));
  }
  hash.add_samples(view.bytes);
}

}  // namespace

uint64_t fingerprint_of(const ModelConfig& config, const TensorFile& file) {
  Hash hash;
  add_config(config, hash);
  for (const ModelTensor& tensor : tensors_of(config)) {
    const TensorView& view = file.get(tensor.name, tensor.file_shape());
    add_tensor(view, hash);
    file.give_back(view.bytes);
  }
  return hash.value();
}

uint64_t fingerprint_of(const ModelConfig& config) {
  Hash hash;
  add_config(config, hash);
  return hash.value();
}

std::string fingerprint_text(uint64_t fingerprint) {
  std::string text(kDigits, '0');
  for (size_t i = 0; i < kDigits; ++i) {
    text[kDigits - 1 - i] = "0123456789abcdef"[(fingerprint >> (4 * i)) & 15U];
  }
  return text;
}

std::optional<uint64_t> fingerprint_from(std::string_view text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, 16);
  if (text.size() != kDigits || read.ec != std::errc() || read.ptr != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace pi_ring
