// A pipe by which other processes report to a test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace pi_ring {

class Pipe {
 public:
  Pipe() {
    if (pipe(ends_) != 0) {
      throw std::system_error(errno, std::generic_category(), "pipe");
    }
  }
  ~Pipe() {
    stop_writing();
    close(ends_[0]);
  }

  int in() const { return ends_[1]; }
  void stop_writing() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

  template <class T>
  void put(const T& value) const {
    ASSERT_EQ(write(ends_[1], &value, sizeof value), ssize_t(sizeof value));
  }
  template <class T>
  T get() const {
    T value = {};
    EXPECT_EQ(read(ends_[0], &value, sizeof value), ssize_t(sizeof value));
    return value;
  }

  // Reads until no process can write any more.
  std::string read_all() {
    stop_writing();
    std::string text;
    char buffer[256];
    for (ssize_t size; (size = read(ends_[0], buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<size_t>(size));
    }
    return text;
  }

 private:
  int ends_[2];
};

}  // namespace pi_ring
