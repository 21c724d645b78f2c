/* The bytes of a stream, from a seed. */
#ifndef PATTERN_H
#define PATTERN_H

#include <stddef.h>
#include <stdint.h>

void pattern_fill(uint64_t seed, uint64_t position, uint8_t *bytes, size_t count);

/* Index of the first byte that differs, or count. */
size_t pattern_compare(uint64_t seed, uint64_t position, const uint8_t *bytes, size_t count);

#endif
