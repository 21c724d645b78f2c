// SPDX-License-Identifier: GPL-2.0-only
/* The GPIO controllers of the Pis, by the names that a device tree gives them. */
#include <linux/kernel.h>
#include <linux/of.h>

#include "controllers.h"

static const char *const bcm2835_compatible[] = {
	"brcm,bcm2835-gpio", "brcm,bcm2711-gpio", "brcm,bcm7211-gpio", NULL
};

static const char *const rp1_compatible[] = { "raspberrypi,rp1-gpio", NULL };

static const struct pi_ring_controller pi_ring_controllers[] = {
	{
		/* Pi 1 to 4: the registers of lines 0 to 31. */
		.name = "bcm2835",
		.compatible = bcm2835_compatible,
		.resource = 0,
		.set = 0x1c,	/* GPSET0 */
		.clear = 0x28,	/* GPCLR0 */
		.level = 0x34,	/* GPLEV0 */
	},
	{
		/*
		 * Pi 5: the second block (registered I/O) of the RP1's controller,
		 * for the header's lines 0 to 27. The aliases at 0x2000 and 0x3000
		 * set and clear bits of the output register.
		 */
		.name = "rp1",
		.compatible = rp1_compatible,
		.resource = 1,
		.set = 0x2000,
		.clear = 0x3000,
		.level = 0x08,
	},
};

static bool pi_ring_controller_is(const struct pi_ring_controller *controller,
				  const struct device_node *node)
{
	const char *const *compatible;

	for (compatible = controller->compatible; *compatible; compatible++)
		if (of_device_is_compatible(node, *compatible))
			return true;
	return false;
}

const struct pi_ring_controller *pi_ring_controller_of(const struct device_node *node)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pi_ring_controllers); i++)
		if (pi_ring_controller_is(&pi_ring_controllers[i], node))
			return &pi_ring_controllers[i];
	return NULL;
}
