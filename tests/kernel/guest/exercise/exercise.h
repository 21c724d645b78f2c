/* What the parts of the in-guest test program share. */
#ifndef EXERCISE_H
#define EXERCISE_H

#include <stddef.h>
#include <stdint.h>

/* Prints why and exits with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

double seconds_now(void);

/* Opens a device, waiting up to a minute for it to exist. */
int open_device(const char *path, int flags);

/* pattern.c: the byte at each position of a stream, from a seed */
void pattern_fill(uint64_t seed, uint64_t position, uint8_t *bytes, size_t count);

/* Index of the first byte that differs, or count. */
size_t pattern_compare(uint64_t seed, uint64_t position, const uint8_t *bytes, size_t count);

/* One file each: a command's arguments begin at argv[0]; 0 or a failed exit. */
int command_stream(int argc, char **argv);
int command_calls(int argc, char **argv);
int command_fuzz(int argc, char **argv);
int command_survive(int argc, char **argv);
int command_told(int argc, char **argv);

#endif
