/*
 * shared-wires: what a person at the bench does with the wires between two guests, which
 * are a file that both map (kmod/sim/shared.h).
 *
 *   create FILE              whole wires, and no end has power
 *   set FILE FAULT VALUE     open (a mask of wires), delay_ns, skew_ns, bit_error_ppm, lose_masked
 *   off FILE down|up         this end has lost power: it drives nothing
 *   has-power FILE down|up   exit 0 if its driver's Pi has been switched on
 *   watch FILE...            looks for fights until SIGTERM
 *   fights FILE...           prints how many fights the ends and "watch" have seen
 *   watched FILE...          prints how many of these "watch" has seen
 *   driven FILE down|up      prints how many wires this end drives
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

#define FILE_BYTES	4096
#define WATCH_US	2000
#define FILES_MAX	8

static volatile sig_atomic_t stop;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static struct sim_shared *map_file(const char *path, int flags)
{
	int fd = open(path, O_RDWR | flags, 0600);
	struct sim_shared *shared;

	if (fd < 0 || (flags && ftruncate(fd, FILE_BYTES)))
		fail("cannot open %s", path);
	shared = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		fail("cannot map %s", path);
	close(fd);
	return shared;
}

static struct sim_shared *open_wires(const char *path)
{
	struct sim_shared *shared = map_file(path, 0);

	if (shared->magic != SIM_SHARED_MAGIC)
		fail("%s holds no wires", path);
	return shared;
}

/* The wires that both ends drive at this moment: their two words are read in one access. */
static __u32 fought_wires(const struct sim_shared *shared)
{
	__u64 both = __atomic_load_n((const __u64 *)shared->end, __ATOMIC_ACQUIRE);

	return ((__u32)both & (__u32)(both >> 32) & SIM_SHARED_OUTPUTS) >> SIM_SHARED_WIRES &
	       ~shared->open;
}

static void count_fight(struct sim_shared *shared)
{
	__atomic_fetch_add(&shared->fights[SIM_SHARED_HOST], 1, __ATOMIC_RELAXED);
}

static int command_create(char **argv)
{
	map_file(argv[0], O_CREAT | O_TRUNC)->magic = SIM_SHARED_MAGIC;
	return 0;
}

static __u32 *fault_of(struct sim_shared *shared, const char *name)
{
	const struct {
		const char *name;
		__u32 *fault;
	} faults[] = {
		{ "open", &shared->open },
		{ "delay_ns", &shared->delay_ns },
		{ "skew_ns", &shared->skew_ns },
		{ "bit_error_ppm", &shared->bit_error_ppm },
		{ "lose_masked", &shared->lose_masked },
	};
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (!strcmp(faults[i].name, name))
			return faults[i].fault;
	fail("no fault %s", name);
}

static int command_set(char **argv)
{
	struct sim_shared *shared = open_wires(argv[0]);
	__u32 *fault = fault_of(shared, argv[1]);

	__atomic_store_n(fault, (__u32)strtoul(argv[2], NULL, 0), __ATOMIC_RELAXED);
	__atomic_fetch_add(&shared->changes, 1, __ATOMIC_RELEASE);
	return 0;
}

static int end_of(const char *name)
{
	if (strcmp(name, "down") && strcmp(name, "up"))
		fail("%s is not down or up", name);
	return strcmp(name, "up") ? SIM_SHARED_DOWNSTREAM : SIM_SHARED_UPSTREAM;
}

/* The end's kernel was killed, so what it drove last is still in its word. */
static int command_off(char **argv)
{
	struct sim_shared *shared = open_wires(argv[0]);

	if (fought_wires(shared))
		count_fight(shared);
	__atomic_store_n(&shared->end[end_of(argv[1])], 0, __ATOMIC_RELEASE);
	return 0;
}

static int command_has_power(char **argv)
{
	const struct sim_shared *shared = open_wires(argv[0]);

	return !(shared->end[end_of(argv[1])] & SIM_SHARED_POWER);
}

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static int open_all(char **argv, struct sim_shared **files)
{
	int count;

	for (count = 0; argv[count]; count++) {
		if (count == FILES_MAX)
			fail("more than %d files", FILES_MAX);
		files[count] = open_wires(argv[count]);
	}
	return count;
}

static int command_watch(char **argv)
{
	struct sim_shared *files[FILES_MAX];
	int count = open_all(argv, files), i;

	signal(SIGTERM, on_signal);
	while (!stop) {
		for (i = 0; i < count; i++)
			if (fought_wires(files[i]))
				count_fight(files[i]);
		usleep(WATCH_US);
	}
	return 0;
}

static void print_fights(char **argv, int first_writer)
{
	struct sim_shared *files[FILES_MAX];
	int count = open_all(argv, files), i, writer;
	unsigned long fights = 0;

	for (i = 0; i < count; i++)
		for (writer = first_writer; writer <= SIM_SHARED_HOST; writer++)
			fights += files[i]->fights[writer];
	printf("%lu\n", fights);
}

static int command_fights(char **argv)
{
	print_fights(argv, SIM_SHARED_DOWNSTREAM);
	return 0;
}

static int command_watched(char **argv)
{
	print_fights(argv, SIM_SHARED_HOST);
	return 0;
}

static int command_driven(char **argv)
{
	const struct sim_shared *shared = open_wires(argv[0]);
	__u32 word = __atomic_load_n(&shared->end[end_of(argv[1])], __ATOMIC_ACQUIRE);

	printf("%d\n", __builtin_popcount(word & SIM_SHARED_OUTPUTS));
	return 0;
}

static const struct {
	const char *name;
	int arguments;	/* at least */
	int (*run)(char **argv);
} commands[] = {
	{ "create", 1, command_create },
	{ "set", 3, command_set },
	{ "off", 2, command_off },
	{ "has-power", 2, command_has_power },
	{ "watch", 1, command_watch },
	{ "fights", 1, command_fights },
	{ "watched", 1, command_watched },
	{ "driven", 2, command_driven },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name) && argc - 2 >= commands[i].arguments)
			return commands[i].run(argv + 2);
	fail("usage: shared-wires COMMAND FILE... (see the comment in its source)");
}
