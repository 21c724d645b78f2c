/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The protocol's interface to a bank's ten lines: callbacks of the pins layer. */
#ifndef PR_LINES_H
#define PR_LINES_H

#include "platform.h"

/* In a sample, above the eight data lines: the peer's strobe. */
#define PR_SAMPLE_DATA		0x0ffu
#define PR_SAMPLE_STROBE	0x100u

/*
 * Before pr_link_init() and after the last pr_link_step() the data lines are inputs
 * and the own strobe is an output that is low. All calls come from the one thread
 * that steps the link. sample, put and strobe are the fast path: they may not take
 * longer than the hardware needs. take and release may sleep.
 */
struct pr_lines {
	/*
	 * Read the data lines and the peer's strobe (PR_SAMPLE_STROBE), in one
	 * access if the hardware can. Otherwise read the strobe first, so that the
	 * data are never older than the strobe.
	 */
	u32 (*sample)(void *ctx);

	/* Change the data lines, which this end drives, in any order and at any speed. */
	void (*put)(void *ctx, u8 data);

	/*
	 * Set the own strobe. The peer must not see it change before it sees every
	 * put, take or release that came before: wait for them to settle here, or
	 * at their end.
	 */
	void (*strobe)(void *ctx, bool high);

	/* Drive the data lines with this value. On an error none is driven. */
	int (*take)(void *ctx, u8 data);

	/*
	 * Make the data lines inputs, even if they already are. On an error some
	 * may still be driven: the protocol then keeps its strobe as it is, since
	 * lowering it means "released", and calls again later.
	 */
	int (*release)(void *ctx);
};

#endif
