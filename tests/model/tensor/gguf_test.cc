// GGUF files that are written can be read, and damaged ones are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "model/tensor/gguf_file.h"
#include "model/tensor/gguf_writer.h"
#include "tests/bad_input_of.h"
#include "tests/file_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename Number>
std::string bytes_of_number(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::string text_bytes(const std::string& text) {
  return bytes_of_number(uint64_t{text.size()}) + text;
}

std::string header_bytes(uint64_t tensors, uint64_t values,
                         uint32_t version = 3) {
  return "GGUF" + bytes_of_number(version) + bytes_of_number(tensors) +
         bytes_of_number(values);
}

struct TensorEntry {
  std::string name = "t";
  std::vector<uint64_t> extents = {32, 2};
  uint32_t type = 0;
  uint64_t offset = 0;

  std::string bytes() const {
    std::string all = text_bytes(name) +
                      bytes_of_number(static_cast<uint32_t>(extents.size()));
    for (const uint64_t extent : extents) all += bytes_of_number(extent);
    return all + bytes_of_number(type) + bytes_of_number(offset);
  }
};

class Gguf : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "a.gguf"; }

  std::string refusal(const std::string& bytes) const {
    write_file_text(path(), bytes);
    return bad_input_of([&] { GgufFile{path()}; });
  }
  // Refuses a file whose only tensor this is, with 256 bytes of data.
  std::string refusal_of(const TensorEntry& tensor) const {
    return refusal(header_bytes(1, 0) + tensor.bytes() +
                   std::string(64 + 256, '\0'));
  }
  std::string refusal_of_value(const std::string& value) const {
    return refusal(header_bytes(0, 1) + text_bytes("key") + value);
  }

  // One tensor of two rows of 32, beside metadata of each kind.
  std::string valid_file() const {
    GgufMetadata metadata;
    metadata.add("a.number", 7U);
    metadata.add("a.fraction", 0.5F);
    metadata.add("a.flag", true);
    metadata.add("a.text", "hello");
    metadata.add("a.texts", std::vector<std::string>{"one", "", "two"});
    metadata.add("a.fractions", std::vector<float>{1.0F, -2.0F});
    metadata.add("a.numbers", std::vector<int32_t>{-3, -3});
    std::vector<float> rows(64);
    std::iota(rows.begin(), rows.end(), 0.0F);
    GgufWriter writer(path(), metadata,
                      {{"b", DType::F32, {2, 32}}, {"a", DType::Q8_0, {32}}});
    writer.begin("b");
    writer.write(std::as_bytes(std::span(rows).first(32)));
    writer.write(std::as_bytes(std::span(rows).last(32)));
    writer.begin("a");
    const std::string block(34, '\1');
    writer.write(std::as_bytes(std::span(block)));
    writer.commit();
    return file_text(path());
  }

  TemporaryFolder folder_;
};

TEST_F(Gguf, WhatIsWrittenIsReadBack) {
  valid_file();
  const GgufFile file(path());
  EXPECT_EQ(file.find_value("a.number")->whole_number(), 7);
  EXPECT_EQ(file.find_value("a.fraction")->number(), 0.5);
  EXPECT_TRUE(file.find_value("a.flag")->flag());
  EXPECT_EQ(file.find_value("a.text")->text(), "hello");
  EXPECT_EQ(file.metadata().at("a.text"), "hello");
  EXPECT_THAT(file.find_value("a.texts")->texts(),
              ElementsAre("one", "", "two"));
  EXPECT_THAT(file.find_value("a.fractions")->numbers(), ElementsAre(1, -2));
  EXPECT_EQ(file.find_value("a.numbers")->same_number(), -3);
  EXPECT_EQ(file.find_value("other"), nullptr);
  const TensorView& tensor = file.get("b", std::vector<int64_t>{2, 32});
  EXPECT_EQ(tensor.dtype, DType::F32);
  EXPECT_EQ(reinterpret_cast<const float*>(tensor.bytes.data())[33], 33.0F);
  EXPECT_EQ(file.find("a")->dtype, DType::Q8_0);
  EXPECT_EQ(file.find("a")->bytes.size(), 34U);
}

TEST_F(Gguf, EveryFileThatIsCutShortIsRefused) {
  const std::string whole = valid_file();
  // What follows the last tensor's bytes is padding.
  for (size_t size = 0; size + 30 < whole.size(); ++size) {
    refusal(whole.substr(0, size));
  }
}

TEST_F(Gguf, OtherFormatsAndVersionsAreRefused) {
  EXPECT_THAT(refusal(std::string(40, 'x')),
              HasSubstr("does not begin with GGUF"));
  EXPECT_THAT(refusal(header_bytes(0, 0, 1)), HasSubstr("version 1"));
  EXPECT_THAT(refusal(header_bytes(0, 0, 0x03000000)), HasSubstr("expected 2"));
}

