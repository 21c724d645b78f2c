// Runs a program under test as its user does: with arguments and signals, and
// it gives two outputs and an exit status.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace pi_ring {

struct Ending {
  int status = -1;          // the exit status
  int signal = 0;           // the signal that killed it, or 0
  uint64_t peak_bytes = 0;  // the most memory that it had at any time
  std::string out;
  std::string err;
};

class RunningProgram {
 public:
  // Starts the program. Its outputs go to files; `out` is the file for standard
  // output.
  explicit RunningProgram(const std::vector<std::string>& arguments,
                          const std::filesystem::path& out = {});
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t pid() const { return pid_; }
  // The oldest child is first.
  std::vector<pid_t> children() const;

  // Waits until the program has written that much to standard output, or has
  // ended.
  void wait_for_output(size_t bytes) const { wait_for(out_, bytes); }
  void wait_for_error(size_t bytes) const;
  // Waits until this text is in standard error, or the program has ended.
  void wait_for_error_text(const std::string& text) const;
  // What it has written to standard error.
  std::string error_so_far() const;
  void signal(int number) const;
  // Waits until a signal to the program is no longer pending.
  void wait_until_received(int number) const;
  Ending wait();

 private:
  void wait_for(const std::filesystem::path& file, size_t bytes) const;
  void wait_until(const std::function<bool()>& happened) const;

  TemporaryFolder folder_;
  std::filesystem::path out_;
  pid_t pid_ = -1;
};

// Whether all of these processes are gone now or soon. Children die a little
// later than their parent.
bool are_gone_soon(const std::vector<pid_t>& pids);

// Runs the program to its end.
Ending run_program(const std::vector<std::string>& arguments);

}  // namespace pi_ring
