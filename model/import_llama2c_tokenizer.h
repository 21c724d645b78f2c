<<<<<<< HEAD
// llama2.c's tokenizer.bin becomes a tokenizer.json.
=======
// Brings llama2.c's tokenizer.bin into a model's folder as tokenizer.json.
>>>>>>> d1d7cc6 (model: import llama2.c's weights)
#pragma once

#include <filesystem>

namespace pi_ring {

<<<<<<< HEAD
// Writes folder/tokenizer.json. Throws BadInput, naming the offset, where the
// file is damaged or does not hold exactly `vocab` tokens.
=======
>>>>>>> d1d7cc6 (model: import llama2.c's weights)
void import_llama2c_tokenizer(const std::filesystem::path& tokenizer_bin,
                              int vocab, const std::filesystem::path& folder);

}  // namespace pi_ring