TEST_F(Gguf, CountsThatTheFileCannotHoldAreRefused) {
  EXPECT_THAT(refusal(header_bytes(uint64_t{1} << 60, 0)),
              HasSubstr("tensors"));
  EXPECT_THAT(refusal(header_bytes(0, uint64_t{1} << 60)), HasSubstr("values"));
  EXPECT_THAT(refusal_of_value(bytes_of_number(uint32_t{8}) +
                               bytes_of_number(~uint64_t{0})),
              HasSubstr("cut short"));
  EXPECT_THAT(refusal_of_value(bytes_of_number(uint32_t{9}) +
                               bytes_of_number(uint32_t{8}) +
                               bytes_of_number(uint64_t{1} << 61)),
              HasSubstr("elements"));
}

TEST_F(Gguf, ValuesOfUnknownTypesAndKeysTwiceAreRefused) {
  EXPECT_THAT(refusal_of_value(bytes_of_number(uint32_t{13}) + "        "),
              HasSubstr("unknown type 13"));
  // An array of arrays.
  EXPECT_THAT(refusal_of_value(bytes_of_number(uint32_t{9}) +
                               bytes_of_number(uint32_t{9}) + "        "),
              HasSubstr("unknown type 9"));
  const std::string value =
      text_bytes("key") + bytes_of_number(uint32_t{0}) + "\1";
  EXPECT_THAT(refusal(header_bytes(0, 2) + value + value),
              HasSubstr("\"key\" is there twice"));
  EXPECT_THAT(refusal(header_bytes(0, 1) + text_bytes("\xFF") +
                      bytes_of_number(uint32_t{0}) + "\1"),
              HasSubstr("UTF-8"));
}

TEST_F(Gguf, TensorsThatDoNotFitAreRefused) {
  EXPECT_THAT(refusal_of({.extents = {}}), HasSubstr("0 extents"));
  EXPECT_THAT(refusal_of({.extents = {1, 1, 1, 1, 1}}), HasSubstr("5 extents"));
  EXPECT_THAT(refusal_of({.extents = {0}}), HasSubstr("no or too many values"));
  EXPECT_THAT(refusal_of({.extents = {uint64_t{1} << 40, uint64_t{1} << 40}}),
              HasSubstr("too many values"));
  EXPECT_THAT(refusal_of({.extents = {64, 2}}), HasSubstr("512 bytes"));
  EXPECT_THAT(refusal_of({.offset = 8}), HasSubstr("multiple of 32"));
  EXPECT_THAT(refusal_of({.offset = uint64_t{1} << 62}),
              HasSubstr("cut short"));
  EXPECT_THAT(refusal_of({.extents = {33}, .type = 2}),
              HasSubstr("not whole blocks of Q4_0"));
}

TEST_F(Gguf, TypesThatDoNotRunAreRefusedByName) {
  EXPECT_THAT(refusal_of({.type = 10}),
              HasSubstr("is Q2_K, expected F32, F16"));
  EXPECT_THAT(refusal_of({.type = 23}), HasSubstr("is IQ4_XS"));
  EXPECT_THAT(refusal_of({.type = 999}), HasSubstr("unknown type 999"));
}

TEST_F(Gguf, TensorsOfOneNameOrInOnePlaceAreRefused) {
  const auto two = [&](const TensorEntry& a, const TensorEntry& b) {
    return refusal(header_bytes(2, 0) + a.bytes() + b.bytes() +
                   std::string(1024, '\0'));
  };
  EXPECT_THAT(two({}, {.offset = 256}), HasSubstr("\"t\" is there twice"));
  EXPECT_THAT(two({}, {.name = "u", .offset = 128}), HasSubstr("overlaps"));
}

TEST_F(Gguf, APartOfASplitModelOpensTheOthers) {
  const auto write_part = [&](uint32_t part, const std::string& name) {
    GgufMetadata metadata;
    metadata.add("split.no", part);
    metadata.add("split.count", 2U);
    if (part == 0) metadata.add("a.text", "hello");
    GgufWriter writer(folder_ / name, metadata,
                      {{"t" + std::to_string(part), DType::F32, {1}}});
    writer.begin("t" + std::to_string(part));
    const auto value = static_cast<float>(part);
    writer.write(std::as_bytes(std::span(&value, 1)));
    writer.commit();
  };
  write_part(0, "m-00001-of-00002.gguf");
  const std::filesystem::path first = folder_ / "m-00001-of-00002.gguf";
  EXPECT_THAT(bad_input_of([&] { GgufFile{first}; }),
              HasSubstr("m-00002-of-00002.gguf"));
  write_part(1, "m-00002-of-00002.gguf");
  const GgufFile file(first);
  EXPECT_NE(file.find("t0"), nullptr);
  EXPECT_NE(file.find("t1"), nullptr);
  file.give_back(file.find("t1")->bytes);
  EXPECT_EQ(file.metadata().at("a.text"), "hello");
  EXPECT_THAT(
      bad_input_of([&] { GgufFile{folder_ / "m-00002-of-00002.gguf"}; }),
      HasSubstr("not the first"));
  std::filesystem::rename(first, folder_ / "other.gguf");
  EXPECT_THAT(bad_input_of([&] { GgufFile{folder_ / "other.gguf"}; }),
              HasSubstr("-00001-of-00002.gguf"));
}

}  // namespace
}  // namespace pi_ring
