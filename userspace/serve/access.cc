// Compares keys and names.
#include "userspace/serve/access.h"

#include <arpa/inet.h>

#include <algorithm>
#include <sstream>

#include "model/base/bad_input.h"
#include "model/base/mapped_file.h"

namespace pi_ring {
namespace {

constexpr std::string_view kScheme = "Bearer ";

// Looks at every byte of what was given, whatever differs.
bool is_same(std::string_view key, std::string_view given) {
  size_t differences = key.size() ^ given.size();
  for (size_t i = 0; i < given.size(); ++i) {
    const char own = key.empty() ? '\0' : key[i % key.size()];
    differences |= static_cast<unsigned char>(own ^ given[i]);
  }
  return differences == 0;
}

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return small;
}

std::string without_blanks(std::string text) {
  constexpr const char* kBlanks = " \t\r";
  text.erase(0, std::min(text.find_first_not_of(kBlanks), text.size()));
  text.erase(text.find_last_not_of(kBlanks) + 1);
  return text;
}

bool is_address(const std::string& text) {
  in6_addr bytes{};
  return inet_pton(AF_INET, text.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

// "[::1]:8080" is ::1; "localhost:8080" is localhost.
std::string without_port(std::string_view host) {
  if (host.starts_with('[')) {
    return std::string(host.substr(1, host.find(']') - 1));
  }
  return std::string(host.substr(0, host.find(':')));
}

}  // namespace

bool ApiKeys::accept(std::string_view authorization) const {
  if (keys_.empty()) return true;
  if (authorization.size() < kScheme.size() ||
      lower(authorization.substr(0, kScheme.size())) != lower(kScheme)) {
    return false;
  }
  const std::string_view given = authorization.substr(kScheme.size());
  bool found = false;
  for (const std::string& key : keys_) found = is_same(key, given) || found;
  return found;
}

ApiKeys read_api_keys(const std::filesystem::path& file) {
  std::istringstream lines{std::string(MappedFile(file).text())};
  std::vector<std::string> keys;
  for (std::string line; std::getline(lines, line);) {
    line = without_blanks(line);
    if (!line.empty() && line.front() != '#') keys.push_back(line);
  }
  if (keys.empty()) {
    throw BadInput(file, "has no key, expected one on a line");
  }
  return ApiKeys(std::move(keys));
}

HostNames::HostNames(std::vector<std::string> names)
    : names_(std::move(names)) {
  names_.emplace_back("localhost");
  for (std::string& name : names_) name = lower(name);
}

bool HostNames::accept(std::string_view host) const {
  const std::string name = lower(without_port(host));
  return is_address(name) || std::ranges::find(names_, name) != names_.end();
}

bool is_loopback(const std::string& address) {
  in_addr bytes{};
  if (inet_pton(AF_INET, address.c_str(), &bytes) == 1) {
    return ntohl(bytes.s_addr) >> 24 == 127;
  }
  return address == "::1" || address == "localhost";
}

}  // namespace pi_ring
