// Safetensors files that are written can be read, and damaged ones are refused.
#include "model/tensor/safetensors.h"

#include <gmock/gmock.h>

#include <numeric>
#include <random>

#include "model/tensor/safetensors_writer.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Safetensors : public testing::Test {
 protected:
  std::string refusal(const std::string& text) const {
    write_file_text(path(), text);
    return bad_input_of([&] { SafetensorsFile{path()}; });
  }
  // The file has sixteen bytes of data.
  std::string refusal_of_header(const std::string& header) const {
    return refusal(safetensors_text(header, std::string(16, '\0')));
  }
  std::string refusal_of_entry(const std::string& entry) const {
    return refusal_of_header(R"({"a":)" + entry + "}");
  }
  void accept(const std::string& header, const std::string& data) const {
    write_file_text(path(), safetensors_text(header, data));
    EXPECT_NO_THROW(SafetensorsFile{path()}) << header;
  }
  std::filesystem::path path() const { return folder_ / "a.safetensors"; }

  TemporaryFolder folder_;
};

std::string two_tensors() {
  return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
         R"("b":{"dtype":"F16","shape":[2,2],"data_offsets":[8,16]}})";
}

TEST_F(Safetensors, WhatIsWrittenIsReadBack) {
  const std::vector<float> a = {1, 2, 3};
  const std::vector<uint16_t> b = {7};
  SafetensorsWriter writer(path(),
                           {{"a", DType::F32, {3, 1}}, {"b", DType::BF16, {1}}},
                           {{"key", "value"}});
  writer.write("a", std::as_bytes(std::span(a)));
  writer.write("b", std::as_bytes(std::span(b)));
  writer.commit();
  const SafetensorsFile file(path());
  EXPECT_EQ(file.metadata().at("key"), "value");
  EXPECT_EQ(file.metadata().at("format"), "pt");
  ASSERT_NE(file.find("a"), nullptr);
  EXPECT_THAT(file.find("a")->shape, ElementsAre(3, 1));
  EXPECT_EQ(file.find("a")->dtype, DType::F32);
  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bytes are meant.
  EXPECT_EQ(std::memcmp(file.find("a")->bytes.data(), a.data(), 12), 0);
  EXPECT_EQ(file.find("b")->dtype, DType::BF16);
  EXPECT_EQ(file.find("b")->bytes.size(), 2U);
  EXPECT_EQ(file.find("c"), nullptr);
}

TEST_F(Safetensors, DataAreAlignedToEightBytes) {
  for (const char* name : {"a", "ab", "abc", "abcd", "abcde", "abcdef"}) {
    SafetensorsWriter writer(path(), {{name, DType::F32, {0}}}, {});
    writer.write(name, {});
    writer.commit();
    EXPECT_EQ(header_of(file_text(path())).size() % 8, 0U);
  }
}

TEST_F(Safetensors, AWriterTakesTensorsInTheirOrderAndSize) {
  SafetensorsWriter writer(
      path(), {{"a", DType::F32, {1}}, {"b", DType::F32, {1}}}, {});
  const std::vector<float> one = {1};
  const auto bytes = std::as_bytes(std::span(one));
  EXPECT_THROW(writer.write("b", bytes), std::logic_error);
  EXPECT_THROW(writer.write("a", bytes.subspan(1)), std::logic_error);
  EXPECT_THROW(writer.write_part(bytes), std::logic_error);
  writer.write("a", bytes);
  EXPECT_THROW(writer.commit(), std::logic_error);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(Safetensors, ValidFilesMadeByHandAreRead) {
  accept("{}", "");
  accept("{}     ", "");
  accept(two_tensors(), std::string(16, '\0'));
  accept(R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", "1234");
  accept(R"({"e":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}})", "");
  accept(R"({"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})",
         "12345678");
}

