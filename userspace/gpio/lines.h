// GPIO lines that this program has exclusively. Only lines.cc knows libgpiod,
// whose versions 1.6 and 2 differ in every call.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pi_ring {

// The pull of a line. kAsIs does not change it.
enum class Pull { kAsIs, kNone, kPullUp, kPullDown };

struct GpioChip {
  std::string path;
  std::string label;
};

// All chips of this machine that this user may open, sorted by path.
std::vector<GpioChip> gpio_chips();

class GpioError : public std::runtime_error {
 public:
  GpioError(int error, const std::string& what)
      : std::runtime_error(what), error_(error) {}

  int error() const { return error_; }  // an errno

 private:
  int error_;
};

// Some lines of one chip, all inputs or all outputs. Bit 0 of values and levels
// is the first line in the constructor's list.
class GpioLines {
 public:
  // Makes the lines inputs. Throws GpioError; with EBUSY, and the user's name,
  // if a line is in use.
  GpioLines(const GpioChip& chip, std::span<const unsigned> lines, Pull pull);

  // Makes the lines inputs: some chips keep driving a line that is released.
  ~GpioLines();
  GpioLines(const GpioLines&) = delete;
  GpioLines& operator=(const GpioLines&) = delete;

  void listen(Pull pull);
  void drive(uint32_t values);

  // Only while the lines are outputs.
  void set(uint32_t values);

  uint32_t levels() const;

 private:
  struct Request;

  void fail(const char* what) const;

  std::string name_;  // for errors
  std::unique_ptr<Request> request_;
};

}  // namespace pi_ring
