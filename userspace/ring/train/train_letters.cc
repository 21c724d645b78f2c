// Numbers travel as their bits: none may change on the way.
#include "userspace/ring/train/train_letters.h"

#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

Letter bytes_letter(Mail& mail, Kind kind, size_t bytes) {
  return mail.blank(kind, 1, static_cast<uint32_t>(bytes), Type::kBytes);
}

void check_size(const Letter& letter, size_t bytes) {
  if (letter.header.payload != bytes) {
    throw RingError("a message of training has the wrong length");
  }
}

constexpr size_t kUpdateBytes = 16;

size_t norm_bytes(size_t ranks) { return 8 + ranks * 16; }

std::span<float> floats_of(Letter& letter) {
  return {letter.floats.data(), letter.floats.size()};
}

// A letter like it of another type, still empty.
Letter blank_like(Mail& mail, const Letter& letter, Type type) {
  const Header& header = letter.header;
  return mail.blank(header.kind, header.rows, header.width, type);
}

}  // namespace

Letter json_letter(Mail& mail, Kind kind, const nlohmann::json& json) {
  const std::string text =
      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Letter letter = bytes_letter(mail, kind, text.size());
  std::memcpy(letter.bytes().data(), text.data(), text.size());
  return letter;
}

nlohmann::json json_of(Letter& letter) {
  const auto bytes = letter.bytes();
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  auto json = nlohmann::json::parse(text, text + bytes.size(), nullptr,
                                    /*allow_exceptions=*/false);
  if (json.is_discarded()) throw RingError("a neighbour sent no JSON");
  return json;
}

Letter norm_letter(Mail& mail, const NormTable& table) {
  Letter letter =
      bytes_letter(mail, Kind::kNorm, norm_bytes(table.times.size()));
  LittleEndianWriter writer(letter.bytes());
  writer.put(std::bit_cast<uint64_t>(table.sum));
  for (const RankTimes& times : table.times) {
    writer.put(times.compute_ns);
    writer.put(times.wait_ns);
  }
  return letter;
}

NormTable norm_of(Letter& letter, int ranks) {
  NormTable table;
  table.times.resize(static_cast<size_t>(ranks));
  check_size(letter, norm_bytes(table.times.size()));
  LittleEndianReader reader(letter.bytes());
  table.sum = std::bit_cast<double>(reader.take<uint64_t>());
  for (RankTimes& times : table.times) {
    times.compute_ns = reader.take<uint64_t>();
    times.wait_ns = reader.take<uint64_t>();
  }
  return table;
}

Letter update_letter(Mail& mail, const Update& update) {
  Letter letter = bytes_letter(mail, Kind::kUpdate, kUpdateBytes);
  LittleEndianWriter writer(letter.bytes());
  writer.put(std::bit_cast<uint32_t>(update.learning_rate));
  writer.put(std::bit_cast<uint32_t>(update.scale));
  writer.put(static_cast<uint64_t>(update.step));
  return letter;
}

Update update_of(Letter& letter) {
  check_size(letter, kUpdateBytes);
  LittleEndianReader reader(letter.bytes());
  Update update;
  update.learning_rate = std::bit_cast<float>(reader.take<uint32_t>());
  update.scale = std::bit_cast<float>(reader.take<uint32_t>());
  update.step = static_cast<int64_t>(reader.take<uint64_t>());
  return update;
}

Letter packed(Mail& mail, Letter letter, Type type) {
  if (type == Type::kF32) return letter;
  Letter rows = blank_like(mail, letter, type);
  pack_rows(type, floats_of(letter), letter.header.width, rows.bytes());
  mail.recycle(std::move(letter));
  return rows;
}

Letter unpacked(Mail& mail, Letter letter, uint32_t rows, uint32_t width) {
  const Header& header = letter.header;
  if (header.rows != rows || header.width != width ||
      header.type == Type::kBytes) {
    throw RingError("a message of training does not fit the model");
  }
  if (header.type == Type::kF32) return letter;
  Letter floats = blank_like(mail, letter, Type::kF32);
  unpack_rows(header.type, letter.bytes(), width, floats_of(floats));
  mail.recycle(std::move(letter));
  return floats;
}

}  // namespace pi_ring
