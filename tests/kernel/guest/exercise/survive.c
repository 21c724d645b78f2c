/*
 * exercise survive DEVICE SEED: until SIGTERM, keeps one end of a link busy both ways
 * while a scenario restarts the driver, breaks wires, stops threads or kills the
 * program at the other end. Each stream begins with a header, so that a reader
 * notices old bytes in a fresh stream.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "exercise.h"
#include "pattern.h"
#include "pi_ring.h"

#define PIECE_BYTES_MAX	4096
#define POLL_MS		50
#define MAGIC		0x70692d72696e6721ULL

struct header {
	uint64_t magic;
	uint64_t seed;
};

/* One end of a link: a device, and the counters of its two threads. */
struct end {
	const char *path;
	int fd;
	uint64_t seed;		/* of the stream written now; every stream has its own */
	atomic_bool gone;	/* the device was removed: close and reopen it */
	uint64_t streams;
	uint64_t bytes;
	uint64_t write_errors;
	uint64_t read_errors;
	uint64_t removals;
	double longest_silence;
	double heard;
};

static atomic_bool stop;

/* True when the device is ready, false when the thread must end. */
static int ready(struct end *end, short events)
{
	struct pollfd wait = { .fd = end->fd, .events = events };

	while (!stop && !end->gone)
		if (poll(&wait, 1, POLL_MS) > 0)
			return 1;
	return 0;
}

/* A stream is its header, then the pattern. */
static void expected(uint64_t seed, uint64_t at, uint8_t *bytes, size_t count)
{
	struct header header = { MAGIC, seed };
	size_t part;

	pattern_fill(seed, at, bytes, count);
	if (at >= sizeof(header))
		return;
	part = sizeof(header) - at < count ? sizeof(header) - at : count;
	memcpy(bytes, (uint8_t *)&header + at, part);
}

static void *write_streams(void *argument)
{
	struct end *end = argument;
	uint8_t piece[PIECE_BYTES_MAX];
	unsigned int random = (unsigned int)end->seed;
	uint64_t at = 0;

	end->seed++;
	while (ready(end, POLLOUT)) {
		size_t size = 1 + rand_r(&random) % sizeof(piece);
		ssize_t written;

		expected(end->seed, at, piece, size);
		written = write(end->fd, piece, size);
		if (written > 0) {
			at += (uint64_t)written;
		} else if (errno == EPIPE) {
			end->write_errors++;
			end->seed++;
			at = 0;
		} else if (errno == ENODEV) {
			end->gone = 1;
		} else if (errno != EAGAIN) {
			fail("%s: write: %s", end->path, strerror(errno));
		}
	}
	return NULL;
}

static void check(struct end *end, uint64_t seed, uint64_t at, const uint8_t *piece, size_t count)
{
	uint8_t wanted[PIECE_BYTES_MAX];

	expected(seed, at, wanted, count);
	if (memcmp(piece, wanted, count))
		fail("%s: wrong bytes at %llu of a stream", end->path, (unsigned long long)at);
}

static void note_silence(struct end *end)
{
	double now = seconds_now();

	if (now - end->heard > end->longest_silence)
		end->longest_silence = now - end->heard;
	end->heard = now;
}

/* Reads the header of a fresh stream, which may come in pieces. */
static size_t read_header(struct end *end, struct header *header, size_t have)
{
	ssize_t got = read(end->fd, (uint8_t *)header + have, sizeof(*header) - have);

	if (got < 0)
		return 0;
	if (have + (size_t)got == sizeof(*header) && header->magic != MAGIC)
		fail("%s: a fresh stream does not begin with a header", end->path);
	return (size_t)got;
}

static void *read_streams(void *argument)
{
	struct end *end = argument;
	struct header header;
	uint8_t piece[PIECE_BYTES_MAX];
	uint64_t at = 0;

	while (ready(end, POLLIN)) {
		ssize_t got;

		errno = 0;
		if (at < sizeof(header)) {
			got = (ssize_t)read_header(end, &header, at);
			end->streams += got && !at;
		} else {
			got = read(end->fd, piece, sizeof(piece));
			if (got > 0)
				check(end, header.seed, at, piece, (size_t)got);
		}
		if (got > 0) {
			at += (uint64_t)got;
			end->bytes += (uint64_t)got;
			note_silence(end);
		} else if (errno == ECONNRESET) {
			end->read_errors++;
			at = 0;
		} else if (errno == ENODEV) {
			end->gone = 1;
		} else if (errno != EAGAIN) {
			fail("%s: read: %s", end->path, strerror(errno));
		}
	}
	return NULL;
}

/* The program before this one may have been killed in the middle of a stream. */
static void restart_stream(const struct end *end)
{
	if (ioctl(end->fd, PI_RING_RESTART) && errno != ENODEV)
		fail("%s: restart: %s", end->path, strerror(errno));
}

static void move_bytes(struct end *end)
{
	pthread_t writer, reader;

	if (pthread_create(&writer, NULL, write_streams, end) ||
	    pthread_create(&reader, NULL, read_streams, end))
		fail("cannot start threads");
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
}

static void report(const struct end *end)
{
	printf("%s: %llu bytes, 0 wrong, %llu streams, %llu EPIPE, %llu ECONNRESET, "
	       "%llu ENODEV, longest silence %.2f s\n", end->path,
	       (unsigned long long)end->bytes, (unsigned long long)end->streams,
	       (unsigned long long)end->write_errors, (unsigned long long)end->read_errors,
	       (unsigned long long)end->removals, end->longest_silence);
}

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

int command_survive(int argc, char **argv)
{
	struct end end = { 0 };

	if (argc != 2)
		fail("survive DEVICE SEED");
	signal(SIGTERM, on_signal);
	end.path = argv[0];
	end.seed = strtoull(argv[1], NULL, 0) << 32;
	end.heard = seconds_now();
	end.fd = open_device(end.path, O_RDWR | O_NONBLOCK);
	restart_stream(&end);
	while (!stop) {
		move_bytes(&end);
		close(end.fd);
		end.removals += end.gone;
		end.gone = 0;
		if (!stop)
			end.fd = open_device(end.path, O_RDWR | O_NONBLOCK);
	}
	note_silence(&end);
	report(&end);
	return 0;
}
