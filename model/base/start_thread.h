// Starts a thread, or says plainly why none starts.
#pragma once

#include <functional>
#include <thread>

namespace pi_ring {

// Throws std::runtime_error where the process may have no more threads, or no
// memory for another stack.
std::thread start_thread(std::function<void()> work);

}  // namespace pi_ring
