// The commands of pi-ring. Each adds itself to the parser, and throws when it
// fails.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>

namespace pi_ring {

// The call itself is wrong: exit status 2, where a failed run has 1.
class WrongCall : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void add_chat(CLI::App& app);
void add_checkpoint(CLI::App& app);
void add_eval(CLI::App& app);
void add_export(CLI::App& app);
void add_generate(CLI::App& app);
void add_help(CLI::App& app);
void add_import(CLI::App& app);
void add_init(CLI::App& app);
void add_loopback(CLI::App& app);
void add_quantize(CLI::App& app);
void add_rank(CLI::App& app);
void add_serve(CLI::App& app);
void add_shard(CLI::App& app);
void add_show(CLI::App& app);
void add_tokenize(CLI::App& app);
void add_train(CLI::App& app);
void add_wires(CLI::App& app);

}  // namespace pi_ring
