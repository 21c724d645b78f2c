// An answer that is kept, for tests of handlers without a socket.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "userspace/serve/answer.h"

namespace pi_ring {

class RecordedAnswer : public Answer {
 public:
  void send(HttpReply reply) override {
    reply_ = std::move(reply);
    is_complete_ = true;
  }
  void begin_events() override { has_begun_ = true; }
  void put_event(std::string event) override {
    events_.push_back(std::move(event));
  }
  void end_events() override { is_complete_ = true; }
  bool is_abandoned() const override { return is_abandoned_; }

  void abandon() { is_abandoned_ = true; }

  bool is_complete() const { return is_complete_; }
  bool has_begun() const { return has_begun_; }
  const HttpReply& reply() const { return reply_; }
  nlohmann::json json() const { return nlohmann::json::parse(reply_.body); }
  nlohmann::json error() const { return json().at("error"); }
  // Whole events; the last of a stream is no JSON.
  const std::vector<std::string>& events() const { return events_; }
  nlohmann::json event(size_t i) const {
    return nlohmann::json::parse(events_.at(i).substr(6));
  }

 private:
  HttpReply reply_;
  std::vector<std::string> events_;
  bool is_complete_ = false;
  bool has_begun_ = false;
  bool is_abandoned_ = false;
};

}  // namespace pi_ring
