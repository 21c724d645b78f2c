// Checksums of files, by which damage is found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

struct XXH3_state_s;

namespace pi_ring {

// What a file was when it was written.
struct FileSum {
  uint64_t bytes = 0;
  // None where it was written before checksums were. Of all damage, whatever
  // its kind, about one case in 2^64 leaves the checksum as it was.
  std::optional<uint64_t> checksum;

  bool operator==(const FileSum&) const = default;
};

// Counts and sums up what is added.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  Checksum(Checksum&& other) noexcept;
  Checksum& operator=(Checksum&& other) noexcept;

  void add(std::span<const std::byte> bytes);
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }

  FileSum sum() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  uint64_t bytes_ = 0;
  std::unique_ptr<XXH3_state_s, Free> state_;
};

FileSum sum_of(std::string_view text);

// Reads a file from its beginning to its end, and may show its bytes to `see`,
// in blocks of 1 MiB. The file is not mapped: a disk that fails is then an
// error and not a signal. Throws BadInput where the file cannot be read.
FileSum sum_of_file(
    const std::filesystem::path& file,
    const std::function<void(std::span<const std::byte>)>& see = {});

}  // namespace pi_ring
