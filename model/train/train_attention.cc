// Scores in blocks of queries, so that no more than a block's are held.
#include "model/train/train_attention.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "model/math/gradient_simd.h"
#include "model/math/tile_product.h"

namespace pi_ring {
namespace {

// Queries whose scores are worked on at once.
constexpr size_t kQueries = 32;

int qkv_width(const ModelConfig& config) {
  return config.dim + 2 * config.kv_dim();
}

}  // namespace

AttentionRecord::AttentionRecord(const ModelConfig& config,
                                 const TrainShape& shape)
    : qkv(floats(shape.rows(), qkv_width(config))),
      attended(floats(shape.rows(), config.dim)),
      log_sums(floats(shape.rows(), config.heads)) {}

// Keys and values, each turned over and their gradients; two blocks of scores.
size_t TrainAttentionSpace::floats_of_thread(const ModelConfig& config,
                                             int length) {
  return floats(length, 4 * config.head_dim() + 2 * static_cast<int>(kQueries));
}

TrainAttentionSpace::TrainAttentionSpace(const ModelConfig& config,
                                         const TrainShape& shape, int threads)
    : scratch(static_cast<size_t>(threads) *
              floats_of_thread(config, shape.length)) {}

struct TrainAttention::Group {
  size_t width;    // of a head
  size_t stride;   // from one row of qkv to the next
  size_t dim;      // from one row of attended to the next
  size_t length;   // of the sequence
  size_t queries;  // heads
  size_t rows;     // of all sequences: from one head's log_sums to the next's
  size_t first_head;
  size_t first_row;
  float* query;  // the first head's, at the first row
  float* key;
  float* value;
  float* attended;
  float* log_sums;
  // [width, length]
  float* turned_keys;
  float* turned_values;
  // [length, width]
  float* key_gradient;
  float* value_gradient;
  // [kQueries, length]
  float* scores;
  float* changes;

