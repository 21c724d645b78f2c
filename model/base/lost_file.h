// What a process says when a file that it has mapped is cut short or cannot be
// read any more: the kernel sends SIGBUS to the thread that reads there.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace pi_ring {

// Has the process end with status 1 and one line that names the file when a
// read in `map` fails, until forget_map(). Other reasons for SIGBUS have the
// effect that they had before.
void explain_loss_of_map(std::span<const std::byte> map,
                         const std::filesystem::path& path);
void forget_map(std::span<const std::byte> map);

// The last words of a process, in memory that another process reads.
class LastWords {
 public:
  // The text is one line without its end; empty where the process lost no file.
  std::string text() const;
  // Async-signal-safe, as it is called by a handler.
  void set(const char* text, size_t size);
  bool are_said() const { return size_ != 0; }

 private:
  std::atomic<size_t> size_{0};
  std::array<char, 768> text_{};
};

// From now on this process leaves its last words there; null: nowhere. It
// writes them to standard error too unless `silent`.
void leave_last_words(LastWords* words, bool silent);

}  // namespace pi_ring