TEST_F(Safetensors, HeaderLengthsBeyondTheFileAreRefused) {
  const std::string valid =
      safetensors_text(two_tensors(), std::string(16, '\0'));
  for (const uint64_t length :
       {uint64_t{0}, uint64_t{1}, uint64_t{2}, valid.size() - 7, valid.size(),
        uint64_t{1} << 31, uint64_t{1} << 32, uint64_t{1} << 62,
        (uint64_t{1} << 63) - 1, uint64_t{1} << 63, ~uint64_t{0} - 7,
        ~uint64_t{0}}) {
    EXPECT_THAT(refusal(length_bytes(length) + valid.substr(8)),
                HasSubstr("a.safetensors: "))
        << length;
  }
  EXPECT_THAT(refusal(length_bytes(uint64_t{1} << 63) + valid.substr(8)),
              HasSubstr("says that its header has 9223372036854775808 bytes"));
}

TEST_F(Safetensors, AFileCutAnywhereIsRefused) {
  const std::string valid =
      safetensors_text(two_tensors(), std::string(16, '\0'));
  for (size_t size = 0; size < valid.size(); ++size) {
    EXPECT_THAT(refusal(valid.substr(0, size)), HasSubstr("a.safetensors: "))
        << size;
  }
}

TEST_F(Safetensors, AHeaderThatIsNotAJsonObjectIsRefused) {
  EXPECT_THAT(refusal_of_header("[]"), HasSubstr("does not begin with {"));
  EXPECT_THAT(refusal_of_header(" {}"), HasSubstr("does not begin with {"));
  EXPECT_THAT(refusal_of_header(""), HasSubstr("does not begin with {"));
  EXPECT_THAT(refusal_of_header("{\"a\""), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of_header("{\"\xFF\":1}"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of_header(R"({"a":)" + std::string(100000, '[')),
              HasSubstr("deeper"));
}

TEST_F(Safetensors, ANameThatIsThereTwiceIsRefused) {
  const std::string entry =
      R"({"dtype":"F32","shape":[4],"data_offsets":[0,16]})";
  EXPECT_THAT(refusal_of_header(R"({"a":)" + entry + R"(,"a":)" + entry + "}"),
              HasSubstr("has \"a\" twice"));
}

TEST_F(Safetensors, WrongEntriesAreRefusedByName) {
  EXPECT_THAT(refusal_of_entry("7"), HasSubstr("tensor \"a\" is 7"));
  EXPECT_THAT(refusal_of_entry("{}"), HasSubstr("tensor \"a\" has no dtype"));
  EXPECT_THAT(
      refusal_of_entry(R"({"dtype":"F31","shape":[],"data_offsets":[0,4]})"),
      HasSubstr("dtype \"F31\""));
  EXPECT_THAT(
      refusal_of_entry(R"({"dtype":4,"shape":[],"data_offsets":[0,4]})"),
      HasSubstr("dtype 4"));
  EXPECT_THAT(refusal_of_entry(R"({"dtype":"F32","data_offsets":[0,4]})"),
              HasSubstr("no shape"));
  EXPECT_THAT(refusal_of_entry(R"({"dtype":"F32","shape":[4]})"),
              HasSubstr("no data_offsets"));
}

TEST_F(Safetensors, ImpossibleShapesAreRefused) {
  for (const char* shape :
       {"[-4]", "[4.0]", "[\"4\"]", "4", "{}", "[9223372036854775808]",
        "[18446744073709551615]", "[18446744073709551616]", "[[4]]", "[null]",
        "[9223372036854775807]", "[4611686018427387904,4]",
        "[4294967296,4294967296]", "[4294967296,4294967296,0]", "[3]", "[5]",
        "[2,3]", "[0]"}) {
    EXPECT_THAT(refusal_of_entry(std::string(R"({"dtype":"F32","shape":)") +
                                 shape + R"(,"data_offsets":[0,16]})"),
                HasSubstr("tensor \"a\""))
        << shape;
  }
}

TEST_F(Safetensors, OffsetsBeyondTheFileAreRefused) {
  for (const char* offsets :
       {"[0,20]", "[16,32]", "[16,0]", "[-16,0]", "[0]", "[]", "[0,16,16]",
        "[0,9223372036854775807]", "[9223372036854775792,9223372036854775807]",
        "[18446744073709551600,18446744073709551615]", "16", "[0.0,16.0]"}) {
    EXPECT_THAT(
        refusal_of_entry(
            std::string(R"({"dtype":"F32","shape":[4],"data_offsets":)") +
            offsets + "}"),
        HasSubstr("tensor \"a\""))
        << offsets;
  }
}

std::string two_at(const char* a, const char* b) {
  return std::string(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":)") + a +
         R"(},"b":{"dtype":"U8","shape":[8],"data_offsets":)" + b + "}}";
}

TEST_F(Safetensors, TensorsThatOverlapAreRefused) {
  EXPECT_THAT(refusal_of_header(two_at("[0,8]", "[7,15]")),
              HasSubstr("tensor \"b\" overlaps \"a\""));
  EXPECT_THAT(refusal_of_header(two_at("[0,8]", "[0,8]")),
              HasSubstr("overlaps"));
}

TEST_F(Safetensors, BytesThatBelongToNoTensorAreRefused) {
  EXPECT_THAT(
      refusal(
          safetensors_text(two_at("[0,8]", "[9,17]"), std::string(17, '\0'))),
      HasSubstr("1 bytes before tensor \"b\" that belong to no tensor"));
  EXPECT_THAT(
      refusal(
          safetensors_text(two_at("[1,9]", "[9,17]"), std::string(17, '\0'))),
      HasSubstr("1 bytes before tensor \"a\" that belong to no tensor"));
  EXPECT_THAT(
      refusal(
          safetensors_text(two_at("[0,8]", "[8,16]"), std::string(19, '\0'))),
      HasSubstr("3 bytes after the last tensor that belong to no tensor"));
}

TEST_F(Safetensors, MetadataAreStrings) {
  EXPECT_THAT(refusal_of_header(R"({"__metadata__":[]})"),
              HasSubstr("__metadata__ is []"));
  EXPECT_THAT(refusal_of_header(R"({"__metadata__":{"k":1}})"),
              HasSubstr("__metadata__ has \"k\": 1"));
}

TEST_F(Safetensors, AMisshapedOrMissingTensorIsNamed) {
  write_file_text(path(),
                  safetensors_text(two_tensors(), std::string(16, '\0')));
  const SafetensorsFile file(path());
  const auto get = [&](const char* name, std::vector<int64_t> shape) {
    return bad_input_of([&] { file.get(name, shape); });
  };
  EXPECT_THAT(get("a", {3}), HasSubstr("tensor \"a\" is [2], expected [3]"));
  EXPECT_THAT(get("b", {4}), HasSubstr("is [2, 2], expected [4]"));
  EXPECT_THAT(get("c", {4}), HasSubstr("tensor \"c\" is missing"));
}

// Two thousand files with random damage: each can be read to its last byte or
// is refused.
TEST_F(Safetensors, RandomDamageNeverCrashes) {
  const std::string valid = safetensors_text(
      R"({"__metadata__":{"format":"pt"},)" + two_tensors().substr(1),
      std::string(16, '\0'));
  std::mt19937 random(20240607);
  int refused = 0;
  std::byte sum{};
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = valid;
    for (unsigned hits = 1 + random() % 3; hits > 0; --hits) {
      damaged[random() % damaged.size()] ^=
          static_cast<char>(1 << random() % 8);
    }
    if (random() % 4 == 0) damaged.resize(random() % damaged.size());
    write_file_text(path(), damaged);
    try {
      const SafetensorsFile file(path());
      for (const auto& [name, view] : file.tensors()) {
        sum = std::accumulate(view.bytes.begin(), view.bytes.end(), sum,
                              [](std::byte a, std::byte b) { return a ^ b; });
      }
    } catch (const BadInput&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace pi_ring
