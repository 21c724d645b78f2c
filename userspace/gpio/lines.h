// GPIO lines that this program has to itself. The one place that knows
// libgpiod, whose versions 1.6 and 2 differ in every call.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pi_ring {

// What holds a line that nobody drives. kAsIs leaves that as it was found.
enum class Pull { kAsIs, kNone, kPullUp, kPullDown };

struct GpioChip {
  std::string path;
  std::string label;
};

// All of this machine that may be opened, in their order.
std::vector<GpioChip> gpio_chips();

class GpioError : public std::runtime_error {
 public:
  GpioError(int error, const std::string& what)
      : std::runtime_error(what), error_(error) {}

  int error() const { return error_; }  // an errno

 private:
  int error_;
};

// Some lines of one chip, all inputs or all outputs. Value and level of the
// line that was named first are bit 0.
class GpioLines {
 public:
  // They are inputs from now on. Throws GpioError; EBUSY where somebody else
  // has one of them, who is named.
  GpioLines(const GpioChip& chip, std::span<const unsigned> lines, Pull pull);

  // Inputs again: not every chip lets go of a line that is given back.
  ~GpioLines();
  GpioLines(const GpioLines&) = delete;
  GpioLines& operator=(const GpioLines&) = delete;

  void listen(Pull pull);
  void drive(uint32_t values);

  // While they are outputs.
  void set(uint32_t values);

  uint32_t levels() const;

 private:
  struct Request;

  void fail(const char* what) const;

  std::string name_;  // for errors
  std::unique_ptr<Request> request_;
};

}  // namespace pi_ring
