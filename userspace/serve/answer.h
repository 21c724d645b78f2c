// Where the answer to one request goes.
#pragma once

#include <string>

#include "userspace/serve/http_message.h"

namespace pi_ring {

// Either send(), or begin_events(), put_event() any number of times and
// end_events(). Any thread may call them, one at a time; they never wait.
class Answer {
 public:
  virtual ~Answer() = default;

  virtual void send(HttpReply reply) = 0;

  virtual void begin_events() = 0;
  // One event as it is sent, with the empty line that ends it.
  virtual void put_event(std::string event) = 0;
  virtual void end_events() = 0;

  // Whether the client is gone, so that the work can stop.
  virtual bool is_abandoned() const = 0;
};

}  // namespace pi_ring
