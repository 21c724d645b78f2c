// A safetensors file: whatever it says, each tensor lies inside it.
#include "model/tensor/safetensors.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

uint8_t sum_of(std::span<const std::byte> bytes) {
  uint8_t sum = 0;
  for (const std::byte byte : bytes) sum += std::to_integer<uint8_t>(byte);
  return sum;
}

void read_tensor(const SafetensorsFile& file, const TensorView& view) {
  require(file.find(view.name) == &view, "a tensor is not found by its name");
  volatile uint8_t read = sum_of(view.bytes);
  static_cast<void>(read);
  is_accepted([&] { file.get(view.name, view.shape); });
  file.give_back(view.bytes);
}

void read_all(const SafetensorsFile& file) {
  for (const auto& named : file.tensors()) read_tensor(file, named.second);
}

bool accepts_safetensors(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  write_file_text(path, std::string(bytes));
  return is_accepted([&] { read_all(SafetensorsFile(path)); });
}

std::vector<std::string> safetensors_seeds() {
  return {
      safetensors_text("{}", ""),
      safetensors_text(
          R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})",
          std::string(16, '\1')),
      safetensors_text(
          R"({"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[3],)"
          R"("data_offsets":[8,14]},"a":{"dtype":"I64","shape":[],)"
          R"("data_offsets":[0,8]},"c":{"dtype":"F16","shape":[0,5],)"
          R"("data_offsets":[14,14]}})",
          std::string(14, '\2')),
  };
}

const AddedTarget kSafetensors({"safetensors", accepts_safetensors,
                                safetensors_seeds});

}  // namespace
}  // namespace pi_ring
