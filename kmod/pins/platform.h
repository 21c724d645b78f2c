/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The platform data that a device without a device tree may have: a faster way to its
 * ten lines than gpiod's.
 */
#ifndef PI_RING_PLATFORM_H
#define PI_RING_PLATFORM_H

#include <linux/types.h>

/*
 * The functions are those of proto/lines.h, which says what each must keep to. Their
 * argument is this structure, or a copy of it.
 */
struct pi_ring_platform_lines {
	const char *name;
	void *ctx;			/* for the functions' own use */
	u32 (*sample)(void *ctx);
	void (*put)(void *ctx, u8 data);
	void (*strobe)(void *ctx, bool high);
};

struct device;
struct pi_ring_pins;

/* Replaces gpiod's accesses. -ENODEV: this device has no platform data. */
int pi_ring_platform_use(struct device *dev, struct pi_ring_pins *pins);

#endif
