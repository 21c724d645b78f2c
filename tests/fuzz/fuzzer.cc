// Runs the one target of this program under libFuzzer, whose options are
// described by -help=1. With --seeds=FOLDER it writes the target's seeds there
// and ends.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/file_text.h"
#include "tests/fuzz/target.h"

namespace {

const pi_ring::FuzzTarget& target() { return pi_ring::fuzz_targets().front(); }

void write_seeds(const std::filesystem::path& folder) {
  int number = 0;
  for (const std::string& seed : target().seeds()) {
    const std::string name = "seed-" + std::to_string(number++);
    pi_ring::write_file_text(folder / name, seed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::string_view kSeeds = "--seeds=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view argument = (*arguments)[i];
    if (!argument.starts_with(kSeeds)) continue;
    write_seeds(argument.substr(kSeeds.size()));
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  target().accepts({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
