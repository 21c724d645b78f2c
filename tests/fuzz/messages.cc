// Packs, unpacks and damages messages.
#include "tests/fuzz/messages.h"

#include "tests/fuzz/byte_link.h"

namespace pi_ring {
namespace {

void refuse_more() { throw_link_error(LinkError::Kind::kClosed); }

}  // namespace

std::string string_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string bytes_of(const Header& header, std::string_view payload) {
  return bytes_of(header, std::as_bytes(std::span(payload)));
}

// A message's header says how long its payload is, so a header that says
// otherwise is written by hand.
std::string bytes_of(const Header& header, std::span<const std::byte> payload) {
  constexpr size_t kAtLength = kHeaderBytes - sizeof(uint32_t);
  ByteLink link(refuse_more);
  send_message(link, header, payload, kForever);
  std::string bytes = link.take();
  if (header.payload == 0) return bytes;
  for (size_t i = 0; i < sizeof(uint32_t); ++i) {
    bytes[kAtLength + i] = static_cast<char>(header.payload >> (8 * i));
  }
  return bytes;
}

OneMessage take_message(std::string& bytes) {
  ByteLink link(refuse_more);
  link.put(bytes);
  OneMessage message;
  message.header = receive_header(link, kForever);
  message.payload = bytes.substr(kHeaderBytes, message.header.payload);
  bytes.erase(0, kHeaderBytes + message.header.payload);
  message.header.payload = 0;
  return message;
}

void damage(Header& header, std::span<const Kind> kinds, Choices& choices) {
  switch (choices.below(8)) {
    case 0:
      header.kind = kinds[choices.below(kinds.size())];
      break;
    case 1:
      header.format = static_cast<RowFormat>(choices.below(5));
      break;
    case 2:
      header.stream = choices.edge(header.stream);
      break;
    case 3:
      header.position = choices.edge(header.position);
      break;
    case 4:
      header.rows = choices.edge(header.rows);
      break;
    case 5:
      header.width = choices.edge(header.width);
      break;
    case 6:
      header.sequence = choices.edge(header.sequence);
      break;
    default:
      header.payload = choices.edge(header.width);
  }
}

void damage(std::string& payload, Choices& choices) {
  if (choices.once_in(4) || payload.empty()) {
    payload.resize(choices.byte() * size_t{4}, '\x7f');
  } else {
    payload[choices.word() % payload.size()] =
        static_cast<char>(choices.byte());
  }
}

}  // namespace pi_ring
