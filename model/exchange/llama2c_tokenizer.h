// Converts llama2.c's tokenizer.bin to a tokenizer.json, and back.
#pragma once

#include <filesystem>

namespace pi_ring {

// Writes folder/tokenizer.json. Throws BadInput with the place in the file if
// it is damaged or does not have exactly `vocab` tokens.
void import_llama2c_tokenizer(const std::filesystem::path& tokenizer_bin,
                              int vocab, const std::filesystem::path& folder);

// Reads folder/tokenizer.json. llama2.c knows a score for each piece and no
// merges, so this throws BadInput if the merges do not follow from such scores;
// those of SentencePiece's vocabularies do.
void export_llama2c_tokenizer(const std::filesystem::path& folder,
                              const std::filesystem::path& tokenizer_bin);

}  // namespace pi_ring
