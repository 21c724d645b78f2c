// llama2.c's tokenizer.bin, from and to a tokenizer.json.
#pragma once

#include <filesystem>

namespace pi_ring {

// Writes folder/tokenizer.json. Throws BadInput, naming the offset, where the
// file is damaged or does not hold exactly `vocab` tokens.
void import_llama2c_tokenizer(const std::filesystem::path& tokenizer_bin,
                              int vocab, const std::filesystem::path& folder);

// Of folder/tokenizer.json. Throws BadInput where its rules are not such as
// follow from a score a piece, as in SentencePiece's vocabularies they do.
void export_llama2c_tokenizer(const std::filesystem::path& folder,
                              const std::filesystem::path& tokenizer_bin);

}  // namespace pi_ring
