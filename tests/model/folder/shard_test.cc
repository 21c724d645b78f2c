// The cut, and shards on disk: each holds its own and says whose it is.
#include "model/folder/shard.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "model/architecture/cut.h"
#include "model/folder/shard_folder.h"
#include "model/folder/weights.h"
#include "model/tensor/safetensors.h"
#include "model/tensor/tensor.h"
#include "tests/bad_input_of.h"
#include "tests/model/folder/opened_model.h"
#include "tests/model/folder/small_model.h"
#include "tests/model/tensor/safetensors_text.h"
#include "tests/temporary_folder.h"

namespace pi_ring {
namespace {

using std::filesystem::exists;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::pair<int, int>> ranges(int layers, int ranks) {
  std::vector<std::pair<int, int>> result;
  for (const Shard& shard : even_cut(layers, ranks)) {
    EXPECT_EQ(shard.rank, static_cast<int>(result.size()));
    EXPECT_EQ(shard.ranks, ranks);
    result.emplace_back(shard.begin, shard.end);
  }
  return result;
}

using P = std::pair<int, int>;

TEST(Cut, TheRemainderIsOnTheLowestRanks) {
  EXPECT_THAT(ranges(8, 4), ElementsAre(P{0, 3}, P{3, 6}, P{6, 8}, P{8, 8}));
  EXPECT_THAT(ranges(5, 3), ElementsAre(P{0, 3}, P{3, 5}, P{5, 5}));
}

TEST(Cut, AHeadAloneHoldsAll) {
  EXPECT_THAT(ranges(5, 1), ElementsAre(P{0, 5}));
  EXPECT_TRUE(even_cut(5, 1)[0].is_head());
}

TEST(Cut, EveryNumberOfRanksCoversEveryLayerOnce) {
  for (int layers = 1; layers <= 20; ++layers) {
    for (int ranks = 1; ranks <= layers + 1; ++ranks) {
      int next = 0;
      for (const auto& [begin, end] : ranges(layers, ranks)) {
        EXPECT_EQ(begin, next);
        next = end;
      }
      EXPECT_EQ(next, layers);
    }
  }
}

TEST(Cut, MoreRanksThanLayersAndAHeadAreRefused) {
  EXPECT_THROW(even_cut(5, 0), std::invalid_argument);
  EXPECT_THROW(even_cut(5, -1), std::invalid_argument);
  EXPECT_THROW(even_cut(5, 7), std::invalid_argument);
  EXPECT_NO_THROW(even_cut(5, 6));
}

TEST(Cut, CoversWhereEveryLayerIsOnOneRankInOrder) {
  const auto cut_at = [](int begin, int middle, int end) {
    return Cut{{.rank = 0, .ranks = 3, .begin = begin, .end = middle},
               {.rank = 1, .ranks = 3, .begin = middle, .end = end},
               {.rank = 2, .ranks = 3, .begin = end, .end = end}};
  };
  EXPECT_TRUE(covers(even_cut(5, 4), 5));
  EXPECT_TRUE(covers(cut_at(0, 4, 5), 5));
  EXPECT_FALSE(covers(cut_at(0, 4, 5), 6)) << "the last is on no rank";
  EXPECT_FALSE(covers(cut_at(1, 4, 5), 5)) << "the first is on no rank";
  EXPECT_FALSE(covers(cut_at(0, 5, 5), 5)) << "rank 1 has nothing to do";
  Cut cut = cut_at(0, 4, 5);
  cut[1].begin = 3;
  EXPECT_FALSE(covers(cut, 5)) << "layer 3 is on two ranks";
  cut = cut_at(0, 2, 4);
  cut[2].end = 5;
  EXPECT_FALSE(covers(cut, 5)) << "the head has layers beside other ranks";
  EXPECT_FALSE(covers({}, 0));
}

class Shards : public testing::Test {
 protected:
  Shards() { write_small_model(model()); }

  std::filesystem::path model() const { return folder_ / "model"; }
  std::filesystem::path out() const { return folder_ / "out"; }
  std::filesystem::path weights_of(int rank) const {
    return rank_folder(out(), rank) / "model.safetensors";
  }
  // Without a value the key is removed.
  void edit_metadata(int rank, const char* key, const char* value) const {
    const std::string text = file_text(weights_of(rank));
    auto header = nlohmann::json::parse(header_of(text));
    if (value == nullptr) {
      header["__metadata__"].erase(key);
    } else {
      header["__metadata__"][key] = value;
    }
    write_file_text(weights_of(rank), with_header(text, header.dump()));
  }
  std::string refusal(int ranks, int rank) const {
    return bad_input_of([&] { open_weights(out(), ranks, rank); });
  }

