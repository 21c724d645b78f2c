/*
 * exercise told DEVICE PEER: a stream breaks under a write that waits for room, with
 * part of its bytes taken. That write cannot say so; the next one has to.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "exercise.h"
#include "pi_ring.h"

#define MORE_THAN_FITS	(1 << 20)

static int device;
static uint8_t bytes[MORE_THAN_FITS];

static void *write_too_much(void *taken)
{
	*(ssize_t *)taken = write(device, bytes, sizeof(bytes));
	return NULL;
}

/* The peer has some, so the stream is one, and the write has begun. */
static void await_bytes(int peer)
{
	struct pi_ring_state state = { 0 };

	while (!state.unread) {
		usleep(1000);
		if (ioctl(peer, PI_RING_GET_STATE, &state))
			fail("state: %s", strerror(errno));
	}
}

int command_told(int argc, char **argv)
{
	ssize_t taken = 0, told, fresh;
	pthread_t writer;
	int peer;

	if (argc != 2)
		fail("told DEVICE PEER");
	device = open_device(argv[0], O_RDWR);
	peer = open_device(argv[1], O_RDWR);
	if (pthread_create(&writer, NULL, write_too_much, &taken))
		fail("cannot start a thread");
	await_bytes(peer);
	if (ioctl(peer, PI_RING_RESTART))
		fail("restart: %s", strerror(errno));
	pthread_join(writer, NULL);
	told = write(device, bytes, 1);
	if (taken <= 0 || taken == sizeof(bytes) || told != -1 || errno != EPIPE)
		fail("of a broken stream %zd bytes were taken, then %zd", taken, told);
	fresh = write(device, bytes, 1);
	if (fresh != 1)
		fail("a fresh stream takes %zd", fresh);
	printf("told of a break after %zd bytes\n", taken);
	return 0;
}
