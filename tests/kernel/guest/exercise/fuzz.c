/*
 * exercise fuzz DEVICE COUNT SEED: random calls with random numbers, pointers
 * and lengths, from two threads. Any error is right; the kernel must not complain.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exercise.h"

struct fuzz {
	int fd;
	long count;
	unsigned int random;
};

static unsigned long wild(unsigned int *random)
{
	unsigned long value = (unsigned long)rand_r(random) << 32 ^
			      (unsigned long)rand_r(random) << 16 ^
			      (unsigned long)rand_r(random);

	switch (rand_r(random) % 4) {
	case 0:
		return value;
	case 1:
		return value & 0xffff;
	case 2:
		return 1UL << (value % 64);
	default:
		return -(value & 0xffff);
	}
}

static void one_call(struct fuzz *fuzz)
{
	unsigned int *random = &fuzz->random;
	void *pointer = (void *)wild(random);
	struct pollfd wait = { .fd = fuzz->fd, .events = (short)wild(random) };
	void *map;

	switch (rand_r(random) % 7) {
	case 0:
		ioctl(fuzz->fd, wild(random), pointer);
		break;
	case 1:
		ioctl(fuzz->fd, ('~' << 8) | (wild(random) & 0xffff00ff), pointer);
		break;
	case 2:
		(void)!read(fuzz->fd, pointer, wild(random));
		break;
	case 3:
		(void)!write(fuzz->fd, pointer, wild(random));
		break;
	case 4:
		lseek(fuzz->fd, (off_t)wild(random), rand_r(random) % 5);
		break;
	case 5:
		map = mmap(NULL, wild(random) & 0xffff, PROT_READ, MAP_SHARED, fuzz->fd,
			   (off_t)(wild(random) & ~4095UL));
		if (map != MAP_FAILED)
			fail("mmap succeeded");
		break;
	default:
		poll(&wait, 1, 0);
	}
}

static void *run(void *argument)
{
	struct fuzz *fuzz = argument;
	long i;

	for (i = 0; i < fuzz->count; i++)
		one_call(fuzz);
	return NULL;
}

int command_fuzz(int argc, char **argv)
{
	struct fuzz fuzz[2];
	pthread_t other;

	if (argc != 3)
		fail("fuzz DEVICE COUNT SEED");
	fuzz[0].fd = open_device(argv[0], O_RDWR | O_NONBLOCK);
	fuzz[0].count = atol(argv[1]);
	fuzz[0].random = (unsigned int)atol(argv[2]);
	fuzz[1] = fuzz[0];
	fuzz[1].random++;
	signal(SIGPIPE, SIG_IGN);
	if (pthread_create(&other, NULL, run, &fuzz[1]))
		fail("cannot start a thread");
	run(&fuzz[0]);
	pthread_join(other, NULL);
	close(fuzz[0].fd);
	printf("%ld calls\n", 2 * fuzz[0].count);
	return 0;
}
