// Takes from each block what belongs to a tensor, and joins values that two
// blocks share.
#include "model/tensor/value_scan.h"

#include <algorithm>
#include <string>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/tensor/finite.h"
#include "model/tensor/tensor.h"

namespace pi_ring {

ValueScan::ValueScan(const std::filesystem::path& file) : file_(file) {
  for (const auto& [name, tensor] : file_.tensors()) {
    // Throws for a type that cannot be read.
    tensors_.push_back(&file_.get(name, tensor.shape));
  }
  std::ranges::sort(tensors_, {}, [this](const TensorView* tensor) {
    return file_.offset_of(*tensor);
  });
}

void ValueScan::see(std::span<const std::byte> block) {
  const uint64_t block_end = at_ + block.size();
  for (; next_ < tensors_.size(); ++next_) {
    const TensorView& tensor = *tensors_[next_];
    const uint64_t tensor_begin = file_.offset_of(tensor);
    const uint64_t tensor_end = tensor_begin + tensor.bytes.size();
    const uint64_t begin = std::max(tensor_begin, at_);
    const uint64_t end = std::min(tensor_end, block_end);
    if (begin < end) check(tensor, block.subspan(begin - at_, end - begin));
    if (tensor_end > block_end) break;
  }
  at_ = block_end;
}

void ValueScan::check(const TensorView& tensor,
                      std::span<const std::byte> bytes) {
  const size_t size = size_of(tensor.dtype);
  if (!begun_.empty()) {
    const auto rest = bytes.first(std::min(bytes.size(), size - begun_.size()));
    begun_.insert(begun_.end(), rest.begin(), rest.end());
    bytes = bytes.subspan(rest.size());
    if (begun_.size() < size) return;
    check_values(tensor, begun_);
    begun_.clear();
  }
  const size_t whole = bytes.size() / size * size;
  check_values(tensor, bytes.first(whole));
  begun_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                bytes.end());
}

void ValueScan::check_values(const TensorView& tensor,
                             std::span<const std::byte> bytes) {
  values_.resize(bytes.size() / size_of(tensor.dtype));
  copy_values({.name = {}, .dtype = tensor.dtype, .shape = {}, .bytes = bytes},
              0, values_);
  const auto found = find_not_finite(values_);
  if (!found) return;
  throw BadInput(file_.path(), std::string("holds a value that is ") +
                                   not_finite_name(values_[*found]) +
                                   ", in tensor " + shown(tensor.name));
}

}  // namespace pi_ring