  float scale() const { return 1.0F / std::sqrt(static_cast<float>(width)); }
};

TrainAttention::TrainAttention(const ModelConfig& config,
                               const TrainShape& shape, int layer,
                               const Pool& pool)
    : config_(config),
      sequences_(static_cast<size_t>(shape.sequences)),
      length_(static_cast<size_t>(shape.length)),
      query_(tensor_of(config, Role::kQuery, layer)),
      key_(tensor_of(config, Role::kKey, layer)),
      value_(tensor_of(config, Role::kValue, layer)),
      out_(tensor_of(config, Role::kAttentionOut, layer)),
      qkv_({&query_, &key_, &value_}, pool),
      output_({&out_}, pool) {}

std::vector<Parameter*> TrainAttention::parameters() {
  return {&query_, &key_, &value_, &out_};
}

void TrainAttention::refresh(const Pool& pool) {
  qkv_.refresh(pool);
  output_.refresh(pool);
}

TrainAttention::Group TrainAttention::group(size_t task,
                                            AttentionRecord& record,
                                            float* scratch) const {
  const auto kv_heads = static_cast<size_t>(config_.kv_heads);
  const size_t kv_head = task % kv_heads;
  Group group{};
  group.width = static_cast<size_t>(config_.head_dim());
  group.stride = static_cast<size_t>(qkv_width(config_));
  group.dim = static_cast<size_t>(config_.dim);
  group.length = length_;
  group.queries = static_cast<size_t>(config_.heads) / kv_heads;
  group.rows = sequences_ * length_;
  group.first_head = kv_head * group.queries;
  group.first_row = task / kv_heads * length_;
  const size_t offset = group.first_head * group.width;
  float* row = record.qkv.data() + group.first_row * group.stride;
  group.query = row + offset;
  group.key = row + group.dim + kv_head * group.width;
  group.value = group.key + config_.kv_dim();
  group.attended =
      record.attended.data() + group.first_row * group.dim + offset;
  group.log_sums =
      record.log_sums.data() + group.first_head * group.rows + group.first_row;
  const size_t matrix = group.width * length_;
  group.turned_keys = scratch;
  group.turned_values = scratch + matrix;
  group.key_gradient = scratch + 2 * matrix;
  group.value_gradient = scratch + 3 * matrix;
  group.scores = scratch + 4 * matrix;
  group.changes = group.scores + kQueries * length_;
  return group;
}

void TrainAttention::turn(const Group& group, const Rope& rope,
                          bool back) const {
  for (size_t i = 0; i < group.length; ++i) {
    const int row = static_cast<int>(i);
    const auto each = [&](float* head) {
      back ? rope.backward(row, head) : rope.forward(row, head);
    };
    for (size_t head = 0; head < group.queries; ++head) {
      each(group.query + i * group.stride + head * group.width);
    }
    each(group.key + i * group.stride);
  }
}

void TrainAttention::attend(const Group& group) const {
  const auto [width, stride, dim, length] =
      std::tuple(group.width, group.stride, group.dim, group.length);
  simd::transpose(length, width, group.key, stride, group.turned_keys, length);
  for (size_t head = 0; head < group.queries; ++head) {
    for (size_t first = 0; first < length; first += kQueries) {
      const size_t count = std::min(kQueries, length - first);
      const size_t seen = first + count;  // by the last of them
      simd::multiply_tile(
          {count, seen, width},
          {group.query + first * stride + head * width, stride, 1},
          group.turned_keys, length, group.scores, length);
      for (size_t i = 0; i < count; ++i) {
        float* scores = group.scores + i * length;
        group.log_sums[head * group.rows + first + i] =
            simd::scaled_softmax(group.scale(), scores, first + i + 1);
        std::fill(scores + first + i + 1, scores + seen, 0.0F);
      }
      simd::multiply_tile({count, width, seen}, {group.scores, length, 1},
                          group.value, stride,
                          group.attended + first * dim + head * width, dim);
    }
  }
}

// Queries, keys and values are each overwritten by their gradients once nothing
// needs them any more: a block's queries after the block, the others at the
// end.
void TrainAttention::attend_backward(const Group& group,
                                     const float* gradient) const {
  const auto [width, stride, dim, length] =
      std::tuple(group.width, group.stride, group.dim, group.length);
  simd::transpose(length, width, group.key, stride, group.turned_keys, length);
  simd::transpose(length, width, group.value, stride, group.turned_values,
                  length);
  std::fill_n(group.key_gradient, 2 * width * length, 0.0F);
  for (size_t head = 0; head < group.queries; ++head) {
    for (size_t first = 0; first < length; first += kQueries) {
      const size_t count = std::min(kQueries, length - first);
      const size_t seen = first + count;
      float* query = group.query + first * stride + head * width;
      const size_t out = first * dim + head * width;
      simd::multiply_tile({count, seen, width}, {query, stride, 1},
                          group.turned_keys, length, group.scores, length);
      simd::multiply_tile({count, seen, width}, {gradient + out, dim, 1},
                          group.turned_values, length, group.changes, length);
      for (size_t i = 0; i < count; ++i) {
        const size_t past = first + i + 1;
        float* scores = group.scores + i * length;
        float* changes = group.changes + i * length;
        simd::exponentials(group.scale(),
                           group.log_sums[head * group.rows + first + i],
                           scores, past);
        const float along = simd::dot(gradient + out + i * dim,
                                      group.attended + out + i * dim, width);
        simd::softmax_backward(scores, along, group.scale(), changes, past);
        std::fill(scores + past, scores + seen, 0.0F);
        std::fill(changes + past, changes + seen, 0.0F);
      }
      simd::add_tile({seen, width, count}, {group.scores, 1, length},
                     gradient + out, dim, group.value_gradient, width);
      simd::add_tile({seen, width, count}, {group.changes, 1, length}, query,
                     stride, group.key_gradient, width);
      simd::multiply_tile({count, width, seen}, {group.changes, length, 1},
                          group.key, stride, query, stride);
    }
  }
  for (size_t i = 0; i < length; ++i) {
    std::copy_n(group.key_gradient + i * width, width, group.key + i * stride);
    std::copy_n(group.value_gradient + i * width, width,
                group.value + i * stride);
  }
}

// Each thread has its scratch, so it is tied to its tasks beforehand: they are
// all of one size.
template <typename Task>
void TrainAttention::each_group(const Pool& pool, AttentionRecord& record,
                                TrainAttentionSpace& space,
                                const Task& task) const {
  const size_t tasks = sequences_ * static_cast<size_t>(config_.kv_heads);
  const auto threads = static_cast<size_t>(pool.threads());
  pool.each(threads, [&](size_t thread) {
    float* scratch =
        space.scratch.data() + thread * space.scratch.size() / threads;
    for (size_t i = thread; i < tasks; i += threads) {
      task(group(i, record, scratch));
    }
  });
}

void TrainAttention::forward(const Pool& pool, const Rope& rope, const float* x,
                             AttentionRecord& record,
                             TrainAttentionSpace& space, float* y) const {
  const int rows = static_cast<int>(sequences_ * length_);
  qkv_.forward(pool, rows, x, record.qkv.data());
  each_group(pool, record, space, [&](const Group& group) {
    turn(group, rope, false);
    attend(group);
  });
  output_.forward(pool, rows, record.attended.data(), y);
}

void TrainAttention::backward(const Pool& pool, const Rope& rope,
                              const float* x, const float* dy,
                              AttentionRecord& record,
                              TrainAttentionSpace& space,
                              ProjectionSpace& products, float* dx) {
  const int rows = static_cast<int>(sequences_ * length_);
  output_.backward_weights(pool, rows, dy, record.attended.data(), products);
  output_.backward_input(pool, rows, dy, dx, products);
  each_group(pool, record, space, [&](const Group& group) {
    attend_backward(group, dx + group.first_row * group.dim +
                               group.first_head * group.width);
    turn(group, rope, true);
  });
  qkv_.backward_weights(pool, rows, record.qkv.data(), x, products);
  qkv_.backward_input(pool, rows, record.qkv.data(), dx, products);
}

}  // namespace pi_ring
