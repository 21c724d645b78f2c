// SPDX-License-Identifier: GPL-2.0-only
/* Lines through what the device's platform data offers. */
#include <linux/device.h>

#include "pins.h"
#include "platform.h"

static u32 pi_ring_platform_sample(void *ctx)
{
	const struct pi_ring_platform_lines *platform = ((struct pi_ring_pins *)ctx)->platform;

	return platform->sample(platform->ctx);
}

static void pi_ring_platform_put(void *ctx, u8 data)
{
	const struct pi_ring_platform_lines *platform = ((struct pi_ring_pins *)ctx)->platform;

	platform->put(platform->ctx, data);
}

static void pi_ring_platform_strobe(void *ctx, bool high)
{
	const struct pi_ring_platform_lines *platform = ((struct pi_ring_pins *)ctx)->platform;

	platform->strobe(platform->ctx, high);
}

static const struct pr_lines pi_ring_platform_lines = {
	.sample = pi_ring_platform_sample,
	.put = pi_ring_platform_put,
	.strobe = pi_ring_platform_strobe,
	.take = pi_ring_pins_take,
	.release = pi_ring_pins_release,
};

/* -ENODEV: this device brings nothing along. */
int pi_ring_platform_use(struct device *dev, struct pi_ring_pins *pins)
{
	pins->platform = dev_get_platdata(dev);
	if (!pins->platform)
		return -ENODEV;
	pins->lines = pi_ring_platform_lines;
	pins->access = pins->platform->name;
	return 0;
}
