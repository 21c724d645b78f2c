// Keys and names.
#include "userspace/serve/access.h"

#include <gtest/gtest.h>

#include "model/base/bad_input.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

TEST(ApiKeys, OneOfThemIsNeeded) {
  const ApiKeys keys({"first", "second key"});
  EXPECT_TRUE(keys.accept("Bearer first"));
  EXPECT_TRUE(keys.accept("bearer second key"));
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "first", "Basic first", "Bearer firs",
        "Bearer firstt", "Bearer First", "Bearer firstfirst", "Bearer  first",
        "Bearer first,second key"}) {
    EXPECT_FALSE(keys.accept(wrong)) << wrong;
  }
  EXPECT_TRUE(ApiKeys().accept(""));
}

TEST(ApiKeys, AreTheLinesOfAFile) {
  const TemporaryFolder folder;
  write_file_text(folder / "keys", "# of Anna\r\n  abc \n\n#\nd e");
  const ApiKeys keys = read_api_keys(folder / "keys");
  EXPECT_TRUE(keys.accept("Bearer abc"));
  EXPECT_TRUE(keys.accept("Bearer d e"));
  EXPECT_FALSE(keys.accept("Bearer # of Anna"));
  EXPECT_FALSE(keys.accept("Bearer "));
  write_file_text(folder / "none", "\n# nothing\n");
  EXPECT_THROW(read_api_keys(folder / "none"), BadInput);
  EXPECT_THROW(read_api_keys(folder / "missing"), BadInput);
}

TEST(HostNames, AreAddressesLocalhostAndWhatIsAllowed) {
  const HostNames names({"Ring.example"});
  for (const char* good :
       {"localhost", "LOCALHOST:8080", "127.0.0.1", "192.168.1.7:80", "[::1]",
        "[fe80::1]:8080", "ring.example", "ring.EXAMPLE:443"}) {
    EXPECT_TRUE(names.accept(good)) << good;
  }
  for (const char* bad : {"", ":", ":80", "evil.example", "127.0.0.1.evil.com",
                          "ring.example.evil.com", "localhost.evil.com", "[",
                          "[]", "[::1.evil]", "1.2.3"}) {
    EXPECT_FALSE(names.accept(bad)) << bad;
  }
}

TEST(HostNames, OfThisMachineOnlyAreLoopback) {
  for (const char* here : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    EXPECT_TRUE(is_loopback(here)) << here;
  }
  for (const char* there : {"0.0.0.0", "::", "192.168.0.1", "ring", ""}) {
    EXPECT_FALSE(is_loopback(there)) << there;
  }
}

}  // namespace
}  // namespace pi_ring
