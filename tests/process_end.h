// Does work in a child process that it may end.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace pi_ring {

// How a child ended that did this work, and what it wrote to standard error.
struct ProcessEnd {
  int status = 0;
  std::string err;
};

template <typename Work>
ProcessEnd end_of(Work work) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    work();
    _exit(0);
  }
  close(ends[1]);
  ProcessEnd ending;
  char buffer[256];
  for (ssize_t size; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    ending.err.append(buffer, static_cast<size_t>(size));
  }
  close(ends[0]);
  waitpid(child, &ending.status, 0);
  return ending;
}

}  // namespace pi_ring
