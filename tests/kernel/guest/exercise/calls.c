/*
 * exercise calls DEVICE: every wrong or unknown call gives the error that the contract
 * names. The peer need not answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <pi_ring.h>

#include "exercise.h"

static void expect(const char *what, long result, int error, long wanted, int wanted_error)
{
	if (result == wanted && (result >= 0 || error == wanted_error))
		return;
	fail("%s: %ld (%s), expected %ld (%s)", what, result, strerror(error), wanted,
	     strerror(wanted_error));
}

#define EXPECT_ERROR(wanted_error, call) do {					\
	long result_ = (long)(call);						\
										\
	expect(#call, result_, errno, -1, wanted_error);			\
} while (0)

#define EXPECT_RESULT(wanted, call) do {					\
	long result_ = (long)(call);						\
										\
	expect(#call, result_, errno, wanted, 0);				\
} while (0)

/* volatile, or the compiler warns about the address */
static void *volatile nowhere = (void *)16;

static void bad_buffers(int fd)
{
	char byte = 0;

	EXPECT_ERROR(EFAULT, write(fd, nowhere, 1));
	EXPECT_ERROR(EFAULT, write(fd, (void *)-4096L, 64));
	EXPECT_RESULT(0, write(fd, &byte, 0));
	EXPECT_RESULT(0, read(fd, &byte, 0));
	EXPECT_ERROR(EAGAIN, read(fd, nowhere, 1));
	EXPECT_ERROR(EAGAIN, read(fd, nowhere, 1UL << 31));
	EXPECT_ERROR(EFAULT, write(fd, nowhere, 1UL << 31));
}

static void no_file(int fd)
{
	char byte = 0;

	EXPECT_ERROR(ESPIPE, lseek(fd, 1, SEEK_SET));
	EXPECT_ERROR(ESPIPE, pread(fd, &byte, 1, 0));
	EXPECT_ERROR(ESPIPE, pwrite(fd, &byte, 1, 0));
	EXPECT_ERROR(ENODEV, mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_ERROR(EINVAL, ftruncate(fd, 0));
}

static void controls(int fd)
{
	struct pi_ring_state state;

	EXPECT_RESULT(0, ioctl(fd, PI_RING_GET_STATE, &state));
	EXPECT_ERROR(EFAULT, ioctl(fd, PI_RING_GET_STATE, nowhere));
	EXPECT_RESULT(0, ioctl(fd, PI_RING_RESTART));
	EXPECT_ERROR(ENOTTY, ioctl(fd, PI_RING_RESTART + 1, &state));
	EXPECT_ERROR(ENOTTY, ioctl(fd, _IOC(_IOC_READ, '~', 0x50, 1 << 13), &state));
	if (state.unread)
		fail("%u bytes to read, but none were written", state.unread);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* A signal ends a wait with EINTR, unless SA_RESTART is set. */
static void signals(const char *path)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval soon = { .it_value = { .tv_usec = 100000 } };
	int fd = open_device(path, O_RDWR);
	char byte;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	EXPECT_ERROR(EINTR, read(fd, &byte, 1));
	close(fd);
}

static void readiness(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN | POLLOUT };

	EXPECT_RESULT(1, poll(&wait, 1, 1000));
	if (wait.revents != POLLOUT)
		fail("poll: %x, expected POLLOUT", (unsigned int)wait.revents);
}

int command_calls(int argc, char **argv)
{
	int fd;

	if (argc != 1)
		fail("calls DEVICE");
	fd = open_device(argv[0], O_RDWR | O_NONBLOCK);
	EXPECT_ERROR(EBUSY, open(argv[0], O_RDONLY));
	EXPECT_ERROR(EBUSY, open(argv[0], O_WRONLY | O_NONBLOCK));
	bad_buffers(fd);
	no_file(fd);
	controls(fd);
	readiness(fd);
	close(fd);
	signals(argv[0]);
	fd = open(argv[0], O_RDONLY | O_NONBLOCK);
	EXPECT_ERROR(EBADF, write(fd, argv[0], 1));
	close(fd);
	printf("every bad call gave the right error\n");
	return 0;
}
