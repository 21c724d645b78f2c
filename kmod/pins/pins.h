/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank's ten lines. They are always claimed, and their directions changed, through
 * gpiod; they are read and written by the fastest way this controller offers.
 */
#ifndef PI_RING_PINS_H
#define PI_RING_PINS_H

#include <linux/gpio/consumer.h>

#include "../proto/lines.h"
#include "platform.h"
#include "registers.h"

struct pi_ring_pins {
	struct gpio_descs *data;
	struct gpio_desc *strobe;	/* this bank's own, an output while it is claimed */
	struct gpio_desc *peer;		/* the peer's strobe, never an output */
	struct pr_lines lines;		/* for the protocol, with this ctx */
	void *lines_ctx;
	const char *access;		/* "gpiod", "bcm2835", "rp1", or the platform data's */
	struct pi_ring_registers registers;
	struct pi_ring_platform_lines platform;
};

#endif
