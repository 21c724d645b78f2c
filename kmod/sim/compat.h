/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two interfaces that the simulation uses and that changed between kernels 6.1 and
 * 6.18. Kbuild looks into the kernel's headers for the form that each has.
 */
#ifndef PI_RING_SIM_COMPAT_H
#define PI_RING_SIM_COMPAT_H

#include <linux/hrtimer.h>

/* A GPIO chip's setters return an error since 6.17, nothing before. */
#ifdef SIM_SETTERS_RETURN_INT
#define SIM_SETTER int
#define SIM_SETTER_DONE 0
#else
#define SIM_SETTER void
#define SIM_SETTER_DONE
#endif

static inline void sim_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*function)(struct hrtimer *))
{
#ifdef SIM_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer->function = function;
#endif
}

#endif
