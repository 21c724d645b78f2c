// `pi-ring import` and `shard`, given what they should not be given.
#include <signal.h>
#include <sys/mount.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/file_text.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

class ImportTest : public CommandTest {
 protected:
  ImportTest() {
    std::ofstream(folder_.path() / "short.bin") << "not a model";
    std::ofstream(folder_.path() / "tokenizer.bin") << "no tokens";
  }

  std::filesystem::path at(const char* name) const {
    return folder_.path() / name;
  }

  // The demo in llama2.c's files, model.bin and tokenizer.bin.
  std::filesystem::path export_demo() const {
    const Ending run = pi_ring_run(
        {"export", PI_RING_DEMO, "--to", "llama2c", "-o", at("demo")});
    EXPECT_EQ(run.status, 0) << run.err;
    return at("demo");
  }
};

TEST_F(ImportTest, WhatNeedsNoImportIsNamed) {
  const auto said = [&](const char* weights, const char* tokenizer) {
    const Ending run = pi_ring_run(
        {"import", at(weights), "--tokenizer", at(tokenizer), "-o", at("out")});
    EXPECT_EQ(run.status, 1);
    return run.err;
  };
  std::ofstream(at("x.gguf")) << "GGUF and more";
  std::ofstream(at("tokenizer.json")) << "{}";
  EXPECT_THAT(said("x.gguf", "tokenizer.bin"),
              IsOneLineWith("is a GGUF file: use it as it is, with --model"));
  EXPECT_THAT(said(".", "tokenizer.bin"), IsOneLineWith("is a folder"));
  EXPECT_THAT(said("short.bin", "tokenizer.json"), IsOneLineWith("is JSON"));
}

TEST_F(ImportTest, ATruncatedFileIsNamedAndNothingIsLeft) {
  const Ending run = pi_ring_run({"import", at("short.bin"), "--tokenizer",
                                  at("tokenizer.bin"), "-o", at("out")});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("short.bin"));
  EXPECT_FALSE(std::filesystem::exists(at("out")));
}

TEST_F(ImportTest, ADamagedTokenizerLeavesNoFolder) {
  const auto demo = export_demo();
  std::filesystem::create_directory(at("longer"));
  std::ofstream(at("longer") / "tokenizer.bin", std::ios::binary)
      << file_text(demo / "tokenizer.bin") << "x";
  for (const auto& folder : {folder_.path(), at("longer")}) {
    const Ending run = pi_ring_run({"import", demo / "model.bin", "--tokenizer",
                                    folder / "tokenizer.bin", "-o", at("out")});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, IsOneLineWith("tokenizer.bin"));
    EXPECT_FALSE(std::filesystem::exists(at("out")));
  }
}

TEST_F(ImportTest, AFailureLeavesTheModelThatWasThere) {
  const auto demo = export_demo();
  const auto model = make_model("older");
  const auto import = [&](const std::filesystem::path& tokenizer) {
    return pi_ring_run({"import", demo / "model.bin", "--tokenizer", tokenizer,
                        "-o", model})
        .status;
  };
  const std::string before = read_config(model).name;
  EXPECT_EQ(import(at("tokenizer.bin")), 1);
  EXPECT_EQ(read_config(model).name, before);
  EXPECT_EQ(import(demo / "tokenizer.bin"), 0);
  EXPECT_NE(read_config(model).name, before);
}

TEST_F(ImportTest, AMissingArgumentIsAWrongCall) {
  EXPECT_EQ(pi_ring_run({"import", at("short.bin")}).status, 2);
  EXPECT_EQ(pi_ring_run({"shard", at("short.bin")}).status, 2);
}

TEST_F(ImportTest, MoreRanksThanLayersAllowAreAWrongCall) {
  const auto model = make_model("model");
  for (const char* ranks : {"0", "7"}) {
    const Ending run =
        pi_ring_run({"shard", model, "--ranks", ranks, "-o", at("out")});
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_FALSE(std::filesystem::exists(at("out")));
  }
}

TEST_F(ImportTest, AFolderThatCannotBeMadeIsNamed) {
  const Ending run = pi_ring_run(
      {"shard", make_model("model"), "--ranks", "2", "-o", "/proc/out"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("/proc/out"));
}

TEST_F(ImportTest, AFullDiskLeavesNothing) {
  const auto disk = at("disk");
  std::filesystem::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "SKIPPED: only root can mount a small disk to fill";
  }
  const Ending run = pi_ring_run(
      {"shard", make_model("model"), "--ranks", "2", "-o", disk / "out"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("No space left on device"));
  EXPECT_TRUE(std::filesystem::is_empty(disk));
  umount(disk.c_str());
}

TEST_F(ImportTest, ControlCTakesBackAHalfMadeModel) {
  for (const int signal : {SIGINT, SIGTERM}) {
    RunningProgram program(
        pi_ring_call({"init", "--shape", "110M", "-o", at("out")}));
    while (!std::filesystem::exists(at("out"))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    program.signal(signal);
    EXPECT_EQ(program.wait().signal, signal);
    EXPECT_FALSE(std::filesystem::exists(at("out")));
  }
}

}  // namespace
}  // namespace pi_ring
