// Measures a rank, and turns the table of all ranks into bytes and back.
#include "userspace/ring/message/stats.h"

#include <array>
#include <fstream>
#include <string>

#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

// The order of the numbers in a record.
using Field = uint64_t RankStats::*;
constexpr std::array<Field, 10> kFields = {
    &RankStats::compute_ns,     &RankStats::wait_ns,
    &RankStats::sent_bytes,     &RankStats::wire_bytes,
    &RankStats::turnarounds,    &RankStats::repeats,
    &RankStats::shard_bytes,    &RankStats::cache_bytes,
    &RankStats::resident_bytes, &RankStats::peak_bytes,
};
constexpr size_t kRecordBytes = kFields.size() * sizeof(uint64_t);

}  // namespace

void measure_memory(RankStats& stats) {
  std::ifstream status("/proc/self/status");
  std::string word;
  uint64_t kilobytes = 0;
  while (status >> word) {
    if (word == "VmRSS:" && status >> kilobytes) {
      stats.resident_bytes = kilobytes * 1024;
    } else if (word == "VmHWM:" && status >> kilobytes) {
      stats.peak_bytes = kilobytes * 1024;
    }
  }
}

void HopMeter::begin(const Link& down) {
  sent_before_ = down.bytes_sent();
  wire_before_ = down.wire_counters();
}

void HopMeter::read(const Link& down, RankStats& stats) const {
  const WireCounters wire = down.wire_counters();
  stats.sent_bytes = down.bytes_sent() - sent_before_;
  stats.wire_bytes = wire.bytes - wire_before_.bytes;
  stats.turnarounds = wire.turnarounds - wire_before_.turnarounds;
  stats.repeats = wire.repeats - wire_before_.repeats;
}

std::vector<std::byte> encode(const std::vector<RankStats>& table) {
  std::vector<std::byte> bytes(table.size() * kRecordBytes);
  LittleEndianWriter writer(bytes);
  for (const RankStats& stats : table) {
    for (const Field field : kFields) {
      writer.put(stats.*field);
    }
  }
  return bytes;
}

std::vector<RankStats> decode_stats(const std::vector<std::byte>& bytes,
                                    int ranks) {
  std::vector<RankStats> table(static_cast<size_t>(ranks));
  if (bytes.size() != table.size() * kRecordBytes) {
    throw RingError("a neighbour sent figures of another length");
  }
  LittleEndianReader reader(bytes);
  for (RankStats& stats : table) {
    for (const Field field : kFields) {
      stats.*field = reader.take<uint64_t>();
    }
  }
  return table;
}

}  // namespace pi_ring
