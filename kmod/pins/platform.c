// SPDX-License-Identifier: GPL-2.0-only
/* Lines through the functions in the device's platform data. */
#include <linux/container_of.h>
#include <linux/device.h>

#include "gpiod.h"
#include "platform.h"

static int pi_ring_platform_take(void *ctx, u8 data)
{
	return pi_ring_gpiod_take(container_of(ctx, struct pi_ring_pins, platform), data);
}

static int pi_ring_platform_release(void *ctx)
{
	return pi_ring_gpiod_release(container_of(ctx, struct pi_ring_pins, platform));
}

int pi_ring_platform_use(struct device *dev, struct pi_ring_pins *pins)
{
	const struct pi_ring_platform_lines *platform = dev_get_platdata(dev);

	if (!platform)
		return -ENODEV;
	pins->platform = *platform;
	pins->lines = (struct pr_lines) {
		.sample = platform->sample,
		.put = platform->put,
		.strobe = platform->strobe,
		.take = pi_ring_platform_take,
		.release = pi_ring_platform_release,
	};
	pins->lines_ctx = &pins->platform;
	pins->access = platform->name;
	return 0;
}
