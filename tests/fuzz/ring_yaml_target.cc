// A ring.yaml: each option of the command ends up with a value of its kind, or
// the file is refused.
#include <CLI/CLI.hpp>

#include "tests/file_text.h"
#include "tests/fuzz/target.h"
#include "tests/temporary_folder.h"
#include "userspace/commands/rank/rank_config.h"

namespace pi_ring {
namespace {

// Options of the kinds that `pi-ring rank` has.
struct RankSettings {
  std::string config;
  std::string model;
  int rank = 0;
  double patience = 1.0;
};

void read_settings(const std::filesystem::path& file) {
  RankSettings settings;
  CLI::App command("rank");
  command.add_option("--config", settings.config);
  command.add_option("--model", settings.model);
  command.add_option("--rank", settings.rank)->check(CLI::Range(0, 99));
  command.add_option("--patience", settings.patience)
      ->check(CLI::PositiveNumber);
  read_config_file(file, command);
  require(settings.config.empty(), "a file has set what belongs to the call");
  require(settings.rank >= 0 && settings.rank <= 99, "a rank out of range");
  require(settings.patience > 0, "a patience that is not positive");
}

bool accepts_ring_yaml(std::string_view bytes) {
  static const TemporaryFolder folder;
  const auto file = folder / "ring.yaml";
  write_file_text(file, std::string(bytes));
  return is_accepted([&] { read_settings(file); });
}

std::vector<std::string> ring_yaml_seeds() {
  return {
      "model: /var/lib/pi-ring/model\nrank: 1\npatience: 60.5\n",
      "# a comment\n---\n\"model\": 'a # b'\nrank: 0x1\n...\n",
      "{model: \"a\\tb\", rank: 7}\n",
      "model: |\n  one\n  two\npatience: !!float 1e3\n",
      "model: &m a\nrank: 2\n",
  };
}

const AddedTarget kRingYaml({"ring_yaml", accepts_ring_yaml, ring_yaml_seeds});

}  // namespace
}  // namespace pi_ring
