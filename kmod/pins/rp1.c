// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the Pi 5's RP1 has its registers, for the header's lines 0 to 27: the
 * second block (registered I/O) of the controller, whose aliases at 0x2000 and
 * 0x3000 set and clear bits of the output register.
 */
#include "pins.h"

static const char *const compatible[] = { "raspberrypi,rp1-gpio", NULL };

const struct pi_ring_controller pi_ring_rp1 = {
	.name = "rp1",
	.compatible = compatible,
	.resource = 1,
	.set = 0x2000,
	.clear = 0x3000,
	.level = 0x08,
};
