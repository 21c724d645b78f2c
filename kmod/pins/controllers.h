/* SPDX-License-Identifier: GPL-2.0-only */
/* The GPIO controllers whose registers are known, and a bank's lines among them. */
#ifndef PI_RING_CONTROLLERS_H
#define PI_RING_CONTROLLERS_H

#include "../proto/end.h"
#include "pins.h"

/* Replaces gpiod's accesses. -ENODEV: these lines are not all in one known set of registers. */
int pi_ring_controllers_use(struct device *dev, struct pi_ring_pins *pins, enum pr_role role);

#endif
