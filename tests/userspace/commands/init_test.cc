// `pi-ring init` as users call it.
#include "model/architecture/config.h"
#include "tests/userspace/commands/command_test.h"

namespace pi_ring {
namespace {

class InitTest : public CommandTest {
 protected:
  Ending init(const std::string& shape) const {
    return pi_ring_run({"init", "--shape", shape, "-o", folder_ / "model"});
  }
  ModelConfig made() const { return read_config(folder_ / "model"); }
};

TEST_F(InitTest, AShapeByNameHasItsNumbers) {
  ASSERT_EQ(init("260K").status, 0);
  EXPECT_EQ(made().dim, 64);
  EXPECT_EQ(made().name, "random 260K");
}

TEST_F(InitTest, AConfigJsonGivesNumbersAndFamily) {
  ModelConfig config = shape_of("260K", kQwen3);
  config.name = "small";
  config.layers = 2;
  write_config(config, folder_.path());
  for (const auto& shape : {folder_.path(), folder_ / "config.json"}) {
    ASSERT_EQ(init(shape).status, 0);
    EXPECT_EQ(made().architecture, &kQwen3);
    EXPECT_EQ(made().layers, 2);
    EXPECT_EQ(made().name, "random small");
    std::filesystem::remove_all(folder_ / "model");
  }
}

TEST_F(InitTest, AShapeThatIsNoNameAndNoFileIsAWrongCall) {
  const Ending run = init("1B");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, testing::HasSubstr(
                           "--shape 1B: expected 260K, 15M, 42M, 110M or a"));
}

}  // namespace
}  // namespace pi_ring
