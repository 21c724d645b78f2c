/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two things the wire model needs that changed between kernels 6.1 and
 * 6.18; Kbuild looks into the kernel's headers for which of each there is.
 */
#ifndef PI_RING_WIRE_COMPAT_H
#define PI_RING_WIRE_COMPAT_H

#include <linux/hrtimer.h>

/* A GPIO chip's setters return an error since 6.17, nothing before. */
#ifdef WIRE_SETTERS_RETURN_INT
#define WIRE_SETTER int
#define WIRE_SETTER_DONE 0
#else
#define WIRE_SETTER void
#define WIRE_SETTER_DONE
#endif

static inline void wire_hrtimer_setup(struct hrtimer *timer,
				      enum hrtimer_restart (*function)(struct hrtimer *))
{
#ifdef WIRE_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer->function = function;
#endif
}

#endif
