// Who may ask: keys, and names that a browser may know this server by.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

// The keys that clients may send. None: everybody may ask.
class ApiKeys {
 public:
  ApiKeys() = default;
  explicit ApiKeys(std::vector<std::string> keys) : keys_(std::move(keys)) {}

  bool are_needed() const { return !keys_.empty(); }

  // `authorization` is that field of the request, "Bearer KEY". The time that
  // this takes does not tell how much of a key was right.
  bool accept(std::string_view authorization) const;

 private:
  std::vector<std::string> keys_;
};

// One key a line; empty lines and those that begin with # are passed over.
// Throws BadInput where the file has none.
ApiKeys read_api_keys(const std::filesystem::path& file);

// The names of this server in a request's Host field. A page of another site
// can make its own name lead to this machine (DNS rebinding), but not an
// address or localhost.
class HostNames {
 public:
  explicit HostNames(std::vector<std::string> names = {});

  // With or without a port.
  bool accept(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

// Whether only programs on this machine reach an address: 127.0.0.1, ::1,
// localhost.
bool is_loopback(const std::string& address);

}  // namespace pi_ring
