/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device without a device tree may bring along as its platform data: a
 * faster way to its ten lines than gpiod's, where its maker knows one.
 */
#ifndef PI_RING_PLATFORM_H
#define PI_RING_PLATFORM_H

#include <linux/types.h>

/*
 * As in proto/lines.h, which also says what each must keep to. Their argument is this
 * structure, or a copy of it.
 */
struct pi_ring_platform_lines {
	const char *name;
	void *ctx;			/* the maker's own */
	u32 (*sample)(void *ctx);
	void (*put)(void *ctx, u8 data);
	void (*strobe)(void *ctx, bool high);
};

#endif
