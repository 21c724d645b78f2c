// Turns headers into bytes and back.
#include "userspace/ring/message/message.h"

#include <algorithm>
#include <array>
#include <bit>

#include "model/base/wording.h"
#include "userspace/ring/message/little_endian.h"

namespace pi_ring {
namespace {

static_assert(std::endian::native == std::endian::little,
              "payloads travel as they lie in memory");

constexpr uint32_t kMagic = 0x474E5250;  // "PRNG"

// This much of a payload is sent together with its header: a sleeping neighbour
// is then woken once, and a short message is one frame on the wires.
constexpr size_t kJoined = 4096;

constexpr size_t kLongestWords = 1000;  // bytes of a neighbour's text

void check(const Header& header) {
  if (header.kind < Kind::kHello || header.kind > Kind::kPing ||
      header.format > RowFormat::kQ8) {
    throw RingError("a neighbour sent a message of an unknown kind");
  }
  const uint64_t row = bytes_of_row(header.format, header.width);
  if (header.payload > kMaxPayload ||
      (header.rows > 0 && row > kMaxPayload / header.rows) ||
      row * header.rows != header.payload) {
    throw RingError(
        "a neighbour sent a message whose length contradicts its shape");
  }
}

}  // namespace

std::array<std::byte, kHeaderBytes> encode(const Header& header) {
  std::array<std::byte, kHeaderBytes> bytes;
  LittleEndianWriter writer(bytes);
  writer.put(kMagic);
  writer.put(kProtocolVersion);
  writer.put(static_cast<uint8_t>(header.kind));
  writer.put(static_cast<uint8_t>(header.format));
  writer.put(header.stream);
  writer.put(header.position);
  writer.put(header.rows);
  writer.put(header.width);
  writer.put(header.sequence);
  writer.put(header.payload);
  return bytes;
}

void send_message(Link& link, const Header& header,
                  std::span<const std::byte> payload, Deadline deadline) {
  std::array<std::byte, kHeaderBytes + kJoined> bytes;
  Header sent = header;
  sent.payload = static_cast<uint32_t>(payload.size());
  std::ranges::copy(encode(sent), bytes.begin());
  const size_t joined = std::min(payload.size(), kJoined);
  std::ranges::copy(payload.first(joined), bytes.begin() + kHeaderBytes);
  link.send(std::span(bytes).first(kHeaderBytes + joined), deadline);
  if (joined < payload.size()) link.send(payload.subspan(joined), deadline);
}

Header decode_header(std::span<const std::byte, kHeaderBytes> bytes) {
  LittleEndianReader reader(bytes);
  if (reader.take<uint32_t>() != kMagic) {
    throw RingError("a neighbour sent bytes that are no message");
  }
  const auto version = reader.take<uint16_t>();
  if (version != kProtocolVersion) {
    throw RingError("a neighbour speaks version " + std::to_string(version) +
                    " of the ring's protocol, this rank version " +
                    std::to_string(kProtocolVersion));
  }
  Header header;
  header.kind = static_cast<Kind>(reader.take<uint8_t>());
  header.format = static_cast<RowFormat>(reader.take<uint8_t>());
  header.stream = reader.take<uint32_t>();
  header.position = reader.take<uint32_t>();
  header.rows = reader.take<uint32_t>();
  header.width = reader.take<uint32_t>();
  header.sequence = reader.take<uint32_t>();
  header.payload = reader.take<uint32_t>();
  check(header);
  return header;
}

Header receive_header(Link& link, Deadline begin, Deadline end) {
  std::array<std::byte, kHeaderBytes> bytes{};
  link.receive(std::span(bytes).first(1), begin);
  link.receive(std::span(bytes).subspan(1), end);
  return decode_header(bytes);
}

std::vector<std::byte> receive_payload(Link& link, const Header& header,
                                       Deadline deadline) {
  std::vector<std::byte> payload(header.payload);
  link.receive(payload, deadline);
  return payload;
}

Header text_header(Kind kind, const std::string& text) {
  Header header;
  header.kind = kind;
  header.rows = 1;
  header.width = static_cast<uint32_t>(text.size());
  return header;
}

std::string neighbours_text(std::string_view words) {
  return on_one_line(words, kLongestWords);
}

void send_last_error(Link& up, Link& down, const std::string& reason,
                     Deadline deadline) {
  try {
    send_message(down, text_header(Kind::kError, reason),
                 std::as_bytes(std::span(reason)), deadline);
    std::byte ignored{};
    for (;;) up.receive({&ignored, 1}, kForever);
  } catch (const LinkError&) {
    // Closed by the head. Where it is gone, nobody can report the error.
  }
}

}  // namespace pi_ring
