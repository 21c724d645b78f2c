/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank's lines in the registers of one controller, 32 lines in each: a write to one
 * raises lines, a write to another lowers lines, a read of a third gives every line's
 * level. A controller may have two more that turn lines to outputs and to inputs.
 *
 * This knows no kernel but readl and writel: tests compile it against simulated wires.
 */
#ifndef PI_RING_REGISTERS_H
#define PI_RING_REGISTERS_H

#include <linux/io.h>

#include "../proto/lines.h"

#define PI_RING_DATA_LINES 8

struct pi_ring_registers {
	void __iomem *set;
	void __iomem *clear;
	void __iomem *level;
	void __iomem *output;		/* NULL: lines are turned by turn, not by registers */
	void __iomem *input;
	const struct pr_lines *turn;	/* take and release of this, with turn_ctx */
	void *turn_ctx;

	u32 data;			/* masks of lines */
	u32 strobe;
	u32 peer;
	u8 line[PI_RING_DATA_LINES];	/* each data line's bit in a register */
	bool in_a_row;			/* data line i is line[0] + i */
	bool dirty;			/* data lines changed since the level was read */
	u32 lines_of[256];		/* each byte's ones, as lines */
};

/* The protocol's lines; their ctx is a struct pi_ring_registers. */
extern const struct pr_lines pi_ring_registers_lines;

/* The byte that the data lines show at this level of the register. */
u32 pi_ring_registers_data(const struct pi_ring_registers *registers, u32 level);

/* Fill in data, in_a_row and lines_of from line. */
void pi_ring_registers_index(struct pi_ring_registers *registers);

#endif
