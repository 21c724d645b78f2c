// Maps a whole file read-only, and gives pages back on request.
#include "model/base/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "model/base/bad_input.h"
#include "model/base/lost_file.h"
#include "model/base/system_error.h"

namespace pi_ring {

MappedFile::MappedFile(const std::filesystem::path& path)
    : MappedFile(path, open_to_read(path)) {}

MappedFile::MappedFile(std::filesystem::path path, const OpenFile& file)
    : path_(std::move(path)) {
  const size_t size = size_of_regular(path_, file);
  if (size == 0) return;  // mmap refuses an empty range
  void* start =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), /*offset=*/0);
  if (start == MAP_FAILED) throw BadInput(path_, text_of_errno(errno));
  bytes_ = {static_cast<std::byte*>(start), size};
  explain_loss_of_map(bytes_, path_);
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  forget_map(bytes_);
  ::munmap(bytes_.data(), bytes_.size());
}

void MappedFile::give_back(std::span<const std::byte> part) const {
  if (part.empty()) return;
  static const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = static_cast<size_t>(part.data() - bytes_.data());
  const size_t first = (begin + page - 1) / page * page;
  const size_t last = (begin + part.size()) / page * page;
  if (first >= last) return;
  // This is only advice: if the kernel declines, it costs memory and no more.
  ::madvise(bytes_.data() + first, last - first, MADV_DONTNEED);
}

}  // namespace pi_ring
