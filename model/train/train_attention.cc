// Computes scores in blocks of queries, so that only one block's are held.
#include "model/train/train_attention.h"

#include <algorithm>
#include <tuple>

#include "model/math/cache_rows.h"
#include "model/math/gradient_simd.h"
#include "model/math/tile_product.h"
#include "model/tensor/blocks.h"

namespace pi_ring {
namespace {

// Queries whose scores are worked on at once.
constexpr size_t kQueries = 32;

// For one position of a sequence: keys and values, each transposed and their
// gradients; two blocks of scores.
int scratch_of_position(const ModelConfig& config) {
  return 4 * config.head_dim() + 2 * static_cast<int>(kQueries);
}

FloatBuffer heads_where_normed(const TrainSetup& setup, int width) {
  return has_role(*setup.config.architecture, Role::kQueryNorm)
             ? setup.buffers.take(floats(setup.shape.rows(), width))
             : FloatBuffer();
}

}  // namespace

AttentionRecord::AttentionRecord(const TrainSetup& setup)
    : qkv(setup.buffers.take(
          floats(setup.shape.rows(), setup.config.qkv_dim()))),
      attended(
          setup.buffers.take(floats(setup.shape.rows(), setup.config.q_dim()))),
      log_sums(
          setup.buffers.take(floats(setup.shape.rows(), setup.config.heads))),
      queries(heads_where_normed(setup, setup.config.q_dim())),
      keys(heads_where_normed(setup, setup.config.kv_dim())) {}

TrainAttentionSpace::TrainAttentionSpace(const TrainSetup& setup)
    : scratch(setup.buffers.take(
          floats(setup.threads) *
          floats(setup.shape.length, scratch_of_position(setup.config)))),
      heads(heads_where_normed(setup, setup.config.q_dim())),
      more_heads(heads_where_normed(setup, setup.config.q_dim())) {}

struct TrainAttention::Group {
  size_t width;    // of a head
  size_t stride;   // from one row of qkv to the next
  size_t dim;      // from one row of attended to the next
  size_t length;   // of the sequence
  size_t window;   // of the past that a position sees; 0 for all of it
  float scale;     // of the scores
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
  float* transposed_keys;
  float* transposed_values;
  // [length, width]
  float* key_gradient;
  float* value_gradient;
  // [kQueries, length]
  float* scores;
  float* changes;