  TemporaryFolder folder_;
};

TEST_F(Shards, HoldTheirOwnTensorsOnly) {
  write_shards(model(), 3, out());
  EXPECT_EQ(SafetensorsFile(weights_of(0)).tensors().size(), 18U);
  EXPECT_EQ(SafetensorsFile(weights_of(1)).tensors().size(), 9U);
  const SafetensorsFile head(weights_of(2));
  EXPECT_EQ(head.tensors().size(), 2U);
  EXPECT_NE(head.find("model.embed_tokens.weight"), nullptr);
  EXPECT_NE(head.find("model.norm.weight"), nullptr);
}

TEST_F(Shards, SayWhoseTheyAre) {
  write_shards(model(), 3, out());
  const SafetensorsFile file(weights_of(1));
  EXPECT_EQ(file.metadata().at("pi_ring.model"), "small");
  EXPECT_EQ(file.metadata().at("pi_ring.rank"), "1");
  EXPECT_EQ(file.metadata().at("pi_ring.ranks"), "3");
  EXPECT_EQ(file.metadata().at("pi_ring.layers"), "2:3");
  EXPECT_EQ(file.metadata().at("pi_ring.fingerprint").size(), 16U);
  EXPECT_EQ(ModelFolder(out()).ranks(), 3);
  EXPECT_EQ(ModelFolder(rank_folder(out(), 1)).ranks(), 3);
  EXPECT_EQ(ModelFolder(model()).ranks(), 0);
}

TEST_F(Shards, OnlyTheHeadCarriesTheTokenizer) {
  write_shards(model(), 3, out());
  EXPECT_FALSE(exists(out() / "rank-0/tokenizer.json"));
  EXPECT_FALSE(exists(out() / "rank-1/tokenizer.json"));
  EXPECT_EQ(file_text(ModelFolder(out()).tokenizer_folder() / "tokenizer.json"),
            "{}");
}

TEST_F(Shards, GiveTheSameValuesAndFingerprintAsTheWhole) {
  for (const bool tied : {true, false}) {
    const auto from = folder_ / (tied ? "tied" : "untied");
    write_small_model(from, tied);
    for (int ranks = 1; ranks <= 4; ++ranks) {
      const auto to = from / std::to_string(ranks);
      write_shards(from, ranks, to);
      for (int rank = 0; rank < ranks; ++rank) {
        const Weights whole = open_weights(from, ranks, rank);
        const Weights part = open_weights(to, ranks, rank);
        EXPECT_EQ(part.fingerprint(), whole.fingerprint());
        EXPECT_EQ(part.config().name, "small");
        EXPECT_EQ(part.bytes(), whole.bytes());
        EXPECT_EQ(part.shard().begin, whole.shard().begin);
        EXPECT_EQ(part.shard().end, whole.shard().end);
        for (int layer = part.shard().begin; layer < part.shard().end;
             ++layer) {
          const ModelTensor down = tensor_of(part.config(), Role::kDown, layer);
          Tensor a = whole.take(down);
          Tensor b = part.take(down);
          EXPECT_TRUE(
              std::equal(a.all().begin(), a.all().end(), b.all().begin()));
        }
      }
    }
  }
}

TEST_F(Shards, LoadFromAPiThatHoldsItsOwnOnly) {
  write_shards(model(), 3, out());
  std::filesystem::create_directories(folder_ / "pi");
  std::filesystem::rename(out() / "rank-1", folder_ / "pi/rank-1");
  EXPECT_EQ(open_weights(folder_ / "pi", 3, 1).shard().begin, 2);
  EXPECT_EQ(open_weights(folder_ / "pi/rank-1", 3, 1).shard().begin, 2);
  EXPECT_EQ(ModelFolder(folder_ / "pi").ranks(), 3);
  EXPECT_THAT(refusal(3, 1), HasSubstr("rank-1: holds no model.safetensors"));
}

TEST_F(Shards, OfAnotherNumberOfRanksAreRefused) {
  write_shards(model(), 4, out());
  EXPECT_THAT(refusal(3, 0), HasSubstr("rank-0/model.safetensors: cut for 4 "
                                       "ranks, asked for 3"));
  std::filesystem::remove_all(out() / "rank-3");
  EXPECT_THAT(refusal(5, 4), HasSubstr("cut for 4 ranks, asked for 5"));
  EXPECT_THAT(refusal(1, 0), HasSubstr("cut for 4 ranks, asked for 1"));
}

TEST_F(Shards, OfAnotherRankAreRefused) {
  write_shards(model(), 3, out());
  std::filesystem::copy_file(weights_of(0), weights_of(1),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(refusal(3, 1),
              HasSubstr("holds rank 0 of 3, expected rank 1 of 3"));
}

TEST_F(Shards, WithoutAMarkAreRefused) {
  write_shards(model(), 3, out());
  std::filesystem::copy_file(model() / "model.safetensors", weights_of(1),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(refusal(3, 1), HasSubstr("has no mark of a shard"));
}

TEST_F(Shards, WithANonsensicalMarkAreRefused) {
  const std::vector<std::pair<const char*, const char*>> wounds = {
      {"pi_ring.rank", "-1"},
      {"pi_ring.rank", "3"},
      {"pi_ring.rank", "one"},
      {"pi_ring.rank", ""},
      {"pi_ring.ranks", "0"},
      {"pi_ring.ranks", "99999999999"},
      {"pi_ring.layers", "2"},
      {"pi_ring.layers", "3:2"},
      {"pi_ring.layers", "2:2000000000"},
      {"pi_ring.layers", "-1:3"},
      {"pi_ring.layers", "0:3"},
      {"pi_ring.fingerprint", "xyz"},
      {"pi_ring.fingerprint", "123456789012345g"}};
  for (const auto& [key, value] : wounds) {
    std::filesystem::remove_all(out());
    write_shards(model(), 3, out());
    edit_metadata(1, key, value);
    EXPECT_THAT(refusal(3, 1), HasSubstr("rank-1/model.safetensors: "))
        << key << " " << value;
  }
}

TEST_F(Shards, WithAMarkThatIsNotTheModelsSayWhatIsWrong) {
  struct Wound {
    const char* key;
    const char* value;
    const char* reason;
  };
  for (const Wound& wound : {
           Wound{"pi_ring.ranks", "9",
                 "claims to be cut for 9 ranks, more than its 3 layers allow"},
           Wound{"pi_ring.layers", "2:4",
                 "holds layers up to 4 of a model of 3"},
           Wound{"pi_ring.config", "0123456789abcdef",
                 "config.json: is not the one that the shard beside it was "
                 "cut with"},
           Wound{"pi_ring.config", nullptr, "its metadata lack pi_ring.config"},
           Wound{"pi_ring.model", nullptr, "its metadata lack pi_ring.model"},
       }) {
    std::filesystem::remove_all(out());
    write_shards(model(), 3, out());
    edit_metadata(1, wound.key, wound.value);
    EXPECT_THAT(refusal(3, 1), HasSubstr(wound.reason));
  }
}

// Their tensors are all there, but rank 1 would have nothing to do.
TEST_F(Shards, ThatLeaveARankWithoutLayersAreRefused) {
  write_shards(model(), 3, out());
  edit_metadata(0, "pi_ring.layers", "0:3");
  edit_metadata(1, "pi_ring.layers", "3:3");
  EXPECT_THAT(refusal(3, 0),
              HasSubstr("out: its shards do not hold each of 3 layers once"));
}

TEST_F(Shards, AreNotWholeModelsInFoldersOfThatName) {
  write_small_model(out() / "rank-0");
  write_small_model(out() / "rank-1");
  EXPECT_THAT(refusal(2, 0),
              HasSubstr("rank-0/model.safetensors: has no mark of a shard"));
}

TEST_F(Shards, AreFoundByTheExactNameOnly) {
  write_shards(model(), 3, out());
  for (const char* name : {"rank-", "rank-01", "rank--1", "rank-1a"}) {
    write_small_model(out() / name);
  }
  EXPECT_EQ(ModelFolder(out()).ranks(), 3);
  EXPECT_EQ(open_weights(out(), 3, 1).shard().begin, 2);
}

TEST_F(Shards, AreNotCutAgain) {
  write_shards(model(), 3, out());
  EXPECT_THAT(bad_input_of([&] { write_shards(out(), 2, folder_ / "b"); }),
              HasSubstr("is already shards of 3 ranks"));
  EXPECT_THAT(
      bad_input_of([&] { write_shards(out() / "rank-0", 2, folder_ / "b"); }),
      HasSubstr("is already shards of 3 ranks"));
  EXPECT_FALSE(exists(folder_ / "b"));
}

TEST_F(Shards, AreNeverMixedWithOlderOnes) {
  write_shards(model(), 3, out());
  EXPECT_THAT(bad_input_of([&] { write_shards(model(), 2, out()); }),
              HasSubstr("out/rank-0: is already there"));
  EXPECT_EQ(ModelFolder(out()).ranks(), 3);
}

TEST_F(Shards, LeaveNothingWhereTheModelIsDamaged) {
  std::string text = file_text(model() / "model.safetensors");
  write_file_text(model() / "model.safetensors", text.substr(0, 999));
  bad_input_of([&] { write_shards(model(), 3, out()); });
  EXPECT_FALSE(exists(out()));
}

TEST_F(Shards, LeaveNothingWhereTheDiskIsFull) {
  // Room for rank 1 but not for rank 0's two layers, then for the others too.
  for (const rlim_t bytes : {3000, 5500}) {
    std::filesystem::create_directories(out());
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(write_shards(model(), 3, out() / "a/b"), std::system_error);
    EXPECT_THROW(write_shards(model(), 3, out()), std::system_error);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_TRUE(std::filesystem::is_empty(out()));
  }
}

}  // namespace
}  // namespace pi_ring
