/* The in-guest test program: a table of commands that use the devices. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exercise.h"

#define OPEN_PATIENCE_S 60.0	/* a driver is unbound for a moment, on a busy host for longer */

void fail(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int open_device(const char *path, int flags)
{
	double until = seconds_now() + OPEN_PATIENCE_S;
	int fd;

	for (;;) {
		fd = open(path, flags);
		if (fd >= 0)
			return fd;
		if (seconds_now() > until)
			fail("open %s: %s", path, strerror(errno));
		usleep(1000);
	}
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "broken-write", command_broken_write },
	{ "calls", command_calls },
	{ "fuzz", command_fuzz },
	{ "priority", command_priority },
	{ "stream", command_stream },
	{ "survive", command_survive },
};

int main(int argc, char **argv)
{
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 2, argv + 2);
	fail("usage: exercise COMMAND ARGUMENTS");
}
