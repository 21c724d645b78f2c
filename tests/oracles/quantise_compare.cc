// Quantises a model's matrices as pi-ring and as ggml do, and compares what is
// lost: quantise_compare LIBGGML_BASE MODEL. Prints a line a type, and at the
// end the counts.
#include <dlfcn.h>

#include <cmath>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/folder/model_folder.h"
#include "model/tensor/blocks.h"
#include "model/tensor/gguf_header.h"
#include "model/tensor/quantise.h"
#include "model/tensor/tensor.h"

namespace pi_ring {
namespace {

struct ComparedType {
  DType type;
  const char* suffix;  // of ggml's function
};
constexpr ComparedType kComparedTypes[] = {
    {DType::Q8_0, "q8_0"}, {DType::Q6_K, "q6_K"}, {DType::Q5_K, "q5_K"},
    {DType::Q5_1, "q5_1"}, {DType::Q5_0, "q5_0"}, {DType::Q4_K, "q4_K"},
    {DType::Q4_1, "q4_1"}, {DType::Q4_0, "q4_0"},
};

class Ggml {
 public:
  explicit Ggml(const char* path) : library_(dlopen(path, RTLD_NOW)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
  }

  // Whole blocks, as one row.
  std::vector<std::byte> quantised(DType type,
                                   std::span<const float> values) const {
    using Quantise = size_t(int, const float*, void*, int64_t, int64_t, int64_t,
                            const float*);
    std::vector<std::byte> bytes(bytes_of(type, values.size()));
    function<Quantise>("ggml_quantize_chunk")(
        static_cast<int>(gguf_number_of(type).value()), values.data(),
        bytes.data(), 0, 1, static_cast<int64_t>(values.size()), nullptr);
    return bytes;
  }

  std::vector<float> values_of(const ComparedType& type,
                               std::span<const std::byte> bytes,
                               size_t count) const {
    using Dequantise = void(const void*, float*, int64_t);
    std::vector<float> values(count);
    function<Dequantise>(std::string("dequantize_row_") + type.suffix)(
        bytes.data(), values.data(), static_cast<int64_t>(count));
    return values;
  }

 private:
  template <typename Function>
  Function* function(const std::string& name) const {
    void* found = dlsym(library_, name.c_str());
    if (found == nullptr) throw std::runtime_error(dlerror());
    return reinterpret_cast<Function*>(found);
  }

  void* library_;
};

// All matrices one after the other, as far as they are whole blocks of any
// type.
std::vector<float> matrices_of(const ModelFolder& model) {
  constexpr size_t kLargestBlock = 256;
  std::vector<float> all;
  const TensorFiles files = model.tensors();
  for (const ModelTensor& tensor : tensors_of(model.config())) {
    if (tensor.shape.size() == 1) continue;
    Tensor values = files.take(tensor.name, tensor.file_shape());
    const std::span<const float> part = values.all();
    all.insert(all.end(), part.begin(), part.end());
  }
  all.resize(all.size() / kLargestBlock * kLargestBlock);
  return all;
}

double root_mean_square(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - b[i];
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.size()));
}

class Comparison {
 public:
  Comparison(const Ggml& ggml, std::vector<float> values)
      : ggml_(ggml), values_(std::move(values)) {}

  void compare(const ComparedType& type) {
    std::vector<std::byte> here(bytes_of(type.type, values_.size()));
    quantise(type.type, values_, here);
    const auto there = ggml_.quantised(type.type, values_);
    const std::string name(name_of(type.type));
    count(same_values(type, here) && same_values(type, there),
          name + ": blocks say the same numbers to both");
    const double own = loss(type, here);
    const double other = loss(type, there);
    count(own <= other * (1.0 + kAsGood), name + ": weights lose " +
                                              std::to_string(own) + " here, " +
                                              std::to_string(other) + " there");
  }

  int report() const {
    std::cout << passed_ << " passed, " << failed_ << " failed, 0 skipped\n";
    return failed_ == 0 ? 0 : 1;
  }

 private:
  // The part by which a loss may be larger: both programs search for good
  // scales, and may find others that are as good.
  static constexpr double kAsGood = 1e-3;

  void count(bool is_right, const std::string& what) {
    std::cout << (is_right ? "ok   " : "FAIL ") << what << '\n';
    ++(is_right ? passed_ : failed_);
  }

  bool same_values(const ComparedType& type,
                   std::span<const std::byte> bytes) const {
    std::vector<float> own(values_.size());
    read_values(type.type, bytes, own);
    const auto other = ggml_.values_of(type, bytes, values_.size());
    return std::memcmp(own.data(), other.data(), own.size() * sizeof(float)) ==
           0;
  }

  double loss(const ComparedType& type,
              std::span<const std::byte> bytes) const {
    return root_mean_square(values_,
                            ggml_.values_of(type, bytes, values_.size())) /
           root_mean_square(values_, std::vector<float>(values_.size()));
  }

  const Ggml& ggml_;
  std::vector<float> values_;
  int passed_ = 0;
  int failed_ = 0;
};

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const pi_ring::Ggml ggml(argv[1]);
  pi_ring::Comparison comparison(
      ggml, pi_ring::matrices_of(pi_ring::ModelFolder(argv[2])));
  for (const auto& type : pi_ring::kComparedTypes) comparison.compare(type);
  return comparison.report();
}
