// SPDX-License-Identifier: GPL-2.0-only
/* Where the Pi 1 to 4's GPIO block has its registers, for lines 0 to 31. */
#include "pins.h"

static const char *const compatible[] = {
	"brcm,bcm2835-gpio", "brcm,bcm2711-gpio", "brcm,bcm7211-gpio", NULL
};

const struct pi_ring_controller pi_ring_bcm2835 = {
	.name = "bcm2835",
	.compatible = compatible,
	.resource = 0,
	.set = 0x1c,	/* GPSET0 */
	.clear = 0x28,	/* GPCLR0 */
	.level = 0x34,	/* GPLEV0 */
};
