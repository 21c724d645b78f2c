// llama2.c's tokenizer.bin becomes a tokenizer.json.
#pragma once

#include <filesystem>

namespace pi_ring {

// Writes folder/tokenizer.json. Throws BadInput, naming the offset, where the
// file is damaged or does not hold exactly `vocab` tokens.
void import_llama2c_tokenizer(const std::filesystem::path& tokenizer_bin,
                              int vocab, const std::filesystem::path& folder);

}  // namespace pi_ring
