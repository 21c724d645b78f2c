/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank's ten lines: claimed and turned through gpiod always, read and
 * written through whatever is fastest on this controller.
 */
#ifndef PI_RING_PINS_H
#define PI_RING_PINS_H

#include <linux/gpio/consumer.h>
#include <linux/types.h>

#include "../proto/lines.h"
#include "../proto/link.h"
#include "platform.h"

#define PI_RING_DATA_LINES 8

/*
 * Three registers of 32 lines each, where all ten lines of the bank are: one
 * write raises lines, one lowers lines, one read gives every line's level.
 */
struct pi_ring_registers {
	void __iomem *set;
	void __iomem *clear;
	void __iomem *level;
	u32 data;			/* masks of lines */
	u32 strobe;
	u32 peer;
	u8 line[PI_RING_DATA_LINES];	/* bit in a register of each data line */
	u32 lines_of[256];		/* a byte's ones, as lines */
};

struct pi_ring_pins {
	struct gpio_descs *data;
	struct gpio_desc *strobe;	/* ours, an output from claim to the end */
	struct gpio_desc *peer;		/* the peer's strobe, never an output */
	struct pr_lines lines;		/* for the protocol, with this ctx */
	void *lines_ctx;
	const char *access;		/* "gpiod", "bcm2835", "rp1", or the platform data's */
	struct pi_ring_registers registers;
	struct pi_ring_platform_lines platform;
};

/* gpiod.c */
int pi_ring_pins_claim(struct device *dev, enum pr_role role, struct pi_ring_pins *pins);
int pi_ring_pins_let_go(struct pi_ring_pins *pins);
int pi_ring_pins_take(void *ctx, u8 data);
int pi_ring_pins_release(void *ctx);

/* registers.c: replaces gpiod's accesses where the controller is known */
int pi_ring_registers_use(struct device *dev, struct pi_ring_pins *pins, enum pr_role role);
u32 pi_ring_registers_data(const struct pi_ring_registers *registers, u32 level);
void pi_ring_registers_index(struct pi_ring_registers *registers);

/* platform.c: the same where the device brings its own */
int pi_ring_platform_use(struct device *dev, struct pi_ring_pins *pins);

/* bcm2835.c, rp1.c: where a controller has the three registers */
struct pi_ring_controller {
	const char *name;
	const char *const *compatible;	/* ends in NULL */
	unsigned int resource;		/* index of the controller's register block */
	u32 set;			/* offsets in it */
	u32 clear;
	u32 level;
};

extern const struct pi_ring_controller pi_ring_bcm2835;
extern const struct pi_ring_controller pi_ring_rp1;

#endif
