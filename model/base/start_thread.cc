// Words the error.
#include "model/base/start_thread.h"

#include <stdexcept>
#include <system_error>
#include <utility>

namespace pi_ring {

std::thread start_thread(std::function<void()> work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error& error) {
    throw std::runtime_error("cannot start a thread: " +
                             error.code().message());
  }
}

}  // namespace pi_ring
