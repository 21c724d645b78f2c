// A training run whose checkpoints or log are damaged, and how it continues.
#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "tests/file_text.h"
#include "tests/sanitized.h"
#include "tests/userspace/commands/train/train_command.h"

namespace pi_ring {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

// Its run has checkpoints of the steps 4 and 8, and then goes on to step 10.
class DamagedRunTest : public TrainTest {
 protected:
  DamagedRunTest() : run_(folder_ / "run"), whole_(folder_ / "whole") {
    train_to("8", folder_ / "saved");
    train_to("10", whole_);
    values_ = values_in(whole_ / "step-00000010");
    restore();
  }

  void train_to(const char* steps, const fs::path& save) {
    const Ending run =
        pi_ring_run(call({"--ranks", "2", "--schedule", "constant", "--steps",
                          steps, "--save-every", "4", "--save", save}));
    EXPECT_EQ(run.status, 0) << run.err;
  }

  void restore() const {
    fs::remove_all(run_);
    fs::copy(folder_ / "saved", run_, fs::copy_options::recursive);
  }

  Ending resume() const { return run_program(pi_ring_call(resuming())); }
  std::vector<std::string> resuming() const {
    return {"train", "--save", run_, "--resume", "--steps", "10"};
  }

  void expect_whole(const Ending& ending) const {
    ASSERT_EQ(ending.status, 0) << ending.err;
    EXPECT_THAT(ending.err, Not(HasSubstr("exception")));
    EXPECT_EQ(file_text(run_ / "log.jsonl"), file_text(whole_ / "log.jsonl"));
    EXPECT_TRUE(values_in(run_ / "step-00000010") == values_);
  }

  // The run passes over step 8 because of `file`, and goes on from step 4.
  void expect_passed_over(const Ending& ending, const std::string& file) const {
    EXPECT_THAT(
        ending.err,
        AllOf(testing::ContainsRegex("passed over step 8: [^\n]*" + file),
              HasSubstr("continuing after step 4")));
    expect_whole(ending);
  }

  fs::path newest(const std::string& file = {}) const {
    return run_ / "step-00000008" / file;
  }

  // Makes a checkpoint what it was before there were checksums.
  void forget_checksums(const fs::path& step) const {
    auto manifest =
        nlohmann::ordered_json::parse(file_text(step / "manifest.json"));
    manifest["format"] = 1;
    manifest.erase("checksum");
    manifest.erase("log");
    for (auto& rank : manifest["files"]) {
      for (auto& file : rank) file = file.at("bytes").get<uint64_t>();
    }
    write_file_text(step / "manifest.json", manifest.dump(2) + "\n");
  }

