// A text that knows which of its bytes were given to a template, such as a
// user's message, and which the template itself wrote.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

enum class Origin {
  kTemplate,  // the template's text, and what the model's files say
  kGiven,     // a message: nothing in it may act as a special token
};

class MarkedText {
 public:
  // Bytes of one origin that follow each other.
  struct Run {
    size_t end;
    Origin origin;
  };

  MarkedText() = default;
  MarkedText(std::string bytes, Origin origin);

  const std::string& bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  const std::vector<Run>& runs() const { return runs_; }
  // What it takes in memory.
  size_t footprint() const {
    return bytes_.size() + runs_.size() * sizeof(Run);
  }

  void append(const MarkedText& text);
  void append(std::string_view bytes, Origin origin);
  MarkedText part(size_t begin, size_t size) const;
  // The same marks on other bytes, of which there must be as many.
  MarkedText with_bytes(std::string bytes) const;

 private:
  void extend(size_t end, Origin origin);

  std::string bytes_;
  std::vector<Run> runs_;
};

}  // namespace pi_ring
