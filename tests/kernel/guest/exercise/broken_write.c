/*
 * exercise broken-write DEVICE PEER: a stream breaks while a write waits for room, with
 * part of its bytes taken. That write returns the part; the next one must fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
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

/* Until the peer has bytes: then there is a stream, and the write has begun. */
static void await_bytes(int peer)
{
	struct pi_ring_state state = { 0 };

	while (!state.unread) {
		usleep(1000);
		if (ioctl(peer, PI_RING_GET_STATE, &state))
			fail("state: %s", strerror(errno));
	}
}

int command_broken_write(int argc, char **argv)
{
	ssize_t taken = 0, next, fresh;
	pthread_t writer;
	int peer;

	if (argc != 2)
		fail("broken-write DEVICE PEER");
	device = open_device(argv[0], O_RDWR);
	peer = open_device(argv[1], O_RDWR);
	if (pthread_create(&writer, NULL, write_too_much, &taken))
		fail("cannot start a thread");
	await_bytes(peer);
	if (ioctl(peer, PI_RING_RESTART))
		fail("restart: %s", strerror(errno));
	pthread_join(writer, NULL);
	next = write(device, bytes, 1);
	if (taken <= 0 || taken == sizeof(bytes) || next != -1 || errno != EPIPE)
		fail("a broken stream took %zd bytes, then %zd", taken, next);
	fresh = write(device, bytes, 1);
	if (fresh != 1)
		fail("a fresh stream took %zd bytes, not 1", fresh);
	printf("EPIPE came after a write of %zd bytes\n", taken);
	return 0;
}
