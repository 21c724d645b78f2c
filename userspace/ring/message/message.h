// A message between ranks: a header of fixed size in little-endian order, then
// a payload. No other file knows this format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/link/link.h"
#include "userspace/ring/message/row_format.h"

namespace pi_ring {

inline constexpr uint16_t kProtocolVersion = 5;

// Messages travel down the ring: from the head to rank 0, from rank to rank,
// and back to the head. In training, gradients travel up, and errors and
// heartbeats both ways.
enum class Kind : uint8_t {
  kHello = 1,  // each rank checks its predecessor's and sends its own instead
  // The head chooses the row format of activations, and each rank keeps it.
  kPrefill,  // activations [rows, width] of a prompt; the head gets no rows
  kForward,  // activations [rows, width]; the head gets the last row
  kStats,    // a table with one record a rank; each rank fills in its own
  kError,    // text: a rank cannot go on
  // Training. `position` is the micro-batch.
  kPlan,         // JSON: what to train; each rank adds what it needs
  kStep,         // a step begins
  kActivations,  // [rows, width], down, as f32
  kGradients,    // [rows, width], up, as f32
  kEvaluate,     // activations [rows, width], forward only
  kNorm,         // a sum of squares, to which each rank adds its gradients'
  kUpdate,       // how far to move the weights
  kSave,         // JSON: write a checkpoint; each rank adds its errors
  kHeartbeat,    // empty: the sender is alive and has nothing else to send
  kReset,  // text: a rank restarted or lost a message, so the head has to greet
           // the ring again
  kPing,   // empty: comes back to the head once every rank has passed it on
};

struct Header {
  Kind kind = Kind::kHello;
  RowFormat format = RowFormat::kBytes;
  uint32_t stream = 0;    // which of several texts; always 0 for now
  uint32_t position = 0;  // of the first row in its text
  uint32_t rows = 0;
  uint32_t width = 0;     // values in a row
  uint32_t sequence = 0;  // counts the head's messages
  uint32_t payload = 0;   // bytes that follow
};

inline constexpr size_t kHeaderBytes = 32;
// Limits what a damaged header can make a rank allocate.
inline constexpr uint32_t kMaxPayload = 64U << 20;

// A neighbour sent a message that is not allowed, or a rank gave up.
class RingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A rank restarted or lost what was sent to it; what() says which and how. The
// ring has to be greeted again, and what it was sent has to be sent again.
class RingBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::array<std::byte, kHeaderBytes> encode(const Header& header);
// Throws RingError where the bytes are not a valid header.
Header decode_header(std::span<const std::byte, kHeaderBytes> bytes);

// Sends the payload and its length, whatever the header says.
void send_message(Link& link, const Header& header,
                  std::span<const std::byte> payload, Deadline deadline);

// Waits until `begin` for the first byte and until `end` for the rest: a
// timeout at `begin` has lost nothing. Throws RingError where the bytes are not
// a valid header.
Header receive_header(Link& link, Deadline begin, Deadline end);
inline Header receive_header(Link& link, Deadline deadline) {
  return receive_header(link, deadline, deadline);
}

// The payload that a header announced.
std::vector<std::byte> receive_payload(Link& link, const Header& header,
                                       Deadline deadline);

// The header of a message whose payload is this text.
Header text_header(Kind kind, const std::string& text);

// A neighbour's words on one short line, without control characters.
std::string neighbours_text(std::string_view words);
inline std::string text_of(std::span<const std::byte> payload) {
  return neighbours_text(
      {reinterpret_cast<const char*>(payload.data()), payload.size()});
}

// Sends the reason why this rank ends, and returns when the head has read it
// and closed the links.
void send_last_error(Link& up, Link& down, const std::string& reason,
                     Deadline deadline);

}  // namespace pi_ring