  fs::path run_;
  fs::path whole_;
  std::string values_;
};

void flip(const fs::path& file, size_t at, int change = 1) {
  std::string text = file_text(file);
  ASSERT_LT(at, text.size());
  text[at] = static_cast<char>(text[at] ^ change);
  write_file_text(file, text);
}

void flip_middle(const fs::path& file) { flip(file, fs::file_size(file) / 2); }

void overwrite_end(const fs::path& file, const std::string& end) {
  std::string text = file_text(file);
  ASSERT_GE(text.size(), end.size());
  write_file_text(file,
                  text.replace(text.size() - end.size(), end.size(), end));
}

void replace(const fs::path& file, const std::string& from,
             const std::string& to) {
  std::string text = file_text(file);
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  write_file_text(file, text.replace(at, from.size(), to));
}

std::string bytes_of(float value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

const float kNan = std::numeric_limits<float>::quiet_NaN();

struct Damage {
  const char* file;  // in the newest checkpoint, or the log beside it
  const char* name;
  std::function<void(const fs::path&)> make;
};

void remove(const fs::path& file) { fs::remove(file); }
void empty(const fs::path& file) { write_file_text(file, ""); }
void cut(const fs::path& file) {
  fs::resize_file(file, fs::file_size(file) - 1);
}
void make_folder(const fs::path& file) {
  fs::remove(file);
  fs::create_directory(file);
}

TEST_F(DamagedRunTest, IsResumedBitForBitFromTheCheckpointBefore) {
  std::vector<Damage> damages;
  for (const char* file :
       {"manifest.json", "rank-0/config.json", "rank-0/model.safetensors",
        "rank-1/optimizer.safetensors", "rank-1/tokenizer.json"}) {
    damages.push_back({file, "a flipped bit", flip_middle});
    damages.push_back({file, "missing", remove});
    damages.push_back({file, "empty", empty});
    damages.push_back({file, "cut", cut});
    damages.push_back({file, "a folder", make_folder});
  }
  const std::vector<Damage> more = {
      {"rank-0/model.safetensors", "NaN",
       [](const fs::path& file) { overwrite_end(file, bytes_of(kNan)); }},
      {"rank-1/optimizer.safetensors", "zeros",
       [](const fs::path& file) {
         overwrite_end(file, std::string(80, '\0'));
       }},
      {"manifest.json", "no options",
       [](const fs::path& file) {
         replace(file, R"("options": {)", R"("options": null, "was": {)");
       }},
      {"manifest.json", "another step",
       [](const fs::path& file) {
         replace(file, "\"step\": 8", "\"step\": 9");
       }},
      {"../log.jsonl", "another step",
       [](const fs::path& file) {
         replace(file, "{\"step\":7,", "{\"step\":1.9e25,");
       }},
      {"../log.jsonl", "a flipped bit",
       [](const fs::path& file) { flip(file, fs::file_size(file) - 20); }},
      {"../log.jsonl", "cut", cut},
  };
  damages.insert(damages.end(), more.begin(), more.end());
  for (const Damage& damage : damages) {
    SCOPED_TRACE(std::string(damage.file) + ": " + damage.name);
    restore();
    damage.make(newest(damage.file));
    const std::string file = fs::path(damage.file).filename();
    expect_passed_over(resume(), file);
  }
}

// Root may read everything, so it is started without that capability.
TEST_F(DamagedRunTest, AFolderThatCannotBeReadIsPassedOver) {
  std::vector<std::string> command = pi_ring_call(resuming());
  if (geteuid() == 0) {
    const std::string less = "-dac_override,-dac_read_search";
    command.insert(command.begin(), {"/usr/bin/setpriv", "--bounding-set", less,
                                     "--inh-caps", less});
  }
  for (const char* folder : {"", "rank-0"}) {
    restore();
    fs::permissions(newest(folder), fs::perms::none);
    expect_passed_over(run_program(command), "Permission denied");
  }
}

TEST_F(DamagedRunTest, WithoutChecksumsIsHeldToWhatItCanBeHeldTo) {
  const std::vector<Damage> damages = {
      {"rank-0/model.safetensors", "NaN",
       [](const fs::path& file) { overwrite_end(file, bytes_of(kNan)); }},
      {"rank-1/tokenizer.json", "other text",
       [](const fs::path& file) {
         write_file_text(file, std::string(fs::file_size(file), ' '));
       }},
      {"manifest.json", "no options",
       [](const fs::path& file) {
         replace(file, R"("options": {)", R"("options": null, "was": {)");
       }},
      {"manifest.json", "an option that is not valid",
       [](const fs::path& file) {
         replace(file, "\"constant\"", "\"konstant\"");
       }},
      {"manifest.json", "another step",
       [](const fs::path& file) {
         replace(file, "\"step\": 8", "\"step\": 9");
       }},
      {"manifest.json", "a step beyond all numbers",
       [](const fs::path& file) {
         replace(file, "\"step\": 8", "\"step\": 1.9e25");
       }},
      {"../log.jsonl", "a step beyond all numbers",
       [](const fs::path& file) {
         replace(file, "{\"step\":7,", "{\"step\":1.9e25,");
       }},
      {"../log.jsonl", "a loss that is no number",
       [](const fs::path& file) {
         replace(file, R"({"step":7,"loss":)", R"({"step":7,"loss":[],"was":)");
       }},
  };
  for (const Damage& damage : damages) {
    SCOPED_TRACE(std::string(damage.file) + ": " + damage.name);
    restore();
    forget_checksums(newest());
    damage.make(newest(damage.file));
    expect_passed_over(resume(), fs::path(damage.file).filename());
  }
}

TEST_F(DamagedRunTest, WithoutChecksumsIsResumedAndSaysSo) {
  forget_checksums(newest());
  const Ending run = resume();
  EXPECT_THAT(run.err, AllOf(HasSubstr("verified step 8: "),
                             HasSubstr("saved without checksums"),
                             HasSubstr("continuing after step 8")));
  expect_whole(run);
}

TEST_F(DamagedRunTest, WithoutItsLogBeginsANewOne) {
  fs::remove(run_ / "log.jsonl");
  Ending run = resume();
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("log.jsonl: No such file"),
                             HasSubstr("a new log begins after step 8")));
  EXPECT_THAT(file_text(run_ / "log.jsonl"),
              testing::StartsWith("{\"step\":9,"));
  EXPECT_TRUE(values_in(run_ / "step-00000010") == values_);
  // Such a log belongs to the checkpoints that follow.
  run = pi_ring_run({"train", "--save", run_, "--resume", "--steps", "11"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, Not(HasSubstr("passed over")));
}

TEST_F(DamagedRunTest, ALogThatIsDamagedFromTheStartIsKept) {
  flip(run_ / "log.jsonl", 10);
  const std::string damaged = file_text(run_ / "log.jsonl");
  const Ending run = resume();
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, AllOf(HasSubstr("log-damaged-1.jsonl"),
                             HasSubstr("continuing after step 8")));
  EXPECT_EQ(file_text(run_ / "log-damaged-1.jsonl"), damaged);
  EXPECT_TRUE(values_in(run_ / "step-00000010") == values_);
}

