// What ranks say to each other: a header of fixed size in little-endian, then
// a payload. The one place that knows the ring's message format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "userspace/link/link.h"
#include "userspace/ring/message/wire_format.h"

namespace pi_ring {

inline constexpr uint16_t kProtocolVersion = 4;

// Messages travel down the ring, from the head to rank 0, on from rank to rank,
// and back to the head; in training, gradients go the other way, and errors and
// beats both.
enum class Kind : uint8_t {
  kHello = 1,  // each rank checks its predecessor's and puts its own in place
  // The head chooses how activations travel, and a rank passes them on so.
  kFill,     // activations [rows, width] of a prompt; the head gets no rows
  kForward,  // activations [rows, width]; the head gets the last row
  kStats,    // a table with one record a rank; each fills in its own
  kError,    // text: a rank cannot go on
  // Training. `position` is the micro-batch.
  kPlan,         // JSON: what is to be trained; each rank adds what it needs
  kStep,         // a step begins
  kActivations,  // [rows, width], down, as f32
  kGradients,    // [rows, width], up, as f32
  kEvaluate,     // activations [rows, width], as those of a text
  kNorm,         // a sum of squares, to which each rank adds its gradients'
  kUpdate,       // how far the weights go
  kSave,         // JSON: a checkpoint is due; each rank adds what it wrote
  kBeat,         // nothing: the sender lives, and has nothing to say
  kAnew,  // text: a rank started anew or lost what was sent to it, so that the
          // head has to greet again
  kRollCall,  // nothing: it comes back to the head where all ranks are there
};

struct Header {
  Kind kind = Kind::kHello;
  Type type = Type::kBytes;
  uint32_t stream = 0;    // which of several texts; one for now
  uint32_t position = 0;  // of the first row in its text
  uint32_t rows = 0;
  uint32_t width = 0;     // values in a row
  uint32_t sequence = 0;  // counts the head's messages
  uint32_t payload = 0;   // bytes that follow
};

inline constexpr size_t kHeaderBytes = 32;
// Bounds what a damaged header can make a rank allocate.
inline constexpr uint32_t kMaxPayload = 64U << 20;

// A neighbour that does not speak as it should, or a rank that gave up.
class RingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void send_message(Link& link, const Header& header,
                  std::span<const std::byte> payload, Deadline deadline);

// Throws RingError where it is no header, or one that contradicts itself. What
// has begun may go on until `end`: where nothing has by `begin`, nothing is
// lost.
Header receive_header(Link& link, Deadline begin, Deadline end);
inline Header receive_header(Link& link, Deadline deadline) {
  return receive_header(link, deadline, deadline);
}

// The payload that a header announced.
std::vector<std::byte> receive_payload(Link& link, const Header& header,
                                       Deadline deadline);

// Of a message whose payload is this text.
Header text_header(Kind kind, const std::string& text);
std::string text_of(std::span<const std::byte> payload);

}  // namespace pi_ring
