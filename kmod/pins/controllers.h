/* SPDX-License-Identifier: GPL-2.0-only */
/* Where each known GPIO controller has the three registers of registers.h. */
#ifndef PI_RING_CONTROLLERS_H
#define PI_RING_CONTROLLERS_H

#include <linux/types.h>

struct device_node;

struct pi_ring_controller {
	const char *name;
	const char *const *compatible;	/* ends in NULL */
	unsigned int resource;		/* index of the controller's register block */
	u32 set;			/* offsets in that block */
	u32 clear;
	u32 level;
};

/* NULL: not a controller that is known here. */
const struct pi_ring_controller *pi_ring_controller_of(const struct device_node *node);

#endif
