// A GGUF file's tokenizer.
#pragma once

#include "model/tensor/gguf_file.h"
#include "model/text/stored_vocabulary.h"

namespace pi_ring {

// Throws BadInput where the file has none, it is of a kind that is not
// supported, or its lists do not fit each other.
StoredVocabulary vocabulary_of(const GgufFile& file);

bool has_vocabulary(const GgufFile& file);

}  // namespace pi_ring
