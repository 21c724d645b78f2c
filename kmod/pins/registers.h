/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank's lines in a controller's registers: three registers of 32 lines each, with
 * all ten lines of the bank. A write to the first raises lines, a write to the second
 * lowers lines, a read of the third gives every line's level.
 */
#ifndef PI_RING_REGISTERS_H
#define PI_RING_REGISTERS_H

#include <linux/types.h>

#include "../proto/end.h"

#define PI_RING_DATA_LINES 8

struct device;
struct pi_ring_pins;

struct pi_ring_registers {
	void __iomem *set;
	void __iomem *clear;
	void __iomem *level;
	u32 data;			/* masks of lines */
	u32 strobe;
	u32 peer;
	u8 line[PI_RING_DATA_LINES];	/* each data line's bit in a register */
	u32 lines_of[256];		/* each byte's ones, as lines */
};

/* Replaces gpiod's accesses. -ENODEV: these lines are not all in one known set of registers. */
int pi_ring_registers_use(struct device *dev, struct pi_ring_pins *pins, enum pr_role role);

/* The byte that the data lines show at this level of the register. */
u32 pi_ring_registers_data(const struct pi_ring_registers *registers, u32 level);

/* Fill in data and lines_of from line. */
void pi_ring_registers_index(struct pi_ring_registers *registers);

#endif