  // The first position that one sees.
  size_t first_seen(size_t position) const {
    return window > 0 && position >= window ? position + 1 - window : 0;
  }
};

TrainAttention::TrainAttention(const TrainSetup& setup, int layer)
    : config_(setup.config),
      layer_(layer),
      sequences_(setup.shape.sequences),
      length_(setup.shape.length),
      cache_type_(setup.shape.cache_type),
      qkv_(setup, layer, kQueryKeyValueRoles),
      output_(setup, layer, kAttentionOutRoles) {
  if (!has_role(*config_.architecture, Role::kQueryNorm)) return;
  query_norm_.emplace(setup, Role::kQueryNorm, layer, config_.heads, 0);
  key_norm_.emplace(setup, Role::kKeyNorm, layer, config_.kv_heads,
                    config_.q_dim());
}

void TrainAttention::append_parameters(std::vector<Parameter*>& all) {
  qkv_.append_parameters(all);
  if (query_norm_) {
    query_norm_->append_parameters(all);
    key_norm_->append_parameters(all);
  }
  output_.append_parameters(all);
}

void TrainAttention::refresh(const Pool& pool) {
  qkv_.refresh(pool);
  if (query_norm_) {
    query_norm_->refresh();
    key_norm_->refresh();
  }
  output_.refresh(pool);
}

TrainAttention::Group TrainAttention::group(size_t task,
                                            AttentionRecord& record,
                                            float* scratch) const {
  const size_t kv_heads = floats(config_.kv_heads);
  const size_t kv_head = task % kv_heads;
  Group group{};
  group.width = floats(config_.head_dim());
  group.stride = floats(config_.qkv_dim());
  group.dim = floats(config_.q_dim());
  group.length = floats(length_);
  group.window = config_.is_windowed(layer_) ? floats(config_.window) : 0;
  group.scale = config_.score_scale();
  group.queries = floats(config_.heads) / kv_heads;
  group.rows = floats(sequences_, length_);
  group.first_head = kv_head * group.queries;
  group.first_row = task / kv_heads * group.length;
  const size_t offset = group.first_head * group.width;
  float* row = record.qkv.data() + group.first_row * group.stride;
  group.query = row + offset;
  group.key = row + group.dim + kv_head * group.width;
  group.value = group.key + config_.kv_dim();
  group.attended =
      record.attended.data() + group.first_row * group.dim + offset;
  group.log_sums =
      record.log_sums.data() + group.first_head * group.rows + group.first_row;
  const size_t matrix = group.width * group.length;
  group.transposed_keys = scratch;
  group.transposed_values = scratch + matrix;
  group.key_gradient = scratch + 2 * matrix;
  group.value_gradient = scratch + 3 * matrix;
  group.scores = scratch + 4 * matrix;
  group.changes = group.scores + kQueries * group.length;
  return group;
}

void TrainAttention::rotate(const Group& group, const Rope& rope,
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

void TrainAttention::round_as_cached(const Group& group) const {
  if (cache_type_ == DType::F32) return;
  std::vector<std::byte> row(bytes_of(cache_type_, group.width));
  for (size_t i = 0; i < group.length; ++i) {
    for (float* head : {group.key, group.value}) {
      float* x = head + i * group.stride;
      simd::store_row(cache_type_, x, group.width, row.data());
      read_values(cache_type_, row, {x, group.width});
    }
  }
}

void TrainAttention::attend(const Group& group) const {
  const auto [width, stride, dim, length] =
      std::tuple(group.width, group.stride, group.dim, group.length);
  simd::transpose(length, width, group.key, stride, group.transposed_keys,
                  length);
  for (size_t head = 0; head < group.queries; ++head) {
    for (size_t first = 0; first < length; first += kQueries) {
      const size_t count = std::min(kQueries, length - first);
      const size_t seen = first + count;  // by the last of them
      simd::multiply_tile(
          {count, seen, width},
          {group.query + first * stride + head * width, stride, 1},
          group.transposed_keys, length, group.scores, length);
      for (size_t i = 0; i < count; ++i) {
        const size_t begin = group.first_seen(first + i);
        float* scores = group.scores + i * length;
        std::fill_n(scores, begin, 0.0F);
        group.log_sums[head * group.rows + first + i] = simd::scaled_softmax(
            group.scale, scores + begin, first + i + 1 - begin);
        std::fill(scores + first + i + 1, scores + seen, 0.0F);
      }
      simd::multiply_tile({count, width, seen}, {group.scores, length, 1},
                          group.value, stride,
                          group.attended + first * dim + head * width, dim);
    }
  }
}

// Gradients overwrite queries, keys and values once nothing needs these any
// more: a block's queries after the block, keys and values at the end.
void TrainAttention::attend_backward(const Group& group,
                                     const float* gradient) const {
  const auto [width, stride, dim, length] =
      std::tuple(group.width, group.stride, group.dim, group.length);
  simd::transpose(length, width, group.key, stride, group.transposed_keys,
                  length);
  simd::transpose(length, width, group.value, stride, group.transposed_values,
                  length);
  std::fill_n(group.key_gradient, 2 * width * length, 0.0F);
  for (size_t head = 0; head < group.queries; ++head) {
    for (size_t first = 0; first < length; first += kQueries) {
      const size_t count = std::min(kQueries, length - first);
      const size_t seen = first + count;
      float* query = group.query + first * stride + head * width;
      const size_t out = first * dim + head * width;
      simd::multiply_tile({count, seen, width}, {query, stride, 1},
                          group.transposed_keys, length, group.scores, length);
      simd::multiply_tile({count, seen, width}, {gradient + out, dim, 1},
                          group.transposed_values, length, group.changes,
                          length);
      for (size_t i = 0; i < count; ++i) {
        const size_t begin = group.first_seen(first + i);
        const size_t past = first + i + 1;
        float* scores = group.scores + i * length;
        float* changes = group.changes + i * length;
        simd::exponentials(group.scale,
                           group.log_sums[head * group.rows + first + i],
                           scores + begin, past - begin);
        const float along = simd::dot(gradient + out + i * dim,
                                      group.attended + out + i * dim, width);
        simd::softmax_backward(scores + begin, along, group.scale,
                               changes + begin, past - begin);
        std::fill_n(scores, begin, 0.0F);
        std::fill_n(changes, begin, 0.0F);
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

// Each thread has its own scratch, so tasks are given to threads beforehand;
// they are all of one size.
template <typename Task>
void TrainAttention::each_group(const Pool& pool, AttentionRecord& record,
                                TrainAttentionSpace& space,
                                const Task& task) const {
  const size_t tasks = floats(sequences_, config_.kv_heads);
  const size_t threads = floats(pool.threads());
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
  const int rows = sequences_ * length_;
  qkv_.forward(pool, rows, x, record.qkv.data());
  if (query_norm_) {
    query_norm_->forward(pool, record.qkv.data(), record.queries.data(),
                         space.heads.data());
    key_norm_->forward(pool, record.qkv.data(), record.keys.data(),
                       space.heads.data());
  }
  each_group(pool, record, space, [&](const Group& group) {
    rotate(group, rope, false);
    round_as_cached(group);
    attend(group);
  });
  output_.forward(pool, rows, record.attended.data(), y);
}

void TrainAttention::backward(const Pool& pool, const Rope& rope,
                              const float* x, const float* dy,
                              AttentionRecord& record,
                              TrainAttentionSpace& space,
                              ProjectionSpace& products, float* dx) {
  const int rows = sequences_ * length_;
  output_.backward_weights(pool, rows, dy, record.attended.data(), products);
  output_.backward_input(pool, rows, dy, dx, products);
  each_group(pool, record, space, [&](const Group& group) {
    attend_backward(group, dx + group.first_row * group.dim +
                               group.first_head * group.width);
    rotate(group, rope, true);
  });
  if (query_norm_) {
    query_norm_->backward(pool, record.queries.data(), record.qkv.data(),
                          space.heads.data(), space.more_heads.data());
    key_norm_->backward(pool, record.keys.data(), record.qkv.data(),
                        space.heads.data(), space.more_heads.data());
  }
  qkv_.backward_weights(pool, rows, record.qkv.data(), x, products);
  qkv_.backward_input(pool, rows, record.qkv.data(), dx, products);
}

}  // namespace pi_ring
