// A folder for one test, which is removed with all its files when the test
// ends.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace pi_ring {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fresh_path()) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  // The name has the process number, because tests run side by side.
  static std::filesystem::path fresh_path() {
    static std::atomic<int> count = 0;
    return std::filesystem::temp_directory_path() /
           ("pi-ring-test-" + std::to_string(::getpid()) + "-" +
            std::to_string(count++));
  }

  std::filesystem::path path_;
};

}  // namespace pi_ring
