// What makes texts for the server. It knows tokens and texts, no request.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/text/sampler.h"
#include "userspace/ring/text/text_generator.h"

namespace pi_ring {

// How a text ended that was begun.
struct TextOutcome {
  TextEnd end = TextEnd::kTokenLimit;
  int tokens = 0;     // that were made
  std::string error;  // why it is not whole; empty: it is
};

// One text to make. The engine's thread calls the functions; who stops the
// engine calls `done` of those that wait. They must not wait or throw, and are
// not called after `done`.
struct TextJob {
  std::vector<int> prompt;
  TextLimits limits;
  SamplingOptions sampling;
  std::vector<int> ends = {};  // tokens that end it, beside the model's
  // Whether anybody still waits for it; asked before each token.
  std::function<bool()> is_wanted;
  // A further piece of the text, in whole characters; may be empty. Called once
  // a token, and once at the end.
  std::function<void(const std::string& piece)> put;
  // Called once for each job that was accepted.
  std::function<void(const TextOutcome& outcome)> done;
};

struct EngineLoad {
  int waiting = 0;
  int running = 0;
};

class TextEngine {
 public:
  virtual ~TextEngine() = default;

  // Accepts all of the jobs; or none, where the queue has no room for them, and
  // returns false.
  virtual bool accept(std::vector<TextJob> jobs) = 0;

  virtual EngineLoad load() const = 0;

  // Whether it still makes texts: false after the ring was lost, or stop().
  virtual bool is_working() const = 0;
};

}  // namespace pi_ring
