/* The guest's test program: functions that all its commands use. */
#ifndef EXERCISE_H
#define EXERCISE_H

/* Prints why and exits with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

double seconds_now(void);

/* Opens a device, waiting up to a minute for it to exist. */
int open_device(const char *path, int flags);

/* The commands, one a file. Arguments begin at argv[0]. They return 0, or exit with 1. */
int command_broken_write(int argc, char **argv);
int command_priority(int argc, char **argv);
int command_stream(int argc, char **argv);
int command_calls(int argc, char **argv);
int command_fuzz(int argc, char **argv);
int command_survive(int argc, char **argv);

#endif
