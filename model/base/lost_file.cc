// A list of maps, which a handler of SIGBUS searches.
#include "model/base/lost_file.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string_view>

namespace pi_ring {
namespace {

constexpr std::string_view kStart = "pi-ring: ";
constexpr std::string_view kReason =
    ": was cut short or cannot be read any more, while in use; start again "
    "with "
    "a whole file, and replace files of models by mv only\n";
constexpr size_t kLongestName = 512;

// The handler may look at an entry at any time. So entries are never freed, and
// one with a start has its other members.
struct Map {
  std::atomic<const std::byte*> start{nullptr};  // null: not in use
  std::atomic<size_t> size{0};
  std::array<char, kLongestName> name{};
  size_t name_size = 0;
  Map* next = nullptr;
};

static_assert(std::atomic<Map*>::is_always_lock_free &&
              std::atomic<size_t>::is_always_lock_free);
std::atomic<Map*> first_map{nullptr};
std::mutex maps_mutex;  // for changes of the list; the handler only reads
struct sigaction action_before {};
std::atomic<LastWords*> last_words{nullptr};
std::atomic<bool> is_silent{false};

const Map* find_map(const void* address) {
  for (const Map* map = first_map; map != nullptr; map = map->next) {
    const std::byte* start = map->start;
    if (start == nullptr || address < start) continue;
    if (address < start + map->size) return map;
  }
  return nullptr;
}

// Appends what fits.
void append(std::array<char, kLongestName + 256>& line, size_t& size,
            std::string_view text) {
  const size_t count = std::min(text.size(), line.size() - size);
  std::memcpy(line.data() + size, text.data(), count);
  size += count;
}

[[noreturn]] void end_without(const Map& map) {
  std::array<char, kLongestName + 256> line{};
  size_t size = 0;
  append(line, size, kStart);
  append(line, size, {map.name.data(), map.name_size});
  append(line, size, kReason);
  LastWords* words = last_words;
  if (words != nullptr) {
    words->set(line.data() + kStart.size(), size - kStart.size() - 1);
  }
  if (words == nullptr || !is_silent) {
    // If this fails, nobody is left to be told.
    [[maybe_unused]] const ssize_t written =
        write(STDERR_FILENO, line.data(), size);
  }
  _exit(1);
}

// The kernel names an address; what another process sends has none.
void act_on_bus_error(int signal, siginfo_t* info, void* /*context*/) {
  const bool is_sent = info->si_code <= 0;
  const Map* map = is_sent ? nullptr : find_map(info->si_addr);
  if (map != nullptr) end_without(*map);
  // Without this handler the read fails again, or the signal comes again.
  sigaction(signal, &action_before, nullptr);
  if (is_sent) std::raise(signal);
}

void install_handler() {
  struct sigaction action {};
  action.sa_sigaction = act_on_bus_error;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, &action_before);
}

Map& unused_map() {
  for (Map* map = first_map; map != nullptr; map = map->next) {
    if (map->start == nullptr) return *map;
  }
  Map* map = new Map;
  map->next = first_map;
  first_map = map;
  return *map;
}

}  // namespace

std::string LastWords::text() const { return {text_.data(), size_}; }

void LastWords::set(const char* text, size_t size) {
  const size_t count = std::min(size, text_.size());
  std::memcpy(text_.data(), text, count);
  size_ = count;
}

void leave_last_words(LastWords* words, bool silent) {
  is_silent = silent;
  last_words = words;
}

void explain_loss_of_map(std::span<const std::byte> bytes,
                         const std::filesystem::path& path) {
  const std::lock_guard lock(maps_mutex);
  if (first_map == nullptr) install_handler();
  Map& map = unused_map();
  map.name_size = path.native().copy(map.name.data(), map.name.size());
  map.size = bytes.size();
  map.start = bytes.data();
}

void forget_map(std::span<const std::byte> bytes) {
  const std::lock_guard lock(maps_mutex);
  for (Map* map = first_map; map != nullptr; map = map->next) {
    if (map->start == bytes.data()) map->start = nullptr;
  }
}

}  // namespace pi_ring
