/*
 * exercise stream DOWN UP BYTES_DOWN BYTES_UP SEED: writes and reads both
 * devices at once in random sizes and compares every byte. One of them may be "-":
 * that end is in another kernel, where the same is run with the other device.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exercise.h"
#include "pattern.h"

#define PIECE_BYTES_MAX 8192

#define ELSEWHERE (-1)

struct direction {
	const char *name;
	int from;		/* or ELSEWHERE */
	int to;
	uint64_t bytes;
	uint64_t seed;
	double seconds;
	pthread_t writer;
	pthread_t reader;
};

static size_t piece_size(unsigned int *random, uint64_t left)
{
	size_t size = 1 + rand_r(random) % (rand_r(random) % 4 ? PIECE_BYTES_MAX : 16);

	return size < left ? size : (size_t)left;
}

static void *write_stream(void *argument)
{
	struct direction *direction = argument;
	uint8_t piece[PIECE_BYTES_MAX];
	unsigned int random = (unsigned int)direction->seed;
	uint64_t at = 0;

	while (at < direction->bytes) {
		size_t size = piece_size(&random, direction->bytes - at);
		ssize_t written;

		pattern_fill(direction->seed, at, piece, size);
		written = write(direction->from, piece, size);
		if (written <= 0)
			fail("%s: write at %llu: %s", direction->name,
			     (unsigned long long)at, strerror(errno));
		at += (uint64_t)written;
	}
	if (fsync(direction->from))
		fail("%s: fsync: %s", direction->name, strerror(errno));
	return NULL;
}

static void *read_stream(void *argument)
{
	struct direction *direction = argument;
	uint8_t piece[PIECE_BYTES_MAX];
	unsigned int random = (unsigned int)direction->seed + 1;
	double begun = seconds_now();
	uint64_t at = 0;

	while (at < direction->bytes) {
		size_t size = piece_size(&random, direction->bytes - at);
		ssize_t got = read(direction->to, piece, size);
		size_t same;

		if (got <= 0)
			fail("%s: read at %llu: %s", direction->name,
			     (unsigned long long)at, strerror(errno));
		same = pattern_compare(direction->seed, at, piece, (size_t)got);
		if (same != (size_t)got)
			fail("%s: wrong byte at %llu", direction->name,
			     (unsigned long long)(at + same));
		at += (uint64_t)got;
	}
	direction->seconds = seconds_now() - begun;
	return NULL;
}

static void start(struct direction *direction)
{
	if ((direction->from != ELSEWHERE &&
	     pthread_create(&direction->writer, NULL, write_stream, direction)) ||
	    (direction->to != ELSEWHERE &&
	     pthread_create(&direction->reader, NULL, read_stream, direction)))
		fail("cannot start threads");
}

static void finish(struct direction *direction)
{
	if (direction->from != ELSEWHERE)
		pthread_join(direction->writer, NULL);
	if (direction->to == ELSEWHERE)
		return;
	pthread_join(direction->reader, NULL);
	if (direction->bytes)
		printf("%s: %llu bytes, 0 wrong, %.0f B/s\n", direction->name,
		       (unsigned long long)direction->bytes,
		       (double)direction->bytes / direction->seconds);
}

static int open_end(const char *path)
{
	return strcmp(path, "-") ? open_device(path, O_RDWR) : ELSEWHERE;
}

int command_stream(int argc, char **argv)
{
	struct direction down = { .name = "down" }, up = { .name = "up" };

	if (argc != 5)
		fail("stream DOWN UP BYTES_DOWN BYTES_UP SEED");
	down.from = open_end(argv[0]);
	down.to = open_end(argv[1]);
	up.from = down.to;
	up.to = down.from;
	down.bytes = strtoull(argv[2], NULL, 0);
	up.bytes = strtoull(argv[3], NULL, 0);
	down.seed = strtoull(argv[4], NULL, 0);
	up.seed = down.seed + 1;
	start(&down);
	start(&up);
	finish(&down);
	finish(&up);
	return 0;
}