TEST_F(DamagedRunTest, WithNoGoodCheckpointSaysWhyOfEach) {
  flip_middle(newest("rank-0/model.safetensors"));
  cut(run_ / "step-00000004" / "rank-1" / "optimizer.safetensors");
  const Ending run = resume();
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("run: has no checkpoint without damage"));
  EXPECT_THAT(run.err, testing::ContainsRegex(
                           "step 8: .*rank-0/model.safetensors: is damaged.*"
                           "step 4: .*rank-1/optimizer.safetensors: "));
  // Nor is it written over.
  const Ending other = pi_ring_run(call({"--steps", "2", "--save", run_}));
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, IsOneLineWith("holds a run"));
}

TEST_F(DamagedRunTest, NeverCountsADamagedCheckpointAmongThoseToKeep) {
  flip_middle(newest("rank-0/model.safetensors"));
  const Ending run =
      pi_ring_run({"train", "--save", run_, "--resume", "--steps", "6",
                   "--save-every", "1", "--keep", "1"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(fs::exists(run_ / "step-00000006"));
  EXPECT_TRUE(fs::exists(newest()));
  expect_whole(resume());
}

// PI_RING_FLIPS=200 tries as many places.
TEST_F(DamagedRunTest, EachChangedByteIsFoundAndTheRunContinuesBitForBit) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(newest())) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  ASSERT_EQ(files.size(), 9U);
  const char* wanted = std::getenv("PI_RING_FLIPS");
  const int flips = wanted != nullptr ? std::atoi(wanted) : kSanitized ? 3 : 12;
  std::mt19937 random(200);
  for (int round = 0; round < flips && !HasFailure(); ++round) {
    restore();
    const fs::path& file = files[random() % files.size()];
    const size_t at = random() % fs::file_size(file);
    SCOPED_TRACE(file.string() + ", byte " + std::to_string(at));
    flip(file, at, static_cast<int>(1 + random() % 255));
    expect_passed_over(resume(), "step-00000008");
  }
}

TEST_F(DamagedRunTest, IsDescribedByCheckpointVerify) {
  Ending good = pi_ring_run({"checkpoint", "verify", run_});
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.out,
              testing::MatchesRegex(
                  ".*step-00000004: good: 8 files, [0-9,]+ bytes in [0-9.]+ s "
                  "\\([0-9]+ MB/s\\)\n.*step-00000008: good: [^\n]*\n"));
  flip_middle(newest("rank-0/model.safetensors"));
  const Ending bad = pi_ring_run({"checkpoint", "verify", run_});
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.err, IsOneLineWith("1 of 2 damaged"));
  EXPECT_THAT(bad.out,
              AllOf(HasSubstr("step-00000004: good: "),
                    HasSubstr("step-00000008: damaged: " +
                              newest("rank-0/model.safetensors").string())));
  const Ending json = pi_ring_run({"checkpoint", "verify", newest(), "--json"});
  EXPECT_EQ(json.status, 1);
  const auto object = nlohmann::json::parse(json.out);
  EXPECT_EQ(object.at("step"), 8);
  EXPECT_EQ(object.at("good"), false);
  EXPECT_THAT(object.at("damage"), HasSubstr("model.safetensors"));
  good =
      pi_ring_run({"checkpoint", "verify", run_ / "step-00000004", "--json"});
  EXPECT_EQ(nlohmann::json::parse(good.out).at("files"), 8);
}

TEST_F(DamagedRunTest, AFolderWithoutCheckpointsIsNotVerified) {
  const Ending run = pi_ring_run({"checkpoint", "verify", shape_});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.err, IsOneLineWith("holds no checkpoint"));
  EXPECT_EQ(pi_ring_run({"checkpoint"}).status, 2);
  EXPECT_EQ(pi_ring_run({"checkpoint", "verify"}).status, 2);
}

}  // namespace
}  // namespace pi_ring
