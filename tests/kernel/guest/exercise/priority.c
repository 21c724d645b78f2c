/*
 * exercise priority PROCESS N: makes it a real-time process of this priority, as chrt
 * does, which busybox may lack.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "exercise.h"

int command_priority(int argc, char **argv)
{
	struct sched_param param = { 0 };

	if (argc != 2)
		fail("priority PROCESS N");
	param.sched_priority = atoi(argv[1]);
	if (sched_setscheduler(atoi(argv[0]), SCHED_FIFO, &param))
		fail("priority of %s: %s", argv[0], strerror(errno));
	return 0;
}
