// Sums up bytes with libxxhash, and reads files in blocks.
#include "model/base/checksum.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <new>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/interruption.h"
#include "model/base/open_file.h"
#include "model/base/system_error.h"

namespace pi_ring {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;

// Fills the block, except at the end of the file. Returns what was read.
std::span<const std::byte> read_block(const OpenFile& file,
                                      std::span<std::byte> block,
                                      const std::filesystem::path& path) {
  size_t filled = 0;
  while (filled < block.size()) {
    const ssize_t got =
        ::read(file.get(), block.data() + filled, block.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw BadInput(path, text_of_errno(errno));
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  return block.first(filled);
}

}  // namespace

Checksum::Checksum() : state_(XXH3_createState()) {
  if (!state_) throw std::bad_alloc();
  XXH3_64bits_reset(state_.get());
}

Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&& other) noexcept = default;
Checksum& Checksum::operator=(Checksum&& other) noexcept = default;

void Checksum::Free::operator()(XXH3_state_s* state) const {
  XXH3_freeState(state);
}

void Checksum::add(std::span<const std::byte> bytes) {
  XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
  bytes_ += bytes.size();
}

FileSum Checksum::sum() const {
  return {.bytes = bytes_, .checksum = XXH3_64bits_digest(state_.get())};
}

FileSum sum_of(std::string_view text) {
  return {.bytes = text.size(),
          .checksum = XXH3_64bits(text.data(), text.size())};
}

FileSum sum_of_file(
    const std::filesystem::path& path,
    const std::function<void(std::span<const std::byte>)>& see) {
  const OpenFile file = open_to_read(path);
  size_of_regular(path, file);
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  std::vector<std::byte> block(kBlockBytes);
  Checksum checksum;
  for (;;) {
    StopRequest::check();
    const auto bytes = read_block(file, block, path);
    if (bytes.empty()) return checksum.sum();
    checksum.add(bytes);
    if (see) see(bytes);
  }
}

}  // namespace pi_ring
