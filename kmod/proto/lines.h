/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the protocol asks of ten wires: the callbacks a pins layer gives. */
#ifndef PR_LINES_H
#define PR_LINES_H

#include "platform.h"

/* In a sample, above the eight data lines: the peer's strobe. */
#define PR_SAMPLE_DATA		0x0ffu
#define PR_SAMPLE_STROBE	0x100u

/*
 * Before pr_link_init() and after the last pr_link_step() the data lines are
 * inputs and the own strobe is an output that is low. All calls come from the
 * one thread that steps the link. None may sleep on the fast path of sample,
 * put and strobe for longer than the hardware needs; take and release may.
 */
struct pr_lines {
	/*
	 * The data lines and the peer's strobe (PR_SAMPLE_STROBE). One access if
	 * the hardware can; otherwise the strobe is read first, so that the data
	 * are never older than the strobe they came with.
	 */
	u32 (*sample)(void *ctx);

	/* Change the data lines this side drives, in any order, at any pace. */
	void (*put)(void *ctx, u8 data);

	/*
	 * Set the own strobe. The peer must not see it change before it sees
	 * every put, take or release that came before: settle in here (or at the
	 * end of those).
	 */
	void (*strobe)(void *ctx, bool high);

	/* Drive the data lines with this value. On an error none is driven. */
	int (*take)(void *ctx, u8 data);

	/*
	 * Make the data lines inputs. May be called when they are. On an error
	 * some may still be driven: the protocol then keeps its strobe as it
	 * is, since lowering it means "released", and calls again later.
	 */
	int (*release)(void *ctx);
};

#endif
