/* A hash of seed and position, eight bytes at a time. */
#include <string.h>

#include "pattern.h"

static uint64_t pattern_word(uint64_t seed, uint64_t index)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15ULL + index;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

void pattern_fill(uint64_t seed, uint64_t position, uint8_t *bytes, size_t count)
{
	uint8_t word[8];
	size_t done = 0;

	while (done < count) {
		uint64_t value = pattern_word(seed, (position + done) / 8);
		size_t from = (position + done) % 8;
		size_t part = sizeof(word) - from;

		if (part > count - done)
			part = count - done;
		memcpy(word, &value, sizeof(word));
		memcpy(bytes + done, word + from, part);
		done += part;
	}
}

size_t pattern_compare(uint64_t seed, uint64_t position, const uint8_t *bytes, size_t count)
{
	uint8_t expected[256];
	size_t done = 0;

	while (done < count) {
		size_t part = count - done < sizeof(expected) ? count - done : sizeof(expected);
		size_t i;

		pattern_fill(seed, position + done, expected, part);
		for (i = 0; i < part; i++)
			if (bytes[done + i] != expected[i])
				return done + i;
		done += part;
	}
	return count;
}
