// A value that is not finite is found in tensors of any type, wherever a file's
// blocks begin and end.
#include "model/tensor/value_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;

constexpr size_t kValues = 5;

struct Stored {
  std::string type;
  std::string finite;  // the bytes of a value
  std::string nan;
};

std::vector<Stored> all_types() {
  using namespace std::string_literals;
  return {{"F32", "\xff\x7f\x80\x3f"s, "\0\0\xc0\x7f"s},
          {"F16", "\xff\x7b"s, "\0\x7e"s},
          {"BF16", "\xff\x3f"s, "\xc0\x7f"s}};
}

// A file of two tensors whose header ends with spaces. Value `bad` of the
// second is a NaN.
std::string file_of(const Stored& stored, size_t spaces, size_t bad) {
  const std::string header =
      R"({"first":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"second":)"
      R"({"dtype":")" +
      stored.type + R"(","shape":[)" + std::to_string(kValues) +
      R"(],"data_offsets":[4,)" +
      std::to_string(4 + kValues * stored.finite.size()) + "]}}" +
      std::string(spaces, ' ');
  std::string data(4, '\0');
  for (size_t i = 0; i < kValues; ++i) {
    data += i == bad ? stored.nan : stored.finite;
  }
  return safetensors_text(header, data);
}

class ValueScanTest : public testing::Test {
 protected:
  void scan(std::string_view text, size_t block) const {
    const auto file = folder_ / "tensors.safetensors";
    write_file_text(file, std::string(text));
    ValueScan scan(file);
    for (; !text.empty(); text.remove_prefix(std::min(block, text.size()))) {
      scan.see(std::as_bytes(std::span(text.substr(0, block))));
    }
  }

  const TemporaryFolder folder_;
};

TEST_F(ValueScanTest, FindsEachValueWhateverTheHeadersLength) {
  for (const Stored& stored : all_types()) {
    for (size_t spaces = 0; spaces < 8; ++spaces) {
      for (size_t bad = 0; bad < kValues; ++bad) {
        for (const size_t block : {1, 3, 1000}) {
          SCOPED_TRACE(testing::Message()
                       << stored.type << ", " << spaces << " spaces, value "
                       << bad << ", blocks of " << block);
          EXPECT_THAT(
              bad_input_of([&] { scan(file_of(stored, spaces, bad), block); }),
              HasSubstr("tensors.safetensors: holds a value that is NaN, in "
                        "tensor \"second\""));
        }
      }
    }
  }
}

TEST_F(ValueScanTest, TakesFiniteValuesWhateverTheHeadersLength) {
  for (const Stored& stored : all_types()) {
    for (size_t spaces = 0; spaces < 8; ++spaces) {
      for (const size_t block : {1, 3, 130, 1000}) {
        EXPECT_NO_THROW(scan(file_of(stored, spaces, kValues), block))
            << stored.type << ", " << spaces << " spaces, blocks of " << block;
      }
    }
  }
}

TEST_F(ValueScanTest, RefusesATypeThatIsNotReadAsF32) {
  const Stored stored = {"F64", std::string(8, '\0'), std::string(8, '\0')};
  EXPECT_THAT(bad_input_of([&] { scan(file_of(stored, 0, kValues), 1000); }),
              HasSubstr("tensor \"second\" is F64, expected F32, F16 or BF16"));
}

}  // namespace
}  // namespace pi_ring
