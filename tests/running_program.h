// A program under test as its user sees it: arguments, two outputs, an exit
// status, and signals.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace pi_ring {

struct Ending {
  int status = -1;  // of an exit
  int signal = 0;   // what killed it, or 0
  std::string out;
  std::string err;
};

class RunningProgram {
 public:
  // Starts it with its outputs going to files; `out` replaces the first.
  explicit RunningProgram(const std::vector<std::string>& arguments,
                          const std::filesystem::path& out = {});
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t pid() const { return pid_; }
  // Oldest first.
  std::vector<pid_t> children() const;

  // Waits until it has written that much to standard output, or has ended.
  void wait_for_output(size_t bytes) const { wait_for(out_, bytes); }
  void wait_for_error(size_t bytes) const;
  void signal(int number) const;
  Ending wait();

 private:
  void wait_for(const std::filesystem::path& file, size_t bytes) const;

  TemporaryFolder folder_;
  std::filesystem::path out_;
  pid_t pid_ = -1;
};

// Whether all of these are gone, or are a moment later: children die after
// their parent.
bool are_gone_soon(const std::vector<pid_t>& pids);

// Runs it to its end.
Ending run_program(const std::vector<std::string>& arguments);

}  // namespace pi_ring
