// Numbers are sent as their bits, so that none changes on the way.
#include "userspace/ring/train/train_messages.h"

#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "userspace/ring/message/little_endian.h"
#include "userspace/ring/train/received_fields.h"

namespace pi_ring {
namespace {

Message bytes_message(MessageQueues& queues, Kind kind, size_t bytes) {
  return queues.blank(kind, 1, static_cast<uint32_t>(bytes), RowFormat::kBytes);
}

void check_size(const Message& message, size_t bytes) {
  if (message.header.payload != bytes) {
    throw RingError("a message of training has the wrong length");
  }
}

constexpr size_t kUpdateBytes = 16;

// More than a plan with the claims of all ranks. Parsed, it takes 16 times as
// much memory.
constexpr size_t kLargestJson = size_t{4} << 20;

size_t norm_bytes(size_t ranks) { return 8 + ranks * 16; }

std::span<float> floats_of(Message& message) {
  return {message.floats.data(), message.floats.size()};
}

// Returns an empty message of the same shape in another format.
Message blank_like(MessageQueues& queues, const Message& message,
                   RowFormat format) {
  const Header& header = message.header;
  return queues.blank(header.kind, header.rows, header.width, format);
}

}  // namespace

Message json_message(MessageQueues& queues, Kind kind,
                     const nlohmann::json& json) {
  const std::string text =
      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Message message = bytes_message(queues, kind, text.size());
  std::memcpy(message.bytes().data(), text.data(), text.size());
  return message;
}

nlohmann::json json_of(Message& message) {
  const auto bytes = message.bytes();
  if (bytes.size() > kLargestJson) {
    throw RingError("a message of a training has " +
                    std::to_string(bytes.size()) + " bytes of JSON, expected " +
                    std::to_string(kLargestJson) + " at most");
  }
  try {
    return parse_json(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
        "a neighbour's message");
  } catch (const BadInput& error) {
    throw RingError(error.what());
  }
}

Message saving_message(MessageQueues& queues, const Saving& saving) {
  return json_message(queues, Kind::kSave,
                      {{"step", saving.step},
                       {"write", saving.write},
                       {"errors", saving.errors}});
}

Saving saving_of(Message& message) {
  const nlohmann::json json = json_of(message);
  const ReceivedFields fields("the head's order to save", json);
  return {.step = fields.step("step"),
          .write = fields.flag("write"),
          .errors = fields.texts("errors")};
}

Message norm_message(MessageQueues& queues, const NormTable& table) {
  Message message =
      bytes_message(queues, Kind::kNorm, norm_bytes(table.times.size()));
  LittleEndianWriter writer(message.bytes());
  writer.put(std::bit_cast<uint64_t>(table.sum));
  for (const RankTimes& times : table.times) {
    writer.put(times.compute_ns);
    writer.put(times.wait_ns);
  }
  return message;
}

NormTable norm_of(Message& message, int ranks) {
  NormTable table;
  table.times.resize(static_cast<size_t>(ranks));
  check_size(message, norm_bytes(table.times.size()));
  LittleEndianReader reader(message.bytes());
  table.sum = std::bit_cast<double>(reader.take<uint64_t>());
  if (table.sum < 0.0) {
    throw RingError("a neighbour's norm is not valid: its sum is below 0");
  }
  for (RankTimes& times : table.times) {
    times.compute_ns = reader.take<uint64_t>();
    times.wait_ns = reader.take<uint64_t>();
  }
  return table;
}

Message update_message(MessageQueues& queues, const Update& update) {
  Message message = bytes_message(queues, Kind::kUpdate, kUpdateBytes);
  LittleEndianWriter writer(message.bytes());
  writer.put(std::bit_cast<uint32_t>(update.learning_rate));
  writer.put(std::bit_cast<uint32_t>(update.scale));
  writer.put(static_cast<uint64_t>(update.step));
  return message;
}

Update update_of(Message& message) {
  check_size(message, kUpdateBytes);
  LittleEndianReader reader(message.bytes());
  Update update;
  update.learning_rate = std::bit_cast<float>(reader.take<uint32_t>());
  update.scale = std::bit_cast<float>(reader.take<uint32_t>());
  update.step = static_cast<int64_t>(reader.take<uint64_t>());
  if (update.step < 0) throw RingError("an update has a step below 0");
  return update;
}

Message packed(MessageQueues& queues, Message message, RowFormat format) {
  if (format == RowFormat::kF32) return message;
  Message rows = blank_like(queues, message, format);
  pack_rows(format, floats_of(message), message.header.width, rows.bytes());
  queues.recycle(std::move(message));
  return rows;
}

Message unpacked(MessageQueues& queues, Message message, uint32_t rows,
                 uint32_t width) {
  const Header& header = message.header;
  if (header.rows != rows || header.width != width ||
      header.format == RowFormat::kBytes) {
    throw RingError("a message of training does not fit the model");
  }
  if (header.format == RowFormat::kF32) return message;
  Message floats = blank_like(queues, message, RowFormat::kF32);
  unpack_rows(header.format, message.bytes(), width, floats_of(floats));
  queues.recycle(std::move(message));
  return floats;
}

}  // namespace pi_ring
